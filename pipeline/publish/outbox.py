"""The outbox: plans are stored, claimed, sent and recorded, each at most once.

What a SIGKILL does, by the moment it falls:

=========================== ============================== ======================================
killed                      the row says                   what happens next
=========================== ============================== ======================================
before the claim commits    planned                        sent by the next round
after it, before sending    sending                        as below: nobody can tell the two apart
while or after sending      sending                        when the claim is older than ``LEASE``:
                                                           reversible → planned, sent again;
                                                           irreversible → **unknown**, a person
                                                           decides on the desk, nothing is resent
after the result commits    sent, failed, unknown          nothing
=========================== ============================== ======================================

A claim is one conditional UPDATE that commits before the channel is called, so two workers (or two
hosts on PostgreSQL) never send the same row.
"""

from __future__ import annotations

import logging
import os
import socket
import threading
import time
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q

from pipeline.config.home import Home
from pipeline.config.office import Office
from pipeline.publish.amending import amend_due
from pipeline.publish.approved import content_of, standing
from pipeline.publish.asking import ask_about_unknown
from pipeline.publish.channels import CHANNELS, portal
from pipeline.publish.channels.base import Channel, NotSent, NotWanted, Receipt, Send, Unreachable
from pipeline.publish.passing import Clock
from pipeline.publish.plan import LEASE, retry_at
from pipeline.publish.planning import due, enabled, plan_edition, would_send
from pipeline.store.models import Delivery, DeliveryState, Edition

log = logging.getLogger(__name__)

_BATCH = 500
PLANNED, SENDING = DeliveryState.PLANNED, DeliveryState.SENDING


def publish_due(
    *,
    office: Office,
    home: Home,
    now: datetime,
    edition: Edition | None = None,
    channel: str | None = None,
    dry_run: bool = False,
    stop: threading.Event | None = None,
) -> list[Delivery]:
    """One round: plan what is approved and due, settle dead claims, send what is planned.

    Calling it twice, or in two processes at once, sends nothing twice. ``dry_run`` sends and
    stores nothing and returns what would be sent. When ``stop`` is set, what is being sent is
    finished and the rest stays planned. Returns the deliveries acted upon.
    """
    editions = Edition.objects.filter(publish_at__lte=now)
    if edition is not None:
        editions = editions.filter(pk=edition.pk)
    unplanned = editions.filter(deliveries=None)
    if dry_run:
        return would_send(unplanned, office, now, edition, channel)
    clock, stop = Clock(now), stop or threading.Event()
    for approved in unplanned:
        plan_edition(approved, office)
    amend_due(office, home, clock, stop)  # removing goes before publishing
    touched = _settle_dead_claims(office, clock())
    touched += ask_about_unknown(office, home, clock()) + _expire(office, clock())
    for approved_id, name in _work(office, now, edition, channel):
        if stop.is_set():
            break
        approved = Edition.objects.get(pk=approved_id)
        touched += _send_all(approved, CHANNELS[name], office, home, clock, stop)
    return touched


def _without_its_pages() -> Q:
    """What links to pages that are not out: letters and posts wait for their edition's portal."""
    waiting = Delivery.objects.filter(edition=OuterRef("edition"), channel=portal.NAME)
    return ~Q(channel=portal.NAME) & Q(Exists(waiting.exclude(state=DeliveryState.SENT)))


def _settle_dead_claims(office: Office, now: datetime) -> list[Delivery]:
    """What a killed worker left: see the table above."""
    settled = []
    for delivery in Delivery.objects.filter(state=SENDING, claimed_at__lt=now - LEASE):
        channel = CHANNELS.get(delivery.channel)
        if channel is not None and channel.reversible(office):
            changes: dict[str, Any] = {
                "state": PLANNED,
                "detail": "Tiến trình phát bị ngắt: phát lại",
            }
        else:
            changes = {
                "state": DeliveryState.UNKNOWN,
                "detail": "Tiến trình phát bị ngắt giữa chừng",
                "finished_at": now,
            }
        claim = Delivery.objects.filter(
            pk=delivery.pk, state=SENDING, claimed_by=delivery.claimed_by
        )
        if claim.update(**changes):
            delivery.refresh_from_db()
            settled.append(delivery)
    return settled


def _expire(office: Office, now: datetime) -> list[Delivery]:
    """However often it was tried: what is late goes only when a person says so."""
    late = Delivery.objects.filter(state=PLANNED, due_at__lt=now - office.late_grace)
    ids = list(late.values_list("pk", flat=True))
    for start in range(0, len(ids), _BATCH):
        late.filter(pk__in=ids[start : start + _BATCH]).update(
            state=DeliveryState.EXPIRED, finished_at=now, next_try_at=None, detail="Quá hạn phát"
        )
    return _fetch(ids)


