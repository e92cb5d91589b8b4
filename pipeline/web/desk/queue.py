"""The queue of stories: filters that live in the URL, order, neighbours."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet, TextField
from django.db.models.functions import Cast

from pipeline.judge.named_places import named_places
from pipeline.store.models import Article, Axis, Story, StoryPlace, StoryStatus, StoryTag
from pipeline.web.desk.in_url import InUrl
from pipeline.web.desk.searching import Search, read_days, read_search

PAGE = 50
MOST_COUNTED = 1000


@dataclass(frozen=True, slots=True)
class Filters(InUrl):
    """What the queue shows. The defaults are the morning's work: what nobody has looked at yet
    and the machine thinks may be an exemplar."""

    status: str = StoryStatus.NEW
    label: str = "likely"
    """``likely``, or ``any`` to see also what the machine judged to be no exemplar."""
    sector: str = ""
    campaign: str = ""
    place: str = ""
    """Name of a province or a commune, as typed."""
    outlet: str = ""
    flag: str = ""
    since: str = ""
    """``2026-11-01`` or ``01/11/2026``: published on this day or later."""
    until: str = ""
    """Published on this day or earlier."""
    q: str = ""
    """As ``read_search`` reads it."""

    @classmethod
    def read(cls, query: Mapping[str, str]) -> Filters:
        """From a query string; what is unknown or faulty is left at its default."""
        given = cls.given(query)
        if given.get("status") not in {*StoryStatus.values, "any"}:
            given.pop("status", None)
        for name in ("since", "until"):
            if name in given and not read_days(given[name]):
                given.pop(name)
        return cls(**given)

    @property
    def narrowed(self) -> bool:
        return replace(self, page=1) != Filters()

    def stories(self) -> QuerySet[Story]:
        """The matching stories, best first."""
        stories = Story.objects.order_by("-score", "pk")
        if self.status != "any":
            stories = stories.filter(status=self.status)
        if self.label == "likely":
            stories = stories.exclude(label="no", status=StoryStatus.NEW)
        for axis, slug in ((Axis.SECTOR, self.sector), (Axis.CAMPAIGN, self.campaign)):
            if slug:
                stories = stories.filter(tagged(axis, {slug}))
        if self.place:
            stories = stories.filter(in_place(named_places().names(self.place) | {self.place}))
        if self.outlet:
            stories = stories.filter(told_by({self.outlet}))
        if days := read_days(self.since):
            stories = stories.filter(published_between(days[0], None))
        if days := read_days(self.until):
            stories = stories.filter(published_between(None, days[1]))
        if self.flag:
            # The one JSON look-up that SQLite and PostgreSQL share is on its text.
            stories = stories.alias(flag_text=Cast("flags", TextField())).filter(
                flag_text__contains=f'"{self.flag}"'
            )
        return found_by(stories, read_search(self.q)) if self.q else stories

    def shown(self) -> QuerySet[Story]:
        """The stories of this page and one more, which tells whether there is a next page."""
        start = (self.page - 1) * PAGE
        return self.stories().prefetch_related("tags")[start : start + PAGE + 1]

    def after(self, story: Story) -> Story | None:
        """The story to show once ``story`` is dealt with: the next one, else the first."""
        others = self.stories().exclude(pk=story.pk)
        later = Q(score__lt=story.score) | Q(score=story.score, pk__gt=story.pk)
        return others.filter(later).first() or others.first()


def found_by(stories: QuerySet[Story], search: Search) -> QuerySet[Story]:
    if search.phrases:
        stories = stories.filter(search_text__phrases=search.phrases)
    wanted = [in_place(names) for names in search.places]
    wanted += [tagged(Axis.CAMPAIGN, slugs) for slugs in search.campaigns]
    wanted += [tagged(Axis.SECTOR, slugs) for slugs in search.sectors]
    wanted += [told_by(keys) for keys in search.outlets]
    return stories.filter(*wanted, published_between(search.since, search.until))


def tagged(axis: Axis, slugs: Collection[str]) -> Q:
    tags = StoryTag.objects.filter(story=OuterRef("pk"), axis=axis, slug__in=slugs, removed=False)
    return Q(Exists(tags))


def in_place(names: Collection[str]) -> Q:
    named = Q(province__in=names) | Q(commune__in=names)
    return named | Q(pk__in=StoryPlace.objects.filter(named).values("story"))


def told_by(outlets: Collection[str]) -> Q:
    return Q(Exists(Article.objects.filter(story=OuterRef("pk"), source__in=outlets)))


def published_between(begin: datetime | None, end: datetime | None) -> Q:
    """By the original's time, or when it was found where that is unknown."""
    given = {"gte": begin, "lt": end}
    limits = {name: moment for name, moment in given.items() if moment}
    if not limits:
        return Q()
    dated = Q(**{f"published_at__{name}": moment for name, moment in limits.items()})
    undated = Q(**{f"found_at__{name}": moment for name, moment in limits.items()})
    return dated | Q(undated, published_at=None)


def capped_count(stories: QuerySet[Story]) -> int:
    """At most ``MOST_COUNTED``: nobody reads a larger number, and counting all is slow."""
    return stories.order_by()[:MOST_COUNTED].count()
