"""Reading feeds, sitemaps and listings: real shapes, hostile shapes, and noise."""

from __future__ import annotations

import gzip
import json
from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.config.sources import Listing
from pipeline.crawl.feeds import MOST_ENTRIES, NotAFeed, parse_feed
from pipeline.crawl.items import LONGEST_URL, clean, fitting
from pipeline.crawl.listings import looks_like_article, parse_listing
from pipeline.crawl.markup import UnsafeXml, decode, safe_xml
from pipeline.crawl.opml import read_opml
from pipeline.crawl.sitemaps import NotASitemap, TooLarge, gunzip, parse_sitemap
from pipeline.shapes import FeedItem
from pipeline.text.clock import VIETNAM
from tests.crawling import rss

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
BASE = "https://bao.vn/rss"
LINK = "https://bao.vn/a-1.html"


def feed(body: bytes | str, content_type: str | None = None) -> tuple:  # type: ignore[type-arg]
    data = body.encode() if isinstance(body, str) else body
    return parse_feed(data, url=BASE, content_type=content_type, now=NOW)


@pytest.mark.parametrize(
    "date",
    [
        "Sat, 21 Nov 2026 13:38:00 +0700",
        "Sat, 21 Nov 2026 06:38:00 GMT",
        "Sat, 21 Nov 2026 13:38:00",
        "2026-11-21T13:38:00+07:00",
        "2026-11-21 13:38:00",
        "21/11/2026 13:38",
        "Thứ Bảy, 21/11/2026, 13:38 (GMT+7)",
        "11/21/2026 1:38:00 PM",
    ],
)
def test_dates_as_outlets_write_them(date: str) -> None:
    (item,) = feed(rss(LINK, date=date))
    assert item.published_at == datetime(2026, 11, 21, 13, 38, tzinfo=timezone(timedelta(hours=7)))


def test_a_date_nobody_can_read_is_none() -> None:
    (item,) = feed(rss(LINK, date="hôm qua"))
    assert item.published_at is None


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_unicode_encodings(encoding: str) -> None:
    body = rss(LINK, text="Gương sáng ở Đắk Lắk").encode(encoding)
    (item,) = feed(body)
    assert item.summary_html == "Gương sáng ở Đắk Lắk"


@pytest.mark.parametrize(
    ("declared", "header"), [("windows-1252", None), (None, "text/xml; charset=iso-8859-1")]
)
def test_utf8_under_a_wrong_label_is_still_utf8(declared: str | None, header: str | None) -> None:
    text = rss(LINK, text="Gương sáng ở Đắk Lắk")
    if declared:
        text = text.replace('version="1.0"', f'version="1.0" encoding="{declared}"')
    (item,) = feed(text, header)
    assert item.summary_html == "Gương sáng ở Đắk Lắk"


def test_windows_1258_with_its_combining_marks() -> None:
    text = rss(LINK, text="Tỉnh ủy").replace('"1.0"?', '"1.0" encoding="windows-1258"?')
    raw = text.replace("Tỉnh ủy", "Ti\u0309nh u\u0309y").replace("Mẫu", "M")
    raw = raw.replace("Bài", "Ba\u0300i")
    (item,) = feed(raw.encode("cp1258"))
    assert item.summary_html == "Tỉnh ủy"
    assert item.title == "Bài 1"


def test_tcvn3_text_is_read_right() -> None:
    legacy = "TØnh ñy Lµo Cai tæ chøc héi nghÞ biÓu d­¬ng c¸c ®iÓn h×nh tiªn tiÕn n¨m nay"
    (item,) = feed(rss(LINK, text=legacy))
    assert item.summary_html is not None
    assert item.summary_html.startswith("Tỉnh ủy Lào Cai tổ chức hội nghị biểu dương")


def test_a_few_broken_bytes_do_not_spoil_the_rest() -> None:
    body = rss(LINK, text="Gương sáng X " + "ở Đắk Lắk " * 40).encode().replace(b"X", b"\xff")
    (item,) = feed(body)
    assert "Gương sáng" in item.summary_html
    assert "Đắk Lắk" in item.summary_html


