"""Atom (RFC 4287, tombstones RFC 6721), RSS 2.0 and JSON Feed 1.1 of the same pieces.

A feed has the newest pieces; whoever wants all follows ``prev-archive`` (RFC 5005 §4) or
``next_url`` through archives, one for each month. The month is that in which a piece first came
out, so archives stay as they are, but for what is corrected or taken back.

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
from pipeline.publish.site.entries import Tombstone
from pipeline.text.clock import VIETNAM

_HISTORY = {"xmlns:fh": "http://purl.org/syndication/history/1.0"}

LENGTH = 50
"""Pieces of a feed; older ones are in its archives alone."""

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


@dataclass(frozen=True, slots=True)
class _Place:
    """Of a document among those of its feed (RFC 5005 §4), by the ends of their names."""

    now: str = ""
    """Empty: the feed itself; otherwise an archive's month, such as ``-2026-11``."""
    older: str | None = None
    newer: str | None = None

    def links(self, document: str) -> list[tuple[str, str]]:
        """Relation and name, ``document`` being such as ``atom.xml``."""
        stem, dot, ending = document.rpartition(".")

        def named(month: str) -> str:
            return f"{stem}{month}{dot}{ending}"

        found = [("current", document)] if self.now else []
        if self.older is not None:
            found.append(("prev-archive", named(self.older)))
        if self.newer is not None:
            found.append(("next-archive", named(self.newer)))
        return found


class _Atom(Atom1Feed):
    """Adds what Django's generator has no argument for: the original and withdrawn entries."""

    def root_attributes(self) -> dict[str, str]:
        attributes: dict[str, str] = super().root_attributes()
        return {**attributes, "xmlns:at": "http://purl.org/atompub/tombstones/1.0", **_HISTORY}

    def latest_post_date(self) -> datetime:
        moment: datetime = self.feed["updated"]
        return moment

    def add_root_elements(self, handler: Any) -> None:
        super().add_root_elements(handler)
        if self.feed["hub"]:
            handler.addQuickElement("link", "", {"rel": "hub", "href": self.feed["hub"]})
        _add_history(handler, "link", self.feed)

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
    def rss_attributes(self) -> dict[str, str]:
        attributes: dict[str, str] = super().rss_attributes()
        return {**attributes, **_HISTORY}

    def add_root_elements(self, handler: Any) -> None:
        super().add_root_elements(handler)
        if self.feed["hub"]:
            handler.addQuickElement("atom:link", "", {"rel": "hub", "href": self.feed["hub"]})
        _add_history(handler, "atom:link", self.feed)

    def latest_post_date(self) -> datetime:
        moment: datetime = self.feed["updated"]
        return moment

    def add_item_elements(self, handler: Any, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, item)
        if item["original"]:
            home = urljoin(item["original"], "/")  # the source is the outlet, not its article
            handler.addQuickElement("source", item["outlet"], {"url": home})


def _add_history(handler: Any, name: str, feed: Mapping[str, Any]) -> None:
    if feed["archive"]:
        handler.addQuickElement("fh:archive")
    for relation, address in feed["history"]:
        handler.addQuickElement(name, "", {"rel": relation, "href": address})


def all_formats(
    folder: str,
    title: str,
    pieces: Sequence[Piece],
    tombstones: Sequence[Tombstone],
    office: Office,
) -> dict[str, bytes]:
    """``atom.xml``, ``rss.xml`` and ``feed.json`` under ``folder`` (``""`` or ending in ``/``) with
    the first ``LENGTH`` of ``pieces``, and archives of the months that have others."""
    archives = _archives(pieces)
    months = sorted(archives)
    newest = pieces[:LENGTH]
    last = months[-1] if months else None
    files = _documents(folder, title, newest, tombstones, _Place(older=last), office)
    for older, month, newer in zip([None, *months], months, [*months[1:], None], strict=False):
        place = _Place(month, older, newer)
        files |= _documents(folder, title, archives[month], (), place, office)
    return files


def _archives(pieces: Sequence[Piece]) -> dict[str, list[Piece]]:
    def month(piece: Piece) -> str:
        return f"{piece.published.astimezone(VIETNAM):-%Y-%m}"

    kept = {month(piece) for piece in pieces[LENGTH:]}
    found: dict[str, list[Piece]] = {each: [] for each in kept}
    for piece in pieces:
        if month(piece) in kept:
            found[month(piece)].append(piece)
    return found


def _documents(
    folder: str,
    title: str,
    pieces: Sequence[Piece],
    tombstones: Sequence[Tombstone],
    place: _Place,
    office: Office,
) -> dict[str, bytes]:
    moments = [piece.updated for piece in pieces] + [stone.at for stone in tombstones]
    updated = max(moments, default=EPOCH)
    files = {}
    for kind, name in ((_Atom, "atom"), (_Rss, "rss")):
        files[f"{folder}{name}{place.now}.xml"] = _xml(
            kind, folder, name, title, pieces, tombstones, updated, place, office
        )
    files[f"{folder}feed{place.now}.json"] = _json(folder, title, pieces, place, office)
    return files


def _xml(
    kind: type[_Atom] | type[_Rss],
    folder: str,
    name: str,
    title: str,
    pieces: Iterable[Piece],
    tombstones: Sequence[Tombstone],
    updated: datetime,
    place: _Place,
    office: Office,
) -> bytes:
    current = links.portal(office, f"{folder}{name}.xml")
    feed = kind(
        title=title,
        link=links.portal(office, folder),
        description=f"Gương người tốt, việc tốt do {office.name} tuyển chọn",
        language="vi",
        author_name=office.name,
        feed_url=links.portal(office, f"{folder}{name}{place.now}.xml"),
        # An archive is part of its feed, so it has the feed's id (RFC 5005 §4).
        feed_guid=f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, current)}",
        updated=updated,
        tombstones=tombstones,
        hub="" if place.now else office.channels.websub_hub,
        archive=bool(place.now),
        history=[
            (relation, links.portal(office, f"{folder}{each}"))
            for relation, each in place.links(f"{name}.xml")
        ],
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


def _json(folder: str, title: str, pieces: Iterable[Piece], place: _Place, office: Office) -> bytes:
    """JSON Feed 1.1. It knows no tombstones: a withdrawn story is no longer in it."""
    hub = "" if place.now else office.channels.websub_hub
    older = dict(place.links("feed.json")).get("prev-archive")
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": title,
        "home_page_url": links.portal(office, folder),
        "feed_url": links.portal(office, f"{folder}feed{place.now}.json"),
        **({"next_url": links.portal(office, f"{folder}{older}")} if older else {}),
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
