"""What people type into the search box: words, phrases in quotes, and operators.

``"hợp tác xã" nơi:"Si Ma Cai" phongtrao:"nông thôn mới" từ:01/11/2026 đến:20/11/2026``; operators
are understood with or without diacritics, and in English.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from pipeline.judge.names.named_places import named_places
from pipeline.text.clock import VIETNAM
from pipeline.text.fold import fold_search, nfc, search_words
from pipeline.web.reference import reference

_TERM = re.compile(r'(?:(?P<key>[^\W\d_][\w-]*):)?(?:"(?P<phrase>[^"]*)"?|(?P<word>[^\s"]+))')
_KEYS = {
    "place": "noi xa phuong tinh place",
    "campaign": "phongtrao phong-trao pt campaign",
    "sector": "linhvuc linh-vuc lv sector",
    "outlet": "bao outlet",
    "since": "tu from since",
    "until": "den to until",
    "on": "ngay thang nam date on",
}
_OPERATORS = {word: name for name, words in _KEYS.items() for word in words.split()}
_DAY_FIRST = re.compile(r"(?:(?:(\d{1,2})[/.-])?(\d{1,2})[/.-])?(\d{4})")
_YEAR_FIRST = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")


@dataclass(frozen=True, slots=True)
class Search:
    phrases: tuple[str, ...] = ()
    """Every one must occur; words in a row."""
    places: tuple[frozenset[str], ...] = ()
    """One set per operator: names of communes and provinces, any of which will do."""
    campaigns: tuple[frozenset[str], ...] = ()
    sectors: tuple[frozenset[str], ...] = ()
    outlets: tuple[frozenset[str], ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    """The first moment that is too late."""


def read_search(text: str) -> Search:
    """What ``text`` asks for; an operator that names nothing known finds nothing, and one whose
    date is none is looked for as words."""
    known = reference()
    tables: dict[str, Callable[[str], set[str]]] = {
        "place": lambda value: named_places().names(value) | {value},
        "campaign": _by_name({slug: each.name for slug, each in known.campaigns.items()}),
        "sector": _by_name({slug: each.name for slug, each in known.sectors.items()}),
        "outlet": _by_name({key: each.name for key, each in known.sources.items()}),
    }
    phrases: list[str] = []
    found: dict[str, list[frozenset[str]]] = {name: [] for name in tables}
    since: list[datetime] = []
    until: list[datetime] = []
    for term in _TERM.finditer(nfc(text)):
        value = (term["word"] if term["phrase"] is None else term["phrase"]).strip()
        operator = _OPERATORS.get(fold_search(term["key"] or ""))
        if operator in tables and value:
            found[operator].append(frozenset(tables[operator](value)))
        elif operator and (days := read_days(value)):
            if operator in ("since", "on"):
                since.append(days[0])
            if operator in ("until", "on"):
                until.append(days[1])
        elif value:
            phrases.append(f"{term['key']} {value}" if term["key"] else value)
    return Search(
        tuple(filter(search_words, phrases)),
        tuple(found["place"]),
        tuple(found["campaign"]),
        tuple(found["sector"]),
        tuple(found["outlet"]),
        since=max(since, default=None),
        until=min(until, default=None),
    )


def read_days(text: str) -> tuple[datetime, datetime] | None:
    """The beginning and the end in Viet Nam of a day (``20/11/2026``, ``2026-11-20``), a month
    (``11/2026``) or a year; None for what is no date."""
    if found := _YEAR_FIRST.fullmatch(text):
        year, month, day = found.groups()
    elif found := _DAY_FIRST.fullmatch(text):
        day, month, year = found.groups()
    else:
        return None
    try:
        first = date(int(year), int(month or 1), int(day or 1))
        if day:
            after = first + timedelta(days=1)
        elif month:
            after = (first + timedelta(days=31)).replace(day=1)
        else:
            after = date(first.year + 1, 1, 1)
    except (ValueError, OverflowError):
        return None
    return _midnight(first), _midnight(after)


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=VIETNAM)


def _by_name(names: Mapping[str, str]) -> Callable[[str], set[str]]:
    """Slugs whose own words, or whose name's, hold the words that were typed."""

    def matching(value: str) -> set[str]:
        words = f" {search_words(value)} "
        return {
            slug
            for slug, name in names.items()
            if words in f" {search_words(name)} " or words == f" {search_words(slug)} "
        }

    return matching
