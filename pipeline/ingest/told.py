"""What feeds, sitemaps and listings say of an address again, and whether that is an edit."""

from __future__ import annotations

import hashlib
from dataclasses import fields, replace
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter

from pipeline.shapes import FeedItem
from pipeline.store.models import Link

MOST_LOOKS = 10
"""Fetches of one page after which new wording in a feed calls for no more: some feeds put counters
into their headlines."""
_MOST_DOCUMENTS = 20
_ITEM = TypeAdapter(FeedItem)


def item_from_json(data: dict[str, Any]) -> FeedItem:
    return _ITEM.validate_python(data)


def item_to_json(item: FeedItem) -> dict[str, Any]:
    data: dict[str, Any] = _ITEM.dump_python(item, mode="json")
    return data


def told_by(document: str, item: FeedItem) -> dict[str, str]:
    """The entry of ``Link.told`` for what the ``document`` of that address says."""
    said = (
        item.title,
        item.published_at,
        item.updated_at,
        item.summary_html,
        item.content_html,
    )
    return {_short(document): _short(repr(said))}


def is_edit(link: Link, document: str, item: FeedItem) -> bool:
    """Whether the document speaks of ``link`` otherwise than it did before."""
    ((key, mark),) = told_by(document, item).items()
    return bool(link.told.get(key, mark) != mark)


def note_told(link: Link, document: str, item: FeedItem, at: datetime) -> None:
    """Save what the document says. After an edit the link carries the new words, and a new headline
    or date lets the page be fetched again."""
    if is_edit(link, document, item):
        earlier = item_from_json(link.item)
        newer = newest(link, item)
        link.item = item_to_json(newer)
        if (
            _page_changed(earlier, newer)
            and link.state == Link.State.FETCHED
            and link.looks < MOST_LOOKS
        ):
            link.next_try_at = min(link.next_try_at or at, at)
    told = told_by(document, item)
    if link.told | told != link.told:
        others = {key: mark for key, mark in link.told.items() if key not in told}
        link.told = dict([*others.items(), *told.items()][-_MOST_DOCUMENTS:])
        link.save(update_fields=["told", "item", "next_try_at"])


def _page_changed(earlier: FeedItem, newer: FeedItem) -> bool:
    return any(
        getattr(newer, name) != getattr(earlier, name)
        for name in ("title", "published_at", "updated_at")
    )


def newest(link: Link, newer: FeedItem) -> FeedItem:
    """What is known of ``link`` after ``newer``: a listing that shows the headline alone takes no
    text away."""
    earlier = item_from_json(link.item)
    said = {each.name: value for each in fields(newer) if (value := getattr(newer, each.name))}
    return replace(earlier, **said)


def _short(text: str) -> str:
    return hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=6).hexdigest()
