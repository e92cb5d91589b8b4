"""Outlets that do harm, by accident or on purpose: one loopback site per case.

Each case names what the crawler must make of it: the kinds of failure recorded for its source, and
how many pages it may still fetch. ``python -m bench hostile`` prints what each one costs.
"""

from __future__ import annotations

import gzip
import time
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import BinaryIO

from pipeline.config.sources import Source
from tests.crawling import ARTICLE, make_source, rss
from tests.loopback import Asked, Reply, Site

XML = "application/rss+xml"
LONGEST = 120.0
"""Seconds after which a hostile answer ends by itself, whoever reads it."""


@dataclass(frozen=True)
class Case:
    build: Callable[[Site, str], Source]
    reasons: tuple[str, ...]
    """Kinds of failure, sorted."""
    pages: int = 0


def forever(chunk: bytes, pause: float = 0.002) -> Callable[[BinaryIO], None]:
    def write(out: BinaryIO) -> None:
        end = time.monotonic() + LONGEST
        while time.monotonic() < end:
            out.write(chunk)
            out.flush()
            time.sleep(pause)

    return write


def with_feed(body: Reply | str) -> Callable[[Site, str], Source]:
    """The feed itself is the trap."""

    def build(site: Site, key: str) -> Source:
        site.pages["/rss"] = body if isinstance(body, Reply) else Reply(body, type=XML)
        return make_source(site.url, key, feeds=[f"{site.url}/rss"])

    return build


def with_page(page: Reply, **others: Reply) -> Callable[[Site, str], Source]:
    """A sound feed; its one article is the trap."""

    def build(site: Site, key: str) -> Source:
        site.pages["/rss"] = Reply(rss(f"{site.url}/bai.html"), type=XML)
        site.pages["/bai.html"] = page
        site.pages |= {f"/{path}": reply for path, reply in others.items()}
        return make_source(site.url, key, feeds=[f"{site.url}/rss"])

    return build


def with_robots(robots: Reply) -> Callable[[Site, str], Source]:
    def build(site: Site, key: str) -> Source:
        source = with_page(Reply(ARTICLE))(site, key)
        site.pages["/robots.txt"] = robots
        return source

    return build


def with_sitemap(body: bytes) -> Callable[[Site, str], Source]:
    def build(site: Site, key: str) -> Source:
        site.pages["/s.xml.gz"] = Reply(body, type="application/gzip")
        return make_source(site.url, key, sitemaps=[f"{site.url}/s.xml.gz"])

    return build


def with_listing(page: Callable[[Asked], Reply] | Reply) -> Callable[[Site, str], Source]:
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
def bomb() -> bytes:
    """200 MB in about 200 kB."""
    packer = zlib.compressobj(9, wbits=31)
    block = b"<p>" + b" " * 1_048_573
    return b"".join([*(packer.compress(block) for _ in range(200)), packer.flush()])


def raw(start: bytes, chunk: bytes = b"", pause: float = 0.002) -> Reply:
    """Bytes that are no whole HTTP answer; with a chunk they never end."""

    def write(out: BinaryIO) -> None:
        out.write(start)
        if chunk or pause >= 0.5:
            forever(chunk, pause)(out)

    return Reply(raw=write)


def redirect(location: str) -> Reply:
    return Reply("", 302, headers={"Location": location})


def encoded(body: bytes, name: str) -> Reply:
    return Reply(body, headers={"Content-Encoding": name})


NESTED = "<div>" * 200_000
ENTITIES = '<!DOCTYPE r [<!ENTITY a "ha">' + "".join(
    f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True)
)
FILLER = "# nothing\n" * 600_000
SLOW_ROBOTS = "User-agent: *\n" + "".join(f"Disallow: {'/*a' * n}$\n" for n in range(1, 60))

