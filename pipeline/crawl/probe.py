"""Finding out how an unknown site can be followed: ``guongsang sources probe``.

Polite rounds of the ordinary crawler: first home page, robots.txt and the page that many
Vietnamese outlets put their feeds on; if the home page names another such page, that; then every
candidate found there.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Literal
from urllib.parse import unquote, urljoin, urlsplit

from lxml.html import HtmlElement

from pipeline.apart import Apart, TooMuch
from pipeline.config.sources import Listing, Source
from pipeline.crawl.keeping import Alone, Keep
from pipeline.crawl.listings import looks_like_article, parse_html
from pipeline.crawl.plan import CrawlPlan, SourcePlan
from pipeline.crawl.run import run_crawl
from pipeline.crawl.spool import (
    Discovery,
    Failure,
    FailureKind,
    FetchedPage,
    HostReport,
    Record,
    Spool,
)
from pipeline.shapes import FeedItem
from pipeline.text.clock import utc_now

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


@dataclass(frozen=True, slots=True)
class Probed:
    """What a source gave in a trial round."""

    source: Source
    discoveries: tuple[Discovery, ...]
    pages: tuple[FetchedPage, ...]
    failures: tuple[Failure, ...]


def probe(
    url: str,
    *,
    user_agent: str,
    now: datetime,
    allow_private: bool = False,
    delay: timedelta = timedelta(seconds=1),
    keep: Keep | None = None,
) -> Probed:
    """Try ``url``'s site; the result's ``source`` names only what answered with articles.

    If its first pages are too much to read, only the customary addresses are tried. ``keep``: as of
    ``trial``.
    """
    home = "{0.scheme}://{0.netloc}".format(urlsplit(url))
    draft = Source(key=key_for(home), name=key_for(home), province="?", home=home, delay=delay)
    pages = (home + "/", url, home + "/robots.txt", *(home + path for path in FEED_PAGES))
    asked = partial(
        trial,
        user_agent=user_agent,
        now=now,
        allow_private=allow_private,
        keep=keep or Alone().keep,
    )

    def read(pages: Iterable[str]) -> dict[str, bytes]:
        pending = tuple(FeedItem(page) for page in dict.fromkeys(pages))
        (answer,) = asked([SourcePlan(draft, pending=pending)])
        return {page.requested_url: page.body for page in answer.pages}

    bodies, heavy = read(pages), []
    with Apart() as reader:
        try:
            if further := reader.call(find_feed_pages, home, bodies):
                bodies |= read(further)
            found = reader.call(find_candidates, home, bodies)
        except TooMuch as error:
            heavy = [Failure(draft.key, home, utc_now(), FailureKind.TOO_LARGE, str(error))]
            found = find_candidates(home, {})
    draft = draft.model_copy(
        update={
            "name": found.name or draft.name,
            "kind": guess_kind(found.name, home),
            "feeds": found.feeds,
            "sitemaps": found.sitemaps,
            "listings": (Listing(url=url),),
        }
    )
    (second,) = asked([SourcePlan(draft, max_pages=3)])
    return replace(second, source=_proven(second), failures=(*heavy, *second.failures))


def trial(
    plans: Iterable[SourcePlan],
    *,
    user_agent: str,
    now: datetime,
    allow_private: bool,
    keep: Keep | None = None,
) -> list[Probed]:
    """One round over these sources into a spool that is thrown away, in the order given.

    ``keep`` holds their hosts meanwhile; absent, nobody else crawls. A source whose host is another
    process's is not asked: its only failure says so.
    """
    by_key = {plan.source.key: plan for plan in plans}
    with (
        tempfile.TemporaryDirectory(prefix="guongsang-probe-") as scratch,
        (keep or Alone().keep)([plan.source for plan in by_key.values()]) as kept,
    ):
        plan = CrawlPlan(
            Path(scratch),
            user_agent,
            now,
            tuple(by_key[source.key] for source in kept.sources),
            allow_private=allow_private,
            time_limit=timedelta(minutes=5),
            not_before=kept.not_before(),
            hosts=kept.plan(),
        )
        if plan.sources:
            run_crawl(plan, keeper=kept)
        records = [record for _, record in Spool(plan.spool).read()]
        for record in records:
            if isinstance(record, HostReport):
                kept.rested(record)
        for key, why in kept.busy.items():
            home = by_key[key].source.home
            records.append(Failure(key, home, utc_now(), FailureKind.BUSY, why))
    return [_of(mine.source, records) for mine in by_key.values()]


def _of(source: Source, records: list[Record]) -> Probed:
    mine = [r for r in records if getattr(r, "source", None) == source.key]
    return Probed(
        source,
        tuple(r for r in mine if isinstance(r, Discovery)),
        tuple(r for r in mine if isinstance(r, FetchedPage)),
        tuple(r for r in mine if isinstance(r, Failure)),
    )


def find_feed_pages(home: str, bodies: dict[str, bytes]) -> tuple[str, ...]:
    """Pages of this site that seem to list its feeds, by the home page's links: two at most."""
    root = parse_html(bodies.get(home + "/", b""))
    found = [
        urljoin(home + "/", link.get("href"))
        for link in (root.iter("a") if root is not None else ())
        if _FEED_LINK.search(f"{link.get('href')} {' '.join(link.itertext())}")
        and not _FEED_HREF.search(urlsplit(link.get("href") or "").path)
    ]
    new = [url for url in _web(found) if url not in bodies and url.startswith(home + "/")]
    return tuple(new[:2])


