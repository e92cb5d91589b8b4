"""What a source's troubles do to its articles, its pace and the sentence about it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import yaml

from pipeline.config.home import Home
from pipeline.config.office import Office
from pipeline.crawl.health import describe
from pipeline.ingest import RoundCounts, crawl_sources, due_sources, rebuild
from pipeline.store.models import Article, Link, SourceState, Validator
from pipeline.text.clock import utc_now
from tests.crawling import ARTICLE, rss
from tests.factories import TEXT
from tests.loopback import Reply, Site, loopback_site

pytestmark = [
    pytest.mark.own_database,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("forked"),
]
OFFICE = Office(name="Văn phòng thử", province="Lào Cai", contact="thu@example.vn")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
XML = "application/rss+xml"
REFUSED = Reply("cấm", status=403)


@pytest.fixture
def paper() -> Iterator[Site]:
    with loopback_site() as site:
        yield site


class Crawler:
    """Rounds at moments that the test chooses, over one source with these feeds."""

    def __init__(self, folder: Path, paper: Site, *feeds: str, **keys: object) -> None:
        self.home, self.paper, self.start = Home(folder), paper, utc_now()
        source = {"key": "baomau", "name": "Báo Mẫu", "province": "Lào Cai", "home": paper.url}
        source |= {"feeds": [paper.url + path for path in feeds], "delay": 0, "enabled": True}
        text = yaml.safe_dump({"sources": [source | keys]}, allow_unicode=True)
        (folder / "sources.yaml").write_text(text, "utf-8")

    def round(self, after: timedelta = timedelta(), since: datetime | None = None) -> RoundCounts:
        """What was asked for before is forgotten from the site's log."""
        self.paper.log.clear()
        (count,) = crawl_sources(
            self.home, OFFICE, now=self.start + after, since=since, allow_private=True
        )
        return count

    def pages_asked(self) -> int:
        return sum(asked.path.startswith("/a-") for asked in self.paper.log)

    @property
    def state(self) -> SourceState:
        return SourceState.objects.get()

    def sentence(self, after: timedelta) -> str:
        return describe(self.state, self.start + after)


def test_behind_a_wall_every_feed_item_becomes_an_article_and_the_feed_stays_timely(
    tmp_path: Path, paper: Site
) -> None:
    links = [f"{paper.url}/a-{n}.html" for n in range(1, 81)]
    text = "".join(f"&lt;p&gt;{line}&lt;/p&gt;" for line in TEXT.splitlines())
    paper.pages |= {"/rss": Reply(rss(*links, text=text), type=XML), "*": REFUSED}
    paper.pages["/robots.txt"] = Reply(status=404)
    crawler = Crawler(tmp_path, paper, "/rss", every="30m")
    first = crawler.round()
    assert first.new == Article.objects.filter(page=None).count() == 80
    assert crawler.pages_asked() == 5
    assert [error["kind"] for error in first.errors] == ["refused"] * 5 + ["not_asked"]
    assert first.errors[-1]["detail"].startswith("75 pages not asked for")
    assert not Link.objects.filter(state=Link.State.PENDING).exists()
    assert crawler.state.next_due_at == crawler.start + HOUR / 2  # the feed is well

    paper.pages["/rss"] = Reply(rss(f"{paper.url}/a-81.html", text=text), type=XML)
    second = crawler.round(HOUR)
    assert second.new == 1
    assert crawler.pages_asked() == 1  # is the wall still there?
    sentence = crawler.sentence(DAY)
    assert sentence == "Trang trả về 403 từ hôm qua; vẫn lấy được tin từ RSS"

    paper.pages["/rss"] = Reply(rss(), type=XML)
    Link.objects.update(next_try_at=None)
    crawler.round(2 * HOUR)
    assert crawler.pages_asked() == 0
    assert crawler.sentence(DAY) == sentence  # a round without a page tells nothing of the wall

    paper.pages |= {"*": Reply(ARTICLE), "/rss": Reply(rss(f"{paper.url}/a-82.html"), type=XML)}
    crawler.round(3 * HOUR)
    assert crawler.state.failing_since is None


def test_a_section_that_robots_txt_closes_does_not_hide_the_wall(
    tmp_path: Path, paper: Site
) -> None:
    links = [f"{paper.url}/{path}.html" for path in ("cam/1", "a-1", "a-2")]
    paper.pages |= {"/rss": Reply(rss(*links, text=TEXT), type=XML), "*": REFUSED}
    paper.pages["/robots.txt"] = Reply("User-agent: *\nDisallow: /cam/", type="text/plain")
    crawler = Crawler(tmp_path, paper, "/rss")
    crawler.round()
    assert crawler.sentence(DAY) == "Trang trả về 403 từ hôm qua; vẫn lấy được tin từ RSS"


