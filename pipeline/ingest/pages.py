"""The story of a page: kept raw, read, judged, grouped. Each step may be repeated safely."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.db import transaction
from django.db.models import F

from pipeline.config.sources import Selectors
from pipeline.crawl.spool import FetchedPage
from pipeline.extract import NotAnArticle, extract, from_feed_item
from pipeline.group import Signature, signature
from pipeline.ingest.addresses import found_also_at, known_at
from pipeline.ingest.joining import join_story, one_at_a_time
from pipeline.ingest.opinions import record_judgement
from pipeline.ingest.renaming import file_under, renamed
from pipeline.ingest.stories import refresh_story
from pipeline.ingest.understanding import Understanding
from pipeline.shapes import ArticleText, ExtractedArticle, FeedItem
from pipeline.store.erasures import kept_away
from pipeline.store.models import (
    Article,
    ArticleVersion,
    Page,
    SignatureBand,
    SourceState,
)
from pipeline.text.clock import VIETNAM

LONGEST_ARTICLE = 200_000
"""Characters; the longest reportages have a quarter of that."""
_SELECTORS = ("title", "sapo", "body", "author", "published")


class TooOld(NotAnArticle):
    """An article, but published before the horizon."""

    def __init__(self, published_at: datetime) -> None:
        day = published_at.astimezone(VIETNAM)
        super().__init__(f"older than the horizon: {day:%d/%m/%Y}")
        self.published_at = published_at


class Erased(NotAnArticle):
    """It was erased for good."""

    def __init__(self) -> None:
        super().__init__("erased on request")


class Outcome(StrEnum):
    NEW = "new"
    UPDATED = "updated"
    SAME = "same"


def keep_page(record: FetchedPage) -> Page:
    """Store the raw page, once for the same bytes."""
    page, created = Page.objects.get_or_create(
        canonical_url=record.canonical_url,
        sha256=hashlib.sha256(record.body).hexdigest(),
        defaults={
            "source": record.source,
            "url": record.url,
            "fetched_at": record.at,
            "seen_at": record.at,
            "status": record.status,
            "headers": dict(record.headers),
            "body_z": Page.compress(record.body),
        },
    )
    if not created:
        page.seen_at = max(page.seen_at, record.at)
        page.save(update_fields=["seen_at"])
    return page


def read_page(
    page: Page,
    item: FeedItem | None,
    understanding: Understanding,
    now: datetime,
    *,
    oldest: datetime | None = None,
) -> Outcome:
    """Extract, judge and group one kept page.

    Raises:
        TooOld: it would be a new article, published before ``oldest``.
        Erased: it states an address at which something erased stood.
        NotAnArticle: with the reason.
        TooMuch: no honest page takes that long to read.
    """
    source = understanding.sources.get(page.source)
    extracted = understanding.reader.call(
        extract,
        page.body,
        url=page.url,
        headers=page.headers,
        source=source,
        item=item,
        now=page.fetched_at,
    )
    selectors = source.selectors if source else None
    missed = selectors is not None and _missed(extracted, selectors)
    _count_selector_misses(page.source, missed=missed)
    told = (extracted.canonical_url, page.url)
    addresses = (*(understanding.canonical(page.source, url) for url in told), page.canonical_url)
    published = extracted.published_at
    if oldest and published and published < oldest and known_at(addresses) is None:
        raise TooOld(published)
    return read_article(extracted, addresses, page.source, page, understanding, now)


def read_feed_item(
    item: FeedItem, canonical_url: str, source: str, understanding: Understanding, now: datetime
) -> Outcome:
    """The page was refused: what the feed itself says becomes the article.

    Raises:
        NotAnArticle: with the reason.
        TooMuch: no honest item takes that long to read.
    """
    extracted = understanding.reader.call(from_feed_item, item, now=now)
    return read_article(extracted, (canonical_url,), source, None, understanding, now)


def read_article(
    extracted: ExtractedArticle,
    addresses: Sequence[str],
    source: str,
    page: Page | None,
    understanding: Understanding,
    now: datetime,
) -> Outcome:
    """Store the article, judged, in its story; an edited one keeps its earlier version.

    ``addresses`` are the canonical ones it may be known by: what its page states, where that
    answered, and where it was asked for. A feed's teaser never replaces what was read from a page.

    The thinking is done before the transaction: SQLite has one writer, and the desk is waiting.
    Grouping is done in it, by one process at a time: two that store copies of one story at the same
    moment would not see each other's, and leave two stories.
    """
    if len(extracted.text) > LONGEST_ARTICLE:
        raise NotAnArticle(f"too long for an article: {len(extracted.text)} characters")
    text = _text_of(extracted, source, understanding)
    mark = signature(text)
    fields = _fields(extracted, page, mark)
    canonical_url = addresses[0]
    known = known_at(addresses)
    if known is None and (known := renamed(canonical_url, source, text, now)) and page:
        file_under(page, known)
    if known:
        canonical_url = known.canonical_url
    if known and page is None and known.page_id is not None:
        return Outcome.SAME
    if known and _same(known, fields):
        if not found_also_at(known, addresses):
            raise Erased
        return Outcome.SAME
    judgement = understanding.judge.judge(text)
    with transaction.atomic():
        one_at_a_time()
        if kept_away(addresses):
            raise Erased
        # No key: whoever makes it the lead of its story need not wait.
        locked = Article.objects.select_for_update(no_key=True)
        article = locked.filter(canonical_url=canonical_url).first()
        outcome = Outcome.UPDATED if article else Outcome.NEW
        if article is None:
            article = Article(canonical_url=canonical_url, source=source, found_at=now)
        elif _words_of(article) != (fields["title"], fields["sapo"], fields["text"]):
            ArticleVersion.objects.create(
                article=article,
                replaced_at=now,
                title=article.title,
                sapo=article.sapo,
                text=article.text,
            )
        for name, value in fields.items():
            setattr(article, name, value)
        article.updated_at = now
        article.save()
        found_also_at(article, addresses)
        record_judgement(article, judgement, now)
        index(article, mark)
        refresh_story(join_story(article, text, mark, understanding, now), understanding)
    return outcome


def _text_of(extracted: ExtractedArticle, source: str, understanding: Understanding) -> ArticleText:
    return ArticleText(
        title=extracted.title,
        sapo=extracted.sapo,
        text=extracted.text,
        published_at=extracted.published_at,
        source=source,
        province=understanding.province_of(source),
        url=extracted.url,
        credit=extracted.credit,
        syndicated=extracted.syndicated,
    )


def _fields(extracted: ExtractedArticle, page: Page | None, mark: Signature) -> dict[str, Any]:
    """What extraction says, as the columns of an ``Article``."""
    return {
        "page": page,
        "url": extracted.url,
        "title": extracted.title,
        "sapo": extracted.sapo or "",
        "text": extracted.text,
        "author": (extracted.author or "")[:200],
        "published_at": extracted.published_at,
        "date_precision": extracted.date_precision or "",
        "date_reason": (extracted.date_reason or "")[:200],
        "modified_at": extracted.modified_at,
        "image": asdict(extracted.image) if extracted.image else None,
        "captions": list(extracted.captions),
        "tags": list(extracted.tags),
        "credit": (extracted.credit or "")[:200],
        "syndicated": extracted.syndicated,
        "language": extracted.language,
        "extractor": extracted.extractor,
        "confidence": extracted.confidence,
        "content_hash": mark.content_hash,
    }


_NOT_NEWS = {"page", "url", "date_reason", "confidence", "modified_at", "tags"}
"""Differences in these alone are no new version: outlets touch them without editing."""


def _same(article: Article, fields: Mapping[str, Any]) -> bool:
    return all(
        getattr(article, name) == value for name, value in fields.items() if name not in _NOT_NEWS
    )


def _words_of(article: Article) -> tuple[str, str, str]:
    """Compared letter by letter: "1.500" and "1,500" hash alike, and a name may get its capital."""
    return article.title, article.sapo, article.text


def index(article: Article, mark: Signature) -> None:
    """Make the index rows of ``article`` those of its signature."""
    article.bands.exclude(band__in=mark.bands).delete()
    SignatureBand.objects.bulk_create(
        [SignatureBand(article=article, band=band) for band in mark.bands], ignore_conflicts=True
    )


def _missed(extracted: ExtractedArticle, selectors: Selectors) -> bool:
    """Whether the page no longer fits the selectors. Many articles have no byline and no sapo, so
    those two tell nothing, unless nothing else was asked for or found."""
    asked = {name for name in _SELECTORS if getattr(selectors, name) is not None}
    missed = set(extracted.selectors_missed)
    return bool(missed - {"author", "sapo"}) or (bool(asked) and missed == asked)


def _count_selector_misses(source: str, *, missed: bool) -> None:
    if missed:
        SourceState.objects.get_or_create(key=source)
        more = F("selector_misses") + 1
        SourceState.objects.filter(key=source).update(selector_misses=more)
    else:  # also when the selectors were taken out of sources.yaml
        SourceState.objects.filter(key=source, selector_misses__gt=0).update(selector_misses=0)
