"""Variables of ``.env`` that hold an address. A wrong one is told by its name, never by its value:
that holds a password."""

from __future__ import annotations

import logging
import re
import warnings
from pathlib import Path
from typing import Any

import environ
from django.core.exceptions import ImproperlyConfigured

from pipeline.config.yamlfile import ConfigError, Fault

_ENCODE = "of a password write @ as %40, # as %23, / as %2F"


def database(env: environ.Env, file: Path, default: str) -> dict[str, Any]:
    """``DATABASE_URL`` as Django's ``DATABASES`` wants it.

    Raises:
        ConfigError: it is no address of a database that we know.
    """
    chosen = database_at(env.str("DATABASE_URL", default=default))
    if not chosen:
        fix = f"postgres://user:password@host:5432/database; {_ENCODE}; without it SQLite serves"
        raise _wrong(file, "DATABASE_URL", "no address of a PostgreSQL or SQLite database", fix)
    return chosen


def database_at(url: str) -> dict[str, Any]:
    """What ``url`` names, as in Django's ``DATABASES``; empty for what is no such address."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of an unknown kind of address they quote all of it
        try:
            found: dict[str, Any] = environ.Env.db_url_config(url)
        except (ValueError, ImproperlyConfigured):
            return {}
    return found if str(found.get("ENGINE")).endswith(("postgresql", "sqlite3")) else {}


def mail(env: environ.Env, file: Path) -> dict[str, Any]:
    """``EMAIL_URL`` as Django's ``EMAIL_…`` settings.

    Raises:
        ConfigError: it is no address of a mail server.
    """
    try:
        url = env.str("EMAIL_URL", default="consolemail://")
        found: dict[str, Any] = environ.Env.email_url_config(url)
    except (ValueError, ImproperlyConfigured):
        fix = f"smtp+tls://user:password@host:587; {_ENCODE}"
        raise _wrong(file, "EMAIL_URL", "no address of a mail server", fix) from None
    return found


def log_level(env: environ.Env, file: Path) -> str:
    """``GUONGSANG_LOG_LEVEL``.

    Raises:
        ConfigError: there is no such level.
    """
    level: str = env.str("GUONGSANG_LOG_LEVEL", default="WARNING").upper()
    if level not in logging.getLevelNamesMapping():
        fix = "DEBUG, INFO, WARNING or ERROR"
        raise _wrong(file, "GUONGSANG_LOG_LEVEL", f"no level '{level}'", fix)
    return level


def _wrong(file: Path, name: str, what: str, fix: str) -> ConfigError:
    lines = file.read_text("utf-8", "replace").split("\n") if file.is_file() else []
    setting = re.compile(rf"\s*(?:export\s+)?{name}\s*=")
    line = next((number for number, text in enumerate(lines, 1) if setting.match(text)), 0)
    where = str(file) if line else "environment"
    return ConfigError([Fault(where, line or 1, f"{name}: {what}", fix)])
