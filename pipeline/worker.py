"""Doing what is due: take the next waiting ``JobRun``, do it, write down how it went.

Any number of these on any number of machines, as long as they share one database
(docs/howto/scale-out.md). What a SIGKILL does: the run's heartbeat stops, and after ``STALE``
another worker (or this one, restarted) takes the row again. Crawling resumes from the spool,
judging knows what is still stale, drafting and upkeep are idempotent, and publishing never repeats
a claimed irreversible delivery. What a database that goes away or a full disk does: the run stays
open and is tried again.

Every room is imported here, before there are lanes: threads that import them side by side can lock
each other out.
"""

from __future__ import annotations

import errno
import logging
import os
import socket
import threading
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from django.db import Error, InterfaceError, OperationalError, close_old_connections, connection

from pipeline.config.home import Home
from pipeline.config.office import Office, load_office
from pipeline.config.sources import load_sources
from pipeline.config.yamlfile import ConfigError
from pipeline.digest.drafting import draft_digest
from pipeline.ingest import Stopped, crawl_sources
from pipeline.ingest.rejudging import Part, judge_stale, understanding_of
from pipeline.ingest.spreading import spread_crawl
from pipeline.logs import run_id
from pipeline.operate.alerting import tell_administrator
from pipeline.operate.doctor_database import read_whole
from pipeline.operate.retention import tidy
from pipeline.publish.outbox import publish_due
from pipeline.publish.rechecking import recheck_published
from pipeline.publish.websub import announce
from pipeline.report.names import names_of
from pipeline.report.reminding import keep_in_time
from pipeline.store.due import STALE, beat, finish, give_back, put_back, take_next
from pipeline.store.models import JobRun
from pipeline.store.reach import Reach
from pipeline.text.clock import iso_week, utc_now

logger = logging.getLogger(__name__)

POLL = 2.0  # seconds between looks at the table
HEARTBEAT = 10.0  # seconds
MAX_ATTEMPTS = 3


class NotHere(Exception):
    """This machine cannot do the run, another may; the message says why."""


@dataclass(frozen=True, slots=True)
class Turn:
    """What a task is handed: ``due`` is the time it was due for, ``now`` when it is done, ``data``
    what its part is about; ``stop`` is set when the worker is to end."""

    home: Home
    office: Office
    now: datetime
    due: datetime
    data: Mapping[str, Any]
    stop: threading.Event


Task = Callable[[Turn], str]


def crawl(turn: Turn) -> str:
    """Which outlets are due, as parts for whoever is free."""
    return spread_crawl(turn.home, now=turn.now, due=turn.due)


def fetch(turn: Turn) -> str:
    """One part of a round: asked, kept, read, judged, grouped."""
    enabled = {each.key for each in load_sources(turn.home.sources_file) if each.enabled}
    keys = [key for key in turn.data["sources"] if key in enabled]  # as it is by now
    counts = crawl_sources(turn.home, turn.office, keys, now=turn.now, stop=turn.stop)
    new = sum(count.new for count in counts)
    busy = [
        count.source for count in counts if any(each["kind"] == "busy" for each in count.errors)
    ]
    left = f"; another process was at: {', '.join(busy)}" if busy else ""
    return f"{len(counts) - len(busy)} sources, {new} new articles{left}"


def judge(turn: Turn) -> str:
    """One part of a re-judging.

    Raises:
        NotHere: the taxonomy or model of this machine is not the one that was asked for.
    """
    understanding = understanding_of(turn.home)
    here, wanted = understanding.judge.version, turn.data["version"]
    if here != wanted:
        raise NotHere(
            f"judgement {wanted} was asked for, taxonomy/ and model/ of {socket.gethostname()} make"
            f" {here} → copy them from the home where the re-judging was asked for"
        )
    since = turn.data.get("since")
    judged = judge_stale(
        understanding,
        turn.now,
        datetime.fromisoformat(since) if since else None,
        part=Part(turn.data["first"], turn.data["end"]),
    )
    return f"{judged} judged"


def draft(turn: Turn) -> str:
    """The digest of the week it was due for, also when it is caught up in the next."""
    digest = draft_digest(iso_week(turn.due), office=turn.office, now=turn.now)
    return f"{digest.week}: {digest.items.count()} items"


def publish(turn: Turn) -> str:
    deliveries = publish_due(office=turn.office, home=turn.home, now=turn.now, stop=turn.stop)
    told = announce(turn.office, turn.home, turn.now)
    return f"{len(deliveries)} deliveries" + (f", hub told of {len(told)} feeds" if told else "")


def recheck(turn: Turn) -> str:
    return recheck_published(turn.home, turn.office, now=turn.now, stop=turn.stop)


def report(turn: Turn) -> str:
    return keep_in_time(turn.office, names_of(turn.home), turn.now)


def watch(turn: Turn) -> str:
    return tell_administrator(turn.home, turn.now)


