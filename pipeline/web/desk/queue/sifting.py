"""What a story is asked for, so that databases answer fast however many there are.

Neither database can be trusted to see, among a million stories ordered by score, that conditions
are met by few of them together: it walks by score until a page is full, and that may be to the end.
So the full-text index, which knows words, tags, places, outlets and months, is asked first for all
conditions at once, and where few stories meet them those are taken.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from pipeline.store import searching
from pipeline.store.models import Article, Axis, Story, StoryPlace, StoryTag
from pipeline.text.clock import VIETNAM, utc_now

FEW = 5_000
MOST_MONTHS = 60


@dataclass(frozen=True, slots=True)
class Condition:
    where: Q
    terms: tuple[frozenset[str], ...] = ()
    """Of each set a story that meets it has at least one (``pipeline.store.searching.term``)."""
    phrases: tuple[str, ...] = ()
    """All that is asked for is that these occur."""


def sift(stories: QuerySet[Story], conditions: Iterable[Condition]) -> QuerySet[Story]:
    """The stories that meet all conditions. Costs a query or two, or none without conditions."""
    asked = list(conditions)
    phrases = [phrase for each in asked for phrase in each.phrases]
    terms = [term for each in asked for term in each.terms]
    if phrases or terms:
        found = searching.few_with(phrases, terms, FEW)
        if found is not None:
            stories = stories.filter(pk__in=found)
            longer = list(filter(searching.apart_too, phrases))
            asked = [each for each in asked if not each.phrases]
            asked += [worded(longer)] if longer else []
    return stories.filter(*(each.where for each in asked))


def tagged(axis: Axis, slugs: Collection[str]) -> Condition:
    tags = StoryTag.objects.filter(axis=axis, slug__in=slugs, removed=False)
    return Condition(Q(Exists(tags.filter(story=OuterRef("pk")))), _any_of(axis, slugs))


def in_place(names: Collection[str]) -> Condition:
    where = Q()
    for each in ({"province__in": names}, {"commune__in": names}):
        other = StoryPlace.objects.filter(story=OuterRef("pk"), **each)
        where |= Q(**each) | Q(Exists(other))
    return Condition(where, _any_of("place", names))


def told_by(outlets: Collection[str]) -> Condition:
    told = Article.objects.filter(source__in=outlets)
    return Condition(Q(Exists(told.filter(story=OuterRef("pk")))), _any_of("outlet", outlets))


def told_between(begin: datetime | None, end: datetime | None) -> Condition:
    limits = {"told_at__gte": begin, "told_at__lt": end}
    within = Q(**{name: moment for name, moment in limits.items() if moment})
    months = _months(begin, end or utc_now() + timedelta(days=1)) if begin else None
    return Condition(within, (months,) if months else ())


def worded(phrases: Sequence[str]) -> Condition:
    return Condition(Q(search_text__phrases=phrases), phrases=tuple(phrases))


def _any_of(kind: str, values: Collection[str]) -> tuple[frozenset[str], ...]:
    return (frozenset(searching.term(kind, value) for value in values),)


def _months(begin: datetime, end: datetime) -> frozenset[str] | None:
    """A term for each month between; None: they are too many to be worth asking for."""
    first, last = begin.astimezone(VIETNAM), end.astimezone(VIETNAM)
    months = range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
    if len(months) > MOST_MONTHS:
        return None
    return frozenset(searching.term("month", f"{each // 12}{each % 12 + 1:02}") for each in months)
