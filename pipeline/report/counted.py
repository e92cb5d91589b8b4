"""What the overview and the quarter's report count alike: one rule for each figure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from statistics import median
from typing import Any

from django.db.models import Min, OuterRef, Q, QuerySet, Subquery

from pipeline.publish.channels import portal
from pipeline.store.models import Delivery, DeliveryState, DigestItem, Story, StoryStatus

EXEMPLARY = ~Q(label="no") | Q(status=StoryStatus.ACCEPTED)
"""The machine takes it for an exemplar's or is not sure, or a person accepted it all the same: who
accepts what the machine turned down must not be left with more accepted than found."""


def found(begin: datetime, end: datetime) -> QuerySet[Story]:
    """``EXEMPLARY`` stories found from ``begin`` until before ``end``."""
    return Story.objects.filter(EXEMPLARY, found_at__gte=begin, found_at__lt=end)


def decided(begin: datetime, end: datetime) -> QuerySet[Story]:
    """Stories that a person accepted, rejected or held in that time."""
    return Story.objects.filter(decided_at__gte=begin, decided_at__lt=end)


def published(begin: datetime, end: datetime) -> QuerySet[Any]:
    """Stories that the portal first showed in that time (``out_at``), whatever was planned, and
    that were not taken back since. What was merged after it had come out is counted: people read
    it."""
    went = _PORTAL.filter(finished_at__gte=begin, finished_at__lt=end)
    told = DigestItem.objects.filter(digest__editions__in=went.values("edition"))
    shows = _PORTAL.filter(edition__digest__items__story=OuterRef("pk")).order_by()
    first = shows.values("channel").annotate(at=Min("finished_at")).values("at")
    stories = Story.every.filter(pk__in=told.values("story"), withdrawal=None)
    return stories.annotate(out_at=Subquery(first)).filter(out_at__gte=begin)


_PORTAL = Delivery.objects.filter(channel=portal.NAME, state=DeliveryState.SENT)


def median_hours(spans: Iterable[tuple[datetime | None, datetime | None]]) -> float | None:
    """Of the spans that have both ends, the right way round; None: nothing to measure."""
    hours = [
        (end - start) / timedelta(hours=1) for start, end in spans if start and end and end >= start
    ]
    return median(hours) if hours else None
