"""The whole public site as files, from the frozen editions. No clock: every time shown or stated
is a time of the data, so the same data gives the same bytes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from markupsafe import Markup

from pipeline.config.office import Office
from pipeline.digest.content import EditionContent
from pipeline.publish import feeds, links
from pipeline.publish.channels.base import render
from pipeline.publish.entries import Entry, Tombstone, collect

FEED_LENGTH = 50


def build(
    editions: Sequence[EditionContent], tombstones: Iterable[Tombstone], office: Office
) -> dict[str, bytes]:
    """Relative path → bytes, in the order to write them: pages first, what lists them last."""
    gone = {stone.public_id: stone for stone in tombstones}
    editions = sorted(editions, key=lambda edition: edition.number)
    entries = collect(editions, gone)
    seen = {item.public_id for edition in editions for item in edition.items}
    removed = sorted(
        (gone[public_id] for public_id in gone.keys() & seen),
        key=lambda stone: (stone.at, stone.public_id),
        reverse=True,
    )
    standing = [_without(edition, gone) for edition in editions]
    pages: dict[str, str] = {}
    for entry in entries:
        pages[links.story_path(entry.item.public_id)] = story_page(entry, office)
    for stone in removed:
        pages[links.story_path(stone.public_id)] = render(
            "channels/portal/withdrawn.html", office=office, root="../", stone=stone
        )
    for edition, original in zip(standing, editions, strict=True):
        missing = len(original.items) - len(edition.items)
        pages[links.digest_path(edition.number)] = digest_page(edition, office, missing)
    newest = entries[:FEED_LENGTH]
    files = {path: page.encode() for path, page in pages.items()}
    files |= feeds.all_formats("", f"Gương sáng – {office.name}", newest, removed, office)
    index = render(
        "channels/portal/index.html",
        office=office,
        root="",
        canonical=links.portal(office),
        edition=standing[-1] if standing else None,
        archive=standing[-2::-1],
    )
    return files | {"index.html": index.encode()}


def digest_page(edition: EditionContent, office: Office, missing: int = 0) -> str:
    return render(
        "channels/portal/digest.html",
        office=office,
        root="../",
        canonical=links.digest(office, edition.number),
        edition=edition,
        missing=missing,
    )


def story_page(entry: Entry, office: Office) -> str:
    url = links.story(office, entry.item.public_id)
    return render(
        "channels/portal/story.html",
        office=office,
        root="../",
        canonical=url,
        entry=entry,
        item=entry.item,
        structured=_json_ld(entry, url, office),
    )


def _json_ld(entry: Entry, url: str, office: Office) -> Markup:
    """schema.org: our page is an Article of its own, based on and citing the original."""
    item = entry.item
    original: dict[str, Any] = {
        "@type": "NewsArticle",
        "url": item.url,
        "publisher": {"@type": "Organization", "name": item.outlet},
    }
    if item.author:
        original["author"] = {"@type": "Person", "name": item.author}
    if item.published_at:
        original["datePublished"] = item.published_at.isoformat()
    data = {
        "@context": "https://schema.org",
        "@type": "Article",
        "@id": url,
        "url": url,
        "headline": item.headline,
        "description": item.summary,
        "inLanguage": "vi",
        "datePublished": entry.published.isoformat(),
        "dateModified": entry.updated.isoformat(),
        "publisher": {"@type": "Organization", "name": office.name, "url": office.site_url},
        "isBasedOn": original,
        "citation": item.url,
    }
    if item.sector_name:
        data["articleSection"] = item.sector_name
    if item.place:
        data["contentLocation"] = {"@type": "Place", "name": item.place}
    text = json.dumps(data, ensure_ascii=False)
    return Markup(text.replace("<", "\\u003c"))  # noqa: S704 - no tag can close the block


def _without(edition: EditionContent, gone: Mapping[str, Tombstone]) -> EditionContent:
    return replace(
        edition, items=tuple(item for item in edition.items if item.public_id not in gone)
    )