def _work(
    office: Office, now: datetime, edition: Edition | None, channel: str | None
) -> list[tuple[int, str]]:
    """Edition and channel, in the order to send. A channel switched off since it was planned keeps
    its rows planned: switched on again in time they go, otherwise they expire to a person."""
    rows = Delivery.objects.filter(due(now), channel__in=enabled(office))
    if edition is not None:
        rows = rows.filter(edition=edition)
    if channel is not None:
        rows = rows.filter(channel=channel)
    pairs = set(rows.values_list("edition_id", "channel"))
    order = list(CHANNELS)
    return sorted(pairs, key=lambda pair: (pair[0], order.index(pair[1])))


def _send_all(
    edition: Edition,
    channel: Channel,
    office: Office,
    home: Home,
    clock: Clock,
    stop: threading.Event,
) -> list[Delivery]:
    """Send all due rows of one edition and channel over one connection, until ``stop`` is set. When
    a story is taken back meanwhile, the rest goes without it."""
    rows = Delivery.objects.filter(
        due(clock()), ~_without_its_pages(), edition=edition, channel=channel.name
    )
    ids = list(rows.order_by("id").values_list("pk", flat=True))
    me = f"{socket.gethostname()}:{os.getpid()}:{time.monotonic_ns()}"
    reversible = channel.reversible(office)
    done: list[int] = []
    changed = False
    with ExitStack() as stack:
        try:
            content = standing(content_of(edition))
            send = stack.enter_context(channel.sending(content, office, home))
        except Exception as error:
            log.exception("%s: edition %s could not begin", channel.name, edition.number)
            reason = (
                error
                if isinstance(error, NotSent)
                else NotSent(_describe(error), again=not isinstance(error, ValueError))
            )
            return _fetch(_put_off(ids, reason, clock()))
        for position, pk in enumerate(ids):
            changed = standing(content) != content
            if changed or stop.is_set():
                break
            if not _claim(pk, me, clock()):
                continue
            done.append(pk)
            try:
                _deliver(pk, channel, send, clock, reversible=reversible)
            except Unreachable as error:
                _not_sent(pk, error, clock())
                done += _put_off(ids[position + 1 :], error, clock())
                break
    again = _send_all(edition, channel, office, home, clock, stop) if changed else []
    return _fetch(done) + again


def _claim(pk: int, me: str, now: datetime) -> bool:
    with transaction.atomic(durable=True):
        return bool(
            Delivery.objects.filter(due(now), pk=pk).update(
                state=SENDING, claimed_by=me, claimed_at=now, attempts=F("attempts") + 1
            )
        )


def _deliver(pk: int, channel: Channel, send: Send, clock: Clock, *, reversible: bool) -> None:
    recipient = Delivery.objects.values_list("recipient", flat=True).get(pk=pk)
    try:
        receipt = send(recipient)
    except Unreachable:
        raise
    except NotWanted as error:
        _finish(pk, DeliveryState.DROPPED, clock(), detail=str(error))
    except NotSent as error:
        _not_sent(pk, error, clock())
    except Exception as error:
        log.exception("%s: delivery %s", channel.name, pk)
        if reversible:
            _not_sent(pk, NotSent(_describe(error), again=True), clock())
        else:
            _finish(pk, DeliveryState.UNKNOWN, clock(), detail=_describe(error))
    else:
        _finish(pk, DeliveryState.SENT, clock(), receipt=receipt)


def _not_sent(pk: int, error: NotSent, now: datetime) -> None:
    attempts = Delivery.objects.values_list("attempts", flat=True).get(pk=pk)
    again = retry_at(attempts, now) if error.again else None
    if again is None:
        _finish(pk, DeliveryState.FAILED, now, detail=str(error))
    else:
        Delivery.objects.filter(pk=pk, state=SENDING).update(
            state=PLANNED, next_try_at=again, detail=str(error)
        )


def _put_off(ids: Iterable[int], error: NotSent, now: datetime) -> list[int]:
    """None of ``ids`` was claimed: count the attempt and wait, or give up."""
    touched = []
    for row in Delivery.objects.filter(pk__in=ids, state=PLANNED):
        if _claim(row.pk, "", now):
            _not_sent(row.pk, error, now)
            touched.append(row.pk)
    return touched


def _finish(
    pk: int,
    state: DeliveryState,
    now: datetime,
    *,
    receipt: Receipt | None = None,
    detail: str = "",
) -> None:
    receipt = receipt or Receipt(detail=detail)
    Delivery.objects.filter(pk=pk, state=SENDING).update(
        state=state,
        finished_at=now,
        next_try_at=None,
        remote_id=receipt.remote_id[:200],
        detail=receipt.detail,
    )


def _fetch(ids: Sequence[int]) -> list[Delivery]:
    """The rows, in order. Those of one edition share it: 100,000 copies of it are a gigabyte."""
    editions: dict[int, Edition] = {}
    rows = []
    for start in range(0, len(ids), _BATCH):
        for row in Delivery.objects.filter(pk__in=ids[start : start + _BATCH]).order_by("pk"):
            if row.edition_id not in editions:
                editions[row.edition_id] = row.edition
            row.edition = editions[row.edition_id]
            rows.append(row)
    return rows


def _describe(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:500]
