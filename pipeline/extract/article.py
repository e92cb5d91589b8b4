"""One page to one article: the story of extraction in one screen."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Literal

from lxml.html import HtmlElement

from pipeline.config.sources import Source
from pipeline.extract import details
from pipeline.extract.agreement import agreed_paragraphs
from pipeline.extract.authorship import find_author, find_credit, says_agency
from pipeline.extract.body import is_date_line
from pipeline.extract.bylines import names_press, split_caption, without_dateline
from pipeline.extract.charset import decode
from pipeline.extract.chrome import Zones, is_imprint, is_prompt
from pipeline.extract.errors import NotAnArticle
from pipeline.extract.feed import from_feed_item
from pipeline.extract.libraries import newspaper_paragraphs, trafilatura_paragraphs
from pipeline.extract.metadata import Metadata, read_metadata
from pipeline.extract.missing import sent_away
from pipeline.extract.published import find_published
from pipeline.extract.reading import Reading, read_parts
from pipeline.extract.refusal import LEAST_TEXT, why_no_article
from pipeline.extract.selecting import Chosen, choose
from pipeline.extract.tree import parse
from pipeline.shapes import ExtractedArticle, FeedItem
from pipeline.text.legacy import to_unicode
from pipeline.text.urls import stated_address

_TELLING = 600
"""Characters of a text that show its language."""

Engine = Literal["selectors", "trafilatura", "newspaper"]


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

    Args:
        body: the page as fetched, in whatever encoding.
        headers: of the response; only ``Content-Type`` is read.
        source: gives selectors and the choice of extractor; None reads by general rules.
        item: what the feed said; its date and title help where the page has none.

    Raises:
        NotAnArticle: the page holds none; the message says why.
    """
    engine = source.extractor if source else "auto"
    if engine == "feed" and item is not None:
        return from_feed_item(item, now=now)
    if item is not None and (elsewhere := sent_away(item.url, url)):
        raise NotAnArticle(elsewhere)
    html = decode(body, headers)
    try:
        tree = parse(html)
    except ValueError:
        raise NotAnArticle("no HTML on the page") from None
    data = read_metadata(tree)
    chosen = choose(tree, source.selectors if source else None, now=now)
    reading = read_parts(tree, data, chosen, url=url, now=now)
    if chosen.bodies and reading.is_empty:
        chosen = chosen.without_body()
        reading = read_parts(tree, data, chosen, url=url, now=now)
    blocks, zones, title, read = reading.blocks, reading.zones, reading.title, reading.body
    sapo = reading.sapo
    headline = title.text if title else (item.title if item and item.title else None)
    sapo = None if sapo == headline else sapo

    paragraphs: tuple[str, ...] = ()
    extractor = _own_name(chosen)
    foreign = not details.is_ours(" ".join([sapo or "", *read.paragraphs, *read.captions]))
    if read.blocks or foreign or not (read.captions or sapo):
        paragraphs, extractor = _text(engine, chosen, reading, data, html, url, foreign, now=now)
        paragraphs = tuple(line for line in paragraphs if line not in (headline, sapo))
    if not paragraphs and read.captions:  # a photo story tells itself in its captions
        told = (split_caption(caption)[0] for caption in read.captions)
        paragraphs = tuple(filter(None, told))
    elif sapo and sum(map(len, paragraphs)) < LEAST_TEXT:  # a video and its introduction
        paragraphs, sapo = (sapo,), None
    agency = None
    if details.is_vietnamese(" ".join([sapo or "", *paragraphs])):
        sapo, paragraphs, agency = _without_datelines(sapo, paragraphs)
    if reason := why_no_article(title, headline, paragraphs, read, blocks, data, url):
        raise NotAnArticle(reason)
    assert headline is not None

    published = chosen.published or find_published(
        blocks, data, zones, title, read.blocks, url=url, item=item, now=now
    )
    author, named = (chosen.author, chosen.credit)
    if not author and not named:
        author, named = find_author(tree, blocks, read, data, zones, title, now=now)
    credit, syndicated = find_credit(blocks, read, zones, data, url)
    if credit is None and (credit := named or agency):
        syndicated = names_press(credit)
    text = to_unicode("\n".join(paragraphs))
    article = ExtractedArticle(
        url=url,
        canonical_url=stated_address(url, data.canonical),
        title=to_unicode(headline),
        paragraphs=tuple(text.split("\n")) if text else (),
        sapo=to_unicode(sapo) if sapo else None,
        author=author,
        published_at=published.at,
        date_precision=published.precision,
        date_reason=published.reason,
        modified_at=published.modified_at,
        image=details.find_image(read, data, url),
        captions=tuple(read.captions),
        tags=details.find_tags(tree, data, f"{headline} {sapo or ''} {text}", url),
        credit=credit,
        syndicated=syndicated or says_agency(sapo, paragraphs),
        language=details.find_language(f"{headline} {text[:_TELLING]}", data),
        extractor=extractor,
        selectors_missed=chosen.missed,
    )
    return replace(
        article, confidence=_confidence(article, zones, reading.containers, title is not None)
    )


def _without_datelines(
    sapo: str | None, paragraphs: tuple[str, ...]
) -> tuple[str | None, tuple[str, ...], str | None]:
    """Introduction and text without the outlet's mark before them, and the agency it named."""
    marks = []
    if sapo:
        sapo, mark = without_dateline(sapo)
        sapo, marks = re.sub(r"^[-–—]\s+", "", sapo), [mark]
    if paragraphs:
        first, mark = without_dateline(paragraphs[0])
        paragraphs, marks = (first, *paragraphs[1:]), [*marks, mark]
    return sapo, paragraphs, next((mark for mark in marks if mark), None)


def _text(
    engine: str,
    chosen: Chosen,
    reading: Reading,
    data: Metadata,
    html: str,
    url: str,
    foreign: bool,
    *,
    now: datetime,
) -> tuple[tuple[str, ...], Engine]:
    """The paragraphs and who read them."""
    ours = reading.body.paragraphs
    if chosen.bodies and ours:
        return ours, "selectors"
    if engine == "newspaper" and not chosen.bodies:
        return newspaper_paragraphs(html, url), "newspaper"
    found: tuple[str, ...] = ()
    if foreign and engine != "trafilatura":
        precise = trafilatura_paragraphs(html, url)
        fast = trafilatura_paragraphs(html, url, fast=True)
        found = agreed_paragraphs(reading, data, precise, fast)
    elif not ours or engine == "trafilatura":
        found = trafilatura_paragraphs(html, url)
    if not ours or engine == "trafilatura":
        found = tuple(line for line in found if not _is_around(line, now))
    return (found or ours), ("trafilatura" if found or not ours else _own_name(chosen))


def _is_around(line: str, now: datetime) -> bool:
    """Whether a line that trafilatura took for text is the page's around it."""
    return is_date_line(line, now=now) or is_prompt(line) or is_imprint(line)


def _own_name(chosen: Chosen) -> Engine:
    return "selectors" if chosen.bodies else "trafilatura"


def _confidence(
    article: ExtractedArticle, zones: Zones, containers: Sequence[HtmlElement], titled: bool
) -> float:
    """How far to trust it: a sure title, a dated page, and most of the prose in one place."""
    share = max((zones.share(container) for container in containers), default=0.0)
    score = 0.25 + 0.25 * titled + 0.25 * share
    score += 0.15 if article.published_at else 0.0
    score += 0.1 if len(article.text) > 400 else 0.0
    return min(1.0, score)