def test_control_characters_and_nfd() -> None:
    (item,) = feed(rss(LINK, text="Hoa\u0300 \x0b\x01bi\u0300nh"))
    assert item.summary_html == "Hoà bình"


DIRT = "a\x00b\x1bc\x7fd\x85e\x9ff\ud800g\tth\r\nch"


def test_text_that_no_database_takes_is_cleaned_in_a_json_feed() -> None:
    entry = {
        "url": "/a-1.html\x00\ud800\x9f",
        "image": "/anh\x00\udfff.jpg",
        **dict.fromkeys(("title", "summary", "content_html"), DIRT),
        "authors": [{"name": DIRT}],
        "tags": [DIRT, "\x00"],
    }
    document = {"version": "https://jsonfeed.org/version/1.1", "title": "M", "items": [entry]}
    (item,) = feed(json.dumps(document))
    assert (item.url, item.image_url) == (LINK, "https://bao.vn/anh.jpg")
    assert (item.title, item.author, item.tags) == ("abcd efg th ch",) * 2 + (("abcd efg th ch",),)
    assert (item.summary_html, item.content_html) == ("abcd\nefg\tth\nch",) * 2


def test_character_references_bring_no_control_characters() -> None:
    dirt = "Chị&#1;&#x9f; Mỷ&amp;#0;"
    xml = rss(LINK, text=dirt).replace("Bài 1", dirt)
    sitemap = (
        "<urlset><url><loc>/a-1.html</loc><title>Chị&#x9f; Mỷ</title>"
        "<keywords>gương&#x9f;, &#x9f;</keywords></url></urlset>"
    )
    page = f"<a href='/a&#1;-1.html'>{dirt}</a>".encode()
    items = (
        *feed(xml),
        *parse_sitemap(sitemap.encode(), url=BASE, now=NOW).items,
        *parse_listing(page, Listing(url=BASE), url=BASE).items,
    )
    assert [item.url for item in items] == [LINK] * 3
    for item in items:
        texts = [item.title or "", item.summary_html or "", *item.tags]
        assert texts == [clean(text) for text in texts]
    assert items[1].tags == ("gương",)


def test_an_address_is_kept_while_some_form_of_it_can_be_stored() -> None:
    longest = LINK + "?" + "a" * (LONGEST_URL - len(LINK) - 1)
    assert fitting(FeedItem(longest)) == FeedItem(longest)
    assert fitting(FeedItem(longest + "a")) is None
    assert fitting(FeedItem(LINK + "?utm_source=" + "a" * 900, title="Bài")) == FeedItem(
        LINK, title="Bài"
    )
    assert fitting(FeedItem(LINK + "?q=" + "ề" * 200)) is None, "grows when percent-encoded"


def test_relative_links_guid_links_and_images() -> None:
    text = (
        '<rss version="2.0" xmlns:media="http://search.yahoo.com/mrss/"><channel>'
        "<item><title>Một</title><link>/mot.html</link>"
        '<media:thumbnail url="/anh.jpg"/><category>Gương</category></item>'
        "<item><title>Hai</title><guid>https://bao.vn/hai.html</guid></item>"
        "<item><title>Ba</title></item>"
        "<item><title>Bốn</title><link>javascript:alert(1)</link></item>"
        "</channel></rss>"
    )
    one, two = feed(text)
    assert (one.url, one.image_url, one.tags) == (
        "https://bao.vn/mot.html",
        "https://bao.vn/anh.jpg",
        ("Gương",),
    )
    assert two.url == "https://bao.vn/hai.html"


def test_blanks_inside_an_address_belong_to_it() -> None:
    (item,) = feed(rss("\n https://bao.vn/tin/bài 1.html?q=a b\t\n"))
    assert item.url == "https://bao.vn/tin/bài%201.html?q=a%20b"


