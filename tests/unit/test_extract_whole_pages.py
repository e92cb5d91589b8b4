"""Whole pages by hand, imitating provincial sites: every field, none of the page around it."""

from __future__ import annotations

import re
from datetime import datetime

import pytest

from pipeline.cli.evaluating_extraction import body_f1
from pipeline.extract import extract
from pipeline.shapes import DatePrecision
from tests.cms import NOW, WholePage, whole_pages

NAMES = re.compile(r'\s(?:class|id)="[^"]*"')


@pytest.mark.parametrize("page", whole_pages(), ids=lambda page: page.name)
def test_every_field(page: WholePage) -> None:
    truth = page.truth
    article = extract(page.html.encode(), url=truth["url"], now=NOW)
    assert article.title == truth["title"]
    assert article.published_at is not None, article.date_reason
    minute = article.published_at.replace(second=0)
    assert minute == datetime.fromisoformat(truth["published"])
    assert article.date_precision is DatePrecision.MINUTE
    assert list(article.paragraphs) == truth["body"]
    assert article.sapo == truth["sapo"]
    assert (article.author or "").lower() == (truth["author"] or "").lower()
    assert article.credit == truth.get("credit")
    assert article.syndicated == truth.get("syndicated", False)
    assert list(article.captions) == truth.get("captions", [])
    assert list(article.tags) == truth.get("tags", [])


def test_titles_minutes_and_bodies_without_names() -> None:
    """The next template calls its elements otherwise."""
    right, scores = 0, []
    for page in whole_pages():
        bare = NAMES.sub("", page.html)
        article = extract(bare.encode(), url=page.truth["url"], now=NOW)
        assert article.title == page.truth["title"], page.name
        assert article.published_at is not None, page.name
        minute = article.published_at.replace(second=0)
        right += minute == datetime.fromisoformat(page.truth["published"])
        scores.append(body_f1(article.text, page.text))
    assert right == len(scores)
    assert sum(scores) / len(scores) > 0.95
