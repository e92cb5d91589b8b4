"""What feeds say of articles that are already known: edits reach the article, and what is known is
not fetched again, whoever found it and however long ago."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest
import yaml

from pipeline.config.home import Home
from pipeline.config.office import Office
from pipeline.demo.loopback import Answer
from pipeline.demo.newspapers import DemoNewspapers
from pipeline.ingest import crawl_sources
from pipeline.ingest.told import MOST_LOOKS
from pipeline.store.models import Article, ArticleVersion, Link, Page, Validator
from pipeline.text.clock import utc_now

pytestmark = [
    pytest.mark.own_database,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("forked"),
]
OFFICE = Office(name="Văn phòng thử", province="Lào Cai", contact="thu@example.vn")
KEY = "baofansipan"


@pytest.fixture
def papers() -> Iterator[DemoNewspapers]:
    with DemoNewspapers(utc_now()) as papers:
        yield papers


@pytest.fixture
def home(tmp_path: Path, papers: DemoNewspapers) -> Home:
    _write(tmp_path, papers)
    return Home(tmp_path)


def _write(folder: Path, papers: DemoNewspapers, *more: dict[str, object], **keys: object) -> None:
    (source,) = (source for source in papers.sources() if source["key"] == KEY)
    sources = [source | keys, *(deepcopy(source) | each for each in more)]
    text = yaml.safe_dump({"sources": sources}, allow_unicode=True)
    (folder / "sources.yaml").write_text(text, "utf-8")


def crawl(home: Home) -> dict[str, int]:
    counts = crawl_sources(home, OFFICE, now=utc_now(), allow_private=True)
    return {
        key: sum(getattr(count, key) for count in counts)
        for key in ("found", "fetched", "new", "updated")
    }


def edit_feed(papers: DemoNewspapers, earlier: str, later: str) -> None:
    (source,) = (source for source in papers.sources() if source["key"] == KEY)
    (feed,) = source["feeds"]
    body = urlopen(feed, timeout=10).read().decode()
    assert earlier in body
    answer = Answer(200, body.replace(earlier, later).encode(), {"Content-Type": "text/xml"})
    papers.replace(KEY, urlsplit(feed).path, answer)


def an_article() -> Article:
    article = Article.objects.filter(source=KEY).order_by("pk").first()
    assert article
    return article


def test_an_edit_in_the_feed_reaches_an_article_whose_page_is_refused(
    home: Home, papers: DemoNewspapers
) -> None:
    crawl(home)
    article = an_article()
    for model in (Article, Page, Link, Validator):
        model.objects.all().delete()
    papers.replace(KEY, urlsplit(article.url).path, Answer(403, b"no"))
    crawl(home)
    edit_feed(papers, article.title, f"[ĐÃ SỬA] {article.title}")
    assert crawl(home)["updated"] == 1
    again = Article.objects.get(canonical_url=article.canonical_url)
    assert again.title == f"[ĐÃ SỬA] {article.title}"
    assert ArticleVersion.objects.get().title == article.title

    # A later try at the page is refused again: the words it began with do not come back.
    Link.objects.filter(canonical_url=article.canonical_url).update(next_try_at=utc_now())
    assert crawl(home)["updated"] == 0
    again.refresh_from_db()
    assert again.title == f"[ĐÃ SỬA] {article.title}"


def test_an_edit_arriving_in_the_round_of_a_refused_retry_stays(
    home: Home, papers: DemoNewspapers
) -> None:
    crawl(home)
    article = an_article()
    for model in (Article, Page, Link, Validator):
        model.objects.all().delete()
    papers.replace(KEY, urlsplit(article.url).path, Answer(403, b"no"))
    crawl(home)
    edit_feed(papers, article.title, f"[ĐÃ SỬA] {article.title}")
    Link.objects.filter(canonical_url=article.canonical_url).update(next_try_at=utc_now())
    assert crawl(home)["updated"] == 1
    again = Article.objects.get(canonical_url=article.canonical_url)
    assert again.title == f"[ĐÃ SỬA] {article.title}"


def test_an_edit_in_the_feed_reaches_an_article_of_a_feed_only_source(
    home: Home, papers: DemoNewspapers
) -> None:
    _write(home.root, papers, extractor="feed")
    crawl(home)
    title = an_article().title
    edit_feed(papers, title, f"[ĐÃ SỬA] {title}")
    assert crawl(home)["updated"] == 1
    assert an_article().title == f"[ĐÃ SỬA] {title}"
    assert ArticleVersion.objects.get().title == title
    assert crawl(home)["updated"] == 0


def test_a_new_headline_in_the_feed_has_the_page_fetched_again(
    home: Home, papers: DemoNewspapers
) -> None:
    crawl(home)
    article = an_article()
    link = Link.objects.filter(canonical_url=article.canonical_url)
    link.update(looks=3, next_try_at=None)  # the looks by the clock are over
    assert article.page
    body = article.page.body.replace(article.title.encode(), "Tít đã sửa".encode())
    papers.replace(KEY, urlsplit(article.url).path, Answer(200, body))
    edit_feed(papers, article.title, "Tít đã sửa")
    first, second, third = crawl(home), crawl(home), crawl(home)
    assert first["fetched"] + second["fetched"] == 1
    assert first["updated"] + second["updated"] == 1
    assert third["fetched"] == 0
    assert an_article().title == "Tít đã sửa"

    link.update(looks=MOST_LOOKS)
    edit_feed(papers, "Tít đã sửa", "Tít lại sửa")
    assert crawl(home)["fetched"] + crawl(home)["fetched"] == 0


def test_two_sources_that_list_the_same_addresses_fetch_them_once(
    home: Home, papers: DemoNewspapers
) -> None:
    _write(home.root, papers, {"key": "fansipan-2", "name": "Fansipan, chuyên mục"})
    crawl(home)
    Validator.objects.all().delete()  # the feed is read, not "unchanged"
    assert crawl(home)["fetched"] == 0


def test_what_is_still_listed_after_it_was_forgotten_is_not_fetched_every_round(
    home: Home,
) -> None:
    crawl(home)
    Link.objects.update(found_at=utc_now() - timedelta(days=130), next_try_at=None)
    Validator.objects.all().delete()
    again = crawl(home)
    assert again["fetched"] > 0
    assert again["found"] == again["new"] == again["updated"] == 0
    Validator.objects.all().delete()
    assert crawl(home)["fetched"] == 0