def test_xml_base_is_obeyed() -> None:
    """https://www.w3.org/TR/xmlbase/: of the feed, and of one entry."""
    text = (
        '<rss version="2.0" xml:base="https://bao.vn/tin/"><channel>'
        "<item><title>Một</title><link>mot.html</link></item>"
        '<item xml:base="/muc/"><title>Hai</title><link>hai.html</link></item></channel></rss>'
    )
    assert [item.url for item in feed(text)] == [
        "https://bao.vn/tin/mot.html",
        "https://bao.vn/muc/hai.html",
    ]


BARE = "https://bao.vn/t.aspx?id=1&lang=vi&cat=2"


def test_bare_ampersands_and_names_of_html_are_read_as_they_are_meant() -> None:
    title = "<title>Qu&agrave; A & B &LT;b&GT; &amp; C</title>"
    sitemap = (
        f"<urlset><url><loc>{BARE}</loc>{title}</url>"
        f"<url><loc><![CDATA[{BARE}&n=2]]></loc>{title}</url></urlset>"
    )
    rss_ = (
        f'<rss version="2.0"><channel><item>{title}<link>{BARE}</link></item>'
        f"<item>{title}<link><![CDATA[{BARE}&n=2]]></link></item></channel></rss>"
    )
    for items in (feed(rss_), parse_sitemap(sitemap.encode(), url=BASE, now=NOW).items):
        assert [item.url for item in items] == [BARE, f"{BARE}&n=2"]
        assert {item.title for item in items} == {"Quà A & B <b> & C"}


def test_an_item_in_a_cache_of_amp_pages_is_asked_for_at_its_outlet() -> None:
    cached = "https://bao-vn.cdn.ampproject.org/c/s/bao.vn/a-1.html"
    assert feed(rss(cached))[0].url == LINK


def test_an_empty_feed_is_no_fault() -> None:
    assert feed('<rss version="2.0"><channel><title>M</title></channel></rss>') == ()


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html><body>403 Forbidden</body></html>",
        b"\x89PNG\r\n\x1a\n" + bytes(range(256)),
        b'{"items": []}',
        b"{" * 100_000,
        b'{"version": "https://jsonfeed.org/version/1.1"}',
    ],
)
def test_what_is_not_a_feed_says_so(body: bytes) -> None:
    with pytest.raises(NotAFeed):
        feed(body)


BOMB = '<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "x"><!ENTITY b "&a;&a;">]>'