def upkeep(turn: Turn) -> str:
    """
    Raises:
        Damaged: of the database file; the administrator is told of the run that failed.
    """
    done = tidy(turn.office.retention, turn.now)
    read_whole()
    return done


QUEUES: dict[str, dict[str, Task]] = {
    "fetch": {"crawl": crawl, "fetch": fetch},
    "judge": {"judge": judge},
    "recheck": {"recheck": recheck},
    "publish": {"publish": publish},
    "documents": {"draft": draft, "report": report, "upkeep": upkeep, "watch": watch},
}
"""Worked side by side: a round of slow outlets must not hold up a publication, nor keep up a story
that was taken back."""
TASKS = {name: task for tasks in QUEUES.values() for name, task in tasks.items()}


def worker_name() -> str:
    return f"{socket.gethostname()}:{os.getpid()}"


def perform(
    run: JobRun, home: Home, stop: threading.Event | None = None, reach: Reach | None = None
) -> bool:
    """Do the run and write its outcome. A failure is recorded and the next run goes on. Returns
    whether something holds this worker up that would hold up the next run, too.

    ``office.yaml`` is read for every run: what an administrator switches off is off at once. An
    outcome that cannot be written because the database is away is written when it is back, or
    never if ``stop`` is set first: then the run is taken again.
    """
    task, stop, held_up = TASKS.get(run.job), stop or threading.Event(), False
    by, name = run.data.get("by"), f"{run.job}-{run.pk}-{run.attempts}"
    with run_id(f"{by}>{name}" if by else name):
        try:
            if task is None:
                raise LookupError(f"no task is called '{run.job}'")
            if run.attempts > MAX_ATTEMPTS:
                raise RuntimeError(f"given up after {MAX_ATTEMPTS} attempts that never finished")
            with _heartbeat(run):
                office = load_office(home.office_file)
                turn = Turn(home, office, utc_now(), run.scheduled_for, run.data, stop)
                detail = task(turn)
        except Stopped:
            logger.info("%s: given back, this worker ends", run)
            write = partial(give_back, run)
        except NotHere as error:
            logger.error("%s is left to others: %s", run, error)
            write, held_up = partial(give_back, run, str(error)), True
        except Exception as error:
            detail = f"{type(error).__name__}: {error}"
            if _passes(error):
                logger.error("%s waits: %s", run, detail)
                write = partial(put_back, run, detail)
                held_up = not isinstance(error, OperationalError | InterfaceError)  # asked anew
            else:
                logger.exception("%s failed", run)
                write = partial(finish, run, ok=False, detail=detail)
        else:
            logger.info("%s: %s", run, detail)
            write = partial(finish, run, ok=True, detail=detail)
        _insist(write, stop, reach or Reach())
    return held_up


def _passes(error: Exception) -> bool:
    """Whether nothing is wrong with the job itself: a file of the home is faulty, the database is
    away or the disk is full. A person mends that, and the week's draft must not be lost
    meanwhile."""
    if isinstance(error, OSError):
        return error.errno in (errno.ENOSPC, errno.EDQUOT)
    return isinstance(error, ConfigError | OperationalError | InterfaceError)


def _insist(write: Callable[[], None], stop: threading.Event, reach: Reach) -> None:
    while True:
        try:
            close_old_connections()
            write()
        except (OperationalError, InterfaceError) as error:
            if stop.wait(reach.lost(error)):
                return
        else:
            return reach.answered()


def run_worker(home: Home, stop: threading.Event, queues: Collection[str] = QUEUES) -> None:
    """Work on ``queues`` until ``stop`` is set; runs in progress are finished first, a round of
    outlets ended and given back.

    While the database is away the lanes try again ever more seldom; it is said once.
    """
    reach = Reach()

    def work(jobs: Collection[str]) -> None:
        while not stop.is_set():
            try:
                close_old_connections()
                run = take_next(worker_name(), jobs)
                reach.answered()
                rest = POLL
                if run:
                    rest = STALE.total_seconds() if perform(run, home, stop, reach) else 0
            except (OperationalError, InterfaceError) as error:
                rest = reach.lost(error)
            except Exception:
                logger.exception("a fault of ours; this lane goes on")
                rest = POLL
            stop.wait(rest)
        connection.close()

    lanes = [threading.Thread(target=work, args=(QUEUES[each],), name=each) for each in queues]
    for lane in lanes:
        lane.start()
    for lane in lanes:
        lane.join()


@contextmanager
def _heartbeat(run: JobRun) -> Iterator[None]:
    done = threading.Event()

    def keep_beating() -> None:
        try:
            while not done.wait(HEARTBEAT):
                try:
                    beat(run)
                except Error:  # the next beat may reach it, by a new connection
                    connection.close()
        finally:
            connection.close()

    thread = threading.Thread(target=keep_beating, daemon=True, name="heartbeat")
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
