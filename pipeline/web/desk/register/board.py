"""Điển hình: the register as a board of its four stages or as a table, and what is due in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from pipeline.review.register import registered
from pipeline.review.register_keeping import due_follow_ups
from pipeline.store.models import (
    Agency,
    Axis,
    Exemplar,
    Stage,
    Story,
    StoryStatus,
    StoryTag,
)
from pipeline.text.clock import VIETNAM, utc_now
from pipeline.text.fold import fold_search
from pipeline.web.desk.in_url import InUrl
from pipeline.web.desk.labels import KINDS
from pipeline.web.desk.page import page
from pipeline.web.desk.permissions import Action, requires
from pipeline.web.reference import reference

PAGE = 50
COLUMN = 12
"""Cards of a stage on the board."""
DUE_SHOWN = 20


@dataclass(frozen=True, slots=True)
class RegisterFilters(InUrl):
    """What the register shows; all of it lives in the URL."""

    view: str = "board"
    """``board`` or ``table``."""
    stage: str = ""
    kind: str = ""
    sector: str = ""
    campaign: str = ""
    place: str = ""
    """``commune, province`` of today (communes of several provinces share a name), or one, as
    somebody types it: with or without diacritics."""
    agency: str = ""
    """Its number; ``none``: nobody looks after it."""
    q: str = ""

    @classmethod
    def read(cls, query: Mapping[str, str]) -> RegisterFilters:
        """From a query string; what is unknown or faulty is left at its default."""
        given = cls.given(query)
        if given.get("stage") not in Stage.values:
            given.pop("stage", None)
        if given.get("view") != "table":
            given.pop("view", None)
        agency = given.get("agency", "")
        if agency != "none" and not (agency.isdecimal() and len(agency) < 10):
            given.pop("agency", None)
        return cls(**given)

    @property
    def narrowed(self) -> bool:
        return replace(self, page=1, view="board") != RegisterFilters()

    def exemplars(self) -> QuerySet[Exemplar]:
        """The matching exemplars, the latest found first."""
        rows = registered().order_by("-found_at", "-pk")
        for name in ("stage", "kind"):
            if getattr(self, name):
                rows = rows.filter(**{name: getattr(self, name)})
        if self.place:
            rows = rows.filter(_at(self.place))
        if self.agency:
            rows = rows.filter(agency=None if self.agency == "none" else int(self.agency))
        for axis, slug in ((Axis.SECTOR, self.sector), (Axis.CAMPAIGN, self.campaign)):
            if slug:
                rows = rows.filter(Exists(_tagged(axis, slug)))
        for word in fold_search(self.q).split():
            rows = rows.filter(search_text__contains=word)
        return rows


def _at(place: str) -> Q:
    wanted, found = fold_search(place), Q(province=place)
    for commune, province in _places():
        if wanted == fold_search(province):
            found |= Q(province=province)
        if wanted in (fold_search(commune), fold_search(f"{commune}, {province}")):
            found |= Q(commune=commune, province=province)
    return found


def _places() -> QuerySet[Exemplar, tuple[str, str]]:
    """Commune and province of all exemplars, each pair once."""
    communes = registered().exclude(commune="").order_by("commune", "province")
    return communes.values_list("commune", "province").distinct()


def _tagged(axis: Axis, slug: str) -> QuerySet[StoryTag]:
    return StoryTag.objects.filter(
        story__exemplar=OuterRef("pk"),
        story__status=StoryStatus.ACCEPTED,
        axis=axis,
        slug=slug,
        removed=False,
    )


@dataclass(frozen=True, slots=True)
class Column:
    stage: Stage
    count: int
    exemplars: list[Exemplar]


@require_safe
@requires(Action.READ)
def register(request: HttpRequest) -> HttpResponse:
    filters, now = RegisterFilters.read(request.GET), utc_now()
    found = filters.exemplars()
    counts = dict(found.order_by().values_list("stage").annotate(Count("pk")))
    table = filters.view == "table"
    first = (filters.page - 1) * PAGE
    shown = list(with_cards(found)[first : first + PAGE + 1]) if table else []
    stages = [Stage(filters.stage)] if filters.stage else list(Stage)
    due = due_follow_ups(now.astimezone(VIETNAM).date())
    context = {
        "filters": filters,
        "total": sum(counts.values()),
        "columns": [] if table else list(_columns(found, counts, stages)),
        "rows": shown[:PAGE],
        "more": len(shown) > PAGE,
        "options": _options(),
        "due": list(due[:DUE_SHOWN]),
        "due_count": due.count(),
        "today": now.astimezone(VIETNAM).date(),
    }
    return page(request, "web/register.html", context)


def _columns(
    found: QuerySet[Exemplar], counts: Mapping[str, int], stages: list[Stage]
) -> Iterator[Column]:
    for stage in stages:
        rows = with_cards(found.filter(stage=stage))
        yield Column(stage, counts.get(stage, 0), list(rows[:COLUMN]))


def with_cards(found: QuerySet[Exemplar]) -> QuerySet[Exemplar]:
    """With what a card or a row of the register shows."""
    accepted = Story.objects.filter(status=StoryStatus.ACCEPTED).only("exemplar", "published_at")
    return found.select_related("agency").prefetch_related(
        Prefetch(
            "stories",
            accepted.prefetch_related("tags").order_by("-published_at", "-pk"),
            to_attr="accepted",
        )
    )


def _options() -> dict[str, list[tuple[str, str]]]:
    """What each filter offers, as (value, words)."""
    known = reference()
    places = [", ".join(filter(None, pair)) for pair in _places()]
    return {
        "stage": [(value, str(words)) for value, words in Stage.choices],
        "kind": [(slug, str(words)) for slug, words in KINDS.items()],
        "sector": [(slug, known.sector(slug)) for slug in known.sectors],
        "campaign": [(slug, each.name) for slug, each in known.campaigns.items()],
        "place": [(place, place) for place in places],
        "agency": [(str(each.pk), each.name) for each in Agency.objects.filter(retired=False)],
    }
