"""Everything derived, again from the raw pages. What people decided stays."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime
from typing import ParamSpec

from pipeline.apart import TooMuch
from pipeline.config.home import Home
from pipeline.extract import NotAnArticle
from pipeline.ingest.pages import Erased, read_feed_item, read_page
from pipeline.ingest.rejudging import judge_stale
from pipeline.ingest.told import item_from_json
from pipeline.ingest.understanding import Understanding
from pipeline.store.erasures import drop
from pipeline.store.models import Article, Link, Page

P = ParamSpec("P")
ERASED = "erased"


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
            outcome = _outcome(read_page, page, item, understanding, now)
            if outcome == ERASED:
                drop(page.canonical_url, now)
            counts[outcome] += 1
        if on_progress:
            on_progress(done, total)
    for article in Article.objects.filter(page=None).iterator(chunk_size=50):
        link = Link.objects.filter(canonical_url=article.canonical_url).first()
        item = item_from_json(link.item) if link and link.item else None
        if item:
            known = (article.canonical_url, article.source)
            counts[_outcome(read_feed_item, item, *known, understanding, now)] += 1
    counts["judged"] = judge_stale(understanding, now)
    return dict(counts)


def _outcome(read: Callable[P, str], *args: P.args, **keys: P.kwargs) -> str:
    try:
        return read(*args, **keys)
    except Erased:
        return ERASED
    except NotAnArticle:
        return "not_an_article"
    except TooMuch:
        return "unreadable"
