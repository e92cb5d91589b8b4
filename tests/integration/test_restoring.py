"""``guongsang restore``, by processes of its own."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from django.db import connection

from pipeline.config.home import Home
from pipeline.operate.dumping import refuse_others
from pipeline.operate.running import InUse, alone, running
from tests.homes import make_home
from tests.ports import unused_port

PATIENCE = 60.0


def guongsang(home: Home, *words: str) -> subprocess.Popen[str]:
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("DJANGO_", "GUONGSANG_"))}
    return subprocess.Popen(
        [sys.executable, "-m", "pipeline.cli", "--home", str(home.root), *words],
        env=clean | {"GUONGSANG_SECRET_KEY": "k" * 40},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )


def done(home: Home, *words: str) -> tuple[int, str]:
    """Exit code and what it says on standard error."""
    process = guongsang(home, *words)
    said = process.communicate()[1]
    return process.returncode, said


def until(what: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not what():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.2)


def in_use(home: Home) -> bool:
    try:
        with alone(home):
            return False
    except InUse:
        return True


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> tuple[Home, Path]:
    """A home and its backup."""
    root = tmp_path_factory.mktemp("home")
    home, folder = make_home(root), root.parent / "ban-sao"
    for words in (["upgrade"], ["backup", str(folder)]):
        assert done(home, *words) == (0, "")
    return home, folder


@pytest.mark.slow
@pytest.mark.own_database
def test_a_broken_database_can_be_replaced(kept: tuple[Home, Path]) -> None:
    home, folder = kept
    sound = home.database_file.read_bytes()
    for broken in (os.urandom(50_000), sound[:5000] + os.urandom(50_000) + sound[55_000:]):
        home.database_file.write_bytes(broken)
        assert done(home, "restore", str(folder), "--yes") == (0, "")
        with closing(sqlite3.connect(home.database_file)) as database:
            assert database.execute("PRAGMA quick_check").fetchall() == [("ok",)]
            assert database.execute("SELECT count(*) FROM store_story").fetchall() == [(0,)]


@pytest.mark.slow
@pytest.mark.own_database
def test_a_home_that_runs_is_not_replaced(kept: tuple[Home, Path]) -> None:
    home, folder = kept
    before = home.office_file.read_text("utf-8")
    home.office_file.write_text(before + "# since\n", "utf-8")
    with running(home), running(home):
        code, said = done(home, "restore", str(folder), "--yes")
    assert code == 1
    assert "is in use: stop every process first" in said
    assert home.office_file.read_text("utf-8") != before
    assert done(home, "restore", str(folder), "--yes") == (0, "")
    assert home.office_file.read_text("utf-8") == before


@pytest.mark.slow
@pytest.mark.own_database
@pytest.mark.parametrize("verb", ["run", "web", "scheduler", "worker"])
def test_each_long_running_process_is_seen_until_it_ends(
    kept: tuple[Home, Path], verb: str
) -> None:
    home, _folder = kept
    port = ["--port", str(unused_port())] if verb in ("run", "web") else []
    process = guongsang(home, verb, *port)
    try:
        until(lambda: in_use(home) or process.poll() is not None)
        assert process.poll() is None, process.communicate()[1]
        process.kill()
        until(lambda: not in_use(home))
    finally:
        process.kill()
        process.communicate()


@pytest.mark.skipif(connection.vendor == "sqlite", reason="used by processes of one machine only")
@pytest.mark.django_db(transaction=True)
def test_whoever_uses_the_database_from_elsewhere_is_seen() -> None:
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT 1")
    try:
        with pytest.raises(InUse, match="the database is in use from"):
            refuse_others()
    finally:
        other.close()

    def alone_again() -> bool:
        try:
            refuse_others()
        except InUse:
            return False
        return True

    until(alone_again)
