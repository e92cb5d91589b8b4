"""What a story is asked for, so that databases answer fast however many there are.

Neither database can be trusted to see, among a million stories ordered by score, that a condition
is met by few of them: it walks by score until a page is full, and that may be to the end. So each
condition can also be looked up from its own side, and where few meet it those are taken.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from pipeline.store import searching
from pipeline.store.models import Article, Axis, Story, StoryPlace, StoryTag

FEW = 5_000


@dataclass(frozen=True, slots=True)
class Condition:
    where: Q
    few: Callable[[], Collection[int] | None]
    """Primary keys of all stories that meet it, perhaps of others; None: more than ``FEW``."""


def sift(stories: QuerySet[Story], conditions: Iterable[Condition]) -> QuerySet[Story]:
    """The stories that meet all conditions. One query for each condition until few meet one."""
    asked = list(conditions)
    for condition in asked:
        found = condition.few()
        if found is not None:
            stories = stories.filter(pk__in=found)
            break
    return stories.filter(*(each.where for each in asked))


def tagged(axis: Axis, slugs: Collection[str]) -> Condition:
    tags = StoryTag.objects.filter(axis=axis, slug__in=slugs, removed=False)
    return Condition(Q(Exists(tags.filter(story=OuterRef("pk")))), _few(tags.values_list("story")))


def in_place(names: Collection[str]) -> Condition:
    asked: list[dict[str, Any]] = [{"province__in": names}, {"commune__in": names}]
    where = Q()
    for each in asked:
        other = StoryPlace.objects.filter(story=OuterRef("pk"), **each)
        where |= Q(**each) | Q(Exists(other))
    return Condition(
        where,
        _few(
            *(Story.objects.filter(**each).values_list("pk") for each in asked),
            *(StoryPlace.objects.filter(**each).values_list("story") for each in asked),
        ),
    )


def told_by(outlets: Collection[str]) -> Condition:
    told = Article.objects.filter(source__in=outlets)
    return Condition(Q(Exists(told.filter(story=OuterRef("pk")))), _few(told.values_list("story")))


def told_between(begin: datetime | None, end: datetime | None) -> Condition:
    limits = {"told_at__gte": begin, "told_at__lt": end}
    within = Q(**{name: moment for name, moment in limits.items() if moment})
    return Condition(within, _few(Story.objects.filter(within).values_list("pk")))


def worded(phrases: Sequence[str]) -> Condition:
    def few() -> Collection[int] | None:
        found = searching.matching(phrases, FEW + 1)
        return found if len(found) <= FEW else None

    return Condition(Q(search_text__phrases=phrases), few)


def _few(*sides: QuerySet[Any, Any]) -> Callable[[], set[int] | None]:
    """``sides`` give rows of one key."""

    def few() -> set[int] | None:
        found: set[int] = set()
        for side in sides:
            found.update(key for (key,) in side.order_by()[: FEW + 1] if key is not None)
            if len(found) > FEW:
                return None
        return found

    return few
