"""A place as a person types it: which commune or province of today it is."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from pipeline.config.provinces import resolve_province
from pipeline.judge.names.gazetteer import Gazetteer, Unit, name_key, shipped_gazetteer
from pipeline.text.fold import nfc, search_words

_KIND = re.compile(
    r"^(?:tỉnh|thành phố|tp\.?|huyện|h\.|quận|q\.|thị xã|tx\.?|thị trấn|tt\.|phường|p\.|xã|x\.|"
    r"đặc khu|tinh|thanh pho|huyen|quan|thi xa|thi tran|phuong|xa|dac khu)\s+",
    re.IGNORECASE,
)
_COMMUNE = re.compile(r"^(?:xã|x\.|phường|p\.|thị trấn|tt\.|xa|phuong|thi tran)\s", re.IGNORECASE)
_NUMBER = re.compile(r"^0+(?=\d)")


@dataclass(frozen=True, slots=True, order=True)
class NamedPlace:
    province: str
    commune: str = ""
    """Empty: the whole province."""

    def __str__(self) -> str:
        return ", ".join(filter(None, (self.commune, self.province)))


class NamedPlaces:
    """Today's places by any of their names, of today or former, with or without diacritics."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self._by_name: dict[str, list[Unit]] = defaultdict(list)
        self._by_words: dict[str, list[Unit]] = defaultdict(list)
        self._communes: dict[str, set[str]] = defaultdict(set)
        self._districts: dict[str, list[Unit]] = defaultdict(list)
        """Former ones by today's province."""
        self._parts: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
        """Of a commune of today and its province: how many former communes of which district."""
        for unit in gazetteer.all():
            if unit.era == "new" and unit.level == "commune":
                self._communes[unit.province].add(unit.name)
            elif unit.level == "district":
                self._districts[unit.province].append(unit)
            elif unit.level == "commune" and unit.district:
                for commune in unit.communes:
                    self._parts[name_key(commune), unit.province][unit.district] += 1
            self._by_name[name_key(unit.name)].append(unit)
            self._by_words[search_words(unit.name)].append(unit)

    def resolve(self, text: str, near: str = "") -> tuple[NamedPlace, ...]:
        """``Si Ma Cai``, ``xã Si Ma Cai, Lào Cai``, ``lao cai``: one place; several where the name
        leaves it open (a former district, namesakes); none where nothing is called so.

        A name that is both a province and a commune is the province unless ``xã`` or ``phường``
        or a province stands with it. Of namesakes, one in ``near`` (a province) is meant.
        """
        first, _comma, rest = nfc(text).strip(" .,").partition(",")
        province = resolve_province(rest.split(",")[-1].strip()) if rest else None
        if rest and province is None:
            return ()
        if not rest and not _COMMUNE.match(first) and (whole := resolve_province(first)):
            return (NamedPlace(whole),)
        places = self._places(self._units(first.strip()), province)
        close = [place for place in places if place.province == near]
        return tuple(close if len(close) == 1 else places)

    def names(self, text: str) -> set[str]:
        """Names of today's communes and provinces that ``text`` may mean."""
        found = {place.commune or place.province for place in self.resolve(text)}
        units = self._by_words.get(search_words(_bare(text)), ())
        return found | {unit.name for unit in units if unit.era == "new"}

    def communes(self, province: str) -> list[str]:
        """Names of today's communes of a province, as one looks them up."""
        return sorted(self._communes.get(province, ()), key=search_words)

    def by_district(self, province: str) -> list[tuple[str, list[str]]]:
        """Today's communes of a province beside their neighbours: by the former district most of
        them was part of (``huyện Bắc Hà``), in the order of the former provinces."""
        districts = sorted(
            self._districts.get(province, ()),
            key=lambda unit: (unit.former_province or "", search_words(unit.name)),
        )
        found: dict[str, list[str]] = {unit.name: [] for unit in districts}
        for commune in self.communes(province):
            parts = self._parts[name_key(commune), province].most_common(1)
            found.setdefault(parts[0][0] if parts else "", []).append(commune)
        kinds = {unit.name: f"{unit.kind} {unit.name}" for unit in districts}
        return [(kinds.get(name, name), inside) for name, inside in found.items() if inside]

    def _units(self, name: str) -> list[Unit]:
        """Those spelt so; else those spelt so without diacritics."""
        for filed, key in (
            (self._by_name, name_key(_bare(name))),
            (self._by_words, search_words(_bare(name))),
        ):
            if units := [unit for unit in filed.get(key, ()) if unit.level != "province"]:
                return units
        return []

    def _places(self, units: Iterable[Unit], province: str | None) -> list[NamedPlace]:
        """Today's places that the units are or became; today's of that name before former ones."""
        inside = [unit for unit in units if province in (None, unit.province)]
        meant = [unit for unit in inside if unit.era == "new"] or inside
        return sorted(
            {NamedPlace(unit.province, commune) for unit in meant for commune in unit.communes}
        )


def _bare(name: str) -> str:
    return _NUMBER.sub("", _KIND.sub("", name.strip()).strip())


@cache
def named_places() -> NamedPlaces:
    """Of the shipped table."""
    return NamedPlaces(shipped_gazetteer())
