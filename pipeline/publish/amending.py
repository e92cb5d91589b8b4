"""Making what channels show follow: a story was taken back, put back, or corrected.

``ask`` stores what is to follow, in the transaction that decides it; ``amend_due`` does it in the
next round. To change or remove a thing by its id twice leaves the world as doing it once, so a lost
answer or a dead worker is repeated with the outbox's back-off; what fails for good is a person's,
on the desk. A claim keeps two workers from overtaking each other with an older text.
"""

from __future__ import annotations

import logging
import os
import socket
import threading
import time
from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import F, Q, QuerySet

from pipeline.config.home import Home
from pipeline.config.office import Office
from pipeline.publish.approved import as_now, content_of, telling
from pipeline.publish.channels import CHANNELS
from pipeline.publish.channels.base import Amended, Asked
from pipeline.publish.outcomes import Gone, NotSent
from pipeline.publish.passing import Clock
from pipeline.publish.plan import LEASE, retry_at
from pipeline.store.audit import record
from pipeline.store.models import Amendment, Delivery, DeliveryState, Story, User

log = logging.getLogger(__name__)


def ask_for_story(story: Story, at: datetime) -> int:
    """All editions that tell ``story`` are to follow."""
    return _ask(Delivery.objects.filter(edition__in=telling(story)), at)


def ask_for_editions(numbers: Iterable[int], at: datetime) -> int:
    """These editions are to follow."""
    return _ask(Delivery.objects.filter(edition__number__in=list(numbers)), at)


def _ask(deliveries: QuerySet[Delivery], at: datetime) -> int:
    """Whatever became of a delivery: one that is being sent just now may have the older text."""
    names = [name for name, channel in CHANNELS.items() if isinstance(channel, Amended)]
    again = {"asked_at": at, "done_at": None, "failed_at": None, "attempts": 0}
    rows = deliveries.filter(channel__in=names).distinct()
    for delivery in rows:
        Amendment.objects.update_or_create(
            delivery=delivery, defaults={**again, "next_try_at": None, "detail": ""}
        )
    return len(rows)


def amend_due(office: Office, home: Home, clock: Clock, stop: threading.Event) -> int:
    """Do what is asked for, until ``stop`` is set. A delivery that is not out waits: sent
    later, it has the newer text, and then this costs one needless change. Returns how many were
    done."""
    waiting = Amendment.objects.filter(_due(clock()), delivery__state=DeliveryState.SENT)
    me = f"{socket.gethostname()}:{os.getpid()}:{time.monotonic_ns()}"
    ids = list(waiting.order_by("asked_at", "pk").values_list("pk", flat=True))
    return sum(
        _claim(pk, me, clock()) and _do(pk, office, home, clock) for pk in ids if not stop.is_set()
    )


def failed() -> QuerySet[Amendment]:
    """What a person has to change or remove by hand, or let be tried again."""
    rows = Amendment.objects.filter(done_at=None).exclude(failed_at=None)
    return rows.select_related("delivery__edition__digest").order_by("failed_at")


def retry(row: Amendment, by: User, at: datetime) -> bool:
    """False: somebody decided meanwhile."""
    values: dict[str, object] = {"failed_at": None, "attempts": 0, "next_try_at": None}
    return _decide(row, by, at, "delivery.amendment_released", values)


def settle(row: Amendment, by: User, at: datetime) -> bool:
    """``by`` saw to it at the other side. False: somebody decided meanwhile."""
    return _decide(row, by, at, "delivery.amended", {"done_at": at, "failed_at": None})


def _decide(row: Amendment, by: User, at: datetime, action: str, values: dict[str, object]) -> bool:
    with transaction.atomic():
        changed = Amendment.objects.filter(pk=row.pk, failed_at=row.failed_at).exclude(
            failed_at=None
        )
        if not changed.update(**values):
            return False
        record(action, row.delivery, actor=by, at=at, after={"amendment": row.pk})
    return True


def _due(now: datetime) -> Q:
    rested = Q(next_try_at=None) | Q(next_try_at__lte=now)
    free = Q(claimed_at=None) | Q(claimed_at__lt=now - LEASE)
    return Q(done_at=None, failed_at=None) & rested & free


def _claim(pk: int, me: str, now: datetime) -> bool:
    with transaction.atomic(durable=True):
        return bool(
            Amendment.objects.filter(_due(now), pk=pk).update(
                claimed_by=me, claimed_at=now, attempts=F("attempts") + 1
            )
        )


def _do(pk: int, office: Office, home: Home, clock: Clock) -> bool:
    row = Amendment.objects.select_related("delivery__edition").get(pk=pk)
    try:
        removed = _bring_up_to_date(row.delivery, office, home)
    except NotSent as error:
        _not_done(row, str(error), clock(), again=error.again)
    except ValueError as error:  # not what was approved, or nothing that the channel can take
        _not_done(row, str(error), clock(), again=False)
    except Exception as error:
        log.exception("amending %s", row.delivery)
        _not_done(row, f"{type(error).__name__}: {error}"[:500], clock(), again=True)
    else:
        _done(row, clock(), removed=removed)
        return True
    return False


def _bring_up_to_date(delivery: Delivery, office: Office, home: Home) -> bool:
    """True: it is not there any more."""
    channel = CHANNELS.get(delivery.channel)
    if not isinstance(channel, Amended) or not channel.amends(office):
        raise NotSent("Kênh này không tự sửa, gỡ được: làm bằng tay", again=False)
    approved = content_of(delivery.edition)
    where = delivery.remote_id
    live = not channel.reversible(office)
    if live and not where and isinstance(channel, Asked):
        found = channel.find(approved, office, home)
        where = found.remote_id if found else ""
    if live and not where:
        raise NotSent("Không biết mã bài trên kênh: sửa hoặc gỡ bằng tay", again=False)
    content = as_now(approved)
    try:
        channel.amend(where, approved, content, office, home)
    except Gone:
        return True
    return live and not content.items


def _done(row: Amendment, now: datetime, *, removed: bool) -> None:
    with transaction.atomic():
        _let_go(row)
        mine = Amendment.objects.filter(pk=row.pk, asked_at=row.asked_at, claimed_by="")
        if not mine.update(done_at=now, detail=""):
            return  # asked again meanwhile
        if removed:
            Delivery.objects.filter(pk=row.delivery_id, state=DeliveryState.SENT).update(
                state=DeliveryState.WITHDRAWN, finished_at=now
            )
        after = {"amendment": row.pk, "removed": removed}
        record("delivery.amended", row.delivery, actor=None, at=now, after=after)


def _not_done(row: Amendment, detail: str, now: datetime, *, again: bool) -> None:
    next_try = retry_at(row.attempts, now) if again else None
    with transaction.atomic():
        _let_go(row)
        mine = Amendment.objects.filter(pk=row.pk, asked_at=row.asked_at, claimed_by="")
        mine.update(detail=detail, next_try_at=next_try, failed_at=None if next_try else now)


def _let_go(row: Amendment) -> None:
    Amendment.objects.filter(pk=row.pk, claimed_by=row.claimed_by).update(
        claimed_by="", claimed_at=None
    )
