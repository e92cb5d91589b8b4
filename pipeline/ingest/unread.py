"""Why links gave no article: counted for programs, and in a Vietnamese line for people."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db.models import Count, Exists, OuterRef

from pipeline.crawl.health import what
from pipeline.ingest.settling import NO_ARTICLE, TOO_OLD
from pipeline.store.models import Article, Link
from pipeline.text.format import number

LATELY = timedelta(days=7)
"""What status pages look back on."""
_WORDS = {
    "the page is empty": "trang trống",
    "no HTML on the page": "không phải trang HTML",
    "no title on the page": "trang không có tiêu đề",
    "no running text on the page": "trang không có đoạn văn nào",
    "an error page": "trang báo lỗi",
    "a front page by its address": "trang chủ",
    "a list of articles by its own word": "trang danh mục",
    "a list of … links around … characters of text": "trang danh mục",
    "redirected to an error page": "bị dẫn sang trang lỗi",
    "redirected to the front page": "bị dẫn về trang chủ",
    "redirected to a section page": "bị dẫn về trang chuyên mục",
    "older than the horizon": "cũ hơn thời hạn lấy tin",
    "too long for an article": "quá dài so với một bài báo",
    "the feed item has no title": "mục tin trong RSS không có tiêu đề",
    "the feed item has no text": "mục tin trong RSS không có lời",
}
_MOST = 3

Why = tuple[str, str]
"""``Link.error_kind`` and ``Link.reason`` without what differs from page to page."""


def why_no_articles(since: datetime) -> dict[str, Counter[Why]]:
    """By source, how many links found since then gave no article, and why."""
    read = Article.objects.filter(canonical_url=OuterRef("canonical_url"))
    links = Link.objects.filter(~Exists(read), found_at__gte=since).exclude(reason="")
    counts: dict[str, Counter[Why]] = defaultdict(Counter)
    for source, kind, reason, times in links.values_list("source", "error_kind", "reason").annotate(
        Count("pk")
    ):
        alike = re.sub(r"(?<!HTTP )\b\d+", "…", reason.partition(": ")[0])
        counts[source][kind, alike] += times
    return counts


def by_reason(counts: Counter[Why]) -> dict[str, int]:
    """Most first; for ``sources status --json``."""
    told: Counter[str] = Counter()
    for (_, reason), times in counts.items():
        told[reason] += times
    return dict(told.most_common())


def in_words(counts: Mapping[Why, int]) -> str:
    """``5 trang không thành bài: trang trống (3), trang báo lỗi (2)``; empty for none."""
    told: Counter[str] = Counter()
    for (kind, reason), times in counts.items():
        told[_words(kind, reason)] += times
    if not told:
        return ""
    most = ", ".join(f"{words} ({number(times)})" for words, times in told.most_common(_MOST))
    more = "…" if len(told) > _MOST else ""
    return f"{number(told.total())} trang không thành bài: {most}{more}"


def _words(kind: str, reason: str) -> str:
    if kind in (NO_ARTICLE, TOO_OLD):
        return _WORDS.get(reason, reason)
    words = what(kind, reason)
    return words[0].lower() + words[1:]
