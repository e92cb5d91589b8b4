"""What the overview and the quarter's report count alike."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from statistics import median

from django.db.models import QuerySet

from pipeline.store.models import Story


def found(begin: datetime, end: datetime) -> QuerySet[Story]:
    """Stories found from ``begin`` until before ``end`` that the machine takes for an exemplar's,
    or is not sure of."""
    return Story.objects.filter(found_at__gte=begin, found_at__lt=end).exclude(label="no")


def decided(begin: datetime, end: datetime) -> QuerySet[Story]:
    """Stories that a person accepted, rejected or held in that time."""
    return Story.objects.filter(decided_at__gte=begin, decided_at__lt=end)


def median_hours(spans: Iterable[tuple[datetime | None, datetime | None]]) -> float | None:
    """Of the spans that have both ends, the right way round; None: nothing to measure."""
    hours = [
        (end - start) / timedelta(hours=1) for start, end in spans if start and end and end >= start
    ]
    return median(hours) if hours else None