@pytest.mark.parametrize(
    "prolog",
    [
        BOMB,
        BOMB.lower(),
        "<!-- <rss --><!DOCTYPE rss SYSTEM 'http://127.0.0.1/x.dtd'>",
        '<?xml version="1.0"?>\n<?pi <rss> ?>\n<!DOCTYPE rss>',
        "x <!-- <rss -->y<!-- > --><!-- ' --> z <!  doctype rss>",
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-be", "utf-8-sig"])
def test_doctype_is_refused_in_any_guise(prolog: str, encoding: str) -> None:
    body = (prolog + rss(LINK).removeprefix('<?xml version="1.0"?>')).encode(encoding)
    with pytest.raises(UnsafeXml):
        feed(body)


def test_doctype_in_utf7_is_refused() -> None:
    body = b'<?xml version="1.0" encoding="utf-7"?>' + (
        "<!DOCTYPE x [<!ENTITY a 'b'>]>" + rss(LINK, text="\xe9").partition("?>")[2]
    ).encode("utf-7")
    with pytest.raises((UnsafeXml, NotAFeed)):
        feed(body + b"\xff")


def test_doctype_inside_an_entry_is_only_text() -> None:
    (item,) = feed(rss(LINK, text="<![CDATA[<!DOCTYPE html><p>Nội dung</p>]]>"))
    assert "Nội dung" in item.summary_html


def test_a_very_long_feed_is_cut() -> None:
    items = feed(rss(*(f"https://bao.vn/a-{n}.html" for n in range(20_000)), text="x"))
    assert len(items) == MOST_ENTRIES
    assert items[0].url.endswith("a-0.html")


def test_gunzip_stops_at_its_limit() -> None:
    packed = gzip.compress(b"x" * 1000)
    assert gunzip(packed, 1000) == b"x" * 1000
    assert gunzip(b"<urlset/>", 5) == b"<urlset/>"
    with pytest.raises(TooLarge):
        gunzip(packed, 999)
    with pytest.raises(ValueError, match="broken gzip"):
        gunzip(b"\x1f\x8b\x08" + b"\x00" * 30, 1000)


def test_gunzip_reads_all_members_and_none_cut_short() -> None:
    """RFC 1952 §2.2: a file is a series of members."""
    one, two = gzip.compress(b"<urlset>"), gzip.compress(b"</urlset>")
    assert gunzip(one + two, 1000) == b"<urlset></urlset>"
    with pytest.raises(TooLarge):
        gunzip(one + two, 16)
    with pytest.raises(NotASitemap, match="broken gzip"):
        gunzip(one + two[:-4], 1000)


def test_sitemap_without_namespace_and_with_images() -> None:
    body = (
        b"<urlset><url><loc> /a-1.html </loc><lastmod>2026-11-20T08:00:00+07:00</lastmod>"
        b"<image xmlns='http://www.google.com/schemas/sitemap-image/1.1'>"
        b"<loc>https://bao.vn/x.jpg</loc></image></url><url><loc>mailto:x</loc></url></urlset>"
    )
    (item,) = parse_sitemap(body, url="https://bao.vn/sitemap.xml", now=NOW).items
    assert (item.url, item.image_url) == (LINK, "https://bao.vn/x.jpg")
    assert item.published_at == datetime(2026, 11, 20, 1, 0, tzinfo=UTC)


def test_index_without_dates_takes_the_highest_numbers_first() -> None:
    names = ["sitemap-2026-9.xml", "sitemap-2026-11.xml", "sitemap-news.xml", "sitemap-2025-12.xml"]
    body = "".join(f"<sitemap><loc>/{name}</loc></sitemap>" for name in names)
    found = parse_sitemap(
        f"<sitemapindex>{body}</sitemapindex>".encode(), url="https://bao.vn/s.xml", now=NOW
    )
    assert [url.rpartition("/")[2] for url in found.children] == [
        "sitemap-news.xml",
        "sitemap-2026-11.xml",
        "sitemap-2026-9.xml",
        "sitemap-2025-12.xml",
    ]


@pytest.mark.parametrize("body", [b"", b"<html/>", b"\xff\xfe", b"<a>" * 50_000])
def test_what_is_not_a_sitemap_says_so(body: bytes) -> None:
    with pytest.raises(NotASitemap):
        parse_sitemap(body, url=BASE, now=NOW)


def test_listing_items_titles_and_next_page() -> None:
    body = """<base href="https://bao.vn/tin/"><div class=item><a href="a-1.html"><img></a>
    <h2><a href="a-1.html#top"> Chị  Mỷ </a></h2></div><div class=item>không có liên kết</div>
    <div class=item><a href="javascript:void(0)">x</a></div><a href="/khac">x</a>
    <li class=next><a href="?p=2">Sau</a></li>"""
    listing = Listing(url="https://bao.vn/tin", item="div.item a", next="li.next")
    page = parse_listing(body.encode(), listing, url="https://bao.vn/tin")
    assert [(item.url, item.title) for item in page.items] == [
        ("https://bao.vn/tin/a-1.html", "Chị Mỷ")
    ]
    assert page.next_url == "https://bao.vn/tin/?p=2"


@pytest.mark.parametrize(
    "css", ["link[rel=next]", "a.sau", "li.dang-xem + li", "li a[href*=trang]"]
)
def test_the_way_to_the_next_page(css: str) -> None:
    body = """<link rel=next href="/tin/trang-2"><ul><li class=dang-xem>1</li>
    <li><a class=sau href="trang-2">2</a></li><li><a href="trang-3">3</a></li></ul>"""
    listing = Listing(url="https://bao.vn/tin", next=css)
    page = parse_listing(body.encode(), listing, url="https://bao.vn/tin/")
    assert page.next_url == "https://bao.vn/tin/trang-2"


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/xa-hoi/chi-my-trong-que-post1234.html", True),
        ("/chi-my-trong-que-tren-nui-cao-a1.html", True),
        ("/202611/chi-my-trong-que-0a1b2c3", True),
        ("/chi-my-lam-giau-tu-cay-que", True),
        ("/xa-hoi", False),
        ("/xay-dung-nong-thon-moi", False),
        ("/", False),
        ("/rss/home.rss", False),
    ],
)
def test_what_looks_like_an_article(path: str, expected: bool) -> None:
    assert looks_like_article(f"https://bao.vn{path}") is expected


