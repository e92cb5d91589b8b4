"""Whole pages by hand, imitating provincial sites: every field, none of the page around it."""

from __future__ import annotations

import re
from datetime import datetime

import pytest

from pipeline.cli.evaluating_extraction import body_f1
from pipeline.extract import extract
from pipeline.shapes import DatePrecision, ExtractedArticle
from tests.cms import NOW, WholePage, whole_pages

NAMES = re.compile(r'\s(?:class|id)="[^"]*"')


@pytest.mark.parametrize("page", whole_pages(), ids=lambda page: page.name)
def test_every_field(page: WholePage) -> None:
    truth = page.truth
    article = extract(page.html.encode(), url=truth["url"], now=NOW)
    assert article.title == truth["title"]
    if truth["published"]:
        assert _minute(article) == datetime.fromisoformat(truth["published"]), article.date_reason
        assert article.date_precision is DatePrecision.MINUTE
    else:
        assert (article.published_at, article.date_precision) == (None, None), article.date_reason
        assert article.date_reason
    if "modified" in truth:
        assert article.modified_at == datetime.fromisoformat(truth["modified"])
    assert list(article.paragraphs) == truth["body"]
    assert article.sapo == truth["sapo"]
    assert (article.author or "").lower() == (truth["author"] or "").lower()
    assert article.credit == truth.get("credit")
    assert article.syndicated == truth.get("syndicated", False)
    assert list(article.captions) == truth.get("captions", [])
    assert [tag.lower() for tag in article.tags] == [tag.lower() for tag in truth.get("tags", [])]
    assert article.language == truth.get("language", "vi")
    if "image" in truth:
        assert article.image is not None
        assert article.image.url.endswith(f"/{truth['image']['url']}")
        assert article.image.credit == truth["image"]["credit"]


def test_titles_minutes_and_bodies_without_names() -> None:
    """The next template calls its elements otherwise."""
    scores = []
    for page in whole_pages():
        bare = NAMES.sub("", page.html)
        article = extract(bare.encode(), url=page.truth["url"], now=NOW)
        if not page.truth.get("titled_by_name"):
            assert article.title == page.truth["title"], page.name
        published = page.truth["published"]
        wanted = datetime.fromisoformat(published) if published else None
        assert _minute(article) == wanted, page.name
        scores.append(body_f1(article.text, page.text))
    assert sum(scores) / len(scores) > 0.95


def _minute(article: ExtractedArticle) -> datetime | None:
    return article.published_at and article.published_at.replace(second=0)
