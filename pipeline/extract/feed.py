"""An article from the feed's own text: where pages refuse us, or by ``extractor: feed``."""

from __future__ import annotations

from datetime import datetime

import lxml.html

from pipeline.extract.errors import NotAnArticle
from pipeline.shapes import DatePrecision, ExtractedArticle, FeedItem, Image
from pipeline.text.dates import refusal
from pipeline.text.fold import nfc
from pipeline.text.urls import canonical_url

_BLOCKS = [
    "p",
    "div",
    "br",
    "li",
    "h2",
    "h3",
    "h4",
    "td",
    "blockquote",
    "figure",
    "figcaption",
    "table",
]


def from_feed_item(item: FeedItem, *, now: datetime) -> ExtractedArticle:
    """Read the item's full content, else its summary, as the article.

    Raises:
        NotAnArticle: it has no title or no text.
    """
    if not item.title or not item.title.strip():
        raise NotAnArticle("the feed item has no title")
    summary = paragraphs_of(item.summary_html or "")
    content = paragraphs_of(item.content_html or "")
    paragraphs = content or summary
    if not paragraphs:
        raise NotAnArticle("the feed item has no text")
    refused = refusal(item.published_at, now=now) if item.published_at else "absent"
    published = None if refused else item.published_at
    return ExtractedArticle(
        url=item.url,
        canonical_url=canonical_url(item.url),
        title=" ".join(nfc(item.title).split()),
        paragraphs=paragraphs,
        sapo=" ".join(summary) if content and summary and summary != content else None,
        author=item.author,
        published_at=published,
        date_precision=DatePrecision.MINUTE if published else None,
        date_reason=f"the feed's date is {refused}" if refused else "feed",
        image=Image(item.image_url) if item.image_url else None,
        tags=item.tags,
        extractor="feed",
        confidence=0.6 if content else 0.4,
    )


def paragraphs_of(fragment: str) -> tuple[str, ...]:
    """The text of an HTML fragment, one string per block."""
    if not fragment.strip():
        return ()
    root = lxml.html.fragment_fromstring(fragment, create_parent="div")
    for element in root.iter(*_BLOCKS):
        element.tail = "\n" + (element.tail or "")
        element.text = "\n" + (element.text or "")
    lines = (" ".join(line.split()) for line in nfc(root.text_content()).splitlines())
    return tuple(line for line in lines if line)
