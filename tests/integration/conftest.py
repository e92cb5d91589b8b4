"""An office's desk, for the tests that ask for it; a file may have its own of the same name."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import LazySettings
from django.test import Client

from pipeline.config.home import Home
from pipeline.store.models import User
from tests.factories import make_user
from tests.homes import make_home


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
