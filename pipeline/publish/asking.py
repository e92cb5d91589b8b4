"""Asking a channel what became of a send whose answer was lost, before a person has to find out."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from pipeline.config.home import Home
from pipeline.config.office import Office
from pipeline.publish.approved import content_of
from pipeline.publish.channels import CHANNELS
from pipeline.publish.channels.base import Asked
from pipeline.store.audit import record
from pipeline.store.models import Delivery, DeliveryState
from pipeline.text.format import date_time

log = logging.getLogger(__name__)

_AGAIN = timedelta(minutes=10)
_FOR = timedelta(hours=24)
"""Then our message is no longer among the channel's latest."""


def ask_about_unknown(office: Office, home: Home, now: datetime) -> list[Delivery]:
    """Settle as sent what the channel shows. What it does not show stays unknown for a person: a
    list that lags behind is no proof. Returns the deliveries settled."""
    recent = Q(finished_at__gt=now - _FOR) & (Q(next_try_at=None) | Q(next_try_at__lte=now))
    rows = Delivery.objects.filter(recent, state=DeliveryState.UNKNOWN).select_related("edition")
    return [row for row in rows if _ask(row, office, home, now)]


def _ask(delivery: Delivery, office: Office, home: Home, now: datetime) -> bool:
    channel = CHANNELS.get(delivery.channel)
    if not isinstance(channel, Asked) or channel.reversible(office):
        return False
    try:
        receipt = channel.find(content_of(delivery.edition), office, home)
    except Exception:  # whatever the other side answers, the delivery stays unknown
        log.exception("%s could not be asked", delivery.channel)
        answer = "hỏi kênh không được"
        receipt = None
    else:
        answer = "kênh không thấy bài này trong các bài mới nhất"
    mine = Delivery.objects.filter(pk=delivery.pk, state=DeliveryState.UNKNOWN)
    if receipt is None:
        asked = f"{delivery.detail.split(' · hỏi lúc ')[0]} · hỏi lúc {date_time(now)}: {answer}"
        mine.update(next_try_at=now + _AGAIN, detail=asked)
        return False
    with transaction.atomic():
        changed = mine.update(
            state=DeliveryState.SENT,
            remote_id=receipt.remote_id[:200],
            detail=receipt.detail,
            next_try_at=None,
        )
        if changed:
            record(
                "delivery.found",
                delivery,
                actor=None,
                at=now,
                before={"state": DeliveryState.UNKNOWN},
                after={"state": DeliveryState.SENT, "remote_id": receipt.remote_id},
            )
    delivery.refresh_from_db()
    return bool(changed)
