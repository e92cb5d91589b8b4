"""What an edition says, frozen: the one value that every channel renders.

Frozen at approval and stored as JSON with its hash, so that what was approved is what is sent,
whatever happens to the stories afterwards.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pipeline.shapes import DatePrecision, require_aware

SCHEMA = 1
"""Raised when a stored edition could no longer be read by older code."""


@dataclass(frozen=True, slots=True)
class Campaign:
    id: str
    name: str


@dataclass(frozen=True, slots=True)
class OtherOutlet:
    """Another outlet that carried the same story."""

    outlet: str
    url: str


@dataclass(frozen=True, slots=True)
class Picture:
    """The outlet's own, published by agreement with it."""

    url: str
    caption: str = ""


@dataclass(frozen=True, slots=True)
class ItemContent:
    """One story as published: an own short summary and the full credit of the original."""

    public_id: str
    headline: str
    summary: str
    machine_drafted: bool
    """True until a person rewrote the summary; every channel then carries a mark."""
    outlet: str
    """Display name of the original's outlet."""
    outlet_key: str
    url: str
    author: str = ""
    published_at: datetime | None = None
    date_precision: DatePrecision | None = None
    credit: str = ""
    """``Theo TTXVN`` where the outlet itself names a source."""
    subject: str = ""
    kind: str = ""
    sector: str = ""
    sector_name: str = ""
    campaigns: tuple[Campaign, ...] = ()
    province: str = ""
    commune: str = ""
    flags: tuple[str, ...] = ()
    others: tuple[OtherOutlet, ...] = ()
    picture: Picture | None = None
    correction: str = ""
    """What readers of an earlier edition must know; shown with the story from then on."""

    def __post_init__(self) -> None:
        require_aware(self.published_at, "ItemContent.published_at")

    @property
    def place(self) -> str:
        return ", ".join(filter(None, (self.commune, self.province)))


@dataclass(frozen=True, slots=True)
class EditionContent:
    """A whole edition. No approval: a preview of what is still in work, with the number that it
    would get now."""

    week: str
    title: str
    intro: str
    closing: str
    office: str
    province: str
    contact: str
    items: tuple[ItemContent, ...]
    frozen_at: datetime
    address: str = ""
    number: int = 0
    approved_by: str = ""
    approved_at: datetime | None = None
    publish_at: datetime | None = None
    schema: int = SCHEMA
    corrects: tuple[int, ...] = ()
    """Numbers of the editions that it corrects; empty: an edition like any other."""

    def __post_init__(self) -> None:
        for name in ("frozen_at", "approved_at", "publish_at"):
            require_aware(getattr(self, name), f"EditionContent.{name}")


def to_json(content: EditionContent) -> dict[str, Any]:
    """A JSON object; datetimes as ISO 8601 with their offset."""
    data: dict[str, Any] = json.loads(
        json.dumps(dataclasses.asdict(content), default=datetime.isoformat)
    )
    # What an edition does not have is not written: the hashes of earlier ones stay what they were.
    if not content.corrects:
        del data["corrects"]
    for item in data["items"]:
        for name in ("correction", "picture"):
            if not item[name]:
                del item[name]
    return data


def from_json(data: dict[str, Any]) -> EditionContent:
    """The value that ``to_json`` was given.

    Raises:
        ValueError: it was written by a newer version of this program.
    """
    if data["schema"] > SCHEMA:
        raise ValueError(
            f"edition content has schema {data['schema']}, this program reads {SCHEMA}"
        )
    fields = dict(data)
    for name in ("frozen_at", "approved_at", "publish_at"):
        fields[name] = _moment(fields[name])
    fields["items"] = tuple(map(_item, fields["items"]))
    fields["corrects"] = tuple(fields.get("corrects", ()))
    return EditionContent(**fields)


def content_hash(content: EditionContent) -> str:
    """SHA-256 of the canonical JSON of everything in ``content``."""
    return _sha256(to_json(content))


def fingerprint(content: EditionContent) -> str:
    """SHA-256 of what an approver reads: all but number, times and names of the approval.

    A form carries it, so that nobody approves words other than those on the screen.
    """
    data = to_json(content)
    for name in ("frozen_at", "number", "approved_by", "approved_at", "publish_at"):
        del data[name]
    return _sha256(data)


def _sha256(data: dict[str, Any]) -> str:
    canonical = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def _moment(value: str | None) -> datetime | None:
    return datetime.fromisoformat(value) if value else None


def _item(data: dict[str, Any]) -> ItemContent:
    precision = data["date_precision"]
    fields = {
        **data,
        "published_at": _moment(data["published_at"]),
        "date_precision": DatePrecision(precision) if precision else None,
        "campaigns": tuple(Campaign(**campaign) for campaign in data["campaigns"]),
        "others": tuple(OtherOutlet(**other) for other in data["others"]),
        "flags": tuple(data["flags"]),
        "picture": Picture(**data["picture"]) if data.get("picture") else None,
    }
    return ItemContent(**fields)
