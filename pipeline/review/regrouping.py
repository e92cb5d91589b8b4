"""Merge and split: which articles tell one story, where a person knows better than the machine.

The machine never undoes either: it moves no article that is in a story, and merges no story that a
person has changed (``pipeline.ingest.joining``). Nor does either make anything published vanish: a
story that stands in a digest is the one that is kept, and keeps the article it is credited to.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.conf import settings
from django.db import transaction

from pipeline.config.reference import load_reference
from pipeline.group import Signature, likeness
from pipeline.ingest.joining import near_articles, one_at_a_time
from pipeline.ingest.stories import refresh_story
from pipeline.review import identity
from pipeline.review.changing import Change, Outlets, before, changing, newest, restored_by
from pipeline.store.models import (
    Article,
    DigestItem,
    Erasure,
    Move,
    Regrouping,
    Story,
    StoryStatus,
    User,
)

_ALIKE = 0.02
"""Below, two articles share no more than any two do."""
_WORTH = [StoryStatus.REJECTED, StoryStatus.NEW, StoryStatus.HELD, StoryStatus.ACCEPTED]


class Why(StrEnum):
    TWO_IN_DIGESTS = "two_in_digests"
    """Both stories stand in a digest: one of them would vanish from it."""
    CREDITED = "credited"
    """A digest tells the story by this article."""
    NO_PART = "no_part"
    """None or all of the articles are no part of a story."""
    ONE_STORY = "one_story"
    """There is nothing to merge."""
    CHANGED_SINCE = "changed_since"
    """Another story of the merge or split was changed or used since: undo that first."""
    REGROUPED_SINCE = "regrouped_since"
    """The story was merged or split after the version that is wanted back."""
    ERASED = "erased"
    """One of the stories was erased for good."""


class CannotRegroup(Exception):
    def __init__(self, why: Why) -> None:
        super().__init__(why.value)
        self.why = why


def merge(
    stories: Sequence[Story], by: User, at: datetime, versions: Mapping[int, int] | None = None
) -> Story:
    """Make ``stories`` one and return it: the one that stands in a digest, else the one on which
    most has been decided, else the first. The others lead to it from now on; what people decided
    on them rests until the merge is undone.

    ``versions``: those that the person saw, by primary key; absent, those loaded in ``stories``.

    Raises:
        CannotRegroup: fewer than two stories, two of them stand in digests, or one is erased.
        Conflict: one of them has been changed meanwhile.
    """
    if len({story.pk for story in stories}) < 2:
        raise CannotRegroup(Why.ONE_STORY)
    with transaction.atomic():
        one_at_a_time()
        _require_kept(story.pk for story in stories)
        with ExitStack() as stack:
            changes = _changes(stack, stories, by, at, "story.merged", versions)
            keeper = _keeper([changes[story.pk].story for story in stories])
            others = [change for pk, change in changes.items() if pk != keeper.pk]
            told = _told(keeper)
            regrouping = Regrouping.objects.create(kind=Regrouping.Kind.MERGE, at=at, by=by)
            for change in others:
                _move(regrouping, change.story.articles.all(), change.story, keeper)
                change.story.merged_into = keeper
            for change in changes.values():
                change.regrouping = regrouping
                change.codes["into"] = keeper.pk
            _refresh(keeper, told, by)
        identity.settle([story.pk for story in stories])
    return Story.objects.get(pk=keeper.pk)


def split(
    story: Story,
    articles: Iterable[Article],
    by: User,
    at: datetime,
    expected_version: int | None = None,
) -> Story:
    """Take ``articles`` out of ``story`` and return the new story that they make.

    Raises:
        CannotRegroup: they are none or all of its articles, or a digest credits one of them.
        Conflict: ``story`` has been changed meanwhile.
    """
    wanted = {article.pk for article in articles}
    with transaction.atomic():
        one_at_a_time()
        with changing(story, by, at, "story.split", expected_version) as change:
            old = change.story
            parting = list(old.articles.filter(pk__in=wanted).order_by("published_at", "pk"))
            if not parting or len(parting) == old.articles.count():
                raise CannotRegroup(Why.NO_PART)
            _require_uncredited(old, wanted)
            told = _told(old)
            new = Story.objects.create(
                title=parting[0].title,
                found_at=min(article.found_at for article in parting),
                published_at=parting[0].published_at,
            )
            regrouping = Regrouping.objects.create(kind=Regrouping.Kind.SPLIT, at=at, by=by)
            change.regrouping = regrouping
            change.codes["into"] = new.pk
            with changing(new, by, at, "story.split_off", 0) as other:
                other.regrouping = regrouping
                other.codes["from"] = old.pk
                _move(regrouping, parting, old, new)
                _refresh(old, told, by)
                _refresh(new, _told(new), by)
    return Story.objects.get(pk=new.pk)


def take_back(
    regrouping: Regrouping, story: Story, by: User, at: datetime, expected_version: int
) -> None:
    """Undo a merge or a split, seen from ``story``, in all its stories. What joined a story since
    stays with it; what joined a part that was split off comes back with the part.

    Raises:
        CannotRegroup: another of its stories has been changed, used or erased since.
        Conflict: ``story`` has been changed meanwhile.
    """
    with transaction.atomic():
        one_at_a_time()
        moves = regrouping.moves.values_list("origin", "target")
        ids = list(regrouping.revisions.values_list("story_id", flat=True).distinct())
        _require_kept({*ids, *(key for move in moves for key in move)})
        stories = list(Story.every.filter(pk__in=ids).order_by("pk"))
        versions = {each.pk: each.version for each in stories} | {story.pk: expected_version}
        with ExitStack() as stack:
            changes = _changes(stack, stories, by, at, "story.undone", versions, merged=True)
            for change in changes.values():
                last = newest(change.story)
                if last is None or last.regrouping != regrouping:
                    raise CannotRegroup(Why.CHANGED_SINCE)
                change.restores = restored_by(before(change.story))
                change.regrouping = regrouping
            if regrouping.kind == Regrouping.Kind.MERGE:
                _part(regrouping, changes, by)
            else:
                _rejoin(regrouping, changes, by)
        regrouping.undone_at = at
        regrouping.save(update_fields=["undone_at"])
        identity.settle(ids)
    story.refresh_from_db()


def _part(regrouping: Regrouping, changes: Mapping[int, Change], by: User) -> None:
    keeper = next(change.story for change in changes.values() if not change.story.merged_into_id)
    moves = list(regrouping.moves.all())
    _require_uncredited(keeper, {move.article_id for move in moves})
    told = {pk: _told(change.story) for pk, change in changes.items()}
    for move in moves:
        Article.objects.filter(pk=move.article_id, story=keeper).update(story=move.origin_id)
    for change in changes.values():
        change.story.merged_into = None
        change.story.save(update_fields=["merged_into"])
    for pk, change in changes.items():
        _refresh(change.story, told[pk], by)


def _rejoin(regrouping: Regrouping, changes: Mapping[int, Change], by: User) -> None:
    move = regrouping.moves.first()
    assert move is not None
    old, new = changes[move.origin_id].story, changes[move.target_id].story
    if DigestItem.objects.filter(story=new).exists():
        raise CannotRegroup(Why.CHANGED_SINCE)
    told = _told(old)
    new.articles.update(story=old)
    new.merged_into = old
    _refresh(old, told, by)


@dataclass(frozen=True, slots=True)
class Likely:
    """Another story that may tell the same."""

    story: Story
    likeness: float
    """0..1."""


def likely_same(story: Story, most: int = 5) -> list[Likely]:
    """Stories of the same days that share wording or names with ``story``, the most alike first."""
    lead = story.lead or story.articles.first()
    if lead is None:
        return []
    mark = Signature(lead.content_hash, tuple(lead.bands.values_list("band", flat=True)))
    found: dict[Story, float] = {}
    for other in near_articles(lead, mark):
        if other.story and other.story != story:
            alike = likeness(lead.as_text(), other.as_text())
            found[other.story] = max(alike, found.get(other.story, 0.0))
    best = sorted(found, key=lambda each: (-found[each], each.pk))
    return [Likely(each, found[each]) for each in best[:most] if found[each] >= _ALIKE]


def _changes(
    stack: ExitStack,
    stories: Iterable[Story],
    by: User,
    at: datetime,
    action: str,
    versions: Mapping[int, int] | None,
    *,
    merged: bool = False,
) -> dict[int, Change]:
    """All of ``stories`` locked for change, always in the same order."""
    return {
        story.pk: stack.enter_context(
            changing(story, by, at, action, (versions or {}).get(story.pk), merged=merged)
        )
        for story in sorted({story.pk: story for story in stories}.values(), key=lambda s: s.pk)
    }


def _keeper(stories: Sequence[Story]) -> Story:
    standing = set(DigestItem.objects.filter(story__in=stories).values_list("story_id", flat=True))
    if len(standing) > 1:
        raise CannotRegroup(Why.TWO_IN_DIGESTS)
    return max(
        stories,  # of equals the first
        key=lambda story: (
            story.pk in standing,
            _WORTH.index(StoryStatus(story.status)),
            bool(story.edited_title or story.edited_summary or story.tagged_by_id),
        ),
    )


def _require_kept(stories: Iterable[int]) -> None:
    if Erasure.objects.filter(story__in=stories).exists():
        raise CannotRegroup(Why.ERASED)


def _require_uncredited(story: Story, parting: set[int]) -> None:
    if story.lead_id in parting and DigestItem.objects.filter(story=story).exists():
        raise CannotRegroup(Why.CREDITED)


def _move(
    regrouping: Regrouping, articles: Iterable[Article], origin: Story, target: Story
) -> None:
    moving = list(articles)
    Move.objects.bulk_create(
        Move(regrouping=regrouping, article=article, origin=origin, target=target)
        for article in moving
    )
    Article.objects.filter(pk__in=[article.pk for article in moving]).update(story=target)


def _told(story: Story) -> tuple[str, str, int | None]:
    return story.headline, story.summary, story.lead_id


def _refresh(story: Story, told: tuple[str, str, int | None], by: User) -> None:
    """The machine's layer anew. Four eyes: who made a story say something else has edited it."""
    refresh_story(story, Outlets(load_reference(settings.HOME)))
    if _told(Story.every.get(pk=story.pk)) != told:
        story.edited_by = by
