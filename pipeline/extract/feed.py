"""An article from the feed's own text: where pages refuse us, or by ``extractor: feed``."""

from __future__ import annotations

from datetime import UTC, datetime

from pipeline.extract import details
from pipeline.extract.authorship import find_credit, says_agency
from pipeline.extract.blocks import read_blocks
from pipeline.extract.body import Body, read_body
from pipeline.extract.bylines import names_press, split_author, without_dateline
from pipeline.extract.charset import clean
from pipeline.extract.chrome import Zones
from pipeline.extract.errors import NotAnArticle
from pipeline.extract.metadata import Metadata
from pipeline.extract.tree import parse
from pipeline.shapes import DatePrecision, ExtractedArticle, FeedItem, Image
from pipeline.text.dates import refusal
from pipeline.text.legacy import to_unicode
from pipeline.text.urls import canonical_url


def from_feed_item(item: FeedItem, *, now: datetime) -> ExtractedArticle:
    """Read the item's full content, else its summary, as the article.

    Raises:
        NotAnArticle: it has no title or no text.
    """
    title = _line(item.title or "")
    if not title:
        raise NotAnArticle("the feed item has no title")
    summary = _read(item.summary_html, now)
    content = _read(item.content_html, now)
    body = content if content and content.blocks else summary
    if body is None or not body.blocks:
        raise NotAnArticle("the feed item has no text")
    opens = summary is not None and body is content and summary.paragraphs != body.paragraphs
    introduction = " ".join(summary.paragraphs) if summary and opens else ""
    sapo, mark = without_dateline(to_unicode(introduction))
    opening, own_mark = without_dateline(to_unicode("\n".join(body.paragraphs)))
    paragraphs = tuple(opening.split("\n"))
    author, named = split_author(_line(item.author or ""))
    credit, syndicated = find_credit([], body, Zones([]), Metadata(), item.url)
    if credit is None and (credit := named or mark or own_mark):
        syndicated = names_press(credit)
    refused = refusal(item.published_at, now=now) if item.published_at else "absent"
    published = item.published_at.astimezone(UTC) if item.published_at and not refused else None
    image = item.image_url or next((block.source for block in body.images if block.source), None)
    text = " ".join(paragraphs)
    edited = item.updated_at if item.updated_at and item.updated_at <= now else None
    return ExtractedArticle(
        url=item.url,
        canonical_url=canonical_url(item.url),
        title=title,
        paragraphs=paragraphs,
        sapo=sapo or None,
        author=author,
        published_at=published,
        date_precision=DatePrecision.MINUTE if published else None,
        date_reason=f"the feed's date is {refused}" if refused else "feed",
        modified_at=edited.astimezone(UTC) if edited else None,
        image=Image(image) if image else None,
        captions=tuple(body.captions),
        tags=tuple(tag for tag in map(_line, item.tags) if tag),
        credit=credit,
        syndicated=syndicated or says_agency(None, paragraphs),
        language=details.find_language(f"{title} {text}", Metadata()),
        extractor="feed",
        confidence=0.6 if body is content else 0.4,
    )


def _read(fragment: str | None, now: datetime) -> Body | None:
    """The text of an HTML fragment, without links to elsewhere and invitations to read on."""
    if not fragment or not fragment.strip():
        return None
    try:
        tree = parse(to_unicode(clean(fragment)))
    except ValueError:
        return None
    blocks = read_blocks(tree)
    return read_body([tree], blocks, Zones(blocks), None, now=now)


def _line(text: str) -> str:
    return " ".join(to_unicode(clean(text)).split())
