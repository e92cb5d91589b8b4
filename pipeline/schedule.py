"""When things are due. The scheduler only writes ``JobRun`` rows; workers do the work.

APScheduler keeps time; our own table keeps state, so that a restart knows what was missed.
"""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass
from datetime import datetime, timedelta

from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger
from django.db import Error, close_old_connections, transaction

from pipeline.config.office import Schedule
from pipeline.store.models import JobRun
from pipeline.store.reach import Reach
from pipeline.text.clock import VIETNAM, utc_now

logger = logging.getLogger(__name__)

EPOCH = datetime(2026, 1, 1, tzinfo=VIETNAM)
PUBLISH_EVERY = timedelta(minutes=1)
RECHECK_EVERY = timedelta(minutes=10)
"""How often published links that are due are looked for; each is due hourly or daily."""
WATCH_EVERY = timedelta(minutes=15)
"""How often the administrator is told what is newly broken."""
REPORT_AT = "07:00"
"""When the quarter's report is looked after: nearly always nothing is due."""
LOOK_BACK = timedelta(days=8)
"""A weekly job missed by more than this waits for its next turn."""


@dataclass(frozen=True, slots=True)
class Job:
    name: str
    trigger: BaseTrigger


def jobs_of(schedule: Schedule) -> tuple[Job, ...]:
    """The jobs of an office, in Asia/Ho_Chi_Minh."""
    return (
        Job("crawl", _every(schedule.crawl)),
        Job("draft", _weekly(schedule.draft)),
        Job("publish", _every(PUBLISH_EVERY)),
        Job("recheck", _every(RECHECK_EVERY)),
        Job("report", _daily(REPORT_AT)),
        Job("upkeep", _daily(schedule.upkeep)),
        Job("watch", _every(WATCH_EVERY)),
    )


def latest_due(trigger: BaseTrigger, now: datetime, after: datetime) -> datetime | None:
    """The last time in ``(after, now]`` at which ``trigger`` was due: one, however many passed."""
    start = max(after, now - LOOK_BACK) + timedelta(microseconds=1)
    if isinstance(trigger, IntervalTrigger):
        # Counted rather than walked: a minute's interval over a week is 10,000 steps.
        turn = (now - EPOCH) // trigger.interval * trigger.interval + EPOCH
        return turn if turn >= start else None
    found = None
    due = trigger.get_next_fire_time(None, start)
    while due is not None and due <= now:
        found, due = due, trigger.get_next_fire_time(due, due + timedelta(microseconds=1))
    return found


def enqueue(job: Job, now: datetime) -> JobRun | None:
    """Write the row of the job's latest due time, unless it is there or an earlier one still waits.

    The first time a job is ever seen, what was due before is taken as done: an installation does
    not begin by catching up a week it did not exist in.
    """
    with transaction.atomic():
        last = JobRun.objects.filter(job=job.name).order_by("-scheduled_for").first()
        if last is None:
            if not isinstance(job.trigger, IntervalTrigger):
                JobRun.objects.create(
                    job=job.name,
                    scheduled_for=now,
                    started_at=now,
                    finished_at=now,
                    detail="first start",
                )
                return None
            after = now - LOOK_BACK
        elif last.finished_at is None:
            return None
        else:
            after = last.scheduled_for
        due = latest_due(job.trigger, now, after)
        if due is None:
            return None
        run, created = JobRun.objects.get_or_create(job=job.name, scheduled_for=due)
        return run if created else None


def run_scheduler(schedule: Schedule, stop: threading.Event) -> None:
    """Keep time until ``stop`` is set. One process only: a second one writes nothing new, because
    the rows are unique, but is of no use."""
    scheduler, reach = BackgroundScheduler(timezone=VIETNAM), Reach()
    for job in jobs_of(schedule):
        scheduler.add_job(
            _tick,
            job.trigger,
            args=[job, reach],
            id=job.name,
            coalesce=True,
            max_instances=1,
            misfire_grace_time=None,
        )
    for job in jobs_of(schedule):
        _tick(job, reach)
    scheduler.start()
    stop.wait()
    scheduler.shutdown(wait=True)


def _tick(job: Job, reach: Reach) -> None:
    close_old_connections()
    try:
        run = enqueue(job, utc_now())
        reach.answered()
        if run:
            logger.info("due: %s", run)
    except Error as error:
        reach.lost(error)  # what is due now is still due at the next turn
    finally:
        close_old_connections()


def _every(interval: timedelta) -> IntervalTrigger:
    return IntervalTrigger(
        seconds=int(interval.total_seconds()), start_date=EPOCH, timezone=VIETNAM
    )


def _weekly(text: str) -> CronTrigger:
    day, _, clock = text.partition(" ")
    hour, _, minute = clock.partition(":")
    return CronTrigger(day_of_week=day, hour=hour, minute=minute, timezone=VIETNAM)


def _daily(text: str) -> CronTrigger:
    hour, _, minute = text.partition(":")
    return CronTrigger(hour=hour, minute=minute, timezone=VIETNAM)