MARKUP = st.one_of(
    st.binary(max_size=400),
    st.text(alphabet="<>/!?&;=\"'[]- rsfedchanlitmopu\x00\x0bÀàĐ\ud7ff", max_size=300).map(
        lambda text: ('<rss version="2.0"><channel><item>' + text).encode("utf-8", "replace")
    ),
    st.text(max_size=200).map(
        lambda text: rss(text, date=text, text=text).encode("utf-8", "replace")
    ),
    st.binary(max_size=60).map(
        lambda data: rss(LINK).encode().replace(b"<item>", data + b"<item>")
    ),
)


@settings(max_examples=300, deadline=None)
@given(MARKUP, st.sampled_from([None, "text/xml; charset=windows-1258", "charset=zlib", "x" * 99]))
def test_no_bytes_make_discovery_raise_anything_unforeseen(body: bytes, label: str | None) -> None:
    decode(body, label)
    for read in (parse_feed, parse_sitemap):
        with suppress(NotAFeed, NotASitemap, UnsafeXml):
            read(body, url=BASE, content_type=label, now=NOW)
    page = parse_listing(body, Listing(url=BASE), url=BASE, content_type=label)
    assert all(item.url.startswith(("http://", "https://")) for item in page.items)


@given(st.binary(max_size=300))
def test_text_for_the_xml_parser_has_no_forbidden_characters(body: bytes) -> None:
    try:
        text = safe_xml(body)
    except UnsafeXml:
        return
    assert not any(ord(char) < 32 and char not in "\t\n\r" for char in text)


def test_one_bad_address_in_a_list_leaves_the_others() -> None:
    outlines = "".join(
        f'<outline text="Báo" xmlUrl="{feed}" htmlUrl="{home}"/>'
        for feed, home in (
            ("http://[x", ""),
            ("javascript:alert(1)", ""),
            ("http://bao-a.vn:99999/rss", ""),
            (" HTTPS://bao-b.vn/rss ", "http://[x"),
            ("https://bao-c.vn/\t\trss", "https://bao-c.vn/"),
        )
    )
    found = read_opml(f"<opml><body>{outlines}</body></opml>".encode(), "Lào Cai")
    assert [(source.home, source.feeds) for source in found] == [
        ("https://bao-b.vn", ("https://bao-b.vn/rss",)),
        ("https://bao-c.vn", ("https://bao-c.vn/rss",)),
    ]


@pytest.mark.parametrize("reference", ["&#55296;", "&#xDFFF;", "&#0;", "&#x110000;", "&#9" * 3000])
def test_references_to_no_character_do_not_cost_the_feed(reference: str) -> None:
    (item,) = feed(rss(LINK, text=f"Chị Mỷ{reference} trồng quế"))
    assert item.summary_html is not None
    assert item.summary_html.startswith("Chị Mỷ")
    body = f"<urlset><url><loc>/a-1.html</loc><title>Chị {reference}Mỷ</title></url></urlset>"
    assert len(parse_sitemap(body.encode(), url=BASE, now=NOW).items) == 1


def test_a_prefix_without_a_name_is_no_reason_to_crash() -> None:
    with pytest.raises(NotASitemap):
        parse_sitemap(b"<rdf: RDF><a/></rdf:>", url=BASE, now=NOW)


def test_schemes_in_capitals() -> None:
    (item,) = feed(rss("HTTPS://bao.vn/a-1.html"))
    assert item.url == LINK


