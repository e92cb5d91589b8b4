"""Accept, reject, hold, undo, restore.

Every change is one transaction that locks the story, compares versions, writes a revision (what
the story was after it) and an audit entry, and counts ``Story.version`` up by one. Nothing is
ever overwritten silently: a stale version raises ``Conflict``.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from pipeline.ingest.joining import one_at_a_time
from pipeline.review import identity, regrouping, snapshot
from pipeline.review.changing import NothingToUndo, before, changing, newest, restored_by
from pipeline.store.models import Story, StoryStatus, User
from pipeline.text.fold import nfc


def accept(
    story: Story,
    by: User,
    at: datetime,
    expected_version: int | None = None,
    batch: UUID | None = None,
) -> None:
    """Take the story in: it may go into a digest.

    ``expected_version`` (here and below) is the version the person saw; absent, the one loaded in
    ``story``. ``story`` is brought up to date in place. ``batch`` marks the changes of one step on
    many stories, as ``pipeline.review.batches`` makes them.

    Whom it is about is in the register from then on.

    Raises:
        Conflict: the story is no longer at that version.
    """
    with transaction.atomic():
        one_at_a_time()  # before the story is locked, as merging does
        _decide(story, by, at, StoryStatus.ACCEPTED, "", expected_version, batch)
        identity.settle([story.pk])


def hold(
    story: Story,
    by: User,
    at: datetime,
    expected_version: int | None = None,
    batch: UUID | None = None,
) -> None:
    """Put the story aside for later. Raises ``Conflict``."""
    _decide(story, by, at, StoryStatus.HELD, "", expected_version, batch)


def reject(
    story: Story,
    by: User,
    at: datetime,
    reason: str,
    expected_version: int | None = None,
    batch: UUID | None = None,
) -> None:
    """Turn the story down, with a reason.

    Raises:
        Conflict: the story is no longer at the expected version.
        ValueError: no reason was given; the machine learns from reasons.
    """
    reason = nfc(reason).strip()
    if not reason:
        raise ValueError("a rejection needs a reason")
    _decide(story, by, at, StoryStatus.REJECTED, reason[:300], expected_version, batch)


def undo(story: Story, by: User, at: datetime, expected_version: int | None = None) -> None:
    """Take back the newest change that is not yet taken back; again and again leads step by step
    to the story as the machine left it. Itself a change: nothing vanishes from the trail. A merge
    or a split is taken back in all its stories.

    Raises:
        Conflict: the story is no longer at the expected version.
        NothingToUndo: no person has changed it, or all is undone.
        CannotRegroup: another story of the merge or split has been changed or used since.
    """
    expected = story.version if expected_version is None else expected_version
    with transaction.atomic():
        last = newest(Story.every.get(pk=story.pk))
        if last and last.regrouping:
            regrouping.take_back(last.regrouping, story, by, at, expected)
            return
        with changing(story, by, at, "story.undone", expected) as change:
            earlier = before(change.story)
            snapshot.put_back(change.story, earlier.state, by)
            change.restores = restored_by(earlier)


def restore(
    story: Story, by: User, at: datetime, version: int, expected_version: int | None = None
) -> None:
    """Make the story what it was at ``version``. Itself a change, which an undo takes back.

    Raises:
        Conflict: the story is no longer at the expected version.
        NothingToUndo: it was never at that version, or is as it was then.
        CannotRegroup: it was merged or split since; that is undone first.
    """
    with transaction.atomic():
        one_at_a_time()  # before the story is locked, as merging does
        with changing(story, by, at, "story.version_restored", expected_version) as change:
            revisions = change.story.revisions
            wanted = revisions.filter(version=version).first()
            if wanted is None or wanted.version == change.story.version:
                raise NothingToUndo
            if revisions.filter(version__gt=version).exclude(regrouping=None).exists():
                raise regrouping.CannotRegroup(regrouping.Why.REGROUPED_SINCE)
            snapshot.put_back(change.story, wanted.state, by)
        identity.settle([story.pk])


def _decide(
    story: Story,
    by: User,
    at: datetime,
    status: StoryStatus,
    reason: str,
    expected_version: int | None,
    batch: UUID | None,
) -> None:
    with changing(story, by, at, f"story.{status}", expected_version) as change:
        locked, change.batch = change.story, batch
        locked.status, locked.reject_reason = status, reason
        locked.decided_by, locked.decided_at = by, at
