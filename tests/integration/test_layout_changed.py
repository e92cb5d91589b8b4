"""A source whose pages no longer fit its selectors is named after three pages in a row."""

from __future__ import annotations

from pathlib import Path
from urllib.request import urlopen

import pytest
import yaml

from pipeline.config.home import Home
from pipeline.crawl.health import describe
from pipeline.crawl.spool import FetchedPage
from pipeline.demo.newspapers import DemoNewspapers
from pipeline.ingest.pages import keep_page, read_page
from pipeline.ingest.understanding import Understanding
from pipeline.shapes import FeedItem
from pipeline.store.models import Article, SourceState
from pipeline.text.clock import utc_now

pytestmark = pytest.mark.django_db
OUTLET = "songlam"  # the demo's outlet with selectors


def test_three_pages_in_a_row_that_do_not_fit_the_selectors(tmp_path: Path) -> None:
    now = utc_now()
    with DemoNewspapers(now) as papers:
        text = yaml.safe_dump({"sources": papers.sources()}, allow_unicode=True)
        (tmp_path / "sources.yaml").write_text(text, "utf-8")
        urls = [papers.url(article) for article in papers.articles if article.outlet == OUTLET]
        bodies = {url: urlopen(url).read() for url in urls[:6]}
    understanding = Understanding.load(Home(tmp_path))
    SourceState.objects.create(key=OUTLET, last_started_at=now, last_new_at=now)
    unseen = iter(bodies)

    def read(*changes: tuple[bytes, bytes]) -> SourceState:
        url = next(unseen)
        body = bodies[url]
        for old, new in changes:
            assert old in body
            body = body.replace(old, new)
        item, head = FeedItem(url), {"content-type": "text/html; charset=utf-8"}
        page = keep_page(FetchedPage(OUTLET, url, url, url, now, 200, head, item, body))
        read_page(page, item, understanding, now)
        return SourceState.objects.get(key=OUTLET)

    new_layout = (b"sc-", b"moi-"), (b"c-detail", b"noi-dung"), (b"c-author", b"but-danh")
    no_byline = (b"c-author", b"nobody")
    said = "bố cục trang có thể đã đổi: 3 bài liền không khớp bộ chọn"

    assert read(no_byline).selector_misses == 0  # many articles have none
    assert [read(*new_layout).selector_misses for _ in range(2)] == [1, 2]
    assert said not in describe(SourceState.objects.get(key=OUTLET), now)
    assert said in describe(read(*new_layout), now)
    # The general rules read the page all the same.
    assert Article.objects.filter(source=OUTLET).count() == 4
    assert read().selector_misses == 0
