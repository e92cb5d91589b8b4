"""Look-alike pages, read without selectors: every field as a reader sees it."""

from __future__ import annotations

import re
from datetime import datetime
from functools import cache

import pytest

from pipeline.extract import extract
from tests.lookalikes import NOW, LookAlike, crossed, look_alikes
from tests.lookalikes.scoring import faults, read

_HEAD = re.compile(r"<head[^>]*>.*?</head>", re.DOTALL)
_NAMES = re.compile(r'\s(?:class|id|itemprop|property|data-role)="[^"]*"')
_STAMPS = re.compile(
    r'<script type="application/ld\+json".*?</script>|<meta property="article:\w+_time"[^>]*>'
    r'|<meta name="(?:pubdate|its_publication)"[^>]*>'
    r'|(?<=<time) [^>]*(?=>)|(?<=itemprop="datePublished">)[^<]*|(?<=itemprop="dateModified">)[^<]*'
    r"|(?<=/d)20\d{12}",
    re.DOTALL,
)
_FORMS = (
    "%d/%m/%Y %H:%M", "%H:%M, %d/%m/%Y", "%d/%m/%Y - %H:%M", "%d/%m/%Y, %H:%M", "%H:%M %d/%m/%Y",
    "%-d/%-m/%Y, %H:%M", "%d/%m/%Y", "%d-%m-%Y", "%H:%M",
)  # fmt: skip


@cache
def pages() -> dict[str, LookAlike]:
    return {page.id: page for page in (*look_alikes(), *crossed())}


@pytest.mark.parametrize("name", pages())
def test_every_field(name: str) -> None:
    page = pages()[name]
    assert faults(page, read(page)) == {}


@pytest.mark.parametrize("name", pages())
def test_title_and_date_without_metadata_and_names(name: str) -> None:
    """Class names change with the next template; what a reader sees does not."""
    page = pages()[name]
    bare = _NAMES.sub("", _HEAD.sub("", page.html))
    wrong = faults(page, extract(bare.encode(), url=page.url, now=NOW))
    assert wrong.keys().isdisjoint({"title", "published"}), wrong


@pytest.mark.parametrize("name", [name for name, page in pages().items() if page.published])
def test_no_other_date_on_the_page_stands_in(name: str) -> None:
    """Without its own date a page has none, whatever clocks, licences, lists and notices say."""
    page = pages()[name]
    html, url = _STAMPS.sub("", page.html), _STAMPS.sub("", page.url)
    for moment in (page.published, page.modified):
        for form in _FORMS if moment else ():
            if isinstance(moment, datetime) or "%H" not in form:
                html = html.replace(moment.strftime(form), "")
    article = extract(html.encode(), url=url, now=NOW)
    assert article.published_at is None, article.date_reason
    assert article.date_reason
