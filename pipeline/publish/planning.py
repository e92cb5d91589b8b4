"""Storing the plan of an approved edition; what stored plans are due, or cannot be trusted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import islice

from django.db import transaction
from django.db.models import Q

from pipeline.config.office import Office
from pipeline.digest.content import EditionContent, from_json
from pipeline.publish.channels import CHANNELS, newsletter, portal
from pipeline.publish.channels.base import Channel, Paced
from pipeline.publish.channels.monthly import next_month
from pipeline.publish.plan import Planned, is_late, plan
from pipeline.store.models import Delivery, DeliveryState, Edition, Rhythm, Subscriber
from pipeline.text.format import date_time

_BATCH = 500
_OUT = (DeliveryState.SENT, DeliveryState.UNKNOWN, DeliveryState.SENDING)
"""The other side has it, or may have."""


def plan_edition(edition: Edition, office: Office) -> None:
    """Store the plan of ``edition`` for every enabled channel; the rows it has already stay.

    The plan is stored whole or not at all: a half plan would look like a plan, and whoever it
    left out would be lost. A second call adds only what is new since (a subscriber).
    """
    planned = iter(_plan(edition, office))
    with transaction.atomic():
        while batch := list(islice(planned, _BATCH)):
            Delivery.objects.bulk_create(
                (
                    Delivery(
                        edition=edition,
                        channel=row.channel,
                        recipient=row.recipient,
                        due_at=row.due_at,
                    )
                    for row in batch
                ),
                ignore_conflicts=True,
            )


def leave_to_people(office: Office, taken_at: datetime, now: datetime) -> int:
    """After a backup of ``taken_at`` was brought back: what was due meanwhile may have gone out,
    and the database cannot know. What can be repeated stays planned; of the rest, people decide.
    Returns how many deliveries those are."""
    repeatable = [name for name in enabled(office) if CHANNELS[name].reversible(office)]
    begun = Q(state=DeliveryState.SENDING) | Q(state=DeliveryState.PLANNED, due_at__lte=now)
    doubtful = Delivery.objects.filter(begun).exclude(channel__in=repeatable)

    def leave() -> int:
        return doubtful.update(
            state=DeliveryState.UNKNOWN,
            finished_at=now,
            next_try_at=None,
            detail=f"Dữ liệu được khôi phục từ bản sao lưu lúc {date_time(taken_at)}:"
            " không rõ đã phát hay chưa",
        )

    count = leave()
    unplanned = Edition.objects.filter(deliveries=None, publish_at__lte=now)
    for edition in unplanned.order_by("publish_at", "number"):
        plan_edition(edition, office)  # a correction: to whom what it corrects may have reached
        count += leave()
    return count


def due(now: datetime) -> Q:
    """The deliveries to be sent now."""
    return Q(state=DeliveryState.PLANNED, due_at__lte=now) & (
        Q(next_try_at=None) | Q(next_try_at__lte=now)
    )


def enabled(office: Office) -> list[str]:
    """Names of the channels that the office uses, in the order to send."""
    return [name for name, channel in CHANNELS.items() if channel.enabled(office)]


def would_send(
    unplanned: Iterable[Edition],
    office: Office,
    now: datetime,
    edition: Edition | None,
    channel: str | None,
) -> list[Delivery]:
    """What a round at ``now`` would send; nothing is stored."""
    planned = [
        Delivery(edition=approved, channel=row.channel, recipient=row.recipient, due_at=row.due_at)
        for approved in unplanned
        for row in _plan(approved, office)
    ]
    stored = Delivery.objects.filter(due(now), channel__in=enabled(office))
    if edition is not None:
        stored = stored.filter(edition=edition)
    rows = [
        row
        for row in [*planned, *stored.select_related("edition")]
        if channel in (None, row.channel)
        and row.due_at <= now
        and not is_late(row.due_at, now, office.late_grace)
    ]
    pages_out = {row.edition_id for row in rows if row.channel == portal.NAME}
    unsent = Delivery.objects.filter(channel=portal.NAME).exclude(state=DeliveryState.SENT)
    pages_wait = {row.edition_id for row in planned if row.channel == portal.NAME}
    pages_wait |= set(unsent.values_list("edition_id", flat=True))
    return [
        row
        for row in rows
        if row.channel == portal.NAME or row.edition_id not in pages_wait - pages_out
    ]


def _plan(edition: Edition, office: Office) -> tuple[Planned, ...]:
    content = from_json(edition.content)
    recipients: Mapping[str, Iterable[str]] = {
        name: CHANNELS[name].recipients(office) for name in enabled(office)
    }
    if content.corrects:
        recipients = _told_before(content, recipients)
    return plan(
        content,
        {name: _paced(CHANNELS[name], everyone, office) for name, everyone in recipients.items()},
        publish_at=edition.publish_at,
        delay=office.source_delay,
    )


def _paced(
    channel: Channel, everyone: Iterable[str], office: Office
) -> Iterator[tuple[str, timedelta]]:
    if not isinstance(channel, Paced):
        return ((recipient, timedelta()) for recipient in everyone)
    chosen = list(everyone)
    return zip(chosen, channel.waits(chosen, office), strict=True)


def _told_before(
    content: EditionContent, recipients: Mapping[str, Iterable[str]]
) -> dict[str, Iterable[str]]:
    """Of ``recipients`` those who were sent, or may have been, what ``content`` corrects."""
    sent = Delivery.objects.filter(edition__number__in=content.corrects, state__in=_OUT)
    told = set(sent.values_list("channel", "recipient")) | _told_with_the_month(content.corrects)
    return {
        channel: [each for each in everyone if (channel, each) in told]
        for channel, everyone in recipients.items()
    }


def _told_with_the_month(numbers: Sequence[int]) -> set[tuple[str, str]]:
    """Readers of one letter a month who had these editions in a later letter."""
    monthly = Subscriber.objects.filter(rhythm=Rhythm.MONTHLY).values_list("public_id", flat=True)
    readers = {str(public_id) for public_id in monthly}
    told = set()
    for corrected in Edition.objects.filter(number__in=numbers):
        later = Delivery.objects.filter(
            edition__publish_at__gte=next_month(corrected.publish_at),
            channel=newsletter.NAME,
            state__in=_OUT,
        )
        told |= {row for row in later.values_list("channel", "recipient") if row[1] in readers}
    return told
