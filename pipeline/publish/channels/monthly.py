"""The letter of readers who want one a month: the month's stories as they were approved."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from pipeline.digest.content import EditionContent
from pipeline.publish.approved import content_of
from pipeline.publish.channels import portal
from pipeline.publish.outcomes import NotSent
from pipeline.publish.site.entries import Tombstone, collect
from pipeline.store.models import Delivery, DeliveryState, Edition, Withdrawal
from pipeline.text.clock import VIETNAM


def had_this_month(channel: str, recipient: str, number: int, at: datetime) -> bool:
    """Whether ``recipient`` was sent something, or may have been, with another edition than
    ``number`` in the month of ``at``. Corrections are no letter of the month.

    Raises:
        NotSent: one is on its way at this moment.
    """
    first = month_start(at)
    others = Edition.objects.filter(
        correction=None, publish_at__gte=first, publish_at__lt=next_month(first)
    ).exclude(number=number)
    # By the ledger's own key, edition by edition: it has millions of rows.
    letters = Delivery.objects.filter(
        edition__in=list(others.values_list("pk", flat=True)), channel=channel, recipient=recipient
    )
    states = set(letters.values_list("state", flat=True))
    if states & {DeliveryState.SENT, DeliveryState.UNKNOWN}:
        return True
    if DeliveryState.SENDING in states:
        raise NotSent("Thư tháng này đang gửi cùng một số khác", again=True)
    return False


def month_before(content: EditionContent, at: datetime) -> EditionContent:
    """What goes with ``content`` to monthly readers: the stories of the calendar month before
    ``at``, each in its newest words."""
    first = month_start(at)
    before = month_start(first - timedelta(days=1))
    editions = Edition.objects.filter(
        deliveries__channel=portal.NAME,
        deliveries__state=DeliveryState.SENT,
        publish_at__gte=before,
        publish_at__lt=first,
    )
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
