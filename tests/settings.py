"""The product's settings, on the database that ``GUONGSANG_TEST_DB`` names (sqlite, postgres)."""

import os
import tempfile

os.environ.setdefault("GUONGSANG_HOME", tempfile.mkdtemp(prefix="guongsang-tests-"))
os.environ.setdefault("GUONGSANG_SECRET_KEY", "tests-only")

from pipeline.settings import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
