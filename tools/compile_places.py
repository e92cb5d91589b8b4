"""Compile ``taxonomy/places.tsv`` from tables of Viet Nam's administrative units.

Run at development time, whenever the units change:

    python tools/compile_places.py --provinces provinces.csv --communes communes.csv \\
        --former former_units.csv -o taxonomy/places.tsv

Columns read (UTF-8 CSV with a header):

* provinces: name, full_name, aliases, former_aliases (``|`` between names)
* communes: name, type, province (today's units, since 2025-07-01)
* former: old_province, old_district, old_ward, new_province_2025, new_ward_current
  (one row for each pair of a former commune and a commune that took part of it over)
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

KINDS = ("Thị xã", "Thị trấn", "Thành phố", "Đặc khu", "Tỉnh", "Huyện", "Quận", "Phường", "Xã")
NICKNAMES = {"Kinh Bắc", "Đất Tổ", "Tây Đô", "Đất Mũi", "Đất Sen hồng", "Thủ đô", "Vùng mỏ"}
"""Loved names that are also something else: they would place a story wrongly."""

HEADER = """\
# Viet Nam's administrative units, today's (since 2025-07-01) and the former ones.
# Compiled by tools/compile_places.py; do not edit by hand.
# P name kind aliases                   province of today
# C kind name                           commune of the province above
# p name province-of-today aliases      former province (63 until 2025-06-30)
# d kind name                           former district of the former province above
# w kind name communes-of-today         former commune of the former district above
"""


def split_kind(full_name: str) -> tuple[str, str]:
    """``Thị trấn Phố Lu`` → ``("thị trấn", "Phố Lu")``.

    Raises:
        ValueError: the name does not begin with a kind of unit.
    """
    for kind in KINDS:
        if full_name.lower().startswith(kind.lower() + " "):
            return kind.lower(), full_name[len(kind) + 1 :]
    raise ValueError(f"no kind of unit in {full_name!r}")


def usable_aliases(names: str, own: Iterable[str]) -> list[str]:
    """Aliases that name the province alone: no initials, no notes, no kind words, no nicknames."""
    known = set(own)
    kept: list[str] = []
    for alias in (part.strip() for part in names.split("|")):
        initials = alias.isupper() and alias not in {"HCMC", "TPHCM"}
        typed = alias.startswith(("Tỉnh ", "Thành phố ", "TP ", "TP.", "Tp.", "Thủ đô "))
        if not alias[:1].isupper() or "(" in alias or initials or typed or alias == "Hue":
            continue
        if alias not in known and alias not in NICKNAMES:
            known.add(alias)
            kept.append(alias)
    if "Hồ Chí Minh" in known:
        kept.append("HCM")
    return kept


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def today(provinces: list[dict[str, str]], communes: list[dict[str, str]]) -> Iterator[str]:
    of_province: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for row in communes:
        of_province[row["province"]].append((row["name"], row["type"].lower()))
    for row in provinces:
        kind, _ = split_kind(row["full_name"])
        aliases = usable_aliases(row["aliases"], [row["name"]])
        yield f"P\t{row['name']}\t{kind}\t{'|'.join(aliases)}"
        for name, commune_kind in sorted(of_province[row["name"]]):
            yield f"C\t{commune_kind}\t{name}"


def former(units: list[dict[str, str]], provinces: list[dict[str, str]]) -> Iterator[str]:
    tree: dict[str, dict[str, dict[str, list[str]]]] = defaultdict(
        lambda: defaultdict(lambda: defaultdict(list))
    )
    successor: dict[str, str] = {}
    for row in units:
        _, province = split_kind(row["old_province"])
        _, successor[province] = split_kind(row["new_province_2025"])
        wards = tree[province][row["old_district"]]
        # Island districts had no communes: the district itself became one.
        _, commune = split_kind(row["new_ward_current"])
        ward = row["old_ward"] or row["old_district"]
        if commune not in wards[ward]:
            wards[ward].append(commune)
    spellings = former_spellings(provinces, set(tree))
    for province, districts in sorted(tree.items()):
        aliases = usable_aliases("|".join(spellings[province]), [province])
        yield f"p\t{province}\t{successor[province]}\t{'|'.join(aliases)}"
        for district, wards in sorted(districts.items()):
            kind, name = split_kind(district)
            yield f"d\t{kind}\t{name}"
            for ward, communes in sorted(wards.items()):
                ward_kind, ward_name = split_kind(ward)
                yield f"w\t{ward_kind}\t{ward_name}\t{'|'.join(communes)}"


def former_spellings(provinces: list[dict[str, str]], former: set[str]) -> dict[str, list[str]]:
    """Own spellings, then those of each province merged in, each after that province's name."""
    spellings: dict[str, list[str]] = defaultdict(list)
    for row in provinces:
        current = row["name"]
        for alias in filter(None, [*row["aliases"].split("|"), *row["former_aliases"].split("|")]):
            current = alias if alias in former else current
            spellings[current].append(alias)
    return spellings


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--provinces", type=Path, required=True)
    parser.add_argument("--communes", type=Path, required=True)
    parser.add_argument("--former", type=Path, required=True)
    parser.add_argument("-o", "--output", type=Path, required=True)
    arguments = parser.parse_args()
    provinces = rows(arguments.provinces)
    lines = [*today(provinces, rows(arguments.communes))]
    lines += former(rows(arguments.former), provinces)
    arguments.output.write_text(HEADER + "\n".join(lines) + "\n", encoding="utf-8")
    print(f"{arguments.output}: {len(lines)} units", file=sys.stderr)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
