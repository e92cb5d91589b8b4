"""Outlets that do harm, by accident or on purpose: one loopback site per case.

Each case names what the crawler must make of it: the kinds of failure recorded for its source, how
many pages it may still fetch, and the headlines that extraction must find. ``python -m bench
hostile`` prints what each one costs.
"""

from __future__ import annotations

import gzip
from collections.abc import Callable
from dataclasses import dataclass
from unicodedata import normalize

from pipeline.apart import Apart, TooMuch
from pipeline.config.sources import Source
from pipeline.crawl.spool import Failure, FailureKind, FetchedPage
from pipeline.extract import NotAnArticle, extract, from_feed_item
from tests.crawling import ARTICLE, NOW, Round, rss
from tests.loopback import Reply, Site
from tests.traps import (
    JSON,
    RSS,
    XML,
    attributes,
    bomb,
    chunked,
    encoded,
    endless_calendar,
    endless_redirects,
    forever,
    layers,
    often,
    packed,
    raw,
    redirect,
    self_linking_index,
    slow_redirects,
    with_feed,
    with_json,
    with_listing,
    with_long_sitemap,
    with_page,
    with_refused_page,
    with_robots,
    with_sitemap,
    with_strange_dates,
)
from tests.vietnamese import HEADLINE, STORY, legacy, page_of, windows_1258


@dataclass(frozen=True)
class Case:
    build: Callable[[Site, str], Source]
    reasons: tuple[str, ...]
    """Kinds of failure, sorted."""
    pages: int = 0
    title: str | None = None
    """Of the one article that its page or, where there is none, its feed gives."""
    at_once: int = 1
    """Outlets of this kind that the bench crawls side by side."""


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
    "sitemap-of-50000": Case(with_long_sitemap, (), 3),
    "elements-feed": Case(with_feed(often("<a/>", 2_500_000, RSS, XML)), ("too_large",)),
    "attributes-feed": Case(with_feed(attributes(RSS + "<item", 1_000_000, XML)), ("too_large",)),
    "angle-brackets-feed": Case(with_feed(often("<", 9_000_000, RSS, XML)), ("too_large",)),
    "open-cdata-feed": Case(with_feed(often("<![CDATA[", 1_000_000, RSS, XML)), ("too_large",)),
    "attributes-listing": Case(with_listing(attributes("<p", 640_000)), ("too_large",)),
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
        (),
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
    "json-of-lists": Case(
        with_feed(lambda _: Reply(JSON + "[]," * 3_000_000 + "[]]}")), ("not_a_feed",)
    ),
    "empty-objects-feed": Case(
        with_feed(lambda _: Reply(JSON + '{"a":{}},' * 1_100_000 + "{}]}")),
        ("too_large",),
        at_once=2,
    ),
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
        ("gone",),
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
