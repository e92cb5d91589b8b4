"""Outlets that do harm, by accident or on purpose: one loopback site per case.

Each case names what the crawler must make of it: the kinds of failure recorded for its source, how
many pages it may still fetch, and the headlines that extraction must find. ``python -m bench
hostile`` prints what each one costs.
"""

from __future__ import annotations

import gzip
import sys
import time
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any, BinaryIO
from unicodedata import normalize

import brotli

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

from pipeline.apart import Apart, TooMuch
from pipeline.config.sources import Source
from pipeline.crawl.spool import Failure, FailureKind, FetchedPage
from pipeline.extract import NotAnArticle, extract, from_feed_item
from pipeline.text.legacy import _TCVN3, _VNI
from tests.crawling import ARTICLE, NOW, Round, make_source, rss
from tests.loopback import Answer, Asked, Reply, Site

XML = "application/rss+xml"
LONGEST = 120.0
"""Seconds after which a hostile answer ends by itself, whoever reads it."""


@dataclass(frozen=True)
class Case:
    build: Callable[[Site, str], Source]
    reasons: tuple[str, ...]
    """Kinds of failure, sorted."""
    pages: int = 0
    title: str | None = None
    """Of the one article that its page or, where there is none, its feed gives."""


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


def legacy(name: str, text: str) -> str:
    """Our text in one of the font encodings, as whoever reads it for Windows-1252 sees it."""
    if name == "tcvn3":
        table = {meant: old for old, meant in _TCVN3.items()}
        return "".join(table.get(char, char) for char in text)
    table = {meant: old for old, meant in _VNI.items()}
    return "".join(table.get(char, char) for char in text)


def windows_1258(text: str) -> bytes:
    """Tone marks stand after their letter there; roofs, horns and breves belong to it."""
    out = []
    for char in text:
        letter, marks = normalize("NFD", char)[0], normalize("NFD", char)[1:]
        tones = "".join(mark for mark in marks if mark in "\u0300\u0301\u0303\u0309\u0323")
        rest = "".join(mark for mark in marks if mark not in tones)
        out.append(normalize("NFC", letter + rest) + tones)
    return "".join(out).encode("cp1258")


def layers(count: int, body: bytes) -> bytes:
    for _ in range(count):
        body = gzip.compress(body)
    return body


def page_of(title: str, text: str, head: str = "") -> str:
    return f"<html><head>{head}<title>{title}</title></head><body><h1>{title}</h1>{text}</body>"


JSON = '{"version":"https://jsonfeed.org/version/1.1","items":['
RSS = '<rss version="2.0"><channel>'
HEADLINE = "Người giữ rừng quế trên núi cao"
STORY = "".join(
    f"<p>{sentence}</p>"
    for sentence in (
        "Hơn hai mươi năm nay, sáng nào anh Giàng Seo Vần cũng đi một vòng quanh rừng của bản.",
        "Anh vận động bà con trồng lại quế trên những quả đồi trọc, mỗi nhà góp một ngày công.",
        "Đến nay cả bản đã có hơn trăm héc ta rừng, không còn hộ nào phải đi làm thuê xa nhà.",
    )
)
ITEM = (
    f"<item><title>{HEADLINE}</title><link>/bai.html</link>"
    f"<description><![CDATA[{STORY}]]></description></item>"
)
NESTED = "<div>" * 200_000
ENTITIES = '<!DOCTYPE r [<!ENTITY a "ha">' + "".join(
    f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True)
)
FILLER = "# nothing\n" * 600_000
SLOW_ROBOTS = "User-agent: *\n" + "".join(f"Disallow: {'/*a' * n}$\n" for n in range(1, 60))

