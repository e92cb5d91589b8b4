"""What a hostile outlet answers with, and the outlets made of it."""

from __future__ import annotations

import gzip
import sys
import time
import zlib
from collections.abc import Callable
from functools import cache
from typing import Any, BinaryIO

import brotli

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

from pipeline.config.sources import Source
from tests.crawling import ARTICLE, make_source, rss
from tests.loopback import Answer, Asked, Reply, Site

XML = "application/rss+xml"
JSON = '{"version":"https://jsonfeed.org/version/1.1","items":['
RSS = '<rss version="2.0"><channel>'
LONGEST = 120.0
"""Seconds after which a hostile answer ends by itself, whoever reads it."""


def forever(chunk: bytes, pause: float = 0.002) -> Callable[[BinaryIO], None]:
    def write(out: BinaryIO) -> None:
        end = time.monotonic() + LONGEST
        while time.monotonic() < end:
            out.write(chunk)
            out.flush()
            time.sleep(pause)

    return write


def with_feed(body: Answer | str) -> Callable[[Site, str], Source]:
    """The feed itself is the trap."""

    def build(site: Site, key: str) -> Source:
        site.pages["/rss"] = Reply(body, type=XML) if isinstance(body, str) else body
        return make_source(site.url, key, feeds=[f"{site.url}/rss"])

    return build


def with_page(page: Answer, **others: Reply) -> Callable[[Site, str], Source]:
    """A sound feed; its one article is the trap."""

    def build(site: Site, key: str) -> Source:
        site.pages["/rss"] = Reply(rss(f"{site.url}/bai.html"), type=XML)
        site.pages["/bai.html"] = page
        site.pages |= {f"/{path}": reply for path, reply in others.items()}
        return make_source(site.url, key, feeds=[f"{site.url}/rss"])

    return build


def with_robots(robots: Answer) -> Callable[[Site, str], Source]:
    def build(site: Site, key: str) -> Source:
        source = with_page(Reply(ARTICLE))(site, key)
        site.pages["/robots.txt"] = robots
        return source

    return build


def with_sitemap(body: Answer | bytes) -> Callable[[Site, str], Source]:
    def build(site: Site, key: str) -> Source:
        site.pages["/s.xml.gz"] = Reply(body, type="text/xml") if isinstance(body, bytes) else body
        return make_source(site.url, key, sitemaps=[f"{site.url}/s.xml.gz"])

    return build


def with_long_sitemap(site: Site, key: str) -> Source:
    """50,000 entries, of which the last three are new."""
    site.pages |= {f"/bai-so-{n}.html": Reply(ARTICLE) for n in range(49_997, 50_000)}
    days = ("2020-11-20" if n < 49_997 else "2026-11-20" for n in range(50_000))
    urls = (
        f"<url><loc>/bai-so-{n}.html</loc><lastmod>{day}</lastmod></url>"
        for n, day in enumerate(days)
    )
    return with_sitemap(f"<urlset>{''.join(urls)}</urlset>".encode())(site, key)


def with_listing(page: Answer) -> Callable[[Site, str], Source]:
    def build(site: Site, key: str) -> Source:
        site.pages["*"] = page
        site.pages["/robots.txt"] = Reply(status=404)
        listing = {"url": f"{site.url}/tin", "item": "h2 a", "next": "a.next"}
        return make_source(site.url, key, listings=[listing])

    return build


def endless_calendar(asked: Asked) -> Reply:
    """Every page lists ten new articles and leads to a page never seen before."""
    number = int(asked.path.rpartition("-")[2]) if "-" in asked.path else 0
    if asked.path.startswith("/bai"):
        return Reply(ARTICLE)
    links = "".join(f"<h2><a href='/bai-{number}{n}'>Bài</a></h2>" for n in range(10))
    return Reply(f"{links}<a class=next href='/tin-{number + 1}'>Sau</a>")


def endless_redirects(asked: Asked) -> Reply:
    number = int(asked.path.rpartition("-")[2]) if "-" in asked.path else 0
    return Reply("", 302, headers={"Location": f"/chuyen-{number + 1}"})


