"""What is due, who works on it, and how the last runs went."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Max, Min, Q

from pipeline.store.due import STALE
from pipeline.store.models import JobRun


@dataclass(frozen=True, slots=True)
class JobState:
    job: str
    waiting: int
    """Runs that nobody has begun."""
    oldest: datetime | None
    """Since when the oldest of them is due."""
    running: int
    lost: int
    """Begun, but their workers have died: taken again by the next that looks."""
    workers: list[str]
    held: str
    """What an open run waits for (a faulty file, the database, the disk); else empty."""
    last_success: datetime | None
    failed: int
    """In the last 24 hours."""

    def as_json(self) -> dict[str, Any]:
        values = asdict(self)
        for key in ("oldest", "last_success"):
            values[key] = values[key].isoformat() if values[key] else None
        return values


def job_states(now: datetime) -> list[JobState]:
    """Of every job that has a run, by name."""
    unbegun = Q(started_at=None, finished_at=None)
    begun = Q(started_at__isnull=False, finished_at=None)
    alive = Q(heartbeat_at__gte=now - STALE)
    rows = JobRun.objects.values("job").annotate(
        waiting=Count("pk", filter=unbegun),
        oldest=Min("scheduled_for", filter=unbegun),
        running=Count("pk", filter=begun & alive & Q(detail="")),
        lost=Count("pk", filter=begun & ~alive),
        last_success=Max("finished_at", filter=Q(ok=True)),
        failed=Count("pk", filter=Q(ok=False, finished_at__gt=now - timedelta(days=1))),
    )
    return [
        JobState(**row, workers=_workers(row["job"], now), held=_held(row["job"]))
        for row in rows.order_by("job")
    ]


def _workers(job: str, now: datetime) -> list[str]:
    at_work = JobRun.objects.filter(
        job=job, finished_at=None, heartbeat_at__gte=now - STALE, detail=""
    )
    return sorted(set(at_work.values_list("worker", flat=True)))


def _held(job: str) -> str:
    held = JobRun.objects.filter(job=job, finished_at=None).exclude(detail="")
    return held.values_list("detail", flat=True).order_by("-heartbeat_at").first() or ""
