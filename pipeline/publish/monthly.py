"""The letter of readers who want one a month: the month's stories as they were approved."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from pipeline.digest.content import EditionContent
from pipeline.publish.approved import content_of
from pipeline.publish.channels import portal
from pipeline.publish.site.entries import Tombstone, collect
from pipeline.store.models import DeliveryState, Edition, Withdrawal
from pipeline.text.clock import VIETNAM


def carries_month(content: EditionContent) -> EditionContent | None:
    """What goes with ``content`` to monthly readers: the stories of the calendar month before, each
    in its newest words. None: an earlier edition of this month took the letter along."""
    if content.publish_at is None:
        return None
    first = month_start(content.publish_at)
    out = Edition.objects.filter(
        deliveries__channel=portal.NAME, deliveries__state=DeliveryState.SENT
    )
    this_month = out.filter(publish_at__gte=first, number__lt=content.number)
    if not all(content_of(edition).corrects for edition in this_month):
        return None
    before = month_start(first - timedelta(days=1))
    editions = out.filter(publish_at__gte=before, publish_at__lt=first)
    gone = Withdrawal.objects.values_list("story__public_id", "at")
    stones = [Tombstone(str(public_id), at) for public_id, at in gone]
    return compiled(content, map(content_of, editions.order_by("number")), stones, before)


def compiled(
    content: EditionContent,
    editions: Iterable[EditionContent],
    gone: Iterable[Tombstone],
    month: datetime,
) -> EditionContent:
    """One letter of ``editions`` (oldest first), named after ``month``. Newest stories first."""
    entries = collect(list(editions), {stone.public_id: stone for stone in gone}, {})
    return replace(
        content,
        number=0,
        title=f"Gương sáng tháng {month.astimezone(VIETNAM):%-m/%Y}",
        intro="",
        closing="",
        items=tuple(entry.item for entry in entries),
    )


def month_start(moment: datetime) -> datetime:
    """Midnight in Viet Nam on the first of the month."""
    local = moment.astimezone(VIETNAM)
    return local.replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def next_month(moment: datetime) -> datetime:
    return month_start(month_start(moment) + timedelta(days=31))
