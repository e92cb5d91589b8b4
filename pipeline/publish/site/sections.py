"""The parts of the public site that have a page and feeds of their own."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from slugify import slugify

from pipeline.digest.content import EditionContent, ItemContent
from pipeline.judge.names.named_places import named_places
from pipeline.publish.site.entries import Entry
from pipeline.text.fold import fold_search


@dataclass(frozen=True, slots=True)
class Section:
    folder: str
    """Ends in ``/``."""
    axis: str
    """Heading of the list it stands in."""
    title: str
    entries: tuple[Entry, ...]


def sections(entries: Sequence[Entry]) -> list[Section]:
    """By sector, campaign, province, commune, each alphabetical; entries keep their order."""
    found: dict[tuple[str, str], list[Entry]] = defaultdict(list)
    names: dict[tuple[str, str], str] = {}
    for entry in entries:
        for axis, folder, title in _of(entry.item):
            found[axis, folder].append(entry)
            names.setdefault((axis, folder), title)  # the newest edition's wording
    axes = ("Lĩnh vực", "Phong trào", "Tỉnh, thành phố", "Xã, phường")
    ordered = sorted(found, key=lambda key: (axes.index(key[0]), fold_search(names[key]), key[1]))
    return [
        Section(folder, axis, names[axis, folder], tuple(found[axis, folder]))
        for axis, folder in ordered
    ]


def emptied(editions: Iterable[EditionContent], filled: Iterable[Section]) -> list[Section]:
    """Sections that some edition filled and no standing story does any more, without entries:
    whoever reads their feeds must still learn what was taken back."""
    names: dict[str, tuple[str, str]] = {}
    for edition in sorted(editions, key=lambda each: each.number):
        for item in edition.items:
            names |= {folder: (axis, title) for axis, folder, title in _of(item)}
    for section in filled:
        names.pop(section.folder, None)
    return [Section(folder, *names[folder], ()) for folder in sorted(names)]


def _of(item: ItemContent) -> Iterator[tuple[str, str, str]]:
    if item.sector and item.sector_name:
        yield "Lĩnh vực", f"linh-vuc/{slug(item.sector)}/", item.sector_name
    for campaign in item.campaigns:
        yield "Phong trào", f"phong-trao/{slug(campaign.id)}/", campaign.name
    if item.province:
        yield "Tỉnh, thành phố", f"tinh/{slug(item.province)}/", item.province
        if item.commune:
            commune = _communes(item.province).get(item.commune) or slug(item.commune)
            folder = f"xa/{slug(item.province)}/{commune}/"
            yield "Xã, phường", folder, f"{item.commune}, {item.province}"


def slug(name: str) -> str:
    """``Nậm Hẻn`` → ``nam-hen``: safe as a folder and in an address."""
    return slugify(name) or "khac"


@cache
def _communes(province: str) -> dict[str, str]:
    """Today's communes with the folder of each: where marks alone tell two apart (Mỹ Tho and
    Mỹ Thọ), the second is numbered."""
    folders: dict[str, str] = {}
    alike: Counter[str] = Counter()
    for name in sorted(named_places().communes(province)):
        bare = slug(name)
        alike[bare] += 1
        folders[name] = f"{bare}-{alike[bare]}" if alike[bare] > 1 else bare
    return folders
