"""What the overview and the quarter's report count alike."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from statistics import median

from django.db.models import Q, QuerySet

from pipeline.store.models import Story, StoryStatus

EXEMPLARY = ~Q(label="no") | Q(status=StoryStatus.ACCEPTED)
"""The machine takes it for an exemplar's or is not sure, or a person accepted it all the same: who
accepts what the machine turned down must not be left with more accepted than found."""


def found(begin: datetime, end: datetime) -> QuerySet[Story]:
    """``EXEMPLARY`` stories found from ``begin`` until before ``end``."""
    return Story.objects.filter(EXEMPLARY, found_at__gte=begin, found_at__lt=end)


def decided(begin: datetime, end: datetime) -> QuerySet[Story]:
    """Stories that a person accepted, rejected or held in that time."""
    return Story.objects.filter(decided_at__gte=begin, decided_at__lt=end)


def median_hours(spans: Iterable[tuple[datetime | None, datetime | None]]) -> float | None:
    """Of the spans that have both ends, the right way round; None: nothing to measure."""
    hours = [
        (end - start) / timedelta(hours=1) for start, end in spans if start and end and end >= start
    ]
    return median(hours) if hours else None