def test_a_page_is_not_tried_in_vain_while_its_host_is_closed(tmp_path: Path, paper: Site) -> None:
    links = [f"{paper.url}/a-{n}.html" for n in (1, 2)]
    later = Reply(status=429, headers={"Retry-After": "7000"})
    paper.pages |= {"/rss": Reply(rss(*links), type=XML), "*": later}
    paper.pages["/robots.txt"] = Reply(status=404)
    crawler = Crawler(tmp_path, paper, "/rss")
    crawler.round()
    tries = sorted(Link.objects.values_list("attempts", flat=True))
    assert tries == [0, 1]
    Link.objects.update(next_try_at=crawler.start)
    assert crawler.round().errors
    assert paper.log == []
    assert sorted(Link.objects.values_list("attempts", flat=True)) == tries


def test_one_broken_feed_of_two_is_told_since_when(tmp_path: Path, paper: Site) -> None:
    paper.pages |= {"/well": Reply(rss(), type=XML), "/ill": Reply("x", status=500)}
    crawler = Crawler(tmp_path, paper, "/well", "/ill")
    crawler.round()
    crawler.round(HOUR)
    state = crawler.state
    assert (state.failures, state.failing_since) == (0, None)
    (url,) = state.broken
    assert url == f"{paper.url}/ill"
    assert state.broken[url]["since"] == crawler.start.isoformat()
    told = f"riêng {paper.url}/ill: máy chủ báo lỗi 500 từ hôm qua"
    assert told in crawler.sentence(DAY)
    paper.pages["/ill"] = Reply(rss(), type=XML)
    crawler.round(2 * HOUR)
    assert crawler.state.broken == {}


def test_an_index_whose_sitemaps_cannot_be_read_is_told(tmp_path: Path, paper: Site) -> None:
    index = "<sitemapindex><sitemap><loc>/lost.xml</loc></sitemap></sitemapindex>"
    paper.pages["/index.xml"] = Reply(index, type="text/xml")
    crawler = Crawler(tmp_path, paper, sitemaps=[f"{paper.url}/index.xml"])
    crawler.round()
    told = f"riêng {paper.url}/index.xml: địa chỉ không còn (404) từ hôm qua"
    assert told in crawler.sentence(DAY)
    paper.pages["/lost.xml"] = Reply("<urlset/>", type="text/xml")
    crawler.round(HOUR)
    assert crawler.state.broken == {}


def test_one_lost_page_is_no_trouble_of_the_source(tmp_path: Path, paper: Site) -> None:
    paper.pages["/rss"] = Reply(rss(f"{paper.url}/a-1.html"), type=XML)
    crawler = Crawler(tmp_path, paper, "/rss")
    assert crawler.round().gone == 1
    assert (crawler.state.failures, crawler.state.failing_since) == (0, None)


def test_a_source_that_does_not_answer_is_slowed_and_never_dropped(
    tmp_path: Path, paper: Site
) -> None:
    paper.pages["/rss"] = Reply("x", status=500)
    crawler = Crawler(tmp_path, paper, "/rss", every="30m")
    waits = []
    for hours in range(3):
        crawler.round(hours * HOUR)
        due = crawler.state.next_due_at
        assert due
        waits.append((due - crawler.start - hours * HOUR) / HOUR)
    assert waits == [1, 2, 4]
    assert crawler.state.failing_since == crawler.start
    paper.pages["/rss"] = Reply(rss(), type=XML)
    crawler.round(4 * HOUR)
    assert crawler.state.next_due_at == crawler.start + 4.5 * HOUR


def test_retry_after_puts_off_the_next_round(tmp_path: Path, paper: Site) -> None:
    paper.pages["/rss"] = Reply("", status=429, headers={"Retry-After": "7200"})
    crawler = Crawler(tmp_path, paper, "/rss", every="30m")
    crawler.round()
    due = crawler.state.next_due_at
    assert due
    assert due >= crawler.start + 2 * HOUR  # longer than its own back-off, which is one hour
    assert due_sources(crawler.home, now=crawler.start + 1.9 * HOUR) == []
    told = "Trang yêu cầu hỏi thưa hơn (429) từ hôm qua; chưa lần nào lấy được"
    assert crawler.sentence(DAY) == told


