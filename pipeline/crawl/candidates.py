"""What the first pages of an unknown site tell of it: name, kind, feeds, sitemaps. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal
from urllib.parse import unquote, urlsplit

from lxml.html import HtmlElement

from pipeline.crawl.items import address
from pipeline.crawl.listings import base_of, parse_html

COMMON_FEEDS = ("/rss/home.rss", "/rss", "/feed", "/rss.xml", "/feed.json")
COMMON_SITEMAPS = ("/sitemap-news.xml", "/sitemap.xml")
FEED_PAGES = ("/rss", "/rss.html")
MOST_FEEDS, MOST_SITEMAPS = 8, 3
ARTICLE_PATTERNS = (
    r"-post\d+\.html$",
    r"-postid\d+\.\w+$",
    r"-a\d+\.html$",
    r"/\d{6}/[^/]+-[0-9a-f]{7}/?$",
    r"-\d{4,}\.html?$",
    r"-\d{4,}/?$",
    r"\.html?$",
)
"""How provincial systems write an article's path, the most telling first."""
_FEED_TYPE = re.compile(r"(?:rss|atom)\+xml|feed\+json")
_FEED_HREF = re.compile(r"\.rss$|/rss(?:/|$)|/feed/?$|atom\.xml$|feed\.json$", re.IGNORECASE)
_FEED_LINK = re.compile(r"rss", re.IGNORECASE)
"""In the words or the address of a link to the page that lists the feeds."""
_FEED_FILE = re.compile(r"\.(?:xml|rss|atom)$|/rss\b|\brss=|[?&](?:feed|rss)\b", re.IGNORECASE)
"""An address of a feed, where all links of the page may be feeds."""
_OUTLET = re.compile(
    r"(?:báo|đài|cổng|trang (?:tin|thông tin)|tạp chí|truyền hình|phát thanh|thời báo|sở|ubnd)\b"
    r"(?! (?:mới|điện tử)$)",
    re.IGNORECASE,
)
_SITEMAP = re.compile(r"^\s*sitemap\s*:\s*(\S+)", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Candidates:
    name: str
    feeds: tuple[str, ...]
    sitemaps: tuple[str, ...]


def find_feed_pages(home: str, bodies: dict[str, bytes]) -> tuple[str, ...]:
    """Pages of this site that seem to list its feeds, by the home page's links: two at most."""
    root = parse_html(bodies.get(home + "/", b""))
    if root is None:
        return ()
    base = base_of(root, home + "/")
    found = (
        address(link.get("href"), base)
        for link in root.iter("a")
        if _FEED_LINK.search(f"{link.get('href')} {' '.join(link.itertext())}")
    )
    new = [url for url in _each_once(found) if url not in bodies and url.startswith(home + "/")]
    return tuple(url for url in new if not _FEED_HREF.search(urlsplit(url).path))[:2]


def find_candidates(home: str, bodies: dict[str, bytes]) -> Candidates:
    """Feeds and sitemaps that a site's first pages name, then the customary addresses. Pure.

    Args:
        bodies: raw pages by address: home page, robots.txt, feed pages, as far as they exist.
    """
    feeds: list[str | None] = []
    name = ""
    robots = bodies.get(home + "/robots.txt", b"")
    for url, body in bodies.items():
        root = parse_html(body) if not url.endswith("/robots.txt") else None
        if root is None:
            continue
        if not name and url == home + "/":
            name = _site_name(root)
        base, lists_feeds = base_of(root, url), bool(_FEED_LINK.search(urlsplit(url).path))
        for link in root.iter("link", "a"):
            href = address(link.get("href"), base)
            declared = link.tag == "link" and _FEED_TYPE.search(link.get("type") or "")
            listed = lists_feeds and link.tag == "a" and _FEED_FILE.search(href or "")
            if href and (declared or listed or _FEED_HREF.search(urlsplit(href).path)):
                feeds.append(href)
    named = _SITEMAP.finditer(robots.decode("utf-8", "replace"))
    sitemaps = [address(found[1], home + "/") for found in named]
    feeds += [home + path for path in COMMON_FEEDS]
    sitemaps += [home + path for path in COMMON_SITEMAPS]
    return Candidates(
        name,
        tuple(_each_once(feeds))[:MOST_FEEDS],
        tuple(_each_once(sitemaps))[:MOST_SITEMAPS],
    )


def _site_name(root: HtmlElement) -> str:
    """What the home page calls the outlet: ``Tin tức mới | Báo Mẫu`` is Báo Mẫu."""
    named = [
        meta.get("content") or "" for meta in root.iterfind(".//meta[@property='og:site_name']")
    ]
    for text in (*named, root.findtext(".//title") or ""):
        parts = [part for part in re.split(r"\s+[-|–:]\s+", " ".join(text.split())) if part]
        if parts:
            return next(filter(_OUTLET.match, parts), parts[0])[:120]
    return ""


def guess_kind(name: str, home: str) -> Literal["newspaper", "tv", "portal"]:
    """By name and address; merged houses ("Báo và phát thanh, truyền hình …") are newspapers."""
    host = urlsplit(home).hostname or ""
    if re.match(r"báo|tạp chí|thời báo", name, re.IGNORECASE):
        return "newspaper"
    if re.search(r"\.gov\.vn$|\.chinhphu\.vn$", host) or re.match(
        r"cổng|sở|ubnd|ủy ban|trang (?:tin|thông tin) điện tử", name, re.IGNORECASE
    ):
        return "portal"
    if re.match(r"đài|truyền hình|phát thanh", name, re.IGNORECASE) or re.match(
        r"(?:www\.)?(?:ptth|thtv|dai|truyenhinh)", host
    ):
        return "tv"
    return "newspaper"


def guess_article_url(urls: Iterable[str]) -> str | None:
    """The most telling known pattern that fits at least nine in ten of these addresses."""
    paths = [unquote(urlsplit(url).path) for url in urls]
    for pattern in ARTICLE_PATTERNS:
        if paths and sum(bool(re.search(pattern, path)) for path in paths) >= 0.9 * len(paths):
            return pattern
    return None


def key_for(home: str) -> str:
    """``https://www.bao-mau.vn`` → ``bao-mau``."""
    host = (urlsplit(home).hostname or "nguon").removeprefix("www.")
    name = host if re.fullmatch(r"[\d.]+", host) else host.split(".")[0]
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "nguon"


def _each_once(urls: Iterable[str | None]) -> list[str]:
    """Without fragments and what is no address."""
    return list(dict.fromkeys(url.partition("#")[0] for url in urls if url))
