"""What people decide about deliveries that the outbox will not decide alone; all of it audited."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from pipeline.config.office import Office
from pipeline.digest.content import from_json
from pipeline.publish.outbox import PLANNED
from pipeline.publish.plan import due
from pipeline.publish.planning import plan_edition
from pipeline.store.audit import record
from pipeline.store.models import Delivery, DeliveryState, Edition, User


def release(delivery: Delivery, by: User | None, at: datetime, office: Office) -> bool:
    """A person decides that an expired, failed or unknown delivery goes (again), or that a
    planned one goes now. Returns False when it is in another state meanwhile."""
    states = [
        DeliveryState.PLANNED,
        DeliveryState.EXPIRED,
        DeliveryState.FAILED,
        DeliveryState.UNKNOWN,
    ]
    content = from_json(delivery.edition.content)
    with transaction.atomic():
        before = delivery.state
        changed = Delivery.objects.filter(pk=delivery.pk, state=before, state__in=states).update(
            state=PLANNED,
            due_at=due(content, at, office.source_delay),
            attempts=0,
            next_try_at=None,
            finished_at=None,
            claimed_by="",
            detail="",
        )
        if changed:
            record(
                "delivery.released",
                delivery,
                actor=by,
                at=at,
                before={"state": before},
                after={"state": PLANNED},
            )
    delivery.refresh_from_db()
    return bool(changed)


def release_edition(
    edition: Edition, by: User | None, at: datetime, office: Office, *, channel: str | None = None
) -> int:
    """Plan what is not planned yet and let every waiting or expired delivery go now. Failed and
    unknown ones stay: each of those is a decision of its own. Returns how many were released."""
    if not edition.deliveries.exists():
        plan_edition(edition, office)
    rows = edition.deliveries.filter(state__in=[PLANNED, DeliveryState.EXPIRED])
    if channel is not None:
        rows = rows.filter(channel=channel)
    return sum(release(row, by, at, office) for row in rows)


def settle(delivery: Delivery, by: User, at: datetime, *, arrived: bool) -> bool:
    """A person found out what became of an unknown delivery: it arrived, or it did not and shall
    not be sent again. Returns False when it is no longer unknown."""
    after = DeliveryState.SENT if arrived else DeliveryState.DROPPED
    return _close(delivery, by, at, "delivery.settled", {DeliveryState.UNKNOWN}, after)


def drop(delivery: Delivery, by: User, at: datetime) -> bool:
    """A person gives up an expired or failed delivery. Returns False when it is neither."""
    given_up = {DeliveryState.EXPIRED, DeliveryState.FAILED}
    return _close(delivery, by, at, "delivery.dropped", given_up, DeliveryState.DROPPED)


def _close(
    delivery: Delivery,
    by: User,
    at: datetime,
    action: str,
    states: Collection[DeliveryState],
    after: DeliveryState,
) -> bool:
    with transaction.atomic():
        before = delivery.state
        changed = before in states and Delivery.objects.filter(pk=delivery.pk, state=before).update(
            state=after, finished_at=at
        )
        if changed:
            record(
                action, delivery, actor=by, at=at, before={"state": before}, after={"state": after}
            )
    delivery.refresh_from_db()
    return bool(changed)
