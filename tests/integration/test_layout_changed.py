"""A source whose pages no longer fit its selectors is named after three pages in a row."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest
import yaml
from django.conf import LazySettings
from django.test import Client
from django.urls import reverse

from pipeline.cli import main
from pipeline.config.home import Home
from pipeline.config.office import load_office
from pipeline.crawl.health import describe
from pipeline.crawl.spool import FetchedPage
from pipeline.demo.newspapers import Answer, DemoNewspapers
from pipeline.ingest import crawl_sources
from pipeline.ingest.pages import keep_page, read_page
from pipeline.ingest.understanding import Understanding
from pipeline.shapes import FeedItem
from pipeline.store.models import Article, Link, Role, SourceState
from pipeline.text.clock import utc_now
from tests.factories import make_user
from tests.homes import make_home

pytestmark = [
    pytest.mark.own_database,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("forked"),
]
OUTLET = "songlam"  # the demo's outlet with selectors
NEW_LAYOUT = (b"sc-", b"moi-"), (b"c-detail", b"noi-dung"), (b"c-author", b"but-danh")
SAID = "bố cục trang có thể đã đổi"


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

    no_byline = (b"c-author", b"nobody")
    said = f"{SAID}: 3 bài liền không khớp bộ chọn"

    assert read(no_byline).selector_misses == 0  # many articles have none
    assert [read(*NEW_LAYOUT).selector_misses for _ in range(2)] == [1, 2]
    assert said not in describe(SourceState.objects.get(key=OUTLET), now)
    assert said in describe(read(*NEW_LAYOUT), now)
    # The general rules read the page all the same.
    assert Article.objects.filter(source=OUTLET).count() == 4
    assert read().selector_misses == 0


def test_the_whole_way_from_a_new_layout_to_the_desk_and_back(
    tmp_path: Path,
    client: Client,
    settings: LazySettings,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    home = settings.HOME = make_home(tmp_path)
    monkeypatch.setenv("GUONGSANG_HOME", str(home.root))
    office = load_office(home.office_file)
    client.force_login(make_user("lananh", Role.EDITOR))

    def said() -> tuple[str, str]:
        capsys.readouterr()
        with pytest.raises(SystemExit, match="0"):
            main(["sources", "status"])
        status = capsys.readouterr().out
        line = next(line for line in status.splitlines() if f"({OUTLET})" in line)
        return line, client.get(reverse("desk:sources")).content.decode()

    with DemoNewspapers(utc_now()) as papers:
        text = yaml.safe_dump({"sources": papers.sources()}, allow_unicode=True)
        (home.root / "sources.yaml").write_text(text, "utf-8")
        mine = [article for article in papers.articles if article.outlet == OUTLET]
        paths = {papers.url(article): urlsplit(papers.url(article)).path for article in mine}
        for url, path in paths.items():
            body = urlopen(url).read()
            for old, new in NEW_LAYOUT:
                body = body.replace(old, new)
            papers.replace(OUTLET, path, Answer(200, body))
        crawl_sources(home, office, [OUTLET], now=utc_now(), allow_private=True)

        stored = Article.objects.filter(source=OUTLET)
        assert stored.count() == len(mine) >= 3
        assert {article.title for article in stored} == {article.title for article in mine}
        assert {article.extractor for article in stored} == {"trafilatura"}
        assert all(len(article.text) > 300 and article.published_at for article in stored)
        for words in said():
            assert SAID in words

        for path in paths.values():
            papers.restore(OUTLET, path)
        Link.objects.filter(source=OUTLET).update(next_try_at=utc_now())
        crawl_sources(home, office, [OUTLET], now=utc_now(), allow_private=True)
        for words in said():
            assert SAID not in words


def test_the_notice_goes_with_the_selectors(tmp_path: Path) -> None:
    now = utc_now()
    with DemoNewspapers(now) as papers:
        entries = papers.sources()
        article = next(article for article in papers.articles if article.outlet == OUTLET)
        url = papers.url(article)
        body = urlopen(url).read()
    for entry in entries:
        entry.pop("selectors", None)
    text = yaml.safe_dump({"sources": entries}, allow_unicode=True)
    (tmp_path / "sources.yaml").write_text(text, "utf-8")
    SourceState.objects.create(key=OUTLET, selector_misses=5)
    item, head = FeedItem(url), {"content-type": "text/html; charset=utf-8"}
    page = keep_page(FetchedPage(OUTLET, url, url, url, now, 200, head, item, body))
    read_page(page, item, Understanding.load(Home(tmp_path)), now)
    assert SourceState.objects.get(key=OUTLET).selector_misses == 0
