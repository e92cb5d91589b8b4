"""What a probe guesses from a site's first pages."""

from __future__ import annotations

import pytest

from pipeline.config.sources import Source
from pipeline.crawl.candidates import (
    find_candidates,
    find_feed_pages,
    guess_article_url,
    guess_kind,
)
from pipeline.crawl.opml import with_own_keys

HOME = "https://baomau.example"


@pytest.mark.parametrize(
    ("head", "name"),
    [
        ("<title>Báo Mẫu - Tin tức Lào Cai</title>", "Báo Mẫu"),
        ("<title>Tin nhanh, thời sự 24h | Báo Mẫu điện tử</title>", "Báo Mẫu điện tử"),
        ("<title>Trang chủ</title><meta property='og:site_name' content='Báo Mẫu'>", "Báo Mẫu"),
        ("<title>Sống Quê – Chuyện làng</title>", "Sống Quê"),
        ("<title></title>", ""),
    ],
)
def test_name_of_the_outlet(head: str, name: str) -> None:
    page = f"<html><head>{head}</head><body><p>x</p></body></html>"
    assert find_candidates(HOME, {HOME + "/": page.encode()}).name == name


@pytest.mark.parametrize(
    ("name", "home", "kind"),
    [
        ("Báo Mẫu", HOME, "newspaper"),
        ("Báo và phát thanh, truyền hình Mẫu", "https://ptth.example", "newspaper"),
        ("Đài PT-TH Mẫu", HOME, "tv"),
        ("", "https://truyenhinhmau.example", "tv"),
        ("Cổng thông tin điện tử tỉnh Mẫu", HOME, "portal"),
        ("Trang chủ", "https://mau.gov.vn", "portal"),
    ],
)
def test_kind(name: str, home: str, kind: str) -> None:
    assert guess_kind(name, home) == kind


@pytest.mark.parametrize(
    ("paths", "pattern"),
    [
        (["/a-b-post12.html", "/c-post9.html"], r"-post\d+\.html$"),
        (["/x/202611/mot-hai-3fe1a90/"], r"/\d{6}/[^/]+-[0-9a-f]{7}/?$"),
        (["/mot-hai-a441208.html"], r"-a\d+\.html$"),
        (["/a.aspx?id=1", "/b/c"], None),
    ],
)
def test_pattern_of_article_addresses(paths: list[str], pattern: str | None) -> None:
    assert guess_article_url(HOME + path for path in paths) == pattern


def test_pages_of_feeds_are_of_this_site_and_not_read_yet() -> None:
    page = (
        "<a href='/kenh-rss'>Kênh</a><a href='/dich-vu'><b>RSS</b></a><a href='/ba'>rss</a>"
        "<a href='https://khac.example/rss-list'>RSS</a><a href='/rss/a.rss'>RSS</a>"
    )
    bodies = {HOME + "/": f"<html><body>{page}</body></html>".encode(), HOME + "/dich-vu": b""}
    assert find_feed_pages(HOME, bodies) == (f"{HOME}/kenh-rss", f"{HOME}/ba")
    assert find_feed_pages(HOME, {}) == ()


def test_keys_are_made_unique() -> None:
    one = Source(key="bao", name="Báo", province="Huế", home=HOME)
    found = with_own_keys([one, one, one], {"bao-2"})
    assert [source.key for source in found] == ["bao", "bao-3", "bao-4"]


@pytest.mark.parametrize(
    "bad", ["http://[x/rss", "http://baomau.example:99999/rss", "feed://x/rss"]
)
def test_an_address_that_is_none_costs_no_other(bad: str) -> None:
    page = f'<base href="/muc/"><a href="{bad}">RSS</a><a href="nguon">RSS</a><a href="t.rss">T</a>'
    bodies = {
        f"{HOME}/": page.encode(),
        f"{HOME}/robots.txt": f"Sitemap: {bad}\nSitemap: /sitemap-1.xml".encode(),
    }
    assert find_feed_pages(HOME, bodies) == (f"{HOME}/muc/nguon",)
    found = find_candidates(HOME, bodies)
    assert found.feeds[0] == f"{HOME}/muc/t.rss"
    assert found.sitemaps[0] == f"{HOME}/sitemap-1.xml"
    assert bad not in (*found.feeds, *found.sitemaps)
