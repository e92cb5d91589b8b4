"""Taking back what was published. Removing is not publishing: it needs no approval. Putting back
is: only who may approve does so.

A withdrawal stays open on the desk until a person has seen to it: nobody else knows of it when the
machine made it, and letters and posts that are already out have to be corrected by hand.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from pipeline.config.home import Home
from pipeline.config.office import Office
from pipeline.publish.amending import ask_for_story
from pipeline.publish.approved import telling
from pipeline.publish.channels import CHANNELS, portal
from pipeline.publish.channels.base import Amended, Channel
from pipeline.publish.channels.social import DRY_RUN
from pipeline.store import journal
from pipeline.store.audit import record
from pipeline.store.models import (
    Amendment,
    Delivery,
    DeliveryState,
    Erasure,
    PublishedLink,
    Restoration,
    Story,
    User,
    Withdrawal,
)


def withdraw(
    story: Story, by: User | None, at: datetime, reason: str, *, office: Office, home: Home
) -> list[str]:
    """Take ``story`` off every channel that can; ``by`` None: the source took its article back.

    The portal follows at once, posts in the next round. A second call changes nothing. Returns the
    names of channels that carried the story and cannot take it back (letters, papers), for the
    desk to say so.
    """
    carried = carried_by(story, office)
    done = {"handled_at": at, "handled_by": by} if by and not carried else {}
    with transaction.atomic():
        row, created = Withdrawal.objects.get_or_create(
            story=story, defaults={"at": at, "by": by, "reason": reason[:300], **done}
        )
        if created:
            ask_for_story(story, at)
            record("story.withdrawn", story, actor=by, at=at, after={"withdrawal": row.pk})
    portal.rebuild(office, home)
    if str(story.public_id) not in _gone([journal_of(home)]):
        # A backup brought back must not bring the story back.
        journal.note(journal_of(home), str(story.public_id), at, reason=reason[:300])
    # Last: a link that is left says that portal and journal may not know of it yet.
    PublishedLink.objects.filter(story=story).delete()
    return carried


def restore(story: Story, by: User, at: datetime, *, office: Office, home: Home) -> bool:
    """Undo the withdrawal: portal and feeds show ``story`` again, as its editions were approved,
    and so do posts that were changed; what was removed is not posted again.

    Only a person does so. While the original is missing the machine will not hide it again. False:
    it was not withdrawn, or it was erased.
    """
    with transaction.atomic():
        Story.every.select_for_update().get(pk=story.pk)  # an erasure holds it, too
        row = Withdrawal.objects.select_for_update().filter(story=story).first()
        if row is None or Erasure.objects.filter(story=story).exists():
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
        ask_for_story(story, at)
        record("story.restored", story, actor=by, at=at, before=before)
    journal.note(journal_of(home), str(story.public_id), at, restored=True)
    portal.rebuild(office, home)
    return True


def withdraw_again(journals: Iterable[Path], at: datetime, *, office: Office, home: Home) -> int:
    """Withdraw what ``journals``, the older first, say is withdrawn and a database older than they
    shows. Returns how many stories that were."""
    gone = _gone(journals)
    found = list(Story.every.filter(public_id__in=gone, withdrawal=None))
    for story in found:
        withdraw(story, None, at, gone[str(story.public_id)], office=office, home=home)
    return len(found)


def forget_reasons(home: Home, public_ids: Collection[str], instead: str) -> None:
    """Reasons are people's words; of what is erased they go."""

    def without(line: dict[str, Any]) -> dict[str, Any]:
        mine = line["public_id"] in public_ids and "reason" in line
        return line | {"reason": instead} if mine else line

    journal.rewrite(journal_of(home), without)


def _gone(journals: Iterable[Path]) -> dict[str, str]:
    """Reasons by public id of what ``journals``, the older first, say is withdrawn."""
    last = {line["public_id"]: line for path in journals for line in journal.lines(path)}
    return {
        key: str(line.get("reason", "")) for key, line in last.items() if not line.get("restored")
    }


def journal_of(home: Home) -> Path:
    return home.root / "withdrawals.jsonl"


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


def carried_by(story: Story, office: Office) -> list[str]:
    """Names of the channels that sent ``story`` (or may have) and cannot take it back, or failed
    to. Papers count: their files follow, but somebody may have printed or read them."""
    names = set(
        _out(story).exclude(state=DeliveryState.WITHDRAWN).values_list("channel", flat=True)
    )
    failed = Amendment.objects.filter(done_at=None).exclude(failed_at=None)
    by_hand = set(
        failed.filter(delivery__in=_out(story)).values_list("delivery__channel", flat=True)
    )
    by_hand |= set(
        _out(story).filter(state=DeliveryState.UNKNOWN).values_list("channel", flat=True)
    )
    return [
        name
        for name, channel in CHANNELS.items()
        if name in names and (name in by_hand or not _takes_back(channel, office))
    ]


def taken_back(story: Story, office: Office) -> list[tuple[str, bool]]:
    """Names of the channels that follow by themselves, and whether they have done so."""
    rows = _out(story).filter(amendment__failed_at=None).exclude(state=DeliveryState.UNKNOWN)
    done: dict[str, bool] = {}
    for name, at in rows.values_list("channel", "amendment__done_at"):
        done[name] = done.get(name, True) and at is not None
    return [
        (name, done[name])
        for name, channel in CHANNELS.items()
        if name in done and _takes_back(channel, office)
    ]


def _out(story: Story) -> QuerySet[Delivery]:
    """What reached somebody, or may have; the portal follows by itself."""
    states = [DeliveryState.SENT, DeliveryState.UNKNOWN, DeliveryState.WITHDRAWN]
    rows = Delivery.objects.filter(edition__in=telling(story), state__in=states)
    return rows.exclude(channel=portal.NAME).exclude(detail__startswith=DRY_RUN)


def _takes_back(channel: Channel, office: Office) -> bool:
    return (
        isinstance(channel, Amended) and channel.amends(office) and not channel.reversible(office)
    )


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
