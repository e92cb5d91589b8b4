"""Pages that list articles: their links and the way to the next page. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from urllib.parse import unquote, urlsplit

import lxml.html
from cssselect import HTMLTranslator
from lxml import etree

from pipeline.config.sources import Listing
from pipeline.crawl.items import address, feed_item
from pipeline.crawl.markup import decode
from pipeline.shapes import FeedItem
from pipeline.text.legacy import to_unicode

_META_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([\w-]{1,40})", re.IGNORECASE)
_ARTICLE_END = re.compile(r"\d{3,}[^/]*$|\.(?:html?|aspx?|bbg|vnp|tpo)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ListingPage:
    items: tuple[FeedItem, ...]
    next_url: str | None = None


def parse_listing(
    body: bytes, listing: Listing, *, url: str, content_type: str | None = None
) -> ListingPage:
    """The links a listing page shows, in page order, each once, with their text as title."""
    root = parse_html(body, content_type)
    if root is None:
        return ListingPage(())
    base = base_of(root, url)
    found: dict[str, FeedItem] = {}
    nodes = _select(root, listing.item) if listing.item else root.iter("a")
    for node in nodes:
        link = node if node.tag == "a" else next(node.iter("a"), None)
        href = _absolute(link.get("href"), base) if link is not None else None
        if link is None or href is None:
            continue
        item = feed_item(href, title="".join(link.itertext()) or link.get("title"))
        known = found.get(href)
        # A teaser often links twice: picture first, then headline.
        if known is None or len(item.title or "") > len(known.title or ""):
            found[href] = item
    following = next(iter(_select(root, listing.next)), None) if listing.next else None
    if following is not None and following.get("href") is None:
        following = next(following.iter("a"), None)
    target = _absolute(following.get("href"), base) if following is not None else None
    return ListingPage(_in_unicode(found.values()), target)


def _in_unicode(items: Iterable[FeedItem]) -> tuple[FeedItem, ...]:
    """TCVN3 and VNI read right; told by all headlines, one alone is too short."""
    items = tuple(items)
    titles = "\n".join(item.title or "" for item in items)
    read = to_unicode(titles)
    if read == titles:
        return items
    pairs = zip(items, read.split("\n"), strict=True)
    return tuple(replace(item, title=title or None) for item, title in pairs)


def looks_like_article(url: str) -> bool:
    """A guess for sources without ``article_url``: a long hyphenated last segment with a number, an
    extension or a month before it, as section pages do not have."""
    parts = urlsplit(url)
    last = unquote(parts.path).rstrip("/").rpartition("/")[2]
    dated = re.search(r"/(?:19|20)\d{4}/", parts.path)
    hyphens = last.count("-")
    return hyphens >= 3 and bool(dated or hyphens >= 5 or _ARTICLE_END.search(last))


def parse_html(body: bytes, content_type: str | None = None) -> lxml.html.HtmlElement | None:
    """A tree of untrusted HTML, or None when there is no element in it.

    libxml2's limits stay on (depth, text length), so that nesting bombs end as a cut tree.
    """
    meta = _META_CHARSET.search(body, 0, 4096)
    label = content_type or (f"charset={meta[1].decode('ascii')}" if meta else None)
    text = decode(body, label).replace("\x00", "")
    try:
        parser = lxml.html.HTMLParser(encoding="utf-8", huge_tree=False, no_network=True)
        root = lxml.html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return None
    return root


@lru_cache(maxsize=500)
def _xpath(css: str) -> etree.XPath:
    return etree.XPath(HTMLTranslator().css_to_xpath(css))


def _select(root: lxml.html.HtmlElement, css: str) -> list[lxml.html.HtmlElement]:
    try:
        return list(_xpath(css)(root))
    except etree.XPathError:
        return []


def base_of(root: lxml.html.HtmlElement, url: str) -> str:
    """What relative links of the page at ``url`` are relative to."""
    base = next(root.iter("base"), None)
    return _absolute(base.get("href"), url) or url if base is not None else url


def _absolute(href: str | None, base: str) -> str | None:
    url = address(href, base)
    return url.partition("#")[0] if url else None
