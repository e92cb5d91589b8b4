"""Taking back what was published. Removing is not publishing: it needs no approval. Putting back
is: only who may approve does so.

A withdrawal stays open on the desk until a person has seen to it: nobody else knows of it when the
machine made it, and letters and posts that are already out have to be corrected by hand.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from pipeline.config.home import Home
from pipeline.config.office import Office
from pipeline.publish.channels import CHANNELS, portal
from pipeline.store.audit import record
from pipeline.store.models import (
    Delivery,
    DeliveryState,
    PublishedLink,
    Restoration,
    Story,
    User,
    Withdrawal,
)

_TAKES_BACK = frozenset({portal.NAME})


def withdraw(
    story: Story, by: User | None, at: datetime, reason: str, *, office: Office, home: Home
) -> list[str]:
    """Take ``story`` off every channel that can; ``by`` None: the source took its article back.

    A second call changes nothing. Returns the names of channels that carried the story and cannot
    take it back (letters and posts already out), for the desk to say so.
    """
    carried = carried_by(story)
    done = {"handled_at": at, "handled_by": by} if by and not carried else {}
    with transaction.atomic():
        row, created = Withdrawal.objects.get_or_create(
            story=story, defaults={"at": at, "by": by, "reason": reason[:300], **done}
        )
        if created:
            record("story.withdrawn", story, actor=by, at=at, after={"withdrawal": row.pk})
    portal.rebuild(office, home)
    # Last: a link that is left says that the portal may not know of it yet.
    PublishedLink.objects.filter(story=story).delete()
    return carried


def restore(story: Story, by: User, at: datetime, *, office: Office, home: Home) -> bool:
    """Undo the withdrawal: portal and feeds show ``story`` again, as its editions were approved.

    Only a person does so. While the original is missing the machine will not hide it again. False:
    it was not withdrawn.
    """
    with transaction.atomic():
        row = Withdrawal.objects.select_for_update().filter(story=story).first()
        if row is None:
            return False
        before = {"withdrawal": row.pk}
        Restoration.objects.create(
            story=story,
            at=at,
            by=by,
            withdrawn_at=row.at,
            withdrawn_by=row.by,
            reason=row.reason,
        )
        row.delete()
        record("story.restored", story, actor=by, at=at, before=before)
    portal.rebuild(office, home)
    return True


def doubted() -> QuerySet[PublishedLink]:
    """Published stories whose original seems lost and on which a person must decide."""
    standing = PublishedLink.objects.filter(story__withdrawal=None)
    return standing.exclude(held_at=None).select_related("story").order_by("source", "held_at")


def keep(link: PublishedLink, by: User, at: datetime) -> bool:
    """``by`` decided that the story stays, although the original is missing; nobody is asked again
    unless the original comes back and goes once more. False: somebody decided before, or it is
    back."""
    with transaction.atomic():
        waiting = PublishedLink.objects.filter(pk=link.pk).exclude(held_at=None)
        changed = waiting.update(held_at=None, kept_at=at)
        if changed:
            record("story.kept", link.story, actor=by, at=at, after={"link": link.pk})
    return bool(changed)


def carried_by(story: Story) -> list[str]:
    """Names of the channels that sent ``story`` (or may have) and cannot take it back."""
    out = Delivery.objects.filter(
        edition__digest__items__story=story,
        state__in=[DeliveryState.SENT, DeliveryState.UNKNOWN],
    )
    names = set(out.values_list("channel", flat=True).distinct()) - _TAKES_BACK
    return [name for name in CHANNELS if name in names]


def open_withdrawals() -> QuerySet[Withdrawal]:
    """What no person has seen to yet, newest first."""
    # Not joined: SQLite would begin with all stories there are.
    return Withdrawal.objects.filter(handled_at=None).prefetch_related("story").order_by("-at")


def handle(withdrawal: Withdrawal, by: User, at: datetime) -> bool:
    """``by`` has seen it and done what was to do elsewhere. False: somebody did so before."""
    with transaction.atomic():
        waiting = Withdrawal.objects.filter(pk=withdrawal.pk, handled_at=None)
        changed = waiting.update(handled_at=at, handled_by=by)
        if changed:
            after = {"withdrawal": withdrawal.pk}
            record("story.withdrawal_handled", withdrawal.story, actor=by, at=at, after=after)
    withdrawal.refresh_from_db()
    return bool(changed)
