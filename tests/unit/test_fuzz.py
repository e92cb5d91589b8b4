"""Whatever outlets send: feeds, dates, mark-up and charsets made of real pieces, put together
wrongly. Nothing but the documented exceptions may come out, and no text or date that is unfit."""

from __future__ import annotations

import unicodedata
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from pipeline.config.sources import Listing
from pipeline.crawl.feeds import NotAFeed, parse_feed
from pipeline.crawl.items import feed_item
from pipeline.crawl.listings import parse_listing
from pipeline.crawl.markup import UnsafeXml
from pipeline.crawl.opml import NotOpml, read_opml
from pipeline.crawl.sitemaps import NotASitemap, parse_sitemap
from pipeline.extract import NotAnArticle, extract, from_feed_item
from pipeline.shapes import DatePrecision, ExtractedArticle, FeedItem
from pipeline.text.clock import VIETNAM
from pipeline.text.dates import SKEW, find_dates, parse_stamp
from tests.unit.test_dates import STAMPS, VISIBLE_MINUTE, moments
from tests.vietnamese import HEADLINE, STORY, legacy, page_of, windows_1258

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
URL = "https://bao.vn/xa-hoi/nguoi-giu-rung-que-post1234.html"

LETTERS = "aăâeêioôơuưyđHoàBìnhĐắkLắkTỉnhủy \u0300\u0301\u0309\u0323\u0303\u00a0\u200b"
DIRT = "\x00\x01\x0b\x1b\x7f\x85\x9f\ufeff\ufffe\ud800\udfff\u2028<>&\"'/=;!-[]{}\\"
texts = st.one_of(
    st.text(LETTERS, max_size=40),
    st.text(LETTERS + DIRT, max_size=40),
    st.sampled_from([HEADLINE, "Tin liên quan", "Theo TTXVN", "Ảnh: Minh Hà", "&#0;&#55296;&amp;"]),
)
odd_dates = st.sampled_from(
    [
        *("0000-00-00", "99999-01-01", "9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00"),
        *("31/02/2024", "24:60 32/13/2024", "2026-11-21T25:00:00Z", "12.4", "27-11", "1e99", "-1"),
        *("Cách đây 2 giờ", "+99:99", "13:38", "21/11/2026 13:38 (GMT+99)", "٢١/١١/٢٠٢٦", "²/³"),
    ]
)
dates = st.one_of(
    odd_dates,
    st.builds(
        lambda form, moment: form(moment),
        st.sampled_from([*VISIBLE_MINUTE.values(), *STAMPS.values()]),
        st.one_of(moments, st.datetimes(timezones=st.just(VIETNAM))),
    ),
)
links = st.one_of(
    st.sampled_from(
        [
            *("/a-1.html", "https://bao.vn/a-2.html", "HTTP://BAO.VN/A", "//bao.vn/x", "http://[x"),
            *(
                "javascript:alert(1)",
                "http://a:b@bao.vn:99999/",
                "http://bao.vn\\@x.vn/",
                "\x00",
                "",
            ),
        ]
    ),
    texts,
)


@st.composite
def broken(draw: st.DrawFn, document: str) -> str:
    """The document with pieces cut out, doubled or put in."""
    for _ in range(draw(st.integers(0, 4))):
        start = draw(st.integers(0, len(document)))
        end = start + draw(st.integers(0, 30))
        piece = draw(st.one_of(st.just(document[start:end] * 2), texts, st.just("")))
        document = document[:start] + piece + document[end:]
    return document


encodings = st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "utf-32", "utf-7"])
labels = st.sampled_from(
    [
        None,
        *(
            f"text/html; charset={name}"
            for name in ("utf-8", "windows-1258", "iso-8859-1", "utf-16", "zlib", "punycode", "ề")
        ),
    ]
)


