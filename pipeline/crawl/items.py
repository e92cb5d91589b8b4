"""The edge where strangers' words become values: what no database column or JSON document takes
(control characters, lone surrogates, endless addresses) goes no further."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from urllib.parse import urljoin, urlsplit

from pipeline.shapes import FeedItem
from pipeline.text.fold import nfc
from pipeline.text.urls import canonical_url, outlets_own, public_link

LONGEST_URL = 700
"""Characters of an address the store keeps; articles' addresses have 60 to 200."""
LONGEST_LINE = 1000
LONGEST_TEXT = 200_000
"""Characters kept of one summary or content."""
MOST_TAGS = 20
_NOT_TEXT = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]"
)
_NEWLINE = re.compile(r"\r\n?|\x85")
_NOT_URL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]|\s{2,}")
"""A blank alone is part of an address ("/Uploads/Anh 1.jpg"), several are a broken line's."""


def clean(text: str) -> str:
    """``text`` without control characters (newline and tab stay), lone surrogates and marks of
    text direction (UAX 9), which would turn the words around them."""
    return _NOT_TEXT.sub("", _NEWLINE.sub("\n", text))


def feed_item(
    url: str,
    *,
    title: object = None,
    summary_html: object = None,
    content_html: object = None,
    author: object = None,
    published_at: datetime | None = None,
    tags: Iterable[object] = (),
    image_url: str | None = None,
    updated_at: datetime | None = None,
) -> FeedItem:
    """A ``FeedItem`` of clean NFC text, cut to what is kept; what is not a text becomes None.

    Args:
        url: from ``address``, as is ``image_url``.
    """
    return FeedItem(
        url=url,
        title=_line(title),
        summary_html=_markup(summary_html),
        content_html=_markup(content_html),
        author=_line(author),
        published_at=published_at,
        tags=tuple(line for tag in tags if (line := _line(tag)))[:MOST_TAGS],
        image_url=image_url,
        updated_at=updated_at,
    )


def address(href: object, base: str) -> str | None:
    """The absolute http(s) address a link leads to; the outlet's own where a cache of AMP pages is
    named. None for anything else."""
    if not isinstance(href, str) or not href.strip() or len(href) > 2000:
        return None
    try:
        href = _NOT_URL.sub("", href).strip().replace(" ", "%20")
        url = outlets_own(urljoin(base, href))
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:  # of an IPv6 address or a port that is none
        return None
    if not usable:
        return None
    return parts.scheme + url[len(parts.scheme) :]


def fitting(item: FeedItem) -> FeedItem | None:
    """``item`` under an address that can be stored, without tracking where only that fits; None
    when neither does."""
    bare = item.url if len(item.url) <= LONGEST_URL else public_link(item.url)
    if max(len(bare), len(canonical_url(item.url))) > LONGEST_URL:
        return None
    return item if bare == item.url else replace(item, url=bare)


def _line(value: object) -> str | None:
    if not isinstance(value, str):
        return None
    return " ".join(nfc(clean(value)).split())[:LONGEST_LINE] or None


def _markup(value: object) -> str | None:
    if not isinstance(value, str):
        return None
    return nfc(clean(value)).strip()[:LONGEST_TEXT] or None
