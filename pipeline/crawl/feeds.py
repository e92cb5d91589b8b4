"""RSS, Atom and JSON Feed documents to feed items. Pure: bytes in, values out."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sized
from datetime import datetime
from typing import Any

import feedparser
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from pipeline.crawl.items import MOST_TAGS, address, feed_item
from pipeline.crawl.markup import decode, safe_xml
from pipeline.shapes import FeedItem
from pipeline.text.dates import find_dates, parse_stamp
from pipeline.text.fold import nfc
from pipeline.text.legacy import to_unicode

MOST_ENTRIES = 1000
"""Entries read of one document, newest first as feeds are; feedparser needs about 1 ms for each."""
DEEPEST = 1000
"""Elements open at once; feedparser's cost grows with the square of the depth."""
_CDATA = re.compile(r"<!\[CDATA\[.*?\]\]>", re.DOTALL)
_TAG = re.compile(r"<(/?)[^\W\d][^<>]*?(/?)>")
_ENTRY_END = re.compile(r"</(?:\w+:)?(?:item|entry)\s*>", re.IGNORECASE)
_FEED_ROOT = re.compile(r"<(?:\w+:)?(?:rss|feed|rdf)\b", re.IGNORECASE)


class NotAFeed(ValueError):
    """The document is neither RSS, Atom nor JSON Feed."""


