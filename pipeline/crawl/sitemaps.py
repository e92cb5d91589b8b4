"""Sitemaps, news sitemaps and sitemap indexes (sitemaps.org, Google's news extension). Pure."""

from __future__ import annotations

import gzip
import io
import re
import zlib
from dataclasses import dataclass
from datetime import UTC, datetime

from lxml import etree

from pipeline.crawl.feeds import read_date
from pipeline.crawl.items import address, feed_item
from pipeline.crawl.markup import safe_xml
from pipeline.shapes import FeedItem

MOST_ENTRIES = 50_000
"""The protocol's own limit for one file."""
_GZIP = b"\x1f\x8b"


class NotASitemap(ValueError):
    """The document is neither a sitemap nor a sitemap index."""


class TooLarge(ValueError):
    """The document exceeds its cap after decompression."""


@dataclass(frozen=True, slots=True)
class Sitemap:
    items: tuple[FeedItem, ...] = ()
    children: tuple[str, ...] = ()
    """Of an index: further sitemaps, the most recently changed first."""


def gunzip(body: bytes, limit: int) -> bytes:
    """Decompress a ``.gz`` document, stopping at ``limit`` bytes; others come back as they are.

    Raises:
        TooLarge: more than ``limit`` bytes.
        NotASitemap: the gzip stream is broken or ends too early.
    """
    if not body.startswith(_GZIP):
        return body
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(body)) as stream:  # of one or more members
            out = stream.read(limit + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise NotASitemap(f"broken gzip: {error}") from None
    if len(out) > limit:
        raise TooLarge(f"more than {limit} bytes after decompression")
    return out


def parse_sitemap(
    body: bytes, *, url: str, content_type: str | None = None, now: datetime
) -> Sitemap:
    """Read a (decompressed) sitemap or index; newest entries first.

    Raises:
        NotASitemap: it is something else.
        UnsafeXml: it has a DOCTYPE or entities.
    """
    text = safe_xml(body, content_type)
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, recover=True, huge_tree=False, remove_comments=True
    )
    try:
        root = etree.fromstring(text.encode("utf-8"), parser)
    except etree.XMLSyntaxError as error:
        raise NotASitemap(f"not XML: {error}") from None
    kind = _local(root) if root is not None else ""
    if kind not in ("urlset", "sitemapindex"):
        raise NotASitemap(f"the root element is {kind or 'missing'}, not urlset or sitemapindex")
    entries = [_entry(node, url, now) for node in root[:MOST_ENTRIES]]
    items = [entry for entry in entries if entry]
    if kind == "sitemapindex":
        items.sort(key=lambda item: _natural(item.url), reverse=True)
    items.sort(key=lambda item: item.published_at or _LONG_AGO, reverse=True)
    if kind == "sitemapindex":
        return Sitemap(children=tuple(item.url for item in items))
    return Sitemap(items=tuple(items))


_LONG_AGO = datetime(1, 1, 2, tzinfo=UTC)


def _natural(url: str) -> tuple[object, ...]:
    """``sitemap-2026-11`` after ``sitemap-2026-9``; a news sitemap last, so first when reversed."""
    parts = re.split(r"(\d+)", url)
    numbers = tuple(int(part) for part in parts[1::2])
    return ("news" in url.lower(), numbers)


def _entry(node: etree._Element, base: str, now: datetime) -> FeedItem | None:
    found: dict[str, str] = {}
    for child in node.iter():
        name = _local(child)
        if name in ("loc", "lastmod", "publication_date", "title", "keywords", "image:loc"):
            found.setdefault(name, (child.text or "").strip())
    url = address(found.get("loc"), base)
    if url is None:
        return None
    stamp = found.get("publication_date") or found.get("lastmod") or ""
    return feed_item(
        url,
        title=found.get("title"),
        published_at=read_date(stamp, now),
        tags=found.get("keywords", "").split(","),
        image_url=address(found.get("image:loc"), base),
    )


def _local(node: etree._Element) -> str:
    """Name without namespace; ``image:loc`` keeps apart an image's address from the page's."""
    if not isinstance(node.tag, str):
        return ""
    # Not etree.QName, which refuses names that the recovering parser lets through ("rdf:").
    name = node.tag.rpartition("}")[2]
    parent = node.getparent()
    if name == "loc" and parent is not None and parent.tag.rpartition("}")[2] == "image":
        return "image:loc"
    return name
