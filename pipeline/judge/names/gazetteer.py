"""Viet Nam's administrative units, today's and the former ones, found by name.

Until 2025-06-30 there were 63 provinces with districts and communes; since 2025-07-01 there are 34
provinces and, directly below them, 3,321 communes (Resolution 202/2025/QH15 and Law 72/2025/QH15).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Literal

from pipeline.config.home import defaults_dir
from pipeline.text.fold import fold, nfc

SWITCH = datetime(2025, 6, 30, 17, tzinfo=UTC)
"""2025-07-01 00:00 in Viet Nam: from then on units are today's."""

Level = Literal["province", "district", "commune"]
Era = Literal["old", "new"]


@dataclass(frozen=True, slots=True)
class Unit:
    """One administrative unit of one era, with what it is part of today."""

    level: Level
    kind: str
    """tỉnh, thành phố, huyện, quận, thị xã, thị trấn, phường, xã, đặc khu."""
    name: str
    era: Era
    province: str
    """Today's province."""
    communes: tuple[str, ...] = ()
    """Today's communes this unit is, or was divided among; empty for provinces."""
    former_province: str | None = None
    district: str | None = None
    """Former district of a former commune."""


_SPELLING = {
    **dict.fromkeys(("đăk", "đắc", "đak", "dak"), "đắk"),
    **dict.fromkeys(("lăk", "lắc", "lak"), "lắk"),
    "nong": "nông",
}
_DASH = re.compile(r"\s*[-–]\s*")


def syllable_key(syllable: str) -> str:
    """A folded syllable in the one spelling used for look-up (``đăk``, ``dak`` → ``đắk``)."""
    return _SPELLING.get(syllable, syllable)


def name_key(name: str) -> str:
    """A place name as the gazetteer files it: folded, dashes as spaces, one spelling, 06 as 6."""
    return " ".join(map(syllable_key, _DASH.sub(" ", fold(nfc(name))).split())).lstrip("0")


class Gazetteer:
    """Units by name. Look-ups never raise and change nothing that is seen."""

    def __init__(self, named_units: Iterable[tuple[str, Unit]]) -> None:
        units: dict[str, list[Unit]] = defaultdict(list)
        for name, unit in named_units:
            filed = units[name_key(name)]
            if unit not in filed:
                filed.append(unit)
        self._units = {key: tuple(filed) for key, filed in units.items()}
        self._of_kind: dict[tuple[str, frozenset[str]], tuple[Unit, ...]] = {}
        self._longest: dict[str, int] = defaultdict(int)
        for key in self._units:
            parts = key.split(" ")
            self._longest[parts[0]] = max(self._longest[parts[0]], len(parts))

    def __len__(self) -> int:
        return len(self._units)

    def all(self) -> set[Unit]:
        return {unit for filed in self._units.values() for unit in filed}

    def named(self, name: str) -> tuple[Unit, ...]:
        """Every unit of that name, of both eras."""
        return self._units.get(name_key(name), ())

    def of_kind(self, name: str, kinds: frozenset[str]) -> tuple[Unit, ...]:
        """Those of that name whose kind is one of ``kinds``: a number names hundreds of wards."""
        key = name, kinds
        found = self._of_kind.get(key)
        if found is None:
            found = tuple(unit for unit in self.named(name) if unit.kind in kinds)
            if found:
                self._of_kind[key] = found
        return found

    def longest(self, keys: list[str], start: int = 0) -> tuple[int, tuple[Unit, ...]]:
        """The longest name that begins at ``keys[start]``.

        Args:
            keys: syllables as ``syllable_key`` gives them.

        Returns:
            (number of syllables, units of that name); (0, ()) when none begins there.
        """
        for length in range(min(self._longest.get(keys[start], 0), len(keys) - start), 0, -1):
            units = self._units.get(" ".join(keys[start : start + length]))
            if units:
                return length, units
        return 0, ()


def load_gazetteer(path: Path) -> Gazetteer:
    """Read ``taxonomy/places.tsv``.

    Raises:
        FileNotFoundError: no such file.
        ValueError: a line is not of the form its first letter announces (names file and line).
    """
    return Gazetteer(_read(path))


def _read(path: Path) -> Iterator[tuple[str, Unit]]:
    province = former = district_kind = district = ""
    of_district: list[tuple[str, str, tuple[str, ...]]] = []

    def finished_district() -> Iterator[tuple[str, Unit]]:
        if not district:
            return
        today = tuple(
            dict.fromkeys(commune for *_, communes in of_district for commune in communes)
        )
        yield (
            district,
            Unit("district", district_kind, district, "old", province, today, former),
        )
        for kind, name, communes in of_district:
            if kind != "huyện":  # an island district without communes stands for itself
                yield name, Unit("commune", kind, name, "old", province, communes, former, district)

    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line or line.startswith("#"):
            continue
        fields = line.split("\t")
        match fields:
            case ["P", name, kind, aliases]:
                province = name
                unit = Unit("province", kind, name, "new", province)
                yield from ((spelling, unit) for spelling in _spellings(name, aliases))
            case ["C", kind, name]:
                yield name, Unit("commune", kind, name, "new", province, (name,))
            case ["p", name, successor, aliases]:
                yield from finished_district()
                former, province, district, of_district = name, successor, "", []
                unit = Unit("province", "tỉnh", name, "old", province, (), former)
                yield from ((spelling, unit) for spelling in _spellings(name, aliases))
            case ["d", kind, name]:
                yield from finished_district()
                district_kind, district, of_district = kind, name, []
            case ["w", kind, name, communes]:
                of_district.append((kind, name, tuple(communes.split("|"))))
            case _:
                raise ValueError(
                    f"{path}:{number}: not a unit: {line!r}; compile the table again "
                    "with tools/compile_places.py"
                )
    yield from finished_district()


def _spellings(name: str, aliases: str) -> list[str]:
    return [name, *filter(None, aliases.split("|"))]


@cache
def shipped_gazetteer() -> Gazetteer:
    return load_gazetteer(defaults_dir() / "taxonomy" / "places.tsv")
