"""Crawling children and readers, forked from a process that has imported what they need.

Starting an interpreter and importing Scrapy costs a second of processor time, and a test crawls
several times. Modules of tests opt in by ``pytestmark = pytest.mark.usefixtures("forked")``; tests
on limits and on the processes themselves start real ones (``@pytest.mark.real_processes``).
"""

from __future__ import annotations

import array
import json
import os
import runpy
import select
import signal
import socket
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import SimpleNamespace
from typing import IO, Any, Self

import pytest

from pipeline import apart
from pipeline.crawl import run

_ADDRESS = "GUONGSANG_TEST_FORKS"
_HEAD = 1 << 20


class Forked:
    """What ``apart`` and ``run`` use of ``subprocess.Popen``. One connection for each process: the
    request goes there, the process's number and then its exit code come back."""

    stdin: IO[bytes] | None = None
    stdout: IO[bytes] | None = None

    def __init__(
        self,
        args: Sequence[str],
        *,
        stdin: int | None = None,
        stdout: int | None = None,
        stderr: IO[bytes] | None = None,
        env: Mapping[str, str],
    ) -> None:
        interpreter, option, *command = args
        assert (interpreter, option) == (sys.executable, "-m")
        (theirs_in, ours_in), (ours_out, theirs_out) = os.pipe(), os.pipe()
        fds = [theirs_in, theirs_out, stderr.fileno() if stderr else 2]
        self.args, self.returncode = args, None
        self._line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._line.connect(os.environ[_ADDRESS])
        request = {"command": command, "env": {**env, _ADDRESS: os.environ[_ADDRESS]}}
        rights = (socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", fds))
        self._line.sendmsg([json.dumps(request).encode() + b"\n"], [rights])
        self.pid = int(self._read())
        for fd in (theirs_in, theirs_out):
            os.close(fd)
        self.stdin, self.stdout = os.fdopen(ours_in, "wb"), os.fdopen(ours_out, "rb")

    returncode: int | None

    def poll(self) -> int | None:
        if self.returncode is None and select.select([self._line], [], [], 0)[0]:
            self.returncode = int(self._read())
            self._line.close()
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        if self.returncode is None and not select.select([self._line], [], [], timeout)[0]:
            raise subprocess.TimeoutExpired(self.args, timeout or 0)
        code = self.poll()
        assert code is not None
        return code

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def _read(self) -> bytes:
        line = b""
        while not line.endswith(b"\n"):
            piece = self._line.recv(1)
            if not piece:  # the server is gone, and with it all that it forked
                return b"%d" % -signal.SIGKILL
            line += piece
        return line

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.wait()


FORKING = SimpleNamespace(
    Popen=Forked, PIPE=subprocess.PIPE, TimeoutExpired=subprocess.TimeoutExpired
)


@contextmanager
def fork_server() -> Iterator[str]:
    """Its address, while it runs."""
    with tempfile.TemporaryDirectory(prefix="guongsang-forks-") as folder:
        address = str(Path(folder, "s"))
        with subprocess.Popen(
            [sys.executable, "-m", "tests.forking", address],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=apart.bare_environment(),
        ) as server:
            assert server.stdin is not None
            assert server.stdout is not None
            server.stdout.readline()
            try:
                yield address
            finally:
                server.stdin.close()


@pytest.fixture(scope="session")
def _forks() -> Iterator[str]:
    with fork_server() as address:
        yield address


@pytest.fixture
def forked(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Crawls and readers of this test are forked, not started."""
    if request.node.get_closest_marker("real_processes"):
        return
    monkeypatch.setenv(_ADDRESS, request.getfixturevalue("_forks"))
    _fork_instead(monkeypatch.setattr)


def _fork_instead(put: Any) -> None:
    for module in (apart, run):
        put(module, "subprocess", FORKING)


def serve(address: str) -> None:
    """Fork for whoever asks at ``address``, until stdin closes."""
    import pipeline.crawl.child
    import pipeline.crawl.probe
    import pipeline.extract  # noqa: F401 - the point of it

    listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listening.bind(address)
    listening.listen(64)
    woken, wake = os.pipe()
    os.set_blocking(wake, False)
    signal.set_wakeup_fd(wake)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    running: dict[int, socket.socket] = {}
    print("ready", flush=True)
    while True:
        ready = select.select([0, woken, listening], [], [])[0]
        if 0 in ready:
            break
        if woken in ready:
            os.read(woken, 1000)
            _reap(running)
        if listening in ready:
            line, _ = listening.accept()
            ours = [
                0,
                woken,
                wake,
                listening.fileno(),
                *(each.fileno() for each in running.values()),
            ]
            _fork(line, ours, running)
    for pid in running:
        os.kill(pid, signal.SIGKILL)


def _fork(line: socket.socket, ours: list[int], running: dict[int, socket.socket]) -> None:
    head, fds, _, _ = socket.recv_fds(line, _HEAD, 3)
    while not head.endswith(b"\n"):
        head += line.recv(_HEAD)
    request = json.loads(head)
    pid = os.fork()
    if pid == 0:
        _become(request, fds, [*ours, line.fileno()])
    for fd in fds:
        os.close(fd)
    running[pid] = line
    line.sendall(b"%d\n" % pid)


def _become(request: dict[str, Any], fds: list[int], ours: list[int]) -> None:
    """The process that was asked for; never returns."""
    code = 1
    try:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        for target, fd in enumerate(fds):
            os.dup2(fd, target)
        for fd in {*ours, *fds} - {0, 1, 2}:
            os.close(fd)
        os.environ.clear()
        os.environ.update(request["env"])
        _fork_instead(setattr)
        module, *rest = request["command"]
        sys.argv = [module, *rest]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)  # it has been imported before
            runpy.run_module(module, run_name="__main__", alter_sys=True)
        code = 0
    except SystemExit as end:
        code = int(end.code or 0)
    except BaseException:  # noqa: BLE001 - as an interpreter does
        sys.excepthook(*sys.exc_info())
    finally:
        for stream in (sys.stdout, sys.stderr):
            with suppress(OSError, ValueError):
                stream.flush()
        os._exit(code)


def _reap(running: dict[int, socket.socket]) -> None:
    while running:
        pid, status = os.waitpid(-1, os.WNOHANG)
        if pid == 0:
            return
        line = running.pop(pid)
        with suppress(OSError):  # nobody waits for it
            line.sendall(b"%d\n" % os.waitstatus_to_exitcode(status))
        line.close()


if __name__ == "__main__":
    serve(sys.argv[1])