@pytest.mark.parametrize(
    "body",
    [
        '{"version":"https://jsonfeed.org/version/1.1","items":[{"a":{}},{"title":"Bài"},[]]}',
        '<rss version="2.0"><channel><item/><item/><item><title>Bài</title></item></channel></rss>',
    ],
)
def test_entries_of_which_none_can_be_used_are_a_fault(body: str) -> None:
    with pytest.raises(NotAFeed, match="none of 3 entries has a usable link"):
        feed(body)


@pytest.mark.parametrize(
    ("published", "updated", "expected"),
    [
        ("2026-11-20T08:00:00+07:00", "2026-11-21T09:30:00+07:00", (20, 21)),
        ("2026-11-20T08:00:00+07:00", "2026-11-20T08:00:00+07:00", (20, None)),
        ("2026-11-20T08:00:00+07:00", "2026-11-19T08:00:00+07:00", (20, None)),
        ("", "2026-11-21T09:30:00+07:00", (21, None)),
        ("2026-11-20T08:00:00+07:00", "", (20, None)),
    ],
)
def test_an_edit_does_not_change_when_an_article_came_out(
    published: str, updated: str, expected: tuple[int | None, int | None]
) -> None:
    """Atom's updated and JSON Feed's date_modified (RFC 4287 §4.2.15)."""
    stamps = {"published": published, "updated": updated}
    told = "".join(f"<{name}>{stamp}</{name}>" for name, stamp in stamps.items() if stamp)
    atom = (
        '<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>Bài</title>'
        f'<link href="https://bao.example/a"/>{told}</entry></feed>'
    )
    entry = {"url": "https://bao.example/a", "date_published": published, "date_modified": updated}
    feed = {"version": "https://jsonfeed.org/version/1.1", "items": [entry]}
    for document in (atom.encode(), json.dumps(feed).encode()):
        (item,) = parse_feed(document, url="https://bao.example/feed", now=NOW)
        moments = (item.published_at, item.updated_at)
        assert tuple(at.astimezone(VIETNAM).day if at else None for at in moments) == expected


LEGACY = {
    "TCVN3": (
        "TØnh ñy Lµo Cai tæ chøc héi nghÞ biÓu d\u00ad¬ng c¸c ®iÓn h×nh",
        "Tỉnh ủy Lào Cai tổ chức hội nghị biểu dương các điển hình",
    ),
    "VNI": (
        "Chò Maåy troàng queá treân nuùi, moãi naêm thu hai traêm trieäu ñoàng",
        "Chị Mẩy trồng quế trên núi, mỗi năm thu hai trăm triệu đồng",
    ),
}


@pytest.mark.parametrize("form", LEGACY)
@pytest.mark.parametrize("escaped", [True, False])
def test_legacy_text_in_a_json_feed_is_read_right(form: str, escaped: bool) -> None:
    legacy, meant = LEGACY[form]
    entries = [
        {"id": LINK, "title": legacy, "summary": f"{legacy}.", "content_text": legacy},
        {"id": f"{LINK}?2", "title": legacy.split(",")[0].split(" tæ")[0]},
    ]
    document = {"version": "https://jsonfeed.org/version/1.1", "items": entries}
    first, second = feed(json.dumps(document, ensure_ascii=escaped))
    assert (first.title, first.summary_html) == (meant, f"{meant}.")
    assert first.content_html == f"<p>{meant}</p>"
    assert second.title in meant
    assert first.url == LINK


@pytest.mark.parametrize("form", LEGACY)
def test_legacy_headlines_of_a_listing_are_read_right(form: str) -> None:
    legacy, meant = LEGACY[form]
    html = (
        f'<a href="/a-1.html">{legacy}</a><a href="/a-2.html">Lào Cai</a><a href="/a-3.html"></a>'
    )
    page = parse_listing(html.encode(), Listing(url=BASE), url=BASE)
    assert [item.title for item in page.items] == [meant, "Lào Cai", None]
