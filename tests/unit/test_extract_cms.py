"""The replicas of the outlets' content systems, read without selectors: every field right."""

from __future__ import annotations

import re

import pytest

from pipeline.cli.evaluating_extraction import body_f1
from pipeline.extract import extract
from pipeline.shapes import DatePrecision
from tests.cms import FAMILIES, NOW, UNDESCRIBED, Page, pages

WITHOUT_AUTHOR = frozenset({"a_id"})
CREDITS = {
    "a_id": "Theo TTXVN",
    "nukeviet": "Nguồn tin: Báo Nà Sơn",
    "onecms": "Nguồn vietnamplus.vn",
}
HEAD = re.compile(r"<head>.*?</head>", re.DOTALL)
NAMES = re.compile(r'\s(?:class|id|itemprop)="[^"]*"')


@pytest.mark.parametrize("family", FAMILIES)
def test_every_field(family: str) -> None:
    for page in _of(family):
        label, where = page.article, f"{family} {page.article['slug']}"
        article = extract(page.html.encode(), url=page.url, now=NOW)
        assert article.title == label["title"], where
        assert article.published_at == page.published, (where, article.date_reason)
        assert article.date_precision is DatePrecision.MINUTE, where
        assert article.text == page.text, where
        assert article.sapo == (None if family in UNDESCRIBED else label["sapo"]), where
        if family not in WITHOUT_AUTHOR:
            assert article.author is not None, where
            assert article.author.lower() == label["author"].lower(), where
        assert article.credit == CREDITS.get(family), where
        assert article.syndicated == (family in CREDITS), where
        assert article.language == "vi"
        if "Từ khóa" in page.html or "tags" in page.html:
            assert set(article.tags) == set(label["tags"]), where
        if label["caption"] and family != "tv_station":
            assert article.image is not None, where
            assert article.image.caption == label["caption"], where
            assert article.image.credit == label["photographer"], where
            assert len(article.captions) == 1, where


@pytest.mark.parametrize("family", FAMILIES)
def test_title_and_minute_without_metadata_and_names(family: str) -> None:
    """Class names change with the next template; what a reader sees does not."""
    for page in _of(family):
        bare = NAMES.sub("", HEAD.sub("", page.html))
        article = extract(bare.encode(), url=page.url, now=NOW)
        assert article.title == page.article["title"], family
        assert article.published_at == page.published, (family, article.date_reason)


def test_bodies_without_metadata_and_names() -> None:
    scores = []
    for page in pages():
        bare = NAMES.sub("", HEAD.sub("", page.html))
        text = extract(bare.encode(), url=page.url, now=NOW).text
        scores.append(body_f1(text, page.text))
    assert sum(scores) / len(scores) > 0.95


def _of(family: str) -> list[Page]:
    found = [page for page in pages() if page.family == family]
    assert found
    return found
