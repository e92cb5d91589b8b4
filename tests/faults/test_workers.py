"""Workers killed, the database cut off, the disk full: nothing is lost, and work goes on."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pytest

from tests import postgres
from tests.faults.working import PART
from tests.homes import make_home

pytestmark = [pytest.mark.slow, pytest.mark.own_database]
ROOT = Path(__file__).resolve().parents[2]
STORIES = 80
PATIENCE = 120.0


class Workers:
    """Forks them; SIGTERM to those that are left."""

    def __init__(self, database: str, home: Path) -> None:
        self._to = {"database": database, "home": str(home)}
        self.alive: list[int] = []
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.working"],
            cwd=ROOT,
            env={**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def do(self, what: str, **fields: Any) -> int:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"do": what, **self._to, **fields}) + "\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())

    def start(self) -> int:
        pid = self.do("work")
        self.alive.append(pid)
        return pid

    def end(self, pid: int, number: int = signal.SIGTERM) -> int:
        self.alive.remove(pid)
        return self.do("end", pid=pid, signal=number)

    def close(self) -> None:
        for pid in list(self.alive):
            self.end(pid, signal.SIGKILL)
        self._process.communicate(timeout=30)


def until(what: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not what():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)


@pytest.fixture
def database() -> Iterator[str]:
    with postgres.server() as server, postgres.database(server) as address:
        yield address


def test_killed_and_cut_off_every_story_is_judged_again_once_all_told(
    database: str, tmp_path: Path
) -> None:
    def ask(statement: str) -> Any:
        ((value,),) = postgres.ask(database, statement)
        return value

    def finished() -> int:
        return int(ask("SELECT count(*) FROM store_jobrun WHERE ok"))

    make_home(tmp_path)
    workers = Workers(database, tmp_path)
    try:
        assert workers.do("prepare", stories=STORIES) == 0
        parts = STORIES // PART
        first, second = workers.start(), workers.start()
        at_work = "SELECT count(*) FROM store_jobrun WHERE finished_at IS NULL AND worker LIKE "
        until(lambda: bool(finished() >= 2 and ask(f"{at_work}'%:{first}'")))
        workers.end(first, signal.SIGKILL)
        before = finished()

        # The database goes away under the second: sessions ended, new ones refused.
        name = str(ask("SELECT current_database()"))
        server = database.replace(f"/{name}?", "/postgres?")
        postgres.ask(server, f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        end = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = "
        postgres.ask(server, f"{end}'{name}'")
        time.sleep(1)
        postgres.ask(server, f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
        assert before < parts, "all was done before the cut: the test is blind"

        third = workers.start()
        until(lambda: finished() == parts + 1)
        assert ask("SELECT max(attempts) FROM store_jobrun") > 1, "no part was taken again"
        assert ask("SELECT count(DISTINCT worker) FROM store_jobrun") >= 2
        judged = "SELECT count(*) FROM store_judgementrecord WHERE version <> 'test'"
        assert ask(judged) == STORIES
        assert ask("SELECT count(*) FROM store_digest") == 1
        assert [workers.end(pid) for pid in (second, third)] == [0, 0]
    finally:
        workers.close()


@pytest.fixture
def little_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 32 MB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=32m", "none", str(folder)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip(
            "mounting needs root; tests/integration/test_workers.py has a feigned full disk"
        )
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def test_on_a_full_disk_work_waits_for_room(little_disk: Path) -> None:
    make_home(little_disk)
    file = little_disk / "guongsang.sqlite3"

    def ask(statement: str) -> Any:
        with closing(sqlite3.connect(file)) as connection:
            return connection.execute(statement).fetchone()[0]

    workers = Workers(f"sqlite:///{file}", little_disk)
    try:
        assert workers.do("prepare", stories=12) == 0
        ask("PRAGMA wal_checkpoint(TRUNCATE)")  # its room would serve for some writes
        ballast = (little_disk / "ballast").open("wb", buffering=0)
        with suppress(OSError):
            while True:
                ballast.write(b"\0" * 4096)
        worker = workers.start()
        time.sleep(3)
        ballast.truncate(0)
        # (SQLite cannot even be read on a full disk: it makes a file to share memory by.)
        done = "SELECT count(*) FROM store_jobrun WHERE finished_at IS NOT NULL AND "
        assert ask(f"{done} NOT ok") == 0
        ballast.close()
        until(lambda: ask("SELECT count(*) FROM store_jobrun WHERE ok") == 12 // PART + 1)
        assert ask("SELECT count(*) FROM store_judgementrecord WHERE version <> 'test'") == 12
        assert ask("SELECT count(*) FROM store_digest") == 1
        assert ask("PRAGMA integrity_check") == "ok"
        assert workers.end(worker) == 0
    finally:
        workers.close()