@pytest.mark.parametrize(("every", "conditional"), [("30m", True), ("11h", True), ("19h", False)])
def test_a_feed_is_fetched_in_full_at_least_daily(
    tmp_path: Path, paper: Site, every: str, conditional: bool
) -> None:
    """A poll may be conditional only if the one after it still comes within a day of the last full
    fetch: ETags lie."""
    paper.pages["/rss"] = Reply(rss(), type=XML, headers={"ETag": '"same"'})
    crawler = Crawler(tmp_path, paper, "/rss", every=every)
    crawler.round()
    due = crawler.state.next_due_at
    assert due
    for age, expected in ((due - crawler.start, conditional), (23 * HOUR, False)):
        Validator.objects.update(full_fetch_at=crawler.start)
        crawler.round(age)
        (asked,) = paper.asked("/rss")
        assert ("If-None-Match" in asked.headers) is expected


@pytest.mark.real_processes
def test_what_a_dying_crawl_said_is_kept_and_no_other_source_is_blamed_for_long(
    tmp_path: Path, paper: Site, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    paper.pages["/rss"] = Reply(rss(), type=XML)
    crawler = Crawler(tmp_path, paper, "/rss")
    dying = tmp_path / "python"
    dying.write_text("#!/bin/sh\nseq 100000 >&2\necho 'MemoryError: too much' >&2\nexit 3\n")
    dying.chmod(0o700)
    with monkeypatch.context() as patched:
        patched.setattr(sys, "executable", str(dying))
        count = crawler.round()
    assert [error["kind"] for error in count.errors] == ["crashed"]
    (said,) = [entry.getMessage() for entry in caplog.records if entry.levelname == "ERROR"]
    assert said.startswith("the crawling process ended with 3:")
    assert said.endswith("MemoryError: too much")
    assert len(said) < 5000
    assert "MemoryError" in crawler.state.error_detail
    assert crawler.sentence(DAY).startswith("Tiến trình lấy tin dừng giữa chừng từ hôm qua")
    crawler.round(HOUR)
    assert crawler.state.failing_since is None


def page(title: str, text: str) -> Reply:
    body = "".join(f"<p>{line}</p>" for line in text.splitlines())
    return Reply(
        f"<html><head><title>{title}</title><meta property='og:type' content='article'>"
        "<meta property='article:published_time' content='2026-11-21T08:00:00+07:00'></head>"
        f"<body><article><h1>{title}</h1>{body}</article></body></html>"
    )


def test_an_edited_headline_that_changes_the_address_is_the_same_article(
    tmp_path: Path, paper: Site
) -> None:
    """The words of the address are the headline's; its number is the article's."""
    old, new = "/nguoi-nuoi-lon-den-post412345.html", "/ba-may-va-bay-con-lon-post412345.html"
    paper.pages |= {
        "/rss": Reply(rss(paper.url + old), type=XML),
        old: page("Người nuôi lợn đen", TEXT),
        "/khac-han-post412345.html": page("Chuyện khác hẳn", "Một câu chuyện không liên quan."),
    }
    crawler = Crawler(tmp_path, paper, "/rss")
    assert crawler.round().new == 1
    paper.pages |= {
        "/rss": Reply(rss(paper.url + new), type=XML),
        new: page("Bà Mây và bảy con lợn", TEXT.replace("31 phụ nữ", "35 phụ nữ")),
    }
    edited = crawler.round(HOUR)
    assert (edited.new, edited.updated) == (0, 1)
    article = Article.objects.get()
    assert article.title == "Bà Mây và bảy con lợn"
    assert article.url == paper.url + new
    assert [version.title for version in article.versions.all()] == ["Người nuôi lợn đen"]
    assert rebuild(crawler.home, now=utc_now())["superseded"] == 1
    assert article.versions.count() == 1

    paper.pages["/rss"] = Reply(rss(f"{paper.url}/khac-han-post412345.html"), type=XML)
    assert crawler.round(2 * HOUR).new == 1


def test_since_reads_an_unchanged_feed_again_and_finds_what_was_too_old(
    tmp_path: Path, paper: Site
) -> None:
    old = rss(f"{paper.url}/a-1.html", date="Mon, 01 Jun 2026 08:00:00 +0700")
    paper.pages |= {"/rss": Reply(old, type=XML, headers={"ETag": '"v"'})}
    paper.pages["/a-1.html"] = Reply(ARTICLE)
    crawler = Crawler(tmp_path, paper, "/rss")
    assert crawler.round().found == 0
    since = datetime.fromisoformat("2026-05-01T00:00:00+07:00")
    assert crawler.round(HOUR, since).found == 1
    (asked,) = paper.asked("/rss")
    assert "If-None-Match" not in asked.headers
    assert crawler.pages_asked() == 1
