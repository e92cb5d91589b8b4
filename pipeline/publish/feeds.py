"""Atom (RFC 4287, tombstones RFC 6721), RSS 2.0 and JSON Feed 1.1 of the same entries.

Ids are ``urn:uuid`` of the story: unlike an address or a tag URI they survive a change of the
site's host, so that no reader ever shows a story twice.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from io import StringIO
from typing import Any
from urllib.parse import urljoin

from django.utils.feedgenerator import Atom1Feed, Rss201rev2Feed, rfc3339_date

from pipeline.config.office import Office
from pipeline.publish import links
from pipeline.publish.channels.base import render
from pipeline.publish.entries import Entry, Tombstone

EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
"""The ``updated`` of a feed that never had an entry: a feed must have one, and a clock would
change its bytes."""


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
        home = urljoin(item["original"], "/")  # the source is the outlet, not its article
        handler.addQuickElement("source", item["outlet"], {"url": home})


def all_formats(
    folder: str,
    title: str,
    entries: Sequence[Entry],
    tombstones: Sequence[Tombstone],
    office: Office,
) -> dict[str, bytes]:
    """``atom.xml``, ``rss.xml`` and ``feed.json`` under ``folder`` (``""`` or ending in ``/``)."""
    moments = [entry.updated for entry in entries] + [stone.at for stone in tombstones]
    updated = max(moments, default=EPOCH)
    return {
        f"{folder}atom.xml": _xml(
            _Atom, f"{folder}atom.xml", title, entries, tombstones, updated, office
        ),
        f"{folder}rss.xml": _xml(
            _Rss, f"{folder}rss.xml", title, entries, tombstones, updated, office
        ),
        f"{folder}feed.json": _json(folder, title, entries, office),
    }


def _xml(
    kind: type[_Atom] | type[_Rss],
    path: str,
    title: str,
    entries: Iterable[Entry],
    tombstones: Sequence[Tombstone],
    updated: datetime,
    office: Office,
) -> bytes:
    address = links.portal(office, path)
    home = links.portal(office, path.rpartition("/")[0])
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
    for entry in entries:
        item = entry.item
        feed.add_item(
            title=item.headline,
            link=links.story(office, item.public_id),
            description=_html(entry, office),
            author_name=item.author or item.outlet,
            pubdate=entry.published,
            updateddate=entry.updated,
            unique_id=entry_id(item.public_id),
            unique_id_is_permalink=False,
            categories=_tags(entry),
            original=item.url,
            outlet=item.outlet,
        )
    out = StringIO()
    feed.write(out, "utf-8")
    return out.getvalue().encode()


def _json(folder: str, title: str, entries: Iterable[Entry], office: Office) -> bytes:
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
        "items": [_json_item(entry, office) for entry in entries],
    }
    return (json.dumps(feed, ensure_ascii=False, indent=1) + "\n").encode()


def _json_item(entry: Entry, office: Office) -> dict[str, Any]:
    item = entry.item
    return {
        "id": entry_id(item.public_id),
        "url": links.story(office, item.public_id),
        "external_url": item.url,
        "title": item.headline,
        "content_html": _html(entry, office),
        "summary": item.summary,
        "date_published": rfc3339_date(entry.published),
        "date_modified": rfc3339_date(entry.updated),
        "authors": [{"name": item.author or item.outlet}],
        "tags": _tags(entry),
        "language": "vi",
        "_guongsang": {
            "edition": entry.number,
            "outlet": item.outlet,
            "author": item.author,
            "original_published": item.published_at.isoformat() if item.published_at else None,
            "machine_drafted": item.machine_drafted,
            "subject": item.subject,
            "kind": item.kind,
            "sector": item.sector,
            "campaigns": [campaign.id for campaign in item.campaigns],
            "province": item.province,
            "commune": item.commune,
        },
    }


def _tags(entry: Entry) -> list[str]:
    item = entry.item
    names = [item.sector_name, *(campaign.name for campaign in item.campaigns), item.place]
    return [name for name in names if name]


def _html(entry: Entry, office: Office) -> str:
    return render("channels/portal/_entry.html", item=entry.item).strip()
