"""Taking back what was published. Removing is not publishing: it needs no approval."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from pipeline.config.home import Home
from pipeline.config.office import Office
from pipeline.publish.channels import CHANNELS, portal
from pipeline.store.audit import record
from pipeline.store.models import Delivery, DeliveryState, Story, User, Withdrawal

_TAKES_BACK = frozenset({portal.NAME})


def withdraw(
    story: Story, by: User | None, at: datetime, reason: str, *, office: Office, home: Home
) -> list[str]:
    """Take ``story`` off every channel that can; ``by`` None: the source took its article back.

    A second call changes nothing. Returns the labels of channels that carried the story and cannot
    take it back (letters and posts already out), for the desk to say so.
    """
    with transaction.atomic():
        _row, created = Withdrawal.objects.get_or_create(
            story=story, defaults={"at": at, "by": by, "reason": reason[:300]}
        )
        if created:
            record("story.withdrawn", story, actor=by, at=at, after={"reason": reason[:300]})
    portal.rebuild(office, home)
    out = Delivery.objects.filter(
        edition__digest__items__story=story,
        state__in=[DeliveryState.SENT, DeliveryState.UNKNOWN],
    )
    names = set(out.values_list("channel", flat=True).distinct()) - _TAKES_BACK
    return [channel.label for name, channel in CHANNELS.items() if name in names]
