"""Runs one crawl round in a child process, because a reactor cannot be started twice and does not
live beside the ORM. What the child found waits in the spool, whatever became of the child."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import IO, Literal

from pipeline.apart import bare_environment
from pipeline.crawl.gate import Grant
from pipeline.crawl.keeping import Keeper
from pipeline.crawl.plan import CrawlPlan
from pipeline.crawl.spool import Failure, FailureKind, Spool
from pipeline.text.clock import utc_now

GRACE = timedelta(seconds=60)
"""The child ends itself at the plan's time limit; this much later it is killed."""


@dataclass(frozen=True, slots=True)
class CrawlEvent:
    """Progress for a person to see; the spool is what counts."""

    event: Literal["found", "fetched", "failed", "done", "host", "alive"]
    """``host``: the child waits to be told whether it may ask a host (``gate``). ``alive``: it has
    nothing else to tell."""
    source: str
    url: str
    count: int
    """Of ``found``: pages to fetch; of ``failed``: pages given up. Else 1, or 0 for ``done``."""


@dataclass(frozen=True, slots=True)
class CrawlOutcome:
    finished: frozenset[str]
    """Keys of the sources whose round ended by itself."""
    exit_code: int
    log: str
    """The end of what the child wrote to stderr."""


def run_crawl(
    plan: CrawlPlan,
    on_event: Callable[[CrawlEvent], None] | None = None,
    *,
    keeper: Keeper | None = None,
    grace: timedelta = GRACE,
) -> CrawlOutcome:
    """Crawl; return when the child has ended, at most ``plan.time_limit + grace`` later.

    A child that crashed or was killed leaves a ``Failure`` record for each source it had not
    finished. ``keeper`` is asked for each host that is not in ``plan.hosts``; absent, none is
    granted. When it has lost its hosts (this machine slept), the child is ended. Interrupting this
    call (Ctrl-C, SIGTERM raised as an exception) ends the child too.
    """
    spool = Spool(plan.spool)
    finished: set[str] = set()
    with tempfile.TemporaryDirectory(prefix="guongsang-crawl-") as scratch:
        plan_file, log_file = Path(scratch, "plan.json"), Path(scratch, "log")
        plan_file.write_bytes(plan.to_json())
        with log_file.open("wb") as log, _child(plan_file, log) as child:
            assert child.stdout is not None
            bound = (plan.time_limit + grace).total_seconds()
            watchdog = threading.Timer(bound, child.kill)
            watchdog.start()
            try:
                for line in child.stdout:
                    event = CrawlEvent(**json.loads(line))
                    if keeper and not keeper.renew():
                        child.kill()
                        break
                    if event.event == "host":
                        host = event.url
                        _tell(child, keeper.take(host) if keeper else Grant(host, granted=False))
                    elif event.event == "done":
                        finished.add(event.source)
                    if on_event and event.event not in ("host", "alive"):
                        on_event(event)
                exit_code = child.wait()
            finally:
                watchdog.cancel()
        said = log_file.read_bytes()[-4000:].decode("utf-8", "replace").strip()
    last = said.splitlines()[-1] if said else ""
    for mine in plan.sources:
        if mine.source.key not in finished:
            detail = f"the crawling process ended with {exit_code}: {last}".rstrip(": ")
            spool.write(
                Failure(
                    mine.source.key, mine.source.home, utc_now(), FailureKind.CRASHED, detail[:500]
                )
            )
    return CrawlOutcome(frozenset(finished), exit_code, said)


@contextmanager
def _child(plan_file: Path, log: IO[bytes]) -> Iterator[subprocess.Popen[bytes]]:
    child = subprocess.Popen(  # noqa: S603 - our own module, no shell
        [sys.executable, "-m", "pipeline.crawl.child", str(plan_file)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=log,
        env=bare_environment(),
    )
    try:
        yield child
    finally:
        if child.poll() is None:
            child.terminate()
            try:
                child.wait(timeout=5)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()
        for pipe in (child.stdin, child.stdout):
            if pipe:
                with suppress(BrokenPipeError):
                    pipe.close()


def _tell(child: subprocess.Popen[bytes], grant: Grant) -> None:
    assert child.stdin is not None
    with suppress(BrokenPipeError):  # it died meanwhile: its end is told by its exit code
        child.stdin.write(grant.to_line())
        child.stdin.flush()
