"""A copy finds its story however late it comes; a retelling only within the story's weeks."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from pipeline.config.home import Home
from pipeline.ingest import pages
from pipeline.ingest.understanding import Understanding
from pipeline.shapes import ExtractedArticle
from pipeline.store.models import Article, Story
from tests.factories import NOW, TEXT
from tests.homes import make_home

pytestmark = pytest.mark.django_db

FIRST = ExtractedArticle(
    "https://baomot.example/bai-1.html",
    "https://baomot.example/bai-1.html",
    "Bảy con lợn đen và cả thôn Nậm Hẻn",
    tuple(TEXT.splitlines()),
    published_at=NOW - timedelta(days=60),
)
RETOLD = (
    "Từ bảy con lợn đen, chị Lò Thị Mây ở Nậm Hẻn nay dạy nghề cho cả thôn.",
    "Gặp chị giữa buổi chợ, ai cũng hỏi men lá ủ ra sao và bán được bao nhiêu.",
)


@pytest.fixture
def understanding(tmp_path: Path) -> Understanding:
    home: Home = make_home(tmp_path)
    return Understanding.load(home)


def store(article: ExtractedArticle, source: str, understanding: Understanding) -> Article:
    pages.read_article(article, (article.url,), source, None, understanding, NOW)
    return Article.objects.get(source=source)


def elsewhere(days: int, paragraphs: tuple[str, ...]) -> ExtractedArticle:
    url = "https://baohai.example/tin-7.html"
    assert FIRST.published_at
    later = FIRST.published_at + timedelta(days=days)
    return replace(FIRST, url=url, canonical_url=url, paragraphs=paragraphs, published_at=later)


@pytest.mark.parametrize("days", [2, 51])
def test_a_copy_joins_its_story(days: int, understanding: Understanding) -> None:
    first = store(FIRST, "baomot", understanding)
    edited = (*FIRST.paragraphs, "Bài và ảnh của Báo Một.")
    copy = store(elsewhere(days, edited), "baohai", understanding)
    assert copy.story == first.story


def test_a_retelling_two_months_later_is_a_new_story(understanding: Understanding) -> None:
    first = store(FIRST, "baomot", understanding)
    retold = store(elsewhere(51, RETOLD), "baohai", understanding)
    assert retold.story != first.story
    assert Story.objects.count() == 2
