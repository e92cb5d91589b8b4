"""The queue of stories: filters that live in the URL, order, neighbours."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any
from urllib.parse import urlencode

from django.db.models import Exists, OuterRef, Q, QuerySet, TextField
from django.db.models.functions import Cast

from pipeline.store.models import Article, Axis, Story, StoryPlace, StoryStatus, StoryTag
from pipeline.text.fold import fold_search, nfc

PAGE = 50
LAST_PAGE = 100_000
"""Beyond, an OFFSET would not fit the database's integers."""
MOST_COUNTED = 1000
_WORDS = re.compile(r'"([^"]+)"|(\S+)')


@dataclass(frozen=True, slots=True)
class Filters:
    """What the queue shows. The defaults are the morning's work: what nobody has looked at yet
    and the machine thinks may be an exemplar."""

    status: str = StoryStatus.NEW
    label: str = "likely"
    """``likely``, or ``any`` to see also what the machine judged to be no exemplar."""
    sector: str = ""
    campaign: str = ""
    place: str = ""
    """Name of a province or a commune."""
    outlet: str = ""
    flag: str = ""
    q: str = ""
    page: int = 1

    @classmethod
    def read(cls, query: Mapping[str, str]) -> Filters:
        """From a query string; what is unknown or faulty is left at its default."""
        given: dict[str, Any] = {
            field.name: nfc(query[field.name]).strip()[:200]
            for field in fields(cls)
            if query.get(field.name, "").strip()
        }
        number = given.pop("page", "1")
        given["page"] = max(1, min(int(number), LAST_PAGE)) if number.isdecimal() else 1
        if given.get("status") not in {*StoryStatus.values, "any"}:
            given.pop("status", None)
        return cls(**given)

    def query(self, **changes: Any) -> str:
        """A query string with its ``?``, empty when all is default."""
        changed = replace(self, **changes)
        parts = {
            field.name: getattr(changed, field.name)
            for field in fields(self)
            if getattr(changed, field.name) != field.default
        }
        return f"?{urlencode(parts)}" if parts else ""

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
                tags = StoryTag.objects.filter(
                    story=OuterRef("pk"), axis=axis, slug=slug, removed=False
                )
                stories = stories.filter(Exists(tags))
        if self.place:
            named = Q(province=self.place) | Q(commune=self.place)
            places = StoryPlace.objects.filter(named, story=OuterRef("pk"))
            stories = stories.filter(named | Exists(places))
        if self.outlet:
            stories = stories.filter(
                Exists(Article.objects.filter(story=OuterRef("pk"), source=self.outlet))
            )
        if self.flag:
            # The one JSON look-up that SQLite and PostgreSQL share is on its text.
            stories = stories.alias(flag_text=Cast("flags", TextField())).filter(
                flag_text__contains=f'"{self.flag}"'
            )
        for phrase, word in _WORDS.findall(self.q):
            stories = stories.filter(search_text__contains=fold_search(phrase or word))
        return stories

    def shown(self) -> QuerySet[Story]:
        """The stories of this page and one more, which tells whether there is a next page."""
        start = (self.page - 1) * PAGE
        return self.stories().prefetch_related("tags")[start : start + PAGE + 1]

    def after(self, story: Story) -> Story | None:
        """The story to show once ``story`` is dealt with: the next one, else the first."""
        others = self.stories().exclude(pk=story.pk)
        later = Q(score__lt=story.score) | Q(score=story.score, pk__gt=story.pk)
        return others.filter(later).first() or others.first()


def capped_count(stories: QuerySet[Story]) -> int:
    """At most ``MOST_COUNTED``: nobody reads a larger number, and counting all is slow."""
    return stories[:MOST_COUNTED].count()
