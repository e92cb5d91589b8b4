"""The whole public site as files, from the frozen editions. No clock: every time shown or stated
is a time of the data, so the same data gives the same bytes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType
from typing import Any

from markupsafe import Markup

from pipeline.config.office import Office
from pipeline.digest.content import EditionContent, content_hash
from pipeline.publish import links
from pipeline.publish.rendering import render
from pipeline.publish.site import feeds
from pipeline.publish.site.entries import Entry, Tombstone, collect
from pipeline.publish.site.pieces import digest_piece, story_piece
from pipeline.publish.site.sections import Section, emptied, sections

EMBEDDED = 5
DIGESTS = "so/"
"""Folder of the digests, with a page and feeds that have one entry for each."""


def build(
    editions: Sequence[EditionContent],
    tombstones: Iterable[Tombstone],
    office: Office,
    restored: Mapping[str, datetime] = MappingProxyType({}),
    redacted: Mapping[int, str] = MappingProxyType({}),
) -> dict[str, bytes]:
    """Relative path → bytes, in the order to write them: pages first, what lists them last.

    ``restored``: public id → when the story was put back. ``redacted``: number → hash of what had
    been approved, of editions from which an erasure took words.
    """
    gone = {stone.public_id: stone for stone in tombstones}
    editions = sorted(editions, key=lambda edition: edition.number)
    entries = collect(editions, gone, restored)
    seen = {item.public_id for edition in editions for item in edition.items}
    removed = sorted(
        (gone[public_id] for public_id in gone.keys() & seen),
        key=lambda stone: (stone.at, stone.public_id),
        reverse=True,
    )
    noted = {entry.item.public_id: entry.item.correction for entry in entries}
    standing = [_standing(edition, gone, noted) for edition in editions]
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
    parts = sections(entries)
    every_part = parts + emptied(editions, parts)
    for part in every_part:
        root = "../" * part.folder.count("/")
        pages[f"{part.folder}index.html"] = render(
            "channels/portal/section.html",
            office=office,
            root=root,
            canonical=links.portal(office, part.folder),
            section=part,
        )
    introducing = [
        (edition, original)
        for edition, original in zip(standing, editions, strict=True)
        if not edition.corrects
    ][::-1]
    pages[f"{DIGESTS}index.html"] = render(
        "channels/portal/digests.html",
        office=office,
        root="../",
        canonical=links.portal(office, DIGESTS),
        editions=[edition for edition, _original in introducing],
    )
    files = {path: page.encode() for path, page in pages.items()}
    listed = [(part.folder, f"Gương sáng: {part.title}", part.entries) for part in every_part]
    made = {entry.item.public_id: story_piece(entry, office) for entry in entries}
    for folder, title, its in [*listed, ("", f"Gương sáng – {office.name}", entries)]:
        pieces = [made[entry.item.public_id] for entry in its]
        files |= feeds.all_formats(folder, title, pieces, removed, office)
    digests = [
        digest_piece(
            redacted.get(original.number) or content_hash(original),
            original,
            edition,
            removed,
            office,
        )
        for edition, original in introducing
    ]
    title = f"Bản tin Gương sáng – {office.name}"
    files |= feeds.all_formats(DIGESTS, title, digests, (), office)
    return files | _front(standing, entries, parts, office)


def _front(
    standing: Sequence[EditionContent],
    entries: Sequence[Entry],
    parts: Sequence[Section],
    office: Office,
) -> dict[str, bytes]:
    """What lists everything else, the front page last."""
    introducing = [edition for edition in standing if not edition.corrects]
    addresses = [
        (links.portal(office), entries[0].updated if entries else None),
        (links.portal(office, DIGESTS), introducing[-1].publish_at if introducing else None),
        *((links.portal(office, part.folder), part.entries[0].updated) for part in parts),
        *((links.digest(office, each.number), each.publish_at) for each in standing),
        *((links.story(office, entry.item.public_id), entry.updated) for entry in entries),
    ]
    latest: dict[str, object] = {"entries": entries[:EMBEDDED], "portal": links.portal(office)}
    templates: dict[str, tuple[str, dict[str, object]]] = {
        "sitemap.xml": ("sitemap.xml", {"addresses": addresses}),
        "nguon-tin.opml": ("sources.opml", {"parts": parts, "portal": links.portal(office)}),
        "nguon-tin.html": (
            "sources.html",
            {
                "parts": parts,
                "canonical": links.portal(office, "nguon-tin.html"),
                **latest,
            },
        ),
        "khoi-nhung.html": ("embed.html", latest),
        "khoi-nhung-doan.html": ("snippet.html", latest),
        "index.html": (
            "index.html",
            {
                "canonical": links.portal(office),
                "edition": introducing[-1] if introducing else None,
                "archive": introducing[-2::-1],
            },
        ),
    }
    return {
        path: render(f"channels/portal/{template}", office=office, root="", **values).encode()
        for path, (template, values) in templates.items()
    }


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


def _standing(
    edition: EditionContent, gone: Mapping[str, Tombstone], noted: Mapping[str, str]
) -> EditionContent:
    """Without what was taken back; with what readers must know by now of the rest."""
    items = (
        replace(item, correction=noted[item.public_id])
        for item in edition.items
        if item.public_id not in gone
    )
    return replace(edition, items=tuple(items))
