"""``guongsang run``: web, scheduler and worker together, stopped cleanly or killed outright."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pipeline.cli.installing import create_home
from pipeline.config.home import Home
from tests.ports import unused_port

pytestmark = [pytest.mark.slow, pytest.mark.own_database]
PATIENCE = 120.0


def until(what: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not what():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.2)


def members(session: str) -> list[int]:
    """Processes whose environment carries ``session``: the whole tree, wherever it was put."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if session.encode() in (folder / "environ").read_bytes():
                found.append(int(folder.name))
        except OSError:
            continue
    return found


@pytest.fixture
def running(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    create_home(Home(tmp_path), {"name": "Thử", "province": "Lào Cai", "contact": "thu@example.vn"})
    port = unused_port()
    session = f"GUONGSANG_TEST_SESSION={os.getpid()}-{port}"
    clean = {
        key: value
        for key, value in os.environ.items()
        if key not in ("DJANGO_SETTINGS_MODULE", "DATABASE_URL", "GUONGSANG_SECRET_KEY")
    }
    name, _, value = session.partition("=")
    command = [sys.executable, "-m", "pipeline.cli", "--home", str(tmp_path), "run"]
    process = subprocess.Popen(
        [*command, "--port", str(port)],
        # The host that readers use; monitors on this machine ask 127.0.0.1 all the same.
        env={**clean, name: value, "GUONGSANG_HOSTS": "bantin.example.vn"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )

    def answers() -> bool:
        assert process.poll() is None, process.stderr and process.stderr.read()
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/desk/login/", timeout=5) as page:
                return bool(page.status == 200)
        except OSError:
            return False

    try:
        until(answers)
        yield process, session
    finally:
        process.kill()
        process.wait()
        if process.stderr:
            process.stderr.close()
        for pid in members(session):
            os.kill(pid, signal.SIGKILL)


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT])
def test_it_stops_cleanly(
    running: tuple[subprocess.Popen[bytes], str], stop: signal.Signals
) -> None:
    process, session = running
    assert len(members(session)) >= 4
    process.send_signal(stop)
    assert process.wait(PATIENCE) == 0
    assert not members(session)


def test_killed_outright_it_leaves_nothing_behind(
    running: tuple[subprocess.Popen[bytes], str],
) -> None:
    process, session = running
    process.kill()
    process.wait()
    until(lambda: not members(session))
