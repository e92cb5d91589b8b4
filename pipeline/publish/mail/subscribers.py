"""Joining and leaving the newsletter, with the proof that the law asks for (Law 91/2025/QH15:
consent is express, for a stated purpose, provable and revocable)."""

from __future__ import annotations

import hmac
from collections.abc import Iterator
from datetime import datetime, timedelta
from email.utils import formataddr, parseaddr
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.core.validators import validate_email
from django.db import transaction

from pipeline.config.office import Office
from pipeline.publish import links
from pipeline.publish.mail.sending import Mailer
from pipeline.publish.rendering import render
from pipeline.store import erasures
from pipeline.store.audit import record
from pipeline.store.models import Consent, Delivery, Subscriber, SubscriberState

WORDING_VERSION = "2026-11-22"
ASK_AGAIN = timedelta(days=1)
EVERYBODY, WINDOW = 120, timedelta(hours=1)


class TooMany(Exception):
    """``EVERYBODY`` letters that ask were sent within ``WINDOW``."""


def wording(office: Office) -> str:
    """What a subscriber agrees to. Change ``WORDING_VERSION`` with it."""
    return (
        f"Tôi đồng ý để {office.name} dùng địa chỉ thư điện tử này chỉ để gửi bản tin Gương sáng "
        "hằng tuần hoặc hằng tháng. Tôi có thể thôi nhận bất cứ lúc nào bằng một lần bấm "
        "trong mỗi thư."
    )


def ip_hash(ip: str) -> str:
    """Keyed, so that the ledger proves an address without holding one. Empty for none."""
    if not ip:
        return ""
    return hmac.new(settings.SECRET_KEY.encode(), ip.encode(), sha256).hexdigest()


def ask(email: str, *, office: Office, at: datetime, ip: str = "") -> Subscriber:
    """Send the letter that asks to confirm the wish, and note that it was asked. Someone already
    active gets none, nor does an address that was asked within ``ASK_AGAIN``: nobody's mailbox can
    be flooded through the form.

    Raises:
        ValueError: not an e-mail address (in Vietnamese, for the form).
        TooMany: nobody is asked for now.
        NotSent: the mail server did not take the letter.
    """
    email = address_of(email)
    asked = Consent.objects.filter(action=Consent.Action.ASKED)
    if asked.filter(at__gt=at - WINDOW).count() >= EVERYBODY:
        raise TooMany
    # Before anything is known of the address: that no server answers tells nothing about it. And
    # outside any transaction: a slow one must not hold the database.
    with Mailer() as mailer:
        subscriber, _created = Subscriber.objects.get_or_create(
            email=email, defaults={"created_at": at}
        )
        if subscriber.state == SubscriberState.ACTIVE:
            return subscriber
        lately = asked.filter(subscriber=subscriber, at__gt=at - ASK_AGAIN)
        if subscriber.state == SubscriberState.PENDING and lately.exists():
            return subscriber
        mailer.send(_confirmation(subscriber, office))
    with transaction.atomic():
        waiting = Subscriber.objects.filter(pk=subscriber.pk).exclude(state=SubscriberState.ACTIVE)
        waiting.update(state=SubscriberState.PENDING)
        _note(subscriber, Consent.Action.ASKED, office, at, ip)
    subscriber.refresh_from_db()
    return subscriber


def confirm(subscriber: Subscriber, *, office: Office, at: datetime, ip: str = "") -> bool:
    """The owner of the address agrees. False when there was nothing to confirm."""
    return _move(
        subscriber,
        SubscriberState.PENDING,
        SubscriberState.ACTIVE,
        Consent.Action.CONFIRMED,
        office,
        at,
        ip,
    )


def leave(subscriber: Subscriber, *, office: Office, at: datetime, ip: str = "") -> bool:
    """No more letters from now on. False when there was nothing to leave."""
    return any(
        _move(subscriber, state, SubscriberState.LEFT, Consent.Action.WITHDRAWN, office, at, ip)
        for state in SubscriberState
        if state != SubscriberState.LEFT
    )


def choose(
    subscriber: Subscriber, *, sectors: list[str], provinces: list[str], rhythm: str
) -> None:
    """What to send from the next letter on; no sector or province means all."""
    chosen = {"sectors": sectors, "provinces": provinces, "rhythm": rhythm}
    Subscriber.objects.filter(pk=subscriber.pk).update(**chosen)


