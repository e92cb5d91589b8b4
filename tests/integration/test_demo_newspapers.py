"""The demo newspapers as a crawler meets them."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from urllib.error import HTTPError
from urllib.request import Request, urlopen
from xml.etree import ElementTree

import feedparser
import pytest
from lxml import html

from pipeline.config.sources import SourcesFile
from pipeline.demo import Answer, DemoNewspapers
from pipeline.demo.content import load_articles

pytestmark = pytest.mark.own_database

NOW = datetime(2026, 11, 22, 3, 7, tzinfo=UTC)
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


@pytest.fixture(scope="module")
def newspapers() -> Iterator[DemoNewspapers]:
    """Shared by tests that only read."""
    with DemoNewspapers(NOW, clock=lambda: NOW) as open_newspapers:
        yield open_newspapers


@pytest.fixture
def own_newspapers() -> Iterator[DemoNewspapers]:
    with DemoNewspapers(NOW, clock=lambda: NOW) as open_newspapers:
        yield open_newspapers


def get(url: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    request = Request(url, headers={name.replace("_", "-"): text for name, text in headers.items()})
    try:
        with urlopen(request, timeout=10) as answer:
            return answer.status, dict(answer.headers), answer.read()
    except HTTPError as error:
        with error:
            return error.code, dict(error.headers), error.read()


def of(outlet: str) -> list[str]:
    return sorted(article.title for article in load_articles() if article.outlet == outlet)


def test_sources_are_entries_of_sources_yaml(newspapers: DemoNewspapers) -> None:
    sources = SourcesFile.model_validate({"sources": newspapers.sources()}).sources
    assert [source.kind for source in sources] == ["newspaper", "newspaper", "tv"]
    assert all(source.enabled for source in sources)
    for article in load_articles():
        source = next(one for one in sources if one.key == article.outlet)
        assert source.wants(newspapers.url(article))
        assert not source.wants(source.home + "/")


@pytest.mark.parametrize("article", load_articles(), ids=lambda article: article.slug)
def test_every_article_is_served_with_title_and_text(newspapers: DemoNewspapers, article) -> None:
    status, headers, body = get(newspapers.url(article))
    assert (status, headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    page = html.fromstring(body.decode())
    assert [title.text_content() for title in page.iter("h1")] == [article.title]
    paragraphs = {paragraph.text_content() for paragraph in page.iter("p")}
    assert set(article.paragraphs) <= paragraphs


def test_the_feed_lists_its_outlet(newspapers: DemoNewspapers) -> None:
    _, _, body = get(newspapers.base("baofansipan") + "/rss/trang-chu.rss")
    feed = feedparser.parse(body)
    assert not feed.bozo
    assert sorted(entry.title for entry in feed.entries) == of("baofansipan")
    dates = {
        article.title: article.published_at(NOW)
        for article in load_articles()
        if article.outlet == "baofansipan"
    }
    for entry in feed.entries:
        assert datetime(*entry.published_parsed[:6], tzinfo=UTC) == dates[entry.title]


def test_the_sitemap_index_leads_to_every_article(newspapers: DemoNewspapers) -> None:
    _, _, body = get(newspapers.base("songlam") + "/sitemap.xml")
    found = [node.text for node in ElementTree.fromstring(body).iter(f"{SITEMAP}loc")]
    _, _, body = get(found[0])
    addresses = {node.text for node in ElementTree.fromstring(body).iter(f"{SITEMAP}loc")}
    wanted = {newspapers.url(one) for one in load_articles() if one.outlet == "songlam"}
    assert wanted <= addresses


def test_the_listing_pages_lead_to_every_article(newspapers: DemoNewspapers) -> None:
    listing = newspapers.sources()[2]["listings"][0]
    url, titles, pages = listing["url"], [], 0
    while url:
        page = html.fromstring(get(url)[2].decode())
        titles += [link.text_content() for link in page.cssselect(listing["item"])]
        following = page.cssselect(listing["next"])
        url = newspapers.base("bazan") + following[0].get("href") if following else ""
        pages += 1
    assert sorted(titles) == of("bazan")
    assert pages > 1


def test_only_one_outlet_asks_for_a_pace(newspapers: DemoNewspapers) -> None:
    robots = {
        source["key"]: get(source["home"] + "/robots.txt")[2].decode()
        for source in newspapers.sources()
    }
    assert [key for key, text in robots.items() if "Crawl-delay: 0.1" in text] == ["songlam"]


def test_an_unchanged_page_is_a_304(own_newspapers: DemoNewspapers) -> None:
    url = own_newspapers.base("baofansipan") + "/rss/trang-chu.rss"
    _, headers, body = get(url)
    assert body
    assert get(url, If_None_Match=headers["ETag"])[::2] == (304, b"")
    assert get(url, If_Modified_Since=headers["Last-Modified"])[0] == 304
    assert get(url, If_None_Match='"another"', If_Modified_Since=headers["Last-Modified"])[0] == 200
    assert [request.status for request in own_newspapers.requests] == [200, 304, 304, 200]


def test_page_headers_show_the_clock_of_today() -> None:
    later = NOW + timedelta(days=3)
    with DemoNewspapers(NOW, clock=lambda: later) as newspapers:
        for source in newspapers.sources():
            page = get(source["home"] + "/")[2].decode()
            assert "Thứ Tư, 25/11/2026" in page
            assert "10:07" in page


def test_requests_are_kept_and_answers_can_be_replaced(own_newspapers: DemoNewspapers) -> None:
    own_newspapers.replace("bazan", "/robots.txt", Answer(503, b"later", {"Retry-After": "7"}))
    status, headers, body = get(own_newspapers.base("bazan") + "/robots.txt", User_Agent="probe/1")
    assert (status, headers["Retry-After"], body) == (503, "7", b"later")
    assert get(own_newspapers.base("bazan") + "/khong-co")[0] == 404
    first, second = own_newspapers.requests
    assert (first.site, first.path, first.status) == ("bazan", "/robots.txt", 503)
    assert (first.headers["user-agent"], first.at) == ("probe/1", NOW)
    assert second.status == 404


def test_addresses_and_dates_stay_over_a_restart(own_newspapers: DemoNewspapers) -> None:
    urls = [own_newspapers.url(article) for article in load_articles()]
    feed = get(own_newspapers.base("baofansipan") + "/rss/trang-chu.rss")
    ports = own_newspapers.ports
    own_newspapers.__exit__(None, None, None)
    with DemoNewspapers(NOW, ports=ports) as again:
        assert [again.url(article) for article in load_articles()] == urls
        _, headers, body = get(again.base("baofansipan") + "/rss/trang-chu.rss")
        assert (headers["ETag"], body) == (feed[1]["ETag"], feed[2])


def test_a_taken_port_is_an_error_and_leaves_nothing_open(newspapers: DemoNewspapers) -> None:
    with (
        pytest.raises(OSError, match="in use"),
        DemoNewspapers(NOW, ports=(0, 0, newspapers.ports[2])),
    ):
        pass
