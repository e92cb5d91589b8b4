"""The stories of all editions as the public site lists them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from pipeline.digest.content import EditionContent, ItemContent


@dataclass(frozen=True, slots=True)
class Tombstone:
    """A story taken back, and when."""

    public_id: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Entry:
    """A story as the site shows it: the newest edition's words, the first edition's date."""

    item: ItemContent
    number: int
    published: datetime
    updated: datetime


def collect(
    editions: Sequence[EditionContent],
    gone: Mapping[str, Tombstone],
    restored: Mapping[str, datetime],
) -> list[Entry]:
    """Every standing story once, newest first, in its edition's order.

    ``restored``: when a story taken back was put back. Its entry is newer than its tombstone was,
    or a reader would go on leaving it out (RFC 6721 §3).
    """
    found: dict[str, tuple[int, Entry]] = {}
    for edition in editions:
        moment = edition.publish_at or edition.frozen_at
        for position, item in enumerate(edition.items):
            if item.public_id in gone:
                continue
            before, known = found.get(item.public_id, (0, None))
            first = known.published if known else moment
            updated = max(moment, restored.get(item.public_id, moment))
            number = edition.number
            if known and edition.corrects:  # it stays where it was introduced
                position, number = before, known.number
                notes = dict.fromkeys((known.item.correction, item.correction))
                item = replace(item, correction="\n".join(filter(None, notes)))
            elif known and known.item.correction and not item.correction:
                item = replace(item, correction=known.item.correction)
            found[item.public_id] = (position, Entry(item, number, first, updated))
    ordered = sorted(found.values(), key=lambda pair: (-pair[1].number, pair[0]))
    return [entry for _position, entry in ordered]