def take_over(email: str, consent: str, *, office: Office, at: datetime) -> str:
    """Add someone who agreed elsewhere; ``consent`` says where and how, and is kept as proof.

    Returns ``added``, ``known`` or ``left``: who has left is never brought back by an import.

    Raises:
        ValueError: not an e-mail address.
    """
    email = address_of(email)
    with transaction.atomic():
        subscriber, created = Subscriber.objects.get_or_create(
            email=email, defaults={"created_at": at, "state": SubscriberState.ACTIVE}
        )
        if not created:
            return "left" if subscriber.state == SubscriberState.LEFT else "known"
        Consent.objects.create(
            subscriber=subscriber,
            action=Consent.Action.IMPORTED,
            at=at,
            wording=consent,
            wording_version="imported",
        )
    return "added"


def export(email: str | None = None) -> Iterator[dict[str, Any]]:
    """Everything held about each reader; about one also the ledger of letters, which knows them by
    their public id alone."""
    rows = Subscriber.objects.prefetch_related("consents", "bounces").order_by("id")
    if email is not None:
        rows = rows.filter(email=email.strip().lower())
    for subscriber in rows.iterator(chunk_size=500):
        yield {
            "id": str(subscriber.public_id),
            "email": subscriber.email,
            "state": str(subscriber.state),
            "sectors": subscriber.sectors,
            "provinces": subscriber.provinces,
            "rhythm": str(subscriber.rhythm),
            "created_at": subscriber.created_at.isoformat(),
            "consents": [
                {
                    "action": str(consent.action),
                    "at": consent.at.isoformat(),
                    "wording": consent.wording,
                    "wording_version": consent.wording_version,
                    "ip_hash": consent.ip_hash,
                }
                for consent in subscriber.consents.all()
            ],
            "bounces": [
                {"edition": bounce.edition, "kind": str(bounce.kind), "at": bounce.at.isoformat()}
                for bounce in subscriber.bounces.all()
            ],
            **({"letters": _letters(subscriber)} if email is not None else {}),
        }


def _letters(subscriber: Subscriber) -> list[dict[str, Any]]:
    rows = Delivery.objects.filter(recipient=str(subscriber.public_id)).select_related("edition")
    return [
        {
            "edition": row.edition.number,
            "state": str(row.state),
            "at": row.finished_at.isoformat() if row.finished_at else None,
        }
        for row in rows.order_by("edition__number")
    ]


def erase(email: str, *, at: datetime) -> bool:
    """Delete a reader with the consent records. Deliveries keep the public id, which from then on
    stands for nobody. False when there is no such reader."""
    with transaction.atomic():
        subscriber = Subscriber.objects.filter(email=email.strip().lower()).first()
        if subscriber is None:
            return False
        erasures.note(settings.HOME, str(subscriber.public_id), at)
        record(
            "subscriber.erased",
            subscriber,
            actor=None,
            at=at,
            before={"public_id": str(subscriber.public_id)},
        )
        subscriber.delete()
    return True


def address_of(email: str) -> str:
    """Raises ``ValueError``: not an e-mail address (in Vietnamese, for the form)."""
    email = email.strip().lower()
    try:
        validate_email(email)
    except ValidationError:
        raise ValueError("Địa chỉ thư chưa đúng, ví dụ đúng: lan@example.vn.") from None
    return email


def _move(
    subscriber: Subscriber,
    before: SubscriberState,
    after: SubscriberState,
    action: Consent.Action,
    office: Office,
    at: datetime,
    ip: str,
) -> bool:
    with transaction.atomic():
        row = Subscriber.objects.filter(pk=subscriber.pk, state=before)
        changed = row.update(state=after)
        if changed:
            _note(subscriber, action, office, at, ip)
    return bool(changed)


def _note(
    subscriber: Subscriber, action: Consent.Action, office: Office, at: datetime, ip: str
) -> None:
    Consent.objects.create(
        subscriber=subscriber,
        action=action,
        at=at,
        wording=wording(office),
        wording_version=WORDING_VERSION,
        ip_hash=ip_hash(ip),
    )


def _confirmation(subscriber: Subscriber, office: Office) -> EmailMessage:
    _name, address = parseaddr(office.channels.newsletter.sender or office.contact)
    return EmailMessage(
        subject=f"Xác nhận nhận bản tin Gương sáng của {office.name}",
        body=render(
            "channels/newsletter/confirm.txt",
            office=office,
            confirm_url=links.confirm(office, subscriber.public_id),
        ),
        from_email=formataddr((office.name, address)),
        to=[subscriber.email],
        headers={"Auto-Submitted": "auto-replied"},
    )