def self_linking_index(site: Site, key: str) -> Source:
    names = "".join(f"<sitemap><loc>{site.url}/s-{n}.xml</loc></sitemap>" for n in range(1000))
    site.pages["*"] = Reply(f"<sitemapindex>{names}</sitemapindex>", type="text/xml")
    site.pages["/robots.txt"] = Reply(status=404)
    return make_source(site.url, key, sitemaps=[f"{site.url}/s.xml"])


@cache
def bomb(coding: str) -> bytes:
    """200 MB of blanks and tags, packed piece by piece: what builds it must not need the memory."""
    packer: Any
    match coding:
        case "br":
            packer = brotli.Compressor(quality=5)
            pack, finish = packer.process, packer.finish
        case "zstd":
            packer = zstd.ZstdCompressor()
            pack, finish = packer.compress, packer.flush
        case _:
            packer = zlib.compressobj(9, wbits=31 if coding == "gzip" else 15)
            pack, finish = packer.compress, packer.flush
    block = b"<p>" + b" " * 1_048_573
    return b"".join([*(pack(block) for _ in range(200)), finish()])


def raw(start: bytes, chunk: bytes = b"", pause: float = 0.002) -> Reply:
    """Bytes that are no whole HTTP answer; with a chunk they never end."""

    def write(out: BinaryIO) -> None:
        out.write(start)
        if chunk or pause >= 0.5:
            forever(chunk, pause)(out)

    return Reply(raw=write)


def chunked(start: bytes, chunk: bytes) -> Reply:
    return raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + start, chunk)


def slow_redirects(asked: Asked) -> Reply:
    """Each answers within the time-out, all together do not."""
    time.sleep(11)
    return endless_redirects(asked)


def redirect(location: str) -> Reply:
    return Reply("", 302, headers={"Location": location})


def encoded(body: bytes, name: str) -> Reply:
    return Reply(body, headers={"Content-Encoding": name})


def packed(coding: str) -> Answer:
    return lambda _: encoded(bomb(coding), coding)


def often(text: str, times: int, start: str = "", type: str = "text/html") -> Answer:
    """A body of megabytes, made when it is asked for."""
    return lambda _: Reply(start + text * times, type=type)


def attributes(start: str, count: int, type: str = "text/html") -> Answer:
    return lambda _: Reply(f"{start} {' '.join(f'a{n}' for n in range(count))}>", type=type)


def with_json(items: str) -> Callable[[Site, str], Source]:
    return with_feed(Reply(f"{JSON}{items}]}}", type="application/feed+json"))


def with_strange_dates(site: Site, key: str) -> Source:
    """Dates that no calendar, no database column or no publication knows."""
    site.pages["*"] = Reply(ARTICLE)
    site.pages["/robots.txt"] = Reply(status=404)
    dates = (
        *("0000-00-00T00:00:00Z", "99999-01-01T00:00:00Z", "2026-02-30", "9" * 5000, "NaN", "1e99"),
        *("9999-12-31T23:59:59-14:00", "Fri, 99 Foo 2026 25:61:61 +9999", "31/11/2026 24:00"),
    )
    entries = "".join(
        f"<item><title>Bài</title><link>/bai-{n}.html</link><pubDate>{date}</pubDate></item>"
        for n, date in enumerate(dates)
    )
    site.pages["/rss"] = Reply(f"{RSS}{entries}</channel></rss>", type=XML)
    # Long past: not wanted, but no reason to stumble.
    site.pages["/cu"] = Reply(rss(f"{site.url}/cu.html", date="0001-01-01T00:00:00+14:00"))
    return make_source(site.url, key, feeds=[f"{site.url}/rss", f"{site.url}/cu"])


def with_refused_page(text: str) -> Callable[[Site, str], Source]:
    """Only the feed's text can become an article."""
    feed = Reply(f"{RSS}{text}</channel></rss>".encode(), type=XML)

    def build(site: Site, key: str) -> Source:
        site.pages["/rss"] = feed
        site.pages["/bai.html"] = Reply("cấm", status=403)
        return make_source(site.url, key, feeds=[f"{site.url}/rss"])

    return build


def layers(count: int, body: bytes) -> bytes:
    for _ in range(count):
        body = gzip.compress(body)
    return body
