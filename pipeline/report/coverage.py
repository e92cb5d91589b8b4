"""Which communes and agencies have exemplars in a period and which have none: what the directive's
inspection teams ask ("đơn vị nào chưa báo gương nào")."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet

from pipeline.config.office import Office
from pipeline.judge.names.named_places import named_places
from pipeline.report.figures import count
from pipeline.report.names import Names
from pipeline.report.period import Period
from pipeline.report.words import NOBODY, UNKNOWN
from pipeline.review.register import registered
from pipeline.store.models import Agency, Exemplar
from pipeline.text.clock import VIETNAM

RECENT = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Row:
    """Ids of stories or exemplars; None: not counted on this axis."""

    name: str
    accepted: Sequence[str] | None = None
    """Stories that editors accepted in the period."""
    published: Sequence[str] | None = None
    exemplars: Sequence[str] | None = None
    """Standing in the register that were found in the period."""
    asked: bool = True
    """False: nobody is asked to report for it (a retired agency, a place not known)."""

    @property
    def empty(self) -> bool:
        return not (self.accepted or self.published or self.exemplars)

    def numbers(self) -> dict[str, int | None]:
        listed = {
            "accepted": self.accepted,
            "published": self.published,
            "exemplars": self.exemplars,
        }
        return {name: None if ids is None else len(ids) for name, ids in listed.items()}


@dataclass(frozen=True, slots=True)
class Coverage:
    period: Period
    communes: tuple[Row, ...]
    """Every commune of the office's province, those with most first; then what names none."""
    agencies: tuple[Row, ...]
    """Every agency that looks after exemplars; then retired ones that have any, and nobody."""
    sectors: tuple[Row, ...]

    @property
    def asked(self) -> int:
        """How many communes there are."""
        return sum(row.asked for row in self.communes)

    @property
    def without(self) -> list[str]:
        """Communes with nothing at all."""
        return [row.name for row in self.communes if row.asked and row.empty]

    @property
    def agencies_without(self) -> list[str]:
        """Agencies that look after no exemplar found in the period."""
        return [row.name for row in self.agencies if row.asked and row.empty]

    def as_json(self) -> dict[str, Any]:
        def told(rows: Iterable[Row]) -> list[dict[str, Any]]:
            return [{"name": row.name, **row.numbers(), "asked": row.asked} for row in rows]

        return {
            "first_day": self.period.first.isoformat(),
            "last_day": self.period.last.isoformat(),
            "communes": told(self.communes),
            "agencies": told(self.agencies),
            "sectors": told(self.sectors),
            "without": self.without,
            "agencies_without": self.agencies_without,
        }


def recent(now: datetime) -> Period:
    """The last 90 days up to today."""
    today = now.astimezone(VIETNAM).date()
    return Period(today - RECENT + timedelta(days=1), today)


def coverage(period: Period, office: Office, names: Names) -> Coverage:
    tables = count(period, office, names)["tables"]
    found = registered().filter(found_at__gte=period.since, found_at__lt=period.until)
    here = _by(found.filter(province=office.province), "commune")
    cared = _by(found, "agency__name")
    told = {row["key"]: row for row in tables["commune"]}
    every = named_places().communes(office.province)

    def commune(name: str, asked: bool) -> Row:
        counted = told.get(name, {"accepted": (), "published": ()})
        ids = (counted["accepted"], counted["published"], here[name])
        return Row(name or UNKNOWN, *ids, asked=asked)

    communes = [commune(name, asked=True) for name in every]
    communes += [commune(name, asked=False) for name in sorted({*told, *here}.difference(every))]
    communes.sort(
        key=lambda row: (not row.asked, *(-(number or 0) for number in row.numbers().values()))
    )
    agencies = [
        Row(agency.name, exemplars=cared[agency.name], asked=not agency.retired)
        for agency in Agency.objects.order_by("retired", "name")
        if not agency.retired or cared[agency.name]
    ]
    if cared[None]:
        agencies.append(Row(NOBODY, exemplars=cared[None], asked=False))
    sectors = {row["key"]: row for row in tables["sector"]}
    nothing: dict[str, Any] = {"accepted": (), "published": ()}
    return Coverage(
        period,
        tuple(communes),
        tuple(agencies),
        tuple(
            Row(name, *(sectors.get(slug, nothing)[which] for which in ("accepted", "published")))
            for slug, name in names.sectors.items()
        ),
    )


def _by(exemplars: QuerySet[Exemplar], field: str) -> defaultdict[str | None, list[str]]:
    grouped: defaultdict[str | None, list[str]] = defaultdict(list)
    for value, public_id in exemplars.order_by("found_at", "pk").values_list(field, "public_id"):
        grouped[value].append(str(public_id))
    return grouped
