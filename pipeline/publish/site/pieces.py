"""What a story and a digest are in a feed."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from pipeline.config.office import Office
from pipeline.digest.content import EditionContent
from pipeline.publish import links
from pipeline.publish.rendering import render
from pipeline.publish.site.entries import Entry, Tombstone
from pipeline.publish.site.feeds import Piece, entry_id


def story_piece(entry: Entry, office: Office) -> Piece:
    item = entry.item
    names = (item.sector_name, *(campaign.name for campaign in item.campaigns), item.place)
    return Piece(
        id=entry_id(item.public_id),
        url=links.story(office, item.public_id),
        title=item.headline,
        html=render("channels/portal/_entry.html", item=item).strip(),
        summary=item.summary,
        published=entry.published,
        updated=entry.updated,
        author=item.author or item.outlet,
        tags=tuple(name for name in names if name),
        original=item.url,
        outlet=item.outlet,
        extension={
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
    )


def digest_piece(
    approved_hash: str,
    approved: EditionContent,
    standing: EditionContent,
    gone: Iterable[Tombstone],
    office: Office,
) -> Piece:
    """``standing``: ``approved`` without the stories ``gone`` since."""
    moment = approved.publish_at or approved.frozen_at
    mine = {item.public_id for item in approved.items}
    return Piece(
        # The hash of what was approved: no host's name, and no two offices have the same.
        id=f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_OID, approved_hash)}",
        url=links.digest(office, approved.number),
        title=standing.title,
        html=render(
            "channels/portal/_digest_entry.html",
            edition=standing,
            story=lambda item: links.story(office, item.public_id),
        ).strip(),
        summary=standing.intro or standing.title,
        published=moment,
        updated=max([moment, *(stone.at for stone in gone if stone.public_id in mine)]),
        author=office.name,
        extension={"edition": approved.number, "stories": len(standing.items)},
    )
