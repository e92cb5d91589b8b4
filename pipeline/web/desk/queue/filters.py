"""The queue of stories: filters that live in the URL, order, neighbours."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from django.db.models import Prefetch, Q, QuerySet, TextField
from django.db.models.functions import Cast

from pipeline.judge.names.named_places import named_places
from pipeline.store.models import Axis, Story, StoryStatus, StoryTag
from pipeline.store.searching import walking
from pipeline.web.desk.in_url import InUrl
from pipeline.web.desk.queue.searching import Search, read_days, read_search
from pipeline.web.desk.queue.sifting import (
    Condition,
    in_place,
    sift,
    tagged,
    told_between,
    told_by,
    worded,
)

PAGE = 50
MOST_COUNTED = 1000
COLUMNS = (
    *("public_id", "version", "status", "score", "kind", "subject", "title", "edited_title"),
    *("flags", "province", "commune", "outlets", "published_at", "found_at"),
)
"""What a row of the queue shows."""


@dataclass(frozen=True, slots=True)
class Shown:
    stories: list[Story]
    """With ``COLUMNS`` and, as ``sectors``, their sectors' tags."""
    more: bool
    """There is a next page."""
    total: int | None
    """At most ``MOST_COUNTED``; None: more than are shown up to here."""


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
            stories = stories.filter(likely=True)
        conditions = [
            tagged(axis, {slug})
            for axis, slug in ((Axis.SECTOR, self.sector), (Axis.CAMPAIGN, self.campaign))
            if slug
        ]
        if self.place:
            conditions.append(in_place(named_places().names(self.place) | {self.place}))
        if self.outlet:
            conditions.append(told_by({self.outlet}))
        since, until = read_days(self.since), read_days(self.until)
        if since or until:
            conditions.append(told_between(since and since[0], until and until[1]))
        if self.flag:
            # The one JSON look-up that SQLite and PostgreSQL share is on its text.
            stories = stories.alias(flag_text=Cast("flags", TextField())).filter(
                flag_text__contains=f'"{self.flag}"'
            )
        return sift(stories, [*asked(read_search(self.q)), *conditions])

    def shown(self) -> Shown:
        """This page of the queue."""
        stories, start = self.stories(), (self.page - 1) * PAGE
        # Found by the index alone; rows are large.
        with walking():
            keys = list(stories.values_list("pk", flat=True)[start : start + PAGE + 1])
        page = Story.objects.filter(pk__in=keys[:PAGE]).only(*COLUMNS).order_by("-score", "pk")
        more = len(keys) > PAGE
        total: int | None = start + len(keys)
        if more or (start and not keys):
            # Counting what is met by many, but not by all, would take longer than the page itself.
            usual = Filters()
            plain = replace(self, page=1, status=usual.status, label=usual.label) == usual
            total = capped_count(stories) if plain else None
        sectors = StoryTag.objects.filter(axis=Axis.SECTOR, removed=False)
        tags = Prefetch("tags", sectors, to_attr="sectors")
        return Shown(list(page.prefetch_related(tags)), more, total)

    def after(self, story: Story) -> Story | None:
        """The story to show once ``story`` is dealt with: the next one, else the first."""
        others = self.stories().exclude(pk=story.pk)
        later = Q(score__lt=story.score) | Q(score=story.score, pk__gt=story.pk)
        with walking():
            return others.filter(later).first() or others.first()


def asked(search: Search) -> Iterator[Condition]:
    """The words first: of all conditions they are met by the fewest."""
    if search.phrases:
        yield worded(search.phrases)
    yield from (in_place(names) for names in search.places)
    yield from (tagged(Axis.CAMPAIGN, slugs) for slugs in search.campaigns)
    yield from (tagged(Axis.SECTOR, slugs) for slugs in search.sectors)
    yield from (told_by(keys) for keys in search.outlets)
    if search.since or search.until:
        yield told_between(search.since, search.until)


def capped_count(stories: QuerySet[Story]) -> int:
    """At most ``MOST_COUNTED``: nobody reads a larger number, and counting all is slow."""
    return stories[:MOST_COUNTED].count()