def find_candidates(home: str, bodies: dict[str, bytes]) -> Candidates:
    """Feeds and sitemaps that a site's first pages name, then the customary addresses. Pure.

    Args:
        bodies: raw pages by address: home page, robots.txt, feed pages, as far as they exist.
    """
    feeds: list[str] = []
    name = ""
    robots = bodies.get(home + "/robots.txt", b"")
    for url, body in bodies.items():
        root = parse_html(body) if not url.endswith("/robots.txt") else None
        if root is None:
            continue
        if not name and url == home + "/":
            name = _site_name(root)
        lists_feeds = bool(_FEED_LINK.search(urlsplit(url).path))
        for link in root.iter("link", "a"):
            href = link.get("href") or ""
            declared = link.tag == "link" and _FEED_TYPE.search(link.get("type") or "")
            listed = lists_feeds and link.tag == "a" and _FEED_FILE.search(href)
            if href and (declared or listed or _FEED_HREF.search(urlsplit(href).path)):
                feeds.append(urljoin(url, href))
    sitemaps = [found[1] for found in _SITEMAP.finditer(robots.decode("utf-8", "replace"))]
    feeds += [home + path for path in COMMON_FEEDS]
    sitemaps += [home + path for path in COMMON_SITEMAPS]
    return Candidates(
        name,
        tuple(list(_web(feeds))[:MOST_FEEDS]),
        tuple(list(_web(sitemaps))[:MOST_SITEMAPS]),
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


def _proven(probed: Probed) -> Source:
    """The draft reduced to what works: feeds, else sitemaps, else the listing."""
    brought = _brought(probed)
    # A feed that only repeats another brings no new item in the trial, yet may be the better one;
    # what it holds is not known, so it is left to the administrator.
    feeds = tuple(url for url in probed.source.feeds if brought.get(url))
    sitemaps = tuple(url for url in probed.source.sitemaps if brought.get(url))
    listings = () if feeds or sitemaps else probed.source.listings
    items = [item.url for found in brought.values() for item in found]
    if not feeds and not sitemaps:
        items = list(filter(looks_like_article, items))
    pattern = guess_article_url(items)
    return probed.source.model_copy(
        update={
            "feeds": feeds,
            "sitemaps": () if feeds else sitemaps,
            "listings": listings,
            "article_url": re.compile(pattern) if pattern else None,
            "delay": timedelta(seconds=5),
        }
    )


def _brought(probed: Probed) -> dict[str, list[FeedItem]]:
    """New items by the address in ``sources.yaml`` that led to them: those of a sitemap in an index
    or of a further page came right after it."""
    source = probed.source
    own = {*source.feeds, *source.sitemaps, *(listing.url for listing in source.listings)}
    brought: dict[str, list[FeedItem]] = {}
    asked = ""
    for found in probed.discoveries:
        asked = found.url if found.url in own else asked
        brought.setdefault(asked, []).extend(found.items)
    return brought


def _web(urls: Iterable[str]) -> Iterator[str]:
    seen: set[str] = set()
    for url in urls:
        bare = url.partition("#")[0].strip()
        if bare.startswith(("http://", "https://")) and bare not in seen:
            seen.add(bare)
            yield bare


def key_for(home: str) -> str:
    """``https://www.bao-mau.vn`` → ``bao-mau``."""
    host = (urlsplit(home).hostname or "nguon").removeprefix("www.")
    name = host if re.fullmatch(r"[\d.]+", host) else host.split(".")[0]
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "nguon"
