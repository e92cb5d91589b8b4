"""The week in figures: what was found, accepted and published, where nothing was, how long it took.
A constant number of queries."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q

from pipeline.judge.names.named_places import named_places
from pipeline.report.counted import EXEMPLARY, decided, found, median_hours, published
from pipeline.store.models import Axis, Story, StoryStatus, StoryTag
from pipeline.web.reference import reference

KINDS = ("found", "accepted", "published")
QUIET_AFTER = timedelta(days=90)
MOST_ROWS = 12
_COLUMNS = ("pk", "province", "commune", "outlets", "found_at", "decided_at", "published_at")


@dataclass(slots=True)
class Bar:
    """One sector, campaign, place or outlet."""

    key: str
    name: str
    found: int = 0
    accepted: int = 0
    published: int = 0


@dataclass(frozen=True, slots=True)
class Chart:
    name: str
    """What it is by: ``sector``, ``campaign``, ``place``, ``outlet``."""
    bars: list[Bar]
    others: int
    """Rows that are not shown."""

    @property
    def largest(self) -> int:
        return max((max(bar.found, bar.accepted, bar.published) for bar in self.bars), default=0)


@dataclass(frozen=True, slots=True)
class Hours:
    """Medians in hours; None where there is nothing to measure."""

    to_desk: float | None
    """From the outlet to the desk."""
    to_decision: float | None
    """From the desk to a person's decision."""
    to_public: float | None
    """From the outlet to the public."""


@dataclass(frozen=True, slots=True)
class WeekFigures:
    totals: dict[str, int]
    charts: list[Chart]
    hours: Hours


@dataclass(slots=True)
class _Rows:
    found: list[dict[str, Any]] = field(default_factory=list)
    accepted: list[dict[str, Any]] = field(default_factory=list)
    published: list[dict[str, Any]] = field(default_factory=list)
    decided: list[dict[str, Any]] = field(default_factory=list)
    """Accepted, rejected or held: not a figure, but how fast."""

    def items(self) -> Iterable[tuple[str, dict[str, Any]]]:
        return ((kind, row) for kind in KINDS for row in getattr(self, kind))


def week_figures(begin: datetime, end: datetime) -> WeekFigures:
    """Of ``begin`` to ``end`` (aware, the end excluded). Four queries."""
    rows = _rows(begin, end)
    tags = _tags({row["pk"] for _kind, row in rows.items()})
    known = reference()
    charts = [
        _chart("sector", rows, lambda row: tags[Axis.SECTOR].get(row["pk"], ()), known.sector),
        _chart(
            "campaign", rows, lambda row: tags[Axis.CAMPAIGN].get(row["pk"], ()), known.campaign
        ),
        _chart("place", rows, _places, str),
        _chart("outlet", rows, lambda row: row["outlets"], known.outlet),
    ]
    totals = {kind: len(getattr(rows, kind)) for kind in KINDS}
    return WeekFigures(totals, charts, _hours(rows))


def totals(begin: datetime, end: datetime) -> dict[str, int]:
    """The three figures alone. Three queries."""
    return {
        "found": found(begin, end).count(),
        "accepted": decided(begin, end).aggregate(
            # Counted so, and not filtered: SQLite would read all accepted stories there are.
            number=Count("pk", filter=Q(status=StoryStatus.ACCEPTED))
        )["number"],
        "published": published(begin, end).count(),
    }


@dataclass(frozen=True, slots=True)
class Heard:
    """A commune and how many stories of the last 90 days have it as their place: those that the
    machine takes for an exemplar's and no person rejected, or that a person accepted."""

    commune: str
    number: int

    @property
    def step(self) -> int:
        """Of the scale that the tiles are coloured by: none, one, two to four, more."""
        return sum(self.number >= least for least in (1, 2, 5))


def heard_of(province: str, now: datetime) -> list[tuple[str, list[Heard]]]:
    """Every commune of ``province`` beside its neighbours, under their former district. One
    query."""
    heard = (
        Story.objects.filter(EXEMPLARY, found_at__gte=now - QUIET_AFTER)
        .exclude(status=StoryStatus.REJECTED)
        .values_list("province", "commune")
    )
    # Counted here: SQLite would read all stories there are of the province.
    numbers = Counter(commune for where, commune in heard if where == province)
    return [
        (district, [Heard(commune, numbers[commune]) for commune in communes])
        for district, communes in named_places().by_district(province)
    ]


def _rows(begin: datetime, end: datetime) -> _Rows:
    judged = list(decided(begin, end).values(*_COLUMNS, "status"))
    return _Rows(
        list(found(begin, end).values(*_COLUMNS, "lead__date_precision")),
        [row for row in judged if row["status"] == StoryStatus.ACCEPTED],
        list(published(begin, end).values(*_COLUMNS, "out_at", "lead__date_precision")),
        judged,
    )


def _tags(stories: set[int]) -> dict[str, dict[int, list[str]]]:
    tags: dict[str, dict[int, list[str]]] = {axis: {} for axis in Axis}
    rows = StoryTag.objects.filter(story__in=stories, removed=False)
    for story, axis, slug in rows.values_list("story", "axis", "slug"):
        tags[axis].setdefault(story, []).append(slug)
    return tags


def _places(row: dict[str, Any]) -> list[str]:
    """With its province: many communes of several provinces have one name."""
    words = ", ".join(filter(None, (row["commune"], row["province"])))
    return [words] if words else []


def _chart(
    name: str,
    rows: _Rows,
    keys: Callable[[dict[str, Any]], Iterable[str]],
    name_of: Callable[[str], str],
) -> Chart:
    """The fullest rows first."""
    counts: Counter[tuple[str, str]] = Counter()
    for kind, row in rows.items():
        counts.update((key, kind) for key in dict.fromkeys(keys(row)))
    bars = {key: Bar(key, name_of(key)) for key, _kind in counts}
    for (key, kind), number in counts.items():
        setattr(bars[key], kind, number)
    ordered = sorted(
        bars.values(), key=lambda bar: (-bar.found, -bar.accepted, -bar.published, bar.name)
    )
    return Chart(name, ordered[:MOST_ROWS], max(0, len(ordered) - MOST_ROWS))


def _hours(rows: _Rows) -> Hours:
    """A source that gives only the day says nothing about hours."""
    exact = [row for row in rows.found if row["lead__date_precision"] != "day"]
    out = [row for row in rows.published if row["lead__date_precision"] != "day"]
    return Hours(
        median_hours((row["published_at"], row["found_at"]) for row in exact),
        median_hours((row["found_at"], row["decided_at"]) for row in rows.decided),
        median_hours((row["published_at"], row["out_at"]) for row in out),
    )
