"""Reading strangers' documents in a process of its own, with a bound on time and memory.

No parser withstands a document that was made against it: 10 MB of ``<`` keep feedparser busy for
hours, and a regular expression holds the interpreter's lock meanwhile, so that no time-out inside
the same process would ever fire. A process that is over its bound is ended by the kernel, and only
its one document is lost.
"""

from __future__ import annotations

import math
import os
import pickle
import queue
import re
import resource
import signal
import subprocess
import sys
import weakref
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import ParamSpec, Self, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

_OUT_OF_MEMORY = 3
"""Exit code."""
_ENVIRONMENT = re.compile(
    r"PATH|LD_LIBRARY_PATH|HOME|USER|LOGNAME|TMPDIR|TZ|LANG|LANGUAGE|LC_\w+"
    r"|SSL_CERT_(?:FILE|DIR)|(?:REQUESTS|CURL)_CA_BUNDLE"
)


class TooMuch(Exception):
    """The document took more time or memory to read than any honest one, or ended the process."""


class Apart:
    """Calls pure functions in up to ``processes`` other processes, started when first needed.

    Safe to share between threads; a call waits while all processes are busy. After a ``TooMuch``
    the next call has a fresh process.
    """

    def __init__(self, processes: int = 1, *, seconds: int = 10, megabytes: int = 400) -> None:
        """
        Args:
            seconds: of processor time that one call may take; waiting for the processor is free.
            megabytes: of memory that a process may take, beside the code it loads.
        """
        self._seconds, self._megabytes = seconds, megabytes
        self._free: queue.LifoQueue[subprocess.Popen[bytes] | None] = queue.LifoQueue()
        for _ in range(processes):
            self._free.put(None)
        weakref.finalize(self, _end_idle, self._free)

    def call(self, function: Callable[P, T], *args: P.args, **keys: P.kwargs) -> T:
        """``function(*args, **keys)``; function, arguments and result must be picklable.

        Raises:
            TooMuch: over a bound, or the process died.
            Exception: whatever ``function`` raises.
        """
        process, kept = self._free.get(), None
        try:
            if process is None or process.poll() is not None:
                process = self._start()
            assert process.stdin is not None
            assert process.stdout is not None
            try:
                pickle.dump((function, args, keys), process.stdin)
                process.stdin.flush()
                good, result = pickle.load(process.stdout)  # noqa: S301 - our own process
            except (EOFError, pickle.UnpicklingError, BrokenPipeError):
                raise TooMuch(self._why(process.wait())) from None
            kept = process
        finally:
            if kept is None and process is not None:
                _end(process)
            self._free.put(kept)
        if not good:
            raise result
        return result  # type: ignore[no-any-return]

    def close(self) -> None:
        """End the idle processes; the next call would start one again."""
        _end_idle(self._free)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _start(self) -> subprocess.Popen[bytes]:
        bounds = (str(self._seconds), str(self._megabytes))
        return subprocess.Popen(  # noqa: S603 - our own module, no shell
            [sys.executable, "-m", "pipeline.apart", *bounds],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=bare_environment(),
        )

    def _why(self, exit_code: int) -> str:
        if exit_code == -signal.SIGXCPU:
            return f"reading it takes more than {self._seconds} s of computing"
        if exit_code == _OUT_OF_MEMORY:
            return f"reading it takes more than {self._megabytes} MB of memory"
        return f"reading it ended the process with {exit_code}"


def bare_environment() -> dict[str, str]:
    """What a process that reads hostile input is told of ours: it needs no secret."""
    kept = {name: value for name, value in os.environ.items() if _ENVIRONMENT.fullmatch(name)}
    return {**kept, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}


def _end_idle(free: queue.LifoQueue[subprocess.Popen[bytes] | None]) -> None:
    idle = []
    while not free.empty():
        idle.append(free.get())
    for process in idle:
        if process is not None:
            _end(process)
        free.put(None)


def _end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with suppress(BrokenPipeError):  # what it had not read when it died
                pipe.close()


def _serve(seconds: int, megabytes: int) -> None:
    """Answer calls from stdin until it closes."""
    # Ctrl-C reaches the whole group; the parent ends us by closing the pipe, without a traceback.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a library prints must not get between the answers
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_DATA, megabytes * 1024 * 1024)
    while True:
        try:
            function, args, keys = pickle.load(sys.stdin.buffer)  # noqa: S301
        except EOFError:
            return
        used = resource.getrusage(resource.RUSAGE_SELF)
        _limit(resource.RLIMIT_CPU, math.ceil(used.ru_utime + used.ru_stime) + seconds)
        try:
            answer = pickle.dumps((True, function(*args, **keys)))
        except MemoryError:
            os._exit(_OUT_OF_MEMORY)
        except Exception as error:  # noqa: BLE001 - the caller's to judge
            answer = pickle.dumps((False, _portable(error)))
        answers.write(answer)
        answers.flush()


def _portable(error: Exception) -> Exception:
    """``error`` if it survives the way to the caller, else one that says the same."""
    try:
        pickle.loads(pickle.dumps(error))  # noqa: S301
    except Exception:  # noqa: BLE001 - third parties' exceptions fail in their own ways
        return RuntimeError(f"{type(error).__name__}: {error}")
    return error.with_traceback(None)


def _limit(kind: int, soft: int) -> None:
    hard = resource.getrlimit(kind)[1]
    resource.setrlimit(kind, (soft if hard == resource.RLIM_INFINITY else min(soft, hard), hard))


if __name__ == "__main__":
    _serve(int(sys.argv[1]), int(sys.argv[2]))
