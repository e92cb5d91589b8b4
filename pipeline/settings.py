"""Django settings, from the home directory's ``.env`` and the environment.

Every variable read here is documented in ``docs/reference/settings.md`` (a test holds it).
"""

from __future__ import annotations

import os
from pathlib import Path

import environ

from pipeline.config import variables
from pipeline.config.home import Home
from pipeline.logs import secrets_in

HOME = Home.locate()
PACKAGE = Path(__file__).resolve().parent

env = environ.Env()
if HOME.env_file.is_file():
    env.read_env(str(HOME.env_file))

DEBUG = env.bool("GUONGSANG_DEBUG", default=False)
SECRET_KEY = env.str("GUONGSANG_SECRET_KEY", default="")
# Always by its own names too: monitors and health checks on this machine ask for those.
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]", *env.list("GUONGSANG_HOSTS", default=[])]
PROXIES = env.list("GUONGSANG_PROXIES", default=[])
CSRF_TRUSTED_ORIGINS = env.list("GUONGSANG_TRUSTED_ORIGINS", default=[])
SECURE_COOKIES = env.bool("GUONGSANG_SECURE_COOKIES", default=False)

DATABASES = {"default": variables.database(env, HOME.env_file, f"sqlite:///{HOME.database_file}")}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = {
        "timeout": 20,
        # IMMEDIATE: a read that later writes must not fail halfway with "database is locked".
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
    }
else:
    # We notice within seconds that the server is gone, so that no worker hangs, and the server
    # within a minute that we are: what a lost worker had locked is free. (TCP waits two hours.)
    DATABASES["default"]["OPTIONS"] = {
        "connect_timeout": 10,
        "keepalives_idle": 20,
        "keepalives_interval": 10,
        "keepalives_count": 3,
        "tcp_user_timeout": 15_000,
        "options": "-c tcp_keepalives_idle=20 -c tcp_keepalives_interval=10"
        " -c tcp_keepalives_count=3",
        **DATABASES["default"].get("OPTIONS", {}),
    }

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "axes",
    "django_otp",
    "django_otp.plugins.otp_static",
    "pipeline.store",
    "pipeline.web",
]
AUTH_USER_MODEL = "store.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": name}
    for name in (
        "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "pipeline.web.desk.accounts.password_rules.LongEnough",
        "django.contrib.auth.password_validation.CommonPasswordValidator",
        "django.contrib.auth.password_validation.NumericPasswordValidator",
    )
]
AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_CLIENT_IP_CALLABLE = "pipeline.web.visitor.address"
AXES_LOCKOUT_CALLABLE = "pipeline.web.desk.accounts.account.locked_out"
AXES_ENABLE_ADMIN = False

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "pipeline.web.middleware.HeadMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "pipeline.web.middleware.LanguageMiddleware",
    "pipeline.web.middleware.PolicyMiddleware",
    "pipeline.web.middleware.NulMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "pipeline.web.middleware.ConfigErrorMiddleware",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "pipeline.web.urls"
WSGI_APPLICATION = "pipeline.web.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": HOME.template_dirs,
        "OPTIONS": {
            "environment": "pipeline.web.jinja.environment",
            "autoescape": True,
            "context_processors": [
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "pipeline.web.context.office",
            ],
        },
    },
]

LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", "Tiếng Việt"), ("en", "English")]
LOCALE_PATHS = [PACKAGE / "web" / "locale"]
USE_I18N = True
TIME_ZONE = "Asia/Ho_Chi_Minh"
USE_TZ = True

FILE_UPLOAD_HANDLERS = [
    "pipeline.web.public.uploads.Capped",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

STATIC_URL = "static/"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG

LOGIN_URL = "desk:login"
LOGIN_REDIRECT_URL = "desk:inbox"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_COOKIES
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

vars().update(variables.mail(env, HOME.env_file))
EMAIL_TIMEOUT = 30
EMAIL_USE_LOCALTIME = True
DKIM_KEY_FILE = env.str("DKIM_KEY_FILE", default="")
DKIM_SELECTOR = env.str("DKIM_SELECTOR", default="")

# Channels' APIs; the addresses differ only for tests and for newer versions.
FACEBOOK_API = env.str("FACEBOOK_API", default="https://graph.facebook.com/v25.0")
FACEBOOK_PAGE_ID = env.str("FACEBOOK_PAGE_ID", default="")
FACEBOOK_PAGE_TOKEN = env.str("FACEBOOK_PAGE_TOKEN", default="")
ZALO_API = env.str("ZALO_API", default="https://openapi.zalo.me")
ZALO_OAUTH = env.str("ZALO_OAUTH", default="https://oauth.zaloapp.com")
MASTODON_URL = env.str("MASTODON_URL", default="").rstrip("/")
MASTODON_TOKEN = env.str("MASTODON_TOKEN", default="")
WORDPRESS_URL = env.str("WORDPRESS_URL", default="").rstrip("/")
WORDPRESS_USER = env.str("WORDPRESS_USER", default="")
WORDPRESS_PASSWORD = env.str("WORDPRESS_PASSWORD", default="")
ZALO_APP_ID = env.str("ZALO_APP_ID", default="")
ZALO_APP_SECRET = env.str("ZALO_APP_SECRET", default="")
ZALO_REFRESH_TOKEN = env.str("ZALO_REFRESH_TOKEN", default="")

_SECRETS = (
    SECRET_KEY,
    str(DATABASES["default"].get("PASSWORD") or ""),
    vars().get("EMAIL_HOST_PASSWORD") or "",
    FACEBOOK_PAGE_TOKEN,
    ZALO_APP_SECRET,
    ZALO_REFRESH_TOKEN,
    MASTODON_TOKEN,
    WORDPRESS_PASSWORD,
    *secrets_in(os.environ),
)
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "pipeline.logs.Lines",
            "secrets": _SECRETS,
            "as_json": env.bool("GUONGSANG_LOG_JSON", default=False),
        }
    },
    "filters": {"untraced": {"()": "pipeline.logs.Untraced"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "loggers": {
        # It tells each tick three times over; what was due our own line says.
        "apscheduler": {"level": "WARNING"},
        # Anybody can send a wrong Host header, again and again.
        "django.security.DisallowedHost": {"filters": ["untraced"]},
    },
    "root": {"handlers": ["stderr"], "level": variables.log_level(env, HOME.env_file)},
}
