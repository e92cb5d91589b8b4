"""Doing what is due: take the next waiting ``JobRun``, do it, write down how it went.

What a SIGKILL does: the run's heartbeat stops, and after ``STALE`` another worker (or this one,
restarted) takes the row again. Crawling resumes from the spool, drafting and upkeep are idempotent,
and publishing never repeats a claimed irreversible delivery.
"""

from __future__ import annotations

import logging
import os
import socket
import threading
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import DatabaseError, close_old_connections, connection
from django.db.models import F, Q

from pipeline.config.home import Home
from pipeline.config.office import Office, load_office
from pipeline.config.yamlfile import ConfigError
from pipeline.store.models import JobRun
from pipeline.text.clock import iso_week, utc_now

logger = logging.getLogger(__name__)

POLL = 2.0  # seconds between looks at the table
HEARTBEAT = 10.0  # seconds
STALE = timedelta(seconds=60)
MAX_ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class Turn:
    """What a task is handed: ``due`` is the time it was due for, ``now`` when it is done."""

    home: Home
    office: Office
    now: datetime
    due: datetime


Task = Callable[[Turn], str]


def crawl(turn: Turn) -> str:
    from pipeline.ingest import crawl_due

    return crawl_due(turn.home, turn.office, now=turn.now)


def draft(turn: Turn) -> str:
    """The digest of the week it was due for, also when it is caught up in the next."""
    from pipeline.digest.drafting import draft_digest

    digest = draft_digest(iso_week(turn.due), office=turn.office, now=turn.now)
    return f"{digest.week}: {digest.items.count()} items"


def publish(turn: Turn) -> str:
    from pipeline.publish.outbox import publish_due

    deliveries = publish_due(office=turn.office, home=turn.home, now=turn.now)
    return f"{len(deliveries)} deliveries"


def recheck(turn: Turn) -> str:
    from pipeline.publish.rechecking import recheck_published

    return recheck_published(turn.home, turn.office, now=turn.now)


def report(turn: Turn) -> str:
    from pipeline.report.names import names_of
    from pipeline.report.reminding import keep_in_time

    return keep_in_time(turn.office, names_of(turn.home), turn.now)


def upkeep(turn: Turn) -> str:
    from django.core.management import call_command

    call_command("clearsessions")
    old, _ = JobRun.objects.filter(finished_at__lt=turn.now - timedelta(days=30)).delete()
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA optimize")
    return f"{old} old runs removed"


TASKS: dict[str, Task] = {
    "crawl": crawl,
    "draft": draft,
    "publish": publish,
    "recheck": recheck,
    "report": report,
    "upkeep": upkeep,
}

_OUTWARD = frozenset({"crawl", "recheck"})
LANES = (_OUTWARD, frozenset(TASKS) - _OUTWARD)
"""Worked side by side: a round of slow outlets must not hold up a publication."""


def worker_name() -> str:
    return f"{socket.gethostname()}:{os.getpid()}"


def take_next(worker: str, now: datetime, jobs: Collection[str] = TASKS) -> JobRun | None:
    """Claim the oldest run of ``jobs`` that waits or whose worker has died. Two workers cannot both
    get it: the claim is one conditional UPDATE."""
    free = Q(started_at=None) | Q(heartbeat_at__lt=now - STALE)
    due = JobRun.objects.filter(free, finished_at=None, job__in=jobs).order_by("scheduled_for")
    for run in due:
        claimed = JobRun.objects.filter(
            free, pk=run.pk, finished_at=None, attempts=run.attempts
        ).update(worker=worker, started_at=now, heartbeat_at=now, attempts=F("attempts") + 1)
        if claimed:
            run.refresh_from_db()
            return run
    return None


def perform(run: JobRun, home: Home) -> None:
    """Do the run and write its outcome. A failure is recorded and the next run goes on.

    ``office.yaml`` is read for every run: what an administrator switches off is off at once.
    """
    task = TASKS.get(run.job)
    try:
        if task is None:
            raise LookupError(f"no task is called '{run.job}'")
        if run.attempts > MAX_ATTEMPTS:
            raise RuntimeError(f"given up after {MAX_ATTEMPTS} attempts that never finished")
        with _heartbeat(run):
            turn = Turn(home, load_office(home.office_file), utc_now(), run.scheduled_for)
            run.detail, run.ok = task(turn), True
    except ConfigError as error:
        _wait_for_mending(run, error)
        return
    except Exception as error:
        logger.exception("%s failed", run)
        run.detail, run.ok = f"{type(error).__name__}: {error}", False
    JobRun.objects.filter(pk=run.pk, worker=run.worker).update(
        finished_at=utc_now(), ok=run.ok, detail=run.detail[:2000]
    )


def _wait_for_mending(run: JobRun, error: ConfigError) -> None:
    """A faulty file of the home is for a person to mend, and the week's draft must not be lost
    meanwhile: the run stays open and is tried again each time its heartbeat has gone stale."""
    logger.error("%s waits: %s", run, error)
    JobRun.objects.filter(pk=run.pk, worker=run.worker).update(
        heartbeat_at=utc_now(), attempts=F("attempts") - 1, detail=str(error)[:2000]
    )


def run_worker(home: Home, stop: threading.Event) -> None:
    """Work until ``stop`` is set; runs in progress are finished first.

    A lane that cannot reach the database says so and tries again.
    """

    def work(jobs: Collection[str]) -> None:
        while not stop.is_set():
            close_old_connections()
            try:
                run = take_next(worker_name(), utc_now(), jobs)
                if run:
                    perform(run, home)
                    continue
            except DatabaseError:
                logger.exception("the database does not answer; trying again")
            stop.wait(POLL)
        connection.close()

    lanes = [threading.Thread(target=work, args=(jobs,), name="+".join(jobs)) for jobs in LANES]
    for lane in lanes:
        lane.start()
    for lane in lanes:
        lane.join()


@contextmanager
def _heartbeat(run: JobRun) -> Iterator[None]:
    done = threading.Event()

    def beat() -> None:
        try:
            while not done.wait(HEARTBEAT):
                with suppress(DatabaseError):  # the next beat may reach it
                    mine = JobRun.objects.filter(pk=run.pk, worker=run.worker)
                    mine.update(heartbeat_at=utc_now())
        finally:
            connection.close()

    thread = threading.Thread(target=beat, daemon=True, name="heartbeat")
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
