"""One step on many stories, and one undo for all of it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import Count, F

from pipeline.review.changing import Conflict, NothingToUndo, newest
from pipeline.review.decisions import accept, hold, reject, undo
from pipeline.review.editing import add_tags
from pipeline.review.regrouping import CannotRegroup
from pipeline.store.models import Axis, Story, StoryRevision, StoryStatus, User

MOST = 200
"""Stories in one step."""


@dataclass(slots=True)
class Outcome:
    batch: UUID
    done: list[Story] = field(default_factory=list)
    skipped: list[Story] = field(default_factory=list)
    """Changed by someone else since they were shown, or changed again since the step."""
    same: list[Story] = field(default_factory=list)
    """Already so."""


def decide_many(
    stories: Iterable[Story],
    by: User,
    at: datetime,
    status: StoryStatus,
    reason: str = "",
    *,
    versions: Mapping[int, int],
) -> Outcome:
    """Accept, hold or reject every story that is still at the version the person saw; a story that
    someone changed meanwhile is left alone and told.

    Args:
        versions: by primary key; a story without one is left alone.

    Raises:
        ValueError: too many stories, a rejection without a reason, or no decision of these.
    """
    chosen = _few(stories)
    outcome = Outcome(uuid4())
    steps: dict[StoryStatus, Callable[[Story, int], None]] = {
        StoryStatus.ACCEPTED: lambda story, seen: accept(story, by, at, seen, outcome.batch),
        StoryStatus.HELD: lambda story, seen: hold(story, by, at, seen, outcome.batch),
        StoryStatus.REJECTED: lambda story, seen: reject(
            story, by, at, reason, seen, outcome.batch
        ),
    }
    if status not in steps or (status == StoryStatus.REJECTED and not reason.strip()):
        raise ValueError("no such decision, or no reason for it")
    with transaction.atomic():
        for story in chosen:
            if story.status == status and (status != StoryStatus.REJECTED or not reason):
                outcome.same.append(story)
                continue
            try:
                steps[status](story, versions.get(story.pk, -1))
            except Conflict:
                outcome.skipped.append(story)
            else:
                outcome.done.append(story)
    return outcome


def tag_many(
    stories: Iterable[Story],
    by: User,
    at: datetime,
    tags: Mapping[Axis, Collection[str]],
    *,
    versions: Mapping[int, int],
) -> Outcome:
    """Add sectors and campaigns to every story that is still at the version the person saw.

    Raises:
        ValueError: too many stories, or nothing to add.
    """
    chosen = _few(stories)
    if not any(tags.values()):
        raise ValueError("no tags to add")
    outcome = Outcome(uuid4())
    with transaction.atomic():
        for story in chosen:
            seen = versions.get(story.pk, -1)
            try:
                changed = add_tags(story, by, at, tags, seen, outcome.batch)
            except Conflict:
                outcome.skipped.append(story)
            else:
                (outcome.done if changed else outcome.same).append(story)
    return outcome


def standing_in(batches: Collection[UUID]) -> dict[UUID, int]:
    """How many stories of each step are still as it left them."""
    rows = StoryRevision.objects.filter(
        batch__in=batches, version=F("story__version"), story__merged_into=None
    )
    return dict(rows.order_by().values_list("batch").annotate(Count("pk"))) if batches else {}


def _few(stories: Iterable[Story]) -> list[Story]:
    chosen = list(stories)
    if len(chosen) > MOST:
        raise ValueError(f"more than {MOST} stories in one step")
    return chosen


def undo_batch(batch: UUID, by: User, at: datetime) -> Outcome:
    """Take back what the step did to each of its stories; one that was changed again since stays.

    Raises:
        NothingToUndo: there is no such step, or all of it is taken back.
    """
    outcome = Outcome(batch)
    with transaction.atomic():
        revisions = StoryRevision.objects.filter(batch=batch).select_related("story")
        for revision in revisions.order_by("story"):
            story = revision.story
            last = newest(story)
            if last is None or last.version < revision.version:
                outcome.same.append(story)
                continue
            try:
                undo(story, by, at, revision.version)
            except (Conflict, CannotRegroup):
                outcome.skipped.append(story)
            else:
                outcome.done.append(story)
        if not outcome.done and not outcome.skipped:
            raise NothingToUndo
    return outcome
