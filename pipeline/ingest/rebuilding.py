"""Everything derived, again from the raw pages. What people decided stays."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime
from typing import ParamSpec

from django.db import transaction
from django.db.models import Exists, OuterRef

from pipeline.apart import TooMuch
from pipeline.config.home import Home
from pipeline.extract import NotAnArticle
from pipeline.ingest.pages import read_feed_item, read_page, record_judgement
from pipeline.ingest.stories import refresh_story
from pipeline.ingest.told import item_from_json
from pipeline.ingest.understanding import Understanding
from pipeline.shapes import Judgement
from pipeline.store.models import Article, Link, Page, Story

P = ParamSpec("P")


def rebuild(
    home: Home,
    *,
    now: datetime,
    since: datetime | None = None,
    on_progress: Callable[[int, int], None] | None = None,
) -> dict[str, int]:
    """Extract, judge and group again what was fetched since ``since`` (default: ever).

    ``on_progress`` is called with (done, total) pages. Returns counts by outcome and, under
    ``judged``, the articles whose judgement was made anew.
    """
    understanding = Understanding.load(home)
    pages = Page.objects.order_by("seen_at", "pk")
    if since:
        pages = pages.filter(fetched_at__gte=since)
    total, counts = pages.count(), Counter[str]()
    for done, page in enumerate(pages.iterator(chunk_size=50), start=1):
        newer = Page.objects.filter(canonical_url=page.canonical_url, seen_at__gt=page.seen_at)
        if newer.exists():
            counts["superseded"] += 1
        else:
            link = Link.objects.filter(canonical_url=page.canonical_url).first()
            item = item_from_json(link.item) if link and link.item else None
            counts[_outcome(read_page, page, item, understanding, now)] += 1
        if on_progress:
            on_progress(done, total)
    for article in Article.objects.filter(page=None).iterator(chunk_size=50):
        link = Link.objects.filter(canonical_url=article.canonical_url).first()
        item = item_from_json(link.item) if link and link.item else None
        if item:
            known = (article.canonical_url, article.source)
            counts[_outcome(read_feed_item, item, *known, understanding, now)] += 1
    counts["judged"] = _judge_stale(understanding, now)
    return dict(counts)


def _outcome(read: Callable[P, str], *args: P.args, **keys: P.kwargs) -> str:
    try:
        return read(*args, **keys)
    except NotAnArticle:
        return "not_an_article"
    except TooMuch:
        return "unreadable"


def judge_again(
    home: Home,
    *,
    now: datetime,
    since: datetime | None = None,
    on_progress: Callable[[int, int], None] | None = None,
) -> dict[str, int]:
    """Judge again the articles found since ``since`` (default: ever) that another taxonomy or
    model has judged, without reading their pages again. Returns the count under ``judged``."""
    return {"judged": _judge_stale(Understanding.load(home), now, since, on_progress)}


def _judge_stale(
    understanding: Understanding,
    now: datetime,
    since: datetime | None = None,
    on_progress: Callable[[int, int], None] | None = None,
) -> int:
    """Judge articles whose opinion comes from another taxonomy or model, story by story: killed in
    between, it leaves no story half old and half new, and the rest is still known to be stale."""
    version = understanding.judge.version
    stale = Article.objects.exclude(judgement__version=version)
    if since:
        stale = stale.filter(found_at__gte=since)
    total, judged = stale.count(), 0
    stories = Story.objects.filter(Exists(stale.filter(story=OuterRef("pk"))))
    for story in stories.iterator(chunk_size=50):
        articles = stale.filter(story=story)
        found = [(article, _judge(article, understanding)) for article in articles]
        with transaction.atomic():
            for article, judgement in found:
                record_judgement(article, judgement, now)
            refresh_story(story, understanding)
        judged += len(found)
        if on_progress:
            on_progress(judged, total)
    for article in stale.filter(story=None).iterator(chunk_size=50):
        record_judgement(article, _judge(article, understanding), now)
        judged += 1
    return judged


def _judge(article: Article, understanding: Understanding) -> Judgement:
    return understanding.judge.judge(article.as_text(understanding.province_of(article.source)))
