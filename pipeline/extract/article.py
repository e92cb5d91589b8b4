"""One page to one article."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import lxml.html
import trafilatura

from pipeline.config.sources import Source
from pipeline.extract.errors import NotAnArticle
from pipeline.shapes import ExtractedArticle, FeedItem
from pipeline.text.dates import parse_stamp
from pipeline.text.fold import nfc
from pipeline.text.urls import canonical_url


def extract(
    body: bytes,
    *,
    url: str,
    headers: Mapping[str, str] | None = None,
    source: Source | None = None,
    item: FeedItem | None = None,
    now: datetime,
) -> ExtractedArticle:
    """Read the article on a page.

    Raises:
        NotAnArticle: the page holds none; the message says why.
    """
    document = trafilatura.bare_extraction(
        body, url=url, favor_precision=True, with_metadata=False, include_comments=False
    )
    if document is None or not document.text:
        raise NotAnArticle("no running text on the page")
    tree = lxml.html.document_fromstring(body)
    stamps = tree.xpath(
        "//meta[@property='article:published_time' or @name='article:published_time']/@content"
        " | //time/@datetime"
    )
    found = next((d for d in (parse_stamp(stamp, now=now) for stamp in stamps) if d), None)
    return ExtractedArticle(
        url=url,
        canonical_url=canonical_url(url),
        title=nfc(document.title or "") or (item.title if item and item.title else "?"),
        paragraphs=tuple(line for line in nfc(document.text).splitlines() if line.strip()),
        author=document.author,
        published_at=found.at if found else (item.published_at if item else None),
        date_precision=found.precision if found else None,
        confidence=0.5,
    )