def parse_feed(
    body: bytes, *, url: str, content_type: str | None = None, now: datetime
) -> tuple[FeedItem, ...]:
    """Read a feed; entries without a usable link are left out. An empty feed is no fault.

    Args:
        url: of the document, for relative links.
        now: for dates without a year.

    Raises:
        NotAFeed: it is something else, or no entry of several is usable.
        UnsafeXml: it has a DOCTYPE or entities.
    """
    if body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{":
        return _json_feed(body, url, now)
    text = safe_xml(body, content_type)
    if not _FEED_ROOT.search(text, 0, 4096):
        raise NotAFeed("no rss, feed or RDF element")
    text = _shortened(text)
    if _depth(text) > DEEPEST:
        raise NotAFeed(f"more than {DEEPEST} elements inside each other")
    # Entries' HTML is only ever read for its text: cleaning it here takes twenty times as long.
    parsed = feedparser.parse(
        text.encode("utf-8"),
        sanitize_html=False,
        resolve_relative_uris=False,
        response_headers={
            "content-type": "application/xml; charset=utf-8",
            "content-location": url,
        },
    )
    if not parsed.version and not parsed.entries:
        raise NotAFeed(f"feedparser does not know this format: {parsed.get('bozo_exception', '')}")
    return _usable(parsed.entries, (_item(entry, url, now) for entry in parsed.entries))


def _usable(entries: Sized, items: Iterable[FeedItem | None]) -> tuple[FeedItem, ...]:
    found = tuple(item for item in items if item)
    if len(entries) and not found:
        raise NotAFeed(f"none of {len(entries)} entries has a usable link")
    return found


def _depth(text: str) -> int:
    depth = deepest = 0
    for closing, alone in _TAG.findall(_CDATA.sub("", text)):
        if closing:
            depth = max(depth - 1, 0)
        elif not alone:
            depth += 1
            deepest = max(deepest, depth)
    return deepest


def _shortened(text: str) -> str:
    """The document with its first ``MOST_ENTRIES`` entries: 50,000 would block for a minute."""
    last = first_cut = None
    for number, found in enumerate(_ENTRY_END.finditer(text), 1):
        if number == MOST_ENTRIES:
            first_cut = found.end()
        last = found.end()
    return text if first_cut is None else text[:first_cut] + text[last:]


def _item(entry: Any, base: str, now: datetime) -> FeedItem | None:
    url = address(entry.get("link") or _guid_link(entry), base)
    if url is None:
        return None
    content = max(
        (part.get("value") or "" for part in entry.get("content", [])), key=len, default=""
    )
    # (Asked for what is absent, feedparser gives the other and warns.)
    updated = entry["updated"] if "updated" in entry else None  # noqa: SIM401
    published, updated = _dates(entry.get("published"), updated, now)
    return feed_item(
        url,
        title=entry.get("title"),
        summary_html=entry.get("summary"),
        content_html=content,
        author=entry.get("author"),
        published_at=published,
        updated_at=updated,
        tags=(tag.get("term") for tag in entry.get("tags", [])[:MOST_TAGS]),
        image_url=next((image for link in _images(entry) if (image := address(link, base))), None),
    )


def _guid_link(entry: Any) -> str | None:
    guid = entry.get("id") or ""
    return guid if guid.startswith(("http://", "https://")) else None


def _images(entry: Any) -> Iterator[str]:
    for media in [*entry.get("media_content", []), *entry.get("media_thumbnail", [])]:
        if (media.get("medium") or media.get("type") or "image").startswith("image"):
            yield media.get("url") or ""
    for link in entry.get("enclosures", []):
        if (link.get("type") or "").startswith("image/"):
            yield link.get("href") or ""


class _JsonItem(BaseModel):
    """https://www.jsonfeed.org/version/1.1/ §items; unknown keys are ignored, as it asks."""

    model_config = ConfigDict(coerce_numbers_to_str=True)
    id: str | None = None
    url: str | None = None
    external_url: str | None = None
    title: str | None = None
    content_html: str | None = None
    content_text: str | None = None
    summary: str | None = None
    image: str | None = None
    date_published: str | None = None
    date_modified: str | None = None
    authors: list[dict[str, Any]] = []
    author: dict[str, Any] | None = None
    tags: list[str] = []


_JSON_ITEM = TypeAdapter(_JsonItem)


def _json_feed(body: bytes, base: str, now: datetime) -> tuple[FeedItem, ...]:
    try:
        document = json.loads(decode(body))
    except (ValueError, RecursionError) as error:
        raise NotAFeed(f"not valid JSON: {str(error)[:100]}") from None
    entries = document.get("items") if isinstance(document, dict) else None
    if not isinstance(entries, list) or "jsonfeed.org/version/" not in str(document.get("version")):
        raise NotAFeed("JSON, but not a JSON Feed")
    entries = _in_unicode(entries[:MOST_ENTRIES])
    return _usable(entries, (_json_item(entry, base, now) for entry in entries))


def _in_unicode(entries: list[Any]) -> list[Any]:
    """TCVN3 and VNI read right; told by all entries, a headline alone is too short."""
    text = json.dumps(entries, ensure_ascii=False)
    read = to_unicode(text)
    return entries if read == text else json.loads(read)


def _json_item(entry: object, base: str, now: datetime) -> FeedItem | None:
    try:
        read = _JSON_ITEM.validate_python(entry)
    except ValidationError:
        return None
    url = address(read.url or read.external_url or read.id, base)
    if url is None:
        return None
    author = (read.authors or [read.author or {}])[0].get("name")
    published, updated = _dates(read.date_published, read.date_modified, now)
    return feed_item(
        url,
        title=read.title,
        summary_html=read.summary,
        content_html=read.content_html or _escaped(read.content_text),
        author=author,
        published_at=published,
        updated_at=updated,
        tags=read.tags[:MOST_TAGS],
        image_url=address(read.image, base),
    )


def _dates(
    published: str | None, updated: str | None, now: datetime
) -> tuple[datetime | None, datetime | None]:
    """When an article came out, and when it was edited after that."""
    first, last = (read_date(stamp or "", now) for stamp in (published, updated))
    if first is None:
        return last, None
    return first, last if last and last > first else None


def read_date(stamp: str, now: datetime) -> datetime | None:
    """A feed's or sitemap's date; without a zone it is Viet Nam time. None when there is none.

    feedparser's own dates are not used: it reads zone-less times as UTC.
    """
    stamp = nfc(stamp.strip()[:100])
    found = parse_stamp(stamp, now=now) or next(iter(find_dates(stamp, now=now)), None)
    return found.at if found else None


def _escaped(text: str | None) -> str | None:
    if not text:
        return None
    safe = text.replace("&", "&amp;").replace("<", "&lt;")
    return "".join(f"<p>{line}</p>" for line in safe.splitlines() if line.strip())
