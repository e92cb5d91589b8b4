"""Atom (RFC 4287, tombstones RFC 6721), RSS 2.0 and JSON Feed 1.1 of the same pieces.

Ids are ``urn:uuid``: unlike an address or a tag URI they survive a change of the site's host, so
that no reader ever shows a story twice.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from io import StringIO
from typing import Any
from urllib.parse import urljoin

from django.utils.feedgenerator import Atom1Feed, Rss201rev2Feed, rfc3339_date

from pipeline.config.office import Office
from pipeline.publish import links
from pipeline.publish.entries import Tombstone

EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
"""The ``updated`` of a feed that never had an entry: a feed must have one, and a clock would
change its bytes."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One entry of a feed."""

    id: str
    url: str
    title: str
    html: str
    summary: str
    published: datetime
    updated: datetime
    author: str
    tags: tuple[str, ...] = ()
    original: str = ""
    """Where it was taken from, at ``outlet``; empty: it is our own."""
    outlet: str = ""
    extension: Mapping[str, Any] = field(default_factory=dict)
    """What our JSON Feed says of it besides."""


def entry_id(public_id: str) -> str:
    return f"urn:uuid:{public_id}"


class _Atom(Atom1Feed):
    """Adds what Django's generator has no argument for: the original and withdrawn entries."""

    def root_attributes(self) -> dict[str, str]:
        attributes: dict[str, str] = super().root_attributes()
        return {**attributes, "xmlns:at": "http://purl.org/atompub/tombstones/1.0"}

    def latest_post_date(self) -> datetime:
        moment: datetime = self.feed["updated"]
        return moment

    def add_root_elements(self, handler: Any) -> None:
        super().add_root_elements(handler)
        if self.feed["hub"]:
            handler.addQuickElement("link", "", {"rel": "hub", "href": self.feed["hub"]})

    def write_items(self, handler: Any) -> None:
        for stone in self.feed["tombstones"]:
            attributes = {"ref": entry_id(stone.public_id), "when": rfc3339_date(stone.at)}
            handler.addQuickElement("at:deleted-entry", "", attributes)
        super().write_items(handler)

    def add_item_elements(self, handler: Any, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, item)
        if item["original"]:
            handler.addQuickElement(
                "link", "", {"rel": "via", "href": item["original"], "title": item["outlet"]}
            )


class _Rss(Rss201rev2Feed):
    def add_root_elements(self, handler: Any) -> None:
        super().add_root_elements(handler)
        if self.feed["hub"]:
            handler.addQuickElement("atom:link", "", {"rel": "hub", "href": self.feed["hub"]})

    def latest_post_date(self) -> datetime:
        moment: datetime = self.feed["updated"]
        return moment

    def add_item_elements(self, handler: Any, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, item)
        if item["original"]:
            home = urljoin(item["original"], "/")  # the source is the outlet, not its article
            handler.addQuickElement("source", item["outlet"], {"url": home})


def all_formats(
    folder: str,
    title: str,
    pieces: Sequence[Piece],
    tombstones: Sequence[Tombstone],
    office: Office,
) -> dict[str, bytes]:
    """``atom.xml``, ``rss.xml`` and ``feed.json`` under ``folder`` (``""`` or ending in ``/``)."""
    moments = [piece.updated for piece in pieces] + [stone.at for stone in tombstones]
    updated = max(moments, default=EPOCH)
    return {
        f"{folder}atom.xml": _xml(
            _Atom, f"{folder}atom.xml", title, pieces, tombstones, updated, office
        ),
        f"{folder}rss.xml": _xml(
            _Rss, f"{folder}rss.xml", title, pieces, tombstones, updated, office
        ),
        f"{folder}feed.json": _json(folder, title, pieces, office),
    }


def _xml(
    kind: type[_Atom] | type[_Rss],
    path: str,
    title: str,
    pieces: Iterable[Piece],
    tombstones: Sequence[Tombstone],
    updated: datetime,
    office: Office,
) -> bytes:
    address = links.portal(office, path)
    home = links.portal(office, path[: path.rfind("/") + 1])
    feed = kind(
        title=title,
        link=home,
        description=f"Gương người tốt, việc tốt do {office.name} tuyển chọn",
        language="vi",
        author_name=office.name,
        feed_url=address,
        feed_guid=f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, address)}",
        updated=updated,
        tombstones=tombstones,
        hub=office.channels.websub_hub,
    )
    for piece in pieces:
        feed.add_item(
            title=piece.title,
            link=piece.url,
            description=piece.html,
            author_name=piece.author,
            pubdate=piece.published,
            updateddate=piece.updated,
            unique_id=piece.id,
            unique_id_is_permalink=False,
            categories=piece.tags,
            original=piece.original,
            outlet=piece.outlet,
        )
    out = StringIO()
    feed.write(out, "utf-8")
    return out.getvalue().encode()


def _json(folder: str, title: str, pieces: Iterable[Piece], office: Office) -> bytes:
    """JSON Feed 1.1. It knows no tombstones: a withdrawn story is no longer in it."""
    hub = office.channels.websub_hub
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": title,
        "home_page_url": links.portal(office, folder),
        "feed_url": links.portal(office, f"{folder}feed.json"),
        "language": "vi",
        "authors": [{"name": office.name}],
        **({"hubs": [{"type": "WebSub", "url": hub}]} if hub else {}),
        "items": [_json_item(piece) for piece in pieces],
    }
    return (json.dumps(feed, ensure_ascii=False, indent=1) + "\n").encode()


def _json_item(piece: Piece) -> dict[str, Any]:
    return {
        "id": piece.id,
        "url": piece.url,
        **({"external_url": piece.original} if piece.original else {}),
        "title": piece.title,
        "content_html": piece.html,
        "summary": piece.summary,
        "date_published": rfc3339_date(piece.published),
        "date_modified": rfc3339_date(piece.updated),
        "authors": [{"name": piece.author}],
        "tags": list(piece.tags),
        "language": "vi",
        "_guongsang": dict(piece.extension),
    }
