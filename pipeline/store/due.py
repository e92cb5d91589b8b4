"""Due work as rows: written once, taken by one worker, given back when that one dies.

The clock is the database's, so that workers on several machines agree on who is alive.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Now

from pipeline.logs import current_run
from pipeline.store.models import JobRun

STALE = timedelta(seconds=60)
"""A run without a heartbeat for this long belongs to a killed worker."""


def write_parts(job: str, at: datetime, parts: Sequence[Mapping[str, Any]]) -> int:
    """Write one run per part, all or none; those of this ``at`` that are there already stay.

    A job that spreads its work calls it and may be killed and repeated: nothing is written twice.
    Each part knows the run that wrote it: its log lines carry both. Returns how many were given.
    """
    by = {"by": current_run()}
    JobRun.objects.bulk_create(
        (
            JobRun(job=job, scheduled_for=at, part=number, data={**data, **by})
            for number, data in enumerate(parts, start=1)
        ),
        ignore_conflicts=True,
    )
    return len(parts)


def take_next(worker: str, jobs: Collection[str]) -> JobRun | None:
    """Claim the oldest run of ``jobs`` that waits or whose worker has died.

    Two workers cannot both get it, nor wait for each other: under PostgreSQL a row that another is
    claiming is passed over, and SQLite has one writer. An idle look takes no lock.
    """
    free = Q(started_at=None) | Q(heartbeat_at__lt=Now() - STALE)
    due = JobRun.objects.filter(free, finished_at=None, job__in=jobs)
    if not due.exists():
        return None
    with transaction.atomic():
        oldest = due.select_for_update(skip_locked=True).order_by("scheduled_for", "part").first()
        if oldest is None:
            return None
        JobRun.objects.filter(pk=oldest.pk).update(
            worker=worker,
            started_at=Now(),
            heartbeat_at=Now(),
            attempts=F("attempts") + 1,
            detail="",
        )
    oldest.refresh_from_db()
    return oldest


def beat(run: JobRun) -> None:
    """Say that the worker of ``run`` lives."""
    _mine(run).update(heartbeat_at=Now())


def finish(run: JobRun, *, ok: bool, detail: str) -> None:
    """Write the outcome, unless another worker has taken the run meanwhile."""
    _mine(run).update(finished_at=Now(), ok=ok, detail=_storable(detail))


def put_back(run: JobRun, detail: str) -> None:
    """Leave the run open: it is tried again when its heartbeat has gone stale, and this attempt
    does not count."""
    _mine(run).update(heartbeat_at=Now(), attempts=F("attempts") - 1, detail=_storable(detail))


def give_back(run: JobRun, detail: str = "") -> None:
    """Leave the run to whoever looks next, as if it had not been begun."""
    _mine(run).update(
        worker="",
        started_at=None,
        heartbeat_at=None,
        attempts=F("attempts") - 1,
        detail=_storable(detail),
    )


def _storable(detail: str) -> str:
    """PostgreSQL takes no NUL, and neither database half a character."""
    return detail.replace("\0", "").encode("utf-8", "replace").decode()[:2000]


def _mine(run: JobRun) -> Any:
    # The attempt, too: a container that starts again has the name of the one that died.
    return JobRun.objects.filter(
        pk=run.pk, worker=run.worker, attempts=run.attempts, finished_at=None
    )