@st.composite
def feeds(draw: st.DrawFn) -> bytes:
    entries = []
    for _ in range(draw(st.integers(0, 4))):
        title, link, date, text = draw(texts), draw(links), draw(dates), draw(texts)
        entries.append(
            draw(
                st.sampled_from(
                    [
                        f"<item><title>{title}</title><link>{link}</link><pubDate>{date}</pubDate>"
                        f"<description><![CDATA[<p>{text}</p>]]></description></item>",
                        f"<item><guid>{link}</guid><dc:date>{date}</dc:date><content:encoded>"
                        f"{text}</content:encoded><category>{text}</category></item>",
                        f'<entry><title type="html">{title}</title><link href="{link}"/>'
                        f"<updated>{date}</updated><content type='xhtml'><b>{text}</b></content>"
                        f"<author><name>{text}</name></author></entry>",
                        f"<url><loc>{link}</loc><lastmod>{date}</lastmod><news:title>{title}"
                        f"</news:title><image:image><image:loc>{link}</image:loc></image:image></url>",
                        f'<outline text="{title}" xmlUrl="{link}" htmlUrl="{link}"/>',
                        f"<enclosure url='{link}' type='image/jpeg'/><media:content url='{link}'/>",
                    ]
                )
            )
        )
    head = draw(
        st.sampled_from(
            [
                '<?xml version="1.0" encoding="windows-1258"?><rss version="2.0"><channel>',
                '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>',
                '<feed xmlns="http://www.w3.org/2005/Atom">',
                '<rdf:RDF xmlns:rdf="r" xmlns="http://purl.org/rss/1.0/">',
                '<urlset xmlns="s">',
                "<sitemapindex>",
                "<!DOCTYPE rss [<!ENTITY a 'b'>]><rss>",
                '<opml version="2.0"><body>',
            ]
        )
    )
    document = draw(broken(head + "".join(entries)))
    return document.encode(draw(encodings), "replace")


def check_items(items: tuple[FeedItem, ...]) -> None:
    for item in items:
        assert item.url.startswith(("http://", "https://"))
        for text in (item.title, item.summary_html, item.content_html, item.author, *item.tags):
            check_text(text)
        assert item.published_at is None or item.published_at.utcoffset() is not None


def check_text(text: str | None) -> None:
    if text is not None:
        assert text == unicodedata.normalize("NFC", text) != ""
        assert not any(unicodedata.category(char) in ("Cc", "Cs") for char in text.translate(BLANK))


BLANK = dict.fromkeys(map(ord, "\n\t"))


@given(feeds(), labels)
def test_feeds_sitemaps_and_lists(body: bytes, label: str | None) -> None:
    with suppress(NotAFeed, UnsafeXml):
        check_items(parse_feed(body, url=URL, content_type=label, now=NOW))
    with suppress(NotASitemap, UnsafeXml):
        check_items(parse_sitemap(body, url=URL, content_type=label, now=NOW).items)
    check_items(parse_listing(body, Listing(url=URL), url=URL, content_type=label).items)
    with suppress(NotOpml, UnsafeXml):
        read_opml(body, "Lào Cai")


@given(
    st.builds(
        feed_item,
        st.just(URL),
        title=texts,
        summary_html=texts,
        content_html=texts,
        author=texts,
        tags=st.lists(texts),
        published_at=st.none() | st.datetimes(timezones=st.just(VIETNAM)),
    )
)
def test_feed_items_become_articles_or_none(item: FeedItem) -> None:
    with suppress(NotAnArticle):
        check_article(from_feed_item(item, now=NOW))


noise = st.sampled_from(
    ["", "TNĐT", "Lượt xem: 120", "Minh Hà |", "Cập nhật:", "• ", "0 bình luận", "🌾"]
)


@given(st.sampled_from(sorted(VISIBLE_MINUTE)), moments, noise, noise)
def test_a_date_is_found_among_other_words(
    form: str, moment: datetime, before: str, after: str
) -> None:
    text = f"{before}\n{VISIBLE_MINUTE[form](moment)}\n{after}"
    found = [date for date in find_dates(text, now=NOW) if date.at == moment]
    assert found, text
    assert found[0].precision is DatePrecision.MINUTE


@given(st.lists(st.one_of(dates, texts, st.from_regex(r"[0-9/.:hg\- TZ+]{1,30}")), max_size=6))
def test_any_dates_are_aware_and_in_their_span(parts: list[str]) -> None:
    text = unicodedata.normalize("NFC", " ".join(parts))
    for date in find_dates(text, now=NOW):
        assert date.at.utcoffset() is not None
        assert 0 <= date.start < date.end <= len(text)
        if not date.has_year:
            assert date.at <= NOW + SKEW
    stamp = parse_stamp(text, now=NOW)
    assert stamp is None or stamp.at.utcoffset() is not None