CASES = {
    "gzip-bomb-page": Case(with_page(encoded(bomb(), "gzip")), ("too_large",)),
    "gzip-bomb-feed": Case(with_feed(encoded(bomb(), "gzip")), ("too_large",)),
    "double-gzip-bomb": Case(
        with_page(encoded(gzip.compress(bomb()), "gzip, gzip")), ("too_large",)
    ),
    "gzip-bomb-sitemap": Case(with_sitemap(bomb()), ("too_large",)),
    "broken-gzip": Case(
        with_page(encoded(b"\x1f\x8b\x08\x00" + b"x" * 50, "gzip")), ("bad_encoding",)
    ),
    "endless-feed": Case(
        with_feed(Reply(type=XML, stream=forever(b"<item>" * 10_000))), ("too_large",)
    ),
    "endless-page": Case(with_page(Reply(stream=forever(b"<p>x</p>" * 5_000))), ("too_large",)),
    "endless-robots": Case(
        with_robots(Reply(type="text/plain", stream=forever(b"# x\n" * 20_000))),
        ("robots_unreachable",),
    ),
    "endless-headers": Case(
        with_page(raw(b"HTTP/1.1 200 OK\r\n", b"X: y\r\n" * 999)),
        ("connection",),
    ),
    "endless-header-line": Case(
        with_page(raw(b"HTTP/1.1 200 OK\r\nX: ", b"y" * 9999)),
        ("connection",),
    ),
    "not-http": Case(with_page(raw(b"SSH-2.0-x\r\n")), ("connection",)),
    "slow-body": Case(with_page(Reply(stream=forever(b"x", 0.5))), ("timeout",)),
    "silent": Case(with_page(raw(b"", pause=0.5)), ("timeout",)),
    "cut-short": Case(
        with_page(Reply(ARTICLE, headers={"Content-Length": "9999"})), ("bad_encoding",)
    ),
    "huge-length": Case(
        with_page(Reply("x", headers={"Content-Length": "99999999999"})), ("too_large",)
    ),
    "redirect-loop": Case(with_page(redirect("/b"), b=redirect("/bai.html")), ("redirects",)),
    "redirects-on-and-on": Case(with_listing(endless_redirects), ("redirects",)),
    "redirect-to-file": Case(with_page(redirect("file:///etc/hostname")), ("redirects",)),
    "redirect-to-script": Case(with_page(redirect("javascript:alert(1)")), ("bad_url",)),
    "redirect-to-data": Case(with_page(redirect("data:text/html,x")), ("redirects",)),
    "redirect-to-nowhere": Case(with_page(redirect("http://[bad")), ("bad_url",)),
    "pages-on-and-on": Case(with_listing(endless_calendar), (), 50),
    "index-of-itself": Case(self_linking_index, ()),
    "nested-feed": Case(with_feed('<rss version="2.0"><channel>' + NESTED), ("not_a_feed",)),
    "nested-listing": Case(with_listing(Reply(NESTED)), ("no_links",)),
    "nested-page": Case(with_page(Reply(NESTED)), (), 1),
    "nested-json-feed": Case(with_feed(Reply('{"items":' + "[" * 300_000)), ("not_a_feed",)),
    "entity-bomb": Case(with_feed(ENTITIES + "]><rss>&i;</rss>"), ("unsafe_xml",)),
    "external-entity": Case(
        with_feed('<!DOCTYPE r [<!ENTITY a SYSTEM "file:///etc/hostname">]><rss>&a;</rss>'),
        ("unsafe_xml",),
    ),
    "feed-of-50000": Case(
        with_feed(rss(*(f"https://khac.vn/{n}" for n in range(50_000)), text="x" * 50)), ()
    ),
    "binary-feed": Case(with_feed(Reply(bytes(range(256)) * 100, type=XML)), ("not_a_feed",)),
    "binary-page": Case(with_page(Reply(b"\x89PNG" * 99, type="image/png")), ("not_a_page",)),
    "login-page-feed": Case(
        with_feed("<html><body><form>Đăng nhập</form></body></html>"), ("not_a_feed",)
    ),
    "lying-charset": Case(with_page(Reply(ARTICLE, type="text/html; charset=windows-1252")), (), 1),
    "unheard-of-charset": Case(with_page(Reply(ARTICLE, type="text/html; charset=zlib")), (), 1),
    "bad-utf8-page": Case(with_page(Reply(ARTICLE.encode() + b"\xff\xfe\x00\x0b")), (), 1),
    "robots-of-5-mb": Case(
        with_robots(Reply("User-agent: *\nDisallow: /bai\n" + FILLER, type="text/plain")),
        ("robots",),
    ),
    "robots-of-stars": Case(with_robots(Reply(SLOW_ROBOTS, type="text/plain")), (), 1),
    "robots-in-a-loop": Case(with_robots(redirect("/robots.txt")), ("robots_unreachable",)),
    "absurd-retry-after": Case(
        with_page(Reply("", 503, headers={"Retry-After": "9" * 400})), ("rate_limited",)
    ),
    "absurd-crawl-delay": Case(
        with_robots(Reply("User-agent: *\nCrawl-delay: 1e99", type="text/plain")), ("time_limit",)
    ),
    "home-for-everything": Case(with_page(redirect("/"), **{"": Reply(ARTICLE)}), ("not_a_page",)),
}
