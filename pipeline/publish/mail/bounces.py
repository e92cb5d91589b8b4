"""Letters that come back. Each carries its reader's id and edition in its return address (VERP), so
that no foreign mail server needs to be trusted about whom it concerns; what happened is read by
flufl.bounce, complaints by their format (ARF, RFC 5965).
"""

from __future__ import annotations

import logging
import uuid
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage, Message
from itertools import groupby

from django.db import transaction
from flufl.bounce import all_failures

from pipeline.config.office import Office
from pipeline.publish.channels.newsletter import NAME
from pipeline.publish.mail import subscribers, verp
from pipeline.store.audit import record
from pipeline.store.models import (
    Bounce,
    Delivery,
    DeliveryState,
    Edition,
    Subscriber,
    SubscriberState,
)

log = logging.getLogger(__name__)

SOFT_LIMIT = 3
"""Letters to one reader that came back softly, none in between that did not, before we stop."""
LARGEST = 1_000_000
"""Bytes of a returned letter that are looked at."""
_WENT = (DeliveryState.SENT, DeliveryState.UNKNOWN, DeliveryState.SENDING)
_RECIPIENTS = ("Delivered-To", "X-Original-To", "Envelope-To", "To")


@dataclass(frozen=True, slots=True)
class Returned:
    subscriber: uuid.UUID
    edition: int
    kind: Bounce.Kind


def read(raw: bytes, recipient: str = "") -> Returned | None:
    """What a letter to our return address says; None: it is not about a letter of ours, or says
    nothing about its fate (an absence notice).

    ``recipient``: as the mail server gave it; empty: from the letter's own headers.
    """
    message = message_from_bytes(raw[:LARGEST], policy=policy.default)
    addresses = [recipient, *_recipients(message)]
    found = next(filter(None, map(verp.read, addresses)), None)
    if found is None:
        return None
    edition, subscriber = found
    kind = _kind(raw[:LARGEST], message)
    return Returned(subscriber, edition, kind) if kind else None


def note(returned: Returned, office: Office, at: datetime) -> bool:
    """Keep it, and send that reader no more after a hard return, ``SOFT_LIMIT`` soft ones in a row
    or a complaint. False: it was noted before, or the reader is gone."""
    with transaction.atomic():
        reader = (
            Subscriber.objects.select_for_update().filter(public_id=returned.subscriber).first()
        )
        if reader is None:
            return False
        _row, created = Bounce.objects.get_or_create(
            subscriber=reader, edition=returned.edition, kind=returned.kind, defaults={"at": at}
        )
        if not created:
            return False
        if returned.kind == Bounce.Kind.COMPLAINT:
            subscribers.leave(reader, office=office, at=at)
        elif reader.state == SubscriberState.ACTIVE and _enough(reader, returned):
            Subscriber.objects.filter(pk=reader.pk).update(state=SubscriberState.BOUNCED)
            record(
                "subscriber.bounced",
                reader,
                actor=None,
                at=at,
                after={"kind": returned.kind, "edition": returned.edition},
            )
    return True


def _enough(reader: Subscriber, returned: Returned) -> bool:
    if returned.kind == Bounce.Kind.HARD:
        return True
    came_back = set(reader.bounces.filter(kind=Bounce.Kind.SOFT).values_list("edition", flat=True))
    # By the ledger's own key, edition by edition: it has millions of rows.
    editions = list(Edition.objects.values_list("pk", flat=True))
    letters = Delivery.objects.filter(
        edition__in=editions, channel=NAME, recipient=str(reader.public_id), state__in=_WENT
    )
    numbers = letters.order_by("edition__number").values_list("edition__number", flat=True)
    runs = [list(run) for _back, run in groupby(numbers, came_back.__contains__)]
    return any(returned.edition in run and len(run) >= SOFT_LIMIT for run in runs)


def _kind(raw: bytes, message: EmailMessage | Message) -> Bounce.Kind | None:
    report = str(message.get_param("report-type", "")).lower()
    if message.get_content_type() == "multipart/report" and report == "feedback-report":
        return Bounce.Kind.COMPLAINT
    try:
        temporary, permanent = all_failures(message_from_bytes(raw))
    except Exception:  # a detector trips over a letter of no form: it tells nothing then
        log.exception("a returned letter could not be read")
        return None
    if permanent:
        return Bounce.Kind.HARD
    return Bounce.Kind.SOFT if temporary else None


def _recipients(message: EmailMessage | Message) -> list[str]:
    return [str(value) for name in _RECIPIENTS for value in message.get_all(name, [])]