TAGS = st.sampled_from(
    [
        *(
            "p",
            "p",
            "p",
            "div",
            "div",
            "h1",
            "h2",
            "a",
            "span",
            "b",
            "table",
            "tr",
            "td",
            "ul",
            "li",
        ),
        *("figure", "figcaption", "img", "time", "script", "style", "article", "header", "footer"),
        *("nav", "svg", "iframe", "form", "br", "noscript", "template", "blockquote", "video"),
    ]
)
attributes = st.one_of(
    st.builds("class='{}'".format, st.sampled_from(["date", "title", "sapo", "author", "x y z"])),
    st.builds("datetime='{}'".format, dates),
    st.builds("content='{}' property='article:published_time'".format, dates),
    st.builds("href='{}' src='{}'".format, links, links),
    st.sampled_from(
        ["hidden", "style='display:none'", "itemprop=datePublished", "class='", "a=b=c"]
    ),
)
sentences = st.sampled_from(
    [
        "Anh Giàng Seo Vần trồng lại rừng quế cho cả bản, ai cũng quý mến anh.",
        HEADLINE,
        "Theo TTXVN",
    ]
)


def element(children: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.builds(
        lambda tag, attribute, inner, end: (
            f"<{tag} {attribute}>{''.join(inner)}{end and f'</{tag}>'}"
        ),
        TAGS,
        st.one_of(st.just(""), attributes),
        st.lists(children, max_size=5),
        st.sampled_from([True, True, True, ""]),
    )


trees = st.recursive(st.one_of(sentences, texts, dates), element, max_leaves=25)
heads = st.one_of(
    st.just(""),
    st.builds(
        '<script type="application/ld+json">{{"@type":"NewsArticle",{}}}</script>'.format, texts
    ),
    st.builds(
        '<script type="application/ld+json">{{"headline":["{}"],"datePublished":"{}"}}'.format,
        texts,
        dates,
    ),
    st.builds('<meta name="pubdate" content="{}"><base href="{}">'.format, dates, links),
)


def check_article(article: ExtractedArticle) -> None:
    for text in (article.title, article.sapo, article.author, *article.paragraphs, *article.tags):
        check_text(text)
    assert (article.published_at is None) == (article.date_precision is None)
    assert article.date_reason
    if article.published_at is not None:
        assert article.published_at.utcoffset() == timedelta()
        assert article.published_at <= NOW + SKEW
        assert article.published_at.year >= 1994


@given(
    st.builds(
        "<html><head>{}<title>{}</title></head><body><h1>{}</h1>{}{}</body></html>".format,
        heads,
        texts,
        texts,
        trees,
        st.sampled_from(["", STORY]),
    ).flatmap(broken),
    st.none() | st.builds(FeedItem, st.just(URL), published_at=st.none() | moments),
)
def test_pages_become_articles_or_none(html: str, item: FeedItem | None) -> None:
    with suppress(NotAnArticle):
        check_article(extract(html.encode("utf-8", "replace"), url=URL, item=item, now=NOW))


CODERS = {
    "utf-8": lambda text: text.encode(),
    "decomposed": lambda text: unicodedata.normalize("NFD", text).encode(),
    "marked": lambda text: text.encode("utf-8-sig"),
    "utf-16": lambda text: text.encode("utf-16"),
    "tcvn3": lambda text: legacy("tcvn3", text).encode(),
    "vni": lambda text: legacy("vni", text).encode(),
    "windows-1258": windows_1258,
}


@given(st.sampled_from(sorted(CODERS)), labels, labels)
def test_vietnamese_is_read_right_whatever_the_labels_say(
    coder: str, header: str | None, meta: str | None
) -> None:
    head = f'<meta http-equiv="Content-Type" content="{meta}">' if meta and "ề" not in meta else ""
    body = CODERS[coder](page_of(HEADLINE, STORY, head))
    article = extract(body, url=URL, headers={"content-type": header} if header else {}, now=NOW)
    assert article.title == HEADLINE
    assert len(article.paragraphs) == 3


@given(
    st.binary(max_size=300)
    | st.builds(str.encode, texts, st.sampled_from(["utf-8"]), st.just("replace")),
    labels,
)
def test_any_bytes_under_any_label(body: bytes, label: str | None) -> None:
    with suppress(NotAnArticle):
        check_article(
            extract(body, url=URL, headers={"content-type": label} if label else {}, now=NOW)
        )


def test_letters_that_a_removed_sign_kept_apart_are_composed() -> None:
    assert feed_item(URL, title="thiê\x01\u0301u").title == "thiếu"
