"""Which communes and agencies have exemplars in a period and which have none: what the directive's
inspection teams ask ("đơn vị nào chưa báo gương nào")."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from pipeline.config.office import Office
from pipeline.judge.named_places import named_places
from pipeline.report.figures import count
from pipeline.report.names import Names
from pipeline.report.period import Period
from pipeline.review.register import registered
from pipeline.store.models import Agency
from pipeline.text.clock import VIETNAM

RECENT = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Row:
    """None: not counted on this axis."""

    name: str
    accepted: int | None = None
    """Stories that editors accepted in the period."""
    published: int | None = None
    exemplars: int | None = None
    """Standing in the register that were found in the period."""


@dataclass(frozen=True, slots=True)
class Coverage:
    period: Period
    communes: tuple[Row, ...]
    """Every commune of the office's province, those with most first."""
    agencies: tuple[Row, ...]
    """Every agency that looks after exemplars."""
    sectors: tuple[Row, ...]

    @property
    def without(self) -> list[str]:
        """Communes with nothing at all."""
        return [row.name for row in self.communes if not (row.accepted or row.exemplars)]

    @property
    def agencies_without(self) -> list[str]:
        """Agencies that look after no exemplar found in the period."""
        return [row.name for row in self.agencies if not row.exemplars]

    def as_json(self) -> dict[str, Any]:
        return {
            "first_day": self.period.first.isoformat(),
            "last_day": self.period.last.isoformat(),
            "communes": [asdict(row) for row in self.communes],
            "agencies": [asdict(row) for row in self.agencies],
            "sectors": [asdict(row) for row in self.sectors],
            "without": self.without,
            "agencies_without": self.agencies_without,
        }


def recent(now: datetime) -> Period:
    """The last 90 days up to today."""
    today = now.astimezone(VIETNAM).date()
    return Period(today - RECENT + timedelta(days=1), today)


def coverage(period: Period, office: Office, names: Names) -> Coverage:
    figures = count(period, office, names)
    found = registered().filter(found_at__gte=period.since, found_at__lt=period.until)
    here = Counter(found.filter(province=office.province).values_list("commune", flat=True))
    cared = Counter(found.exclude(agency=None).values_list("agency__name", flat=True))
    told = {row["key"]: row for row in figures["tables"]["commune"]}

    def commune(name: str) -> Row:
        counted = told.get(name, {"accepted": (), "published": ()})
        return Row(name, len(counted["accepted"]), len(counted["published"]), here[name])

    communes = [commune(name) for name in named_places().communes(office.province)]
    communes.sort(key=lambda each: (each.accepted, each.exemplars, each.published), reverse=True)
    agencies = Agency.objects.filter(retired=False).values_list("name", flat=True)
    sectors = {row["key"]: row for row in figures["tables"]["sector"]}
    return Coverage(
        period,
        tuple(communes),
        tuple(Row(name, exemplars=cared[name]) for name in agencies),
        tuple(
            Row(
                name,
                len(sectors.get(slug, {}).get("accepted", ())),
                len(sectors.get(slug, {}).get("published", ())),
            )
            for slug, name in names.sectors.items()
        ),
    )