CASES = {
    "gzip-bomb-page": Case(with_page(packed("gzip")), ("too_large",)),
    "gzip-bomb-feed": Case(with_feed(packed("gzip")), ("too_large",)),
    "double-gzip-bomb": Case(
        with_page(lambda _: encoded(gzip.compress(bomb("gzip")), "gzip, gzip")), ("too_large",)
    ),
    "gzip-bomb-sitemap": Case(
        with_sitemap(lambda _: Reply(bomb("gzip"), type="application/gzip")), ("too_large",)
    ),
    "deflate-bomb": Case(with_page(packed("deflate")), ("too_large",)),
    "brotli-bomb": Case(with_page(packed("br")), ("too_large",)),
    "zstd-bomb": Case(with_page(packed("zstd")), ("too_large",)),
    "a-hundred-layers": Case(
        with_page(
            encoded(layers(100, page_of(HEADLINE, STORY).encode()), ", ".join(["gzip"] * 100))
        ),
        (),
        1,
        HEADLINE,
    ),
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
    "endless-continue": Case(
        with_page(raw(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 99)), ("connection",)
    ),
    "slow-headers": Case(with_page(raw(b"HTTP/1.1 200 OK\r\n", b"X: y\r\n", 0.5)), ("timeout",)),
    "endless-chunk-size": Case(with_page(chunked(b"", b"f" * 9999)), ("bad_encoding",)),
    "endless-chunk-extension": Case(with_page(chunked(b"5;", b"x" * 9999)), ("bad_encoding",)),
    "endless-trailers": Case(
        with_page(chunked(b"1\r\nx\r\n0\r\n", b"X: y\r\n" * 999)), ("bad_encoding",)
    ),
    "endless-tiny-chunks": Case(with_page(chunked(b"", b"1\r\nx\r\n" * 99)), ("timeout",)),
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
    "slow-redirects": Case(with_listing(slow_redirects), ("timeout",)),
    "redirect-to-ftp": Case(with_page(redirect("ftp://127.0.0.1/x")), ("redirects",)),
    "redirect-to-gopher": Case(with_page(redirect("gopher://127.0.0.1:25/x")), ("redirects",)),
    "redirect-to-port-70000": Case(with_page(redirect("http://127.0.0.1:70000/")), ("bad_url",)),
    "redirect-to-nul": Case(with_page(redirect("/b\x00\x01.html")), ("gone",)),
    "redirect-to-itself-longer": Case(with_page(redirect("/" + "b" * 9000)), ("gone",)),
    "redirect-to-file": Case(with_page(redirect("file:///etc/hostname")), ("redirects",)),
    "redirect-to-script": Case(with_page(redirect("javascript:alert(1)")), ("bad_url",)),
    "redirect-to-data": Case(with_page(redirect("data:text/html,x")), ("redirects",)),
    "redirect-to-nowhere": Case(with_page(redirect("http://[bad")), ("bad_url",)),
    "pages-on-and-on": Case(with_listing(endless_calendar), (), 50),
    "index-of-itself": Case(self_linking_index, ()),
    "sitemap-of-50000": Case(
        with_sitemap(
            "<urlset>{}</urlset>".format(
                "".join(f"<url><loc>/bai-so-{n}.html</loc></url>" for n in range(50_000))
            ).encode()
        ),
        ("gone",) * 60,
    ),
    "elements-feed": Case(with_feed(often("<a/>", 2_500_000, RSS, XML)), ("too_large",)),
    "attributes-feed": Case(with_feed(attributes(RSS + "<item", 1_000_000, XML)), ("too_large",)),
    "angle-brackets-feed": Case(with_feed(often("<", 9_000_000, RSS, XML)), ("too_large",)),
    "open-cdata-feed": Case(with_feed(often("<![CDATA[", 1_000_000, RSS, XML)), ("too_large",)),
    "ampersands-sitemap": Case(with_sitemap(often("&a;", 3_000_000, "<urlset>")), ("too_large",)),
    "attributes-listing": Case(with_listing(attributes("<p", 500_000)), ("no_links",)),
    "attributes-page": Case(with_page(attributes("<p", 500_000)), (), 1),
    "elements-page": Case(with_page(often("<b>x", 1_000_000)), (), 1),
    "angle-brackets-page": Case(with_page(often("<", 5_000_000)), (), 1),
    "words-page": Case(with_page(often("chị làm ", 400_000, "<h1>Bài</h1><p>")), (), 1),
    "headings-page": Case(with_page(often("<h1>Chị Mỷ trồng quế</h1>", 150_000)), (), 1),
    "nested-feed": Case(with_feed('<rss version="2.0"><channel>' + NESTED), ("not_a_feed",)),
    "nested-listing": Case(with_listing(Reply(NESTED)), ("no_links",)),
    "nested-page": Case(with_page(Reply(NESTED)), (), 1),
    "nested-json-feed": Case(with_feed(Reply('{"items":' + "[" * 300_000)), ("not_a_feed",)),
    "entity-bomb": Case(with_feed(ENTITIES + "]><rss>&i;</rss>"), ("unsafe_xml",)),
    "entity-bomb-in-utf-16": Case(
        with_feed(Reply((ENTITIES + "]><rss>&i;</rss>").encode("utf-16"), type=XML)),
        ("unsafe_xml",),
    ),
    "entity-bomb-in-utf-16-unmarked": Case(
        with_feed(Reply((ENTITIES + "]><rss>&i;</rss>").encode("utf-16-be"), type=XML)),
        ("unsafe_xml",),
    ),
    "entity-bomb-in-utf-7": Case(
        with_feed(
            Reply(
                b'<?xml version="1.0" encoding="utf-7"?>+ADwAIQ-DOCTYPE r [\xff]><rss>&a;</rss>',
                type=XML + "; charset=utf-7",
            )
        ),
        ("not_a_feed",),
    ),
    "entity-bomb-after-a-mark": Case(
        with_feed(Reply(b"\xef\xbb\xbf" + (ENTITIES + "]><rss>&i;</rss>").encode(), type=XML)),
        ("unsafe_xml",),
    ),
    "entity-bomb-behind-a-comment": Case(
        with_feed(f"<!-- <rss> -->{ENTITIES}]><rss>&i;</rss>"), ("unsafe_xml",)
    ),
    "entity-bomb-inside": Case(with_feed(f"{RSS}{ENTITIES}]>&i;</channel></rss>"), ()),
    "entity-bomb-sitemap": Case(
        with_sitemap(f"{ENTITIES}]><urlset>&i;</urlset>".encode()), ("unsafe_xml",)
    ),
    "external-entity": Case(
        with_feed('<!DOCTYPE r [<!ENTITY a SYSTEM "file:///etc/hostname">]><rss>&a;</rss>'),
        ("unsafe_xml",),
    ),
    "feed-of-50000": Case(
        with_feed(rss(*(f"https://khac.vn/{n}" for n in range(50_000)), text="x" * 50)), ()
    ),
    "dates-of-no-calendar": Case(with_strange_dates, (), 9),
    "json-of-lists": Case(with_feed(lambda _: Reply(JSON + "[]," * 3_000_000 + "[]]}")), ()),
    "json-of-a-long-number": Case(with_feed(often("9", 9_000_000, JSON)), ("not_a_feed",)),
    "json-of-half-letters": Case(
        with_json(
            r'{"url":"/bai.html\ud800\u0000","title":"Ng\udc00ười \u0007giữ rừng","image":"\ud8"}'
        ),
        ("not_a_feed",),
    ),
    "json-of-lone-surrogates": Case(
        with_json(
            r'{"url":"/bai.html\ud800\u0000","title":"\udc00Người \u0007giữ rừng","tags":[1]}'
        ),
        (),
    ),
    "binary-feed": Case(with_feed(Reply(bytes(range(256)) * 100, type=XML)), ("not_a_feed",)),
    "binary-page": Case(with_page(Reply(b"\x89PNG" * 99, type="image/png")), ("not_a_page",)),
    "login-page-feed": Case(
        with_feed("<html><body><form>Đăng nhập</form></body></html>"), ("not_a_feed",)
    ),
    "lying-charset": Case(
        with_page(Reply(page_of(HEADLINE, STORY), type="text/html; charset=windows-1252")),
        (),
        1,
        HEADLINE,
    ),
    "unheard-of-charset": Case(
        with_page(Reply(page_of(HEADLINE, STORY), type="text/html; charset=zlib")), (), 1, HEADLINE
    ),
    "punycode-charset": Case(
        with_page(
            Reply(
                b"\xff<p>" + b"a" * 100 + b"-" + b"b99" * 900_000,
                type="text/html; charset=punycode",
            )
        ),
        (),
        1,
    ),
    "bad-utf8-page": Case(
        with_page(Reply(page_of(HEADLINE, STORY).encode() + b"\xff\xfe\x00\x0b")), (), 1, HEADLINE
    ),
    "windows-1258-called-utf-8": Case(
        with_page(Reply(windows_1258(page_of(HEADLINE, STORY)))), (), 1, HEADLINE
    ),
    "utf-16-page": Case(
        with_page(Reply(page_of(HEADLINE, STORY).encode("utf-16"))), (), 1, HEADLINE
    ),
    "tcvn3-page": Case(
        with_page(Reply(legacy("tcvn3", page_of(HEADLINE, STORY)))), (), 1, HEADLINE
    ),
    "vni-page": Case(with_page(Reply(legacy("vni", page_of(HEADLINE, STORY)))), (), 1, HEADLINE),
    "tcvn3-feed": Case(with_refused_page(legacy("tcvn3", ITEM)), ("refused",), 0, HEADLINE),
    "vni-feed": Case(with_refused_page(legacy("vni", ITEM)), ("refused",), 0, HEADLINE),
    "decomposed-page": Case(
        with_page(Reply(normalize("NFD", page_of(HEADLINE, STORY)))), (), 1, HEADLINE
    ),
    "decomposed-feed": Case(with_refused_page(normalize("NFD", ITEM)), ("refused",), 0, HEADLINE),
    "control-characters-page": Case(
        with_page(Reply(page_of("\x00\x0b".join(HEADLINE), STORY.replace(" ", "\x01 &#1;")))),
        (),
        1,
        HEADLINE,
    ),
    "robots-of-5-mb": Case(
        with_robots(Reply("User-agent: *\nDisallow: /bai\n" + FILLER, type="text/plain")),
        ("robots",),
    ),
    "robots-of-agents": Case(
        with_robots(
            Reply(
                "".join(f"User-agent: {n}\n" for n in range(20_000))
                + "".join(f"Disallow: /{n}\n" for n in range(20_000)),
                type="text/plain",
            )
        ),
        ("robots_unreachable",),
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


def read(round_: Round, source: str) -> list[str]:
    """What extraction makes of the pages of ``source`` and of the feed's text where they were
    refused: titles, or why there is none."""
    outcomes = []
    with Apart() as reader:
        for record in round_.records:
            if getattr(record, "source", None) != source:
                continue
            try:
                if isinstance(record, FetchedPage):
                    found = reader.call(
                        extract,
                        record.body,
                        url=record.url,
                        headers=record.headers,
                        item=record.item,
                        now=NOW,
                    )
                elif isinstance(record, Failure) and record.reason is FailureKind.REFUSED:
                    assert record.item is not None
                    found = reader.call(from_feed_item, record.item, now=NOW)
                else:
                    continue
            except (NotAnArticle, TooMuch) as error:
                outcomes.append(str(error))
            else:
                outcomes.append(found.title)
    return outcomes
