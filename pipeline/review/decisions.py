"""Accept, reject, hold, edit, tag, undo.

Every change is one transaction that locks the story, compares versions, writes a revision (what
the story was after it) and an audit entry, and counts ``Story.version`` up by one. Nothing is
ever overwritten silently: a stale version raises ``Conflict``.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from django.db import transaction

from pipeline.ingest.joining import one_at_a_time
from pipeline.review import identity, regrouping, snapshot
from pipeline.review.changing import before, changing, newest, restored_by
from pipeline.store.models import Axis, Origin, Story, StoryStatus, StoryTag, User
from pipeline.text.fold import nfc


def accept(story: Story, by: User, at: datetime, expected_version: int | None = None) -> None:
    """Take the story in: it may go into a digest.

    ``expected_version`` (here and below) is the version the person saw; absent, the one loaded in
    ``story``. ``story`` is brought up to date in place.

    Whom it is about is in the register from then on.

    Raises:
        Conflict: the story is no longer at that version.
    """
    with transaction.atomic():
        one_at_a_time()  # before the story is locked, as merging does
        _decide(story, by, at, StoryStatus.ACCEPTED, "", expected_version)
        identity.settle([story.pk])


def hold(story: Story, by: User, at: datetime, expected_version: int | None = None) -> None:
    """Put the story aside for later. Raises ``Conflict``."""
    _decide(story, by, at, StoryStatus.HELD, "", expected_version)


def reject(
    story: Story, by: User, at: datetime, reason: str, expected_version: int | None = None
) -> None:
    """Turn the story down, with a reason.

    Raises:
        Conflict: the story is no longer at the expected version.
        ValueError: no reason was given; the machine learns from reasons.
    """
    reason = nfc(reason).strip()
    if not reason:
        raise ValueError("a rejection needs a reason")
    _decide(story, by, at, StoryStatus.REJECTED, reason[:300], expected_version)


def edit(
    story: Story,
    by: User,
    at: datetime,
    expected_version: int,
    title: str | None = None,
    summary: str | None = None,
) -> bool:
    """Set the title or the summary; None leaves it. Text equal to the machine's takes the
    person's version away again, and the "machine-drafted" mark returns with it.

    Returns whether anything changed. Raises ``Conflict``.
    """
    with changing(story, by, at, "story.edited", expected_version) as change:
        locked = change.story
        before = (locked.edited_title, locked.edited_summary)
        if title is not None:
            title = " ".join(nfc(title).split())
            locked.edited_title = "" if title == locked.title else title
        if summary is not None:
            summary = nfc(summary).replace("\r\n", "\n").strip()
            locked.edited_summary = "" if summary == locked.draft_summary else summary
        changed = before != (locked.edited_title, locked.edited_summary)
        if changed:
            locked.edited_by = by
    return changed


def set_tags(
    story: Story,
    by: User,
    at: datetime,
    tags: Mapping[Axis, Collection[str]],
    expected_version: int | None = None,
) -> bool:
    """Make the slugs of each axis in ``tags`` the story's tags there, as one change. On an axis
    that changes, all become a person's word: those kept and added, and those taken away, which no
    rebuild asserts again. Other axes stay as they are.

    Returns whether anything changed. Raises ``Conflict``.
    """
    with changing(story, by, at, "story.tagged", expected_version) as change:
        axes = [_set_axis(change.story, axis, set(slugs)) for axis, slugs in tags.items()]
        changed = any(axes)
        if changed:
            change.story.tagged_by = by
    return changed


def _set_axis(story: Story, axis: Axis, slugs: set[str]) -> bool:
    rows = {tag.slug: tag for tag in story.tags.filter(axis=axis)}
    if {slug for slug, tag in rows.items() if not tag.removed} == slugs:
        return False
    for slug in {*rows, *slugs}:
        StoryTag.objects.update_or_create(
            story=story,
            axis=axis,
            slug=slug,
            defaults={"origin": Origin.PERSON, "removed": slug not in slugs},
        )
    return True


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


def _decide(
    story: Story,
    by: User,
    at: datetime,
    status: StoryStatus,
    reason: str,
    expected_version: int | None,
) -> None:
    with changing(story, by, at, f"story.{status}", expected_version) as change:
        locked = change.story
        locked.status, locked.reject_reason = status, reason
        locked.decided_by, locked.decided_at = by, at
