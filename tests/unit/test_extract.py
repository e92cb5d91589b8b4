"""Extraction of single traits: encodings, hostile input, selectors, refusals, dates, credits."""

from __future__ import annotations

import contextlib
import unicodedata
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.config.sources import Selectors, Source
from pipeline.extract import NotAnArticle, extract, from_feed_item
from pipeline.extract.charset import decode
from pipeline.extract.export import article_json
from pipeline.shapes import DatePrecision, ExtractedArticle, FeedItem
from pipeline.text.clock import VIETNAM
from pipeline.text.legacy import _TCVN3, _VNI, to_unicode
from tests.cms import NOW, pages

URL = "https://bao.example.vn/xa-hoi/chi-lan-mo-lop-day-may-cho-phu-nu-ngheo-10234.html"
TITLE = "Chị Lan mở lớp dạy may cho phụ nữ nghèo"
SENTENCES = (
    "Suốt mười năm qua, chị Tô Thị Lan đã dạy nghề miễn phí cho hơn 200 phụ nữ trong xã.",
    "Nhiều học viên của chị nay đã mở được tiệm may nhỏ, có thu nhập ổn định nuôi con ăn học.",
    "Chị bảo, thấy chị em tự đứng được trên đôi chân của mình là chị vui rồi.",
)
TEXT = "\n".join(SENTENCES)


def page(
    body: str | None = None, *, head: str = "", title: str = TITLE, above: str = "", below: str = ""
) -> str:
    inner = body if body is not None else "".join(f"<p>{line}</p>" for line in SENTENCES)
    return (
        f"<html><head><title>{title}</title>{head}</head><body><div class='main'><h1>{title}</h1>"
        f"{above}<div class='text'>{inner}</div>{below}</div></body></html>"
    )


def read(html: str, **options: object) -> ExtractedArticle:
    return extract(html.encode(), url=URL, now=NOW, **options)  # type: ignore[arg-type]


def source(extractor: str = "auto", selectors: Selectors | None = None) -> Source:
    return Source.model_validate(
        {
            "key": "bao",
            "name": "Báo Nà Sơn",
            "province": "Lào Cai",
            "home": "https://bao.example.vn",
            "extractor": extractor,
            "selectors": selectors,
        }
    )


# Encodings


def to_1258(text: str) -> bytes:
    """Windows-1258 has whole vowels and separate tones."""
    out = b""
    for char in text:
        try:
            out += char.encode("cp1258")
        except UnicodeEncodeError:
            marks = unicodedata.normalize("NFD", char)
            tones = "".join(mark for mark in marks if mark in "\u0300\u0301\u0303\u0309\u0323")
            vowel = "".join(mark for mark in marks if mark not in tones)
            out += (unicodedata.normalize("NFC", vowel) + tones).encode("cp1258")
    return out


def to_table(text: str, table: dict[str, str]) -> bytes:
    legacy: dict[str, str] = {}
    for written, meant in table.items():
        legacy.setdefault(meant, written)
    return "".join(legacy.get(char, char) for char in text).encode("cp1252")


HTML = page().replace("Đ", "đ")
ENCODED = {
    "UTF-8": HTML.encode(),
    "UTF-8 with BOM": HTML.encode("utf-8-sig"),
    "UTF-16": HTML.encode("utf-16"),
    "decomposed": unicodedata.normalize("NFD", HTML).encode(),
    "windows-1258": to_1258(HTML),
    "TCVN3": to_table(HTML, _TCVN3),
    "VNI": to_table(HTML, _VNI),
}


@pytest.mark.parametrize("declared", [None, "utf-8", "iso-8859-1", "windows-1258", "x-nonsense"])
@pytest.mark.parametrize("encoding", ENCODED)
def test_encodings_whatever_the_header_says(encoding: str, declared: str | None) -> None:
    if encoding in ("TCVN3", "VNI") and declared == "windows-1258":
        pytest.skip("a font encoding declared as 1258 cannot be told from it")
    headers = {"content-type": f"text/html; charset={declared}"} if declared else None
    article = extract(ENCODED[encoding], url=URL, headers=headers, now=NOW)
    assert (article.title, article.text) == (TITLE, TEXT)


def test_few_broken_bytes_leave_the_rest() -> None:
    body = page().encode().replace("mười".encode(), "mười".encode()[:-2] + b"\xff i", 1)
    article = extract(body, url=URL, now=NOW)
    assert article.title == TITLE
    assert "\ufffd" in article.text
    assert SENTENCES[1] in article.text


def test_control_characters_go() -> None:
    assert decode(b"a\x00b\x08c\x7f d\xe2\x80\x8be") == "abc de"


@pytest.mark.parametrize(
    "text", ["Café déjà vu, Ærøskøbing, Straße", "Lễ tuyên dương người tốt", ""]
)
def test_other_text_is_not_taken_for_legacy(text: str) -> None:
    assert to_unicode(text) == text


# Hostile input


def test_200_000_nested_elements() -> None:
    html = page(below="<div>" * 200_000 + "<p>x</p>" + "</div>" * 200_000)
    assert read(html).text == TEXT
    html = page("<div><span>" * 100_000 + "".join(f"<p>{line}</p>" for line in SENTENCES))
    assert SENTENCES[1] in read(html).text


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\x00\x01\x02",
        b"<html></html>",
        b"<html><body></body></html>",
        b"%PDF-1.7 \xff\xfe\xfa",
        b"<p>a" * 50_000,
        b"{}",
        "<title>Không tìm thấy trang</title><p>Trang bạn yêu cầu không tồn tại.</p>".encode(),
    ],
    ids=["nothing", "bytes", "no body", "empty body", "pdf", "deep", "json", "not found"],
)
def test_what_is_no_page_is_refused(body: bytes) -> None:
    with pytest.raises(NotAnArticle):
        extract(body, url=URL, now=NOW)


PARTS = (
    *("<p>", "</p>", "<div>", "</div>", "<h1>", "<table><tr><td>", "</table>", "<a href='x'>"),
    *("</a>", "<br>", "<figure>", "<img src=x>", "<figcaption>", "<script>", "</script>", "<!--"),
    *(
        "-->",
        "<b>",
        "&#0;",
        "&nbsp;",
        "<li>",
        "</li>",
        "</html>",
        "<ul>",
        "]]>",
        "<svg>",
        "<?xml ?>",
    ),
    *("<time datetime='2024-13-45'>", "<meta name=date content=x>", "12/04/2024", "Theo TTXVN"),
    *("Tin liên quan", "Nguồn: x", "Anh A đã giúp đỡ nhiều người trong xã."),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(PARTS), max_size=120))
def test_any_mark_up_is_read_or_refused(parts: list[str]) -> None:
    html = " ".join(parts)
    with contextlib.suppress(NotAnArticle):
        article = read(html)
        assert article.title
        assert article_json(article)["text"] == "\n".join(article.paragraphs)


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    with contextlib.suppress(NotAnArticle):
        assert extract(body, url=URL, now=NOW).title


# Pages that are no articles


def test_list_page_is_refused() -> None:
    items = "".join(
        f"<li><a href='/{n}'>Tiêu đề của một bài báo khác số {n} khá dài</a></li>"
        for n in range(40)
    )
    html = (
        f"<html><head><title>Xã hội - Báo Nà Sơn</title></head><body><ul>{items}</ul></body></html>"
    )
    with pytest.raises(NotAnArticle):
        extract(html.encode(), url="https://bao.example.vn/xa-hoi", now=NOW)


def test_front_page_is_refused() -> None:
    with pytest.raises(NotAnArticle, match="front page"):
        extract(page().encode(), url="https://bao.example.vn/", now=NOW)


# Dates


@pytest.mark.parametrize(
    ("head", "above", "wanted"),
    [
        # Month first in metadata by AM/PM; the reader's date confirms.
        (
            '<meta name="article:published_time" content="4/12/2024 1:38:00 PM">',
            "",
            "2024-04-12 13:38",
        ),
        # Swapped by the system: what the reader sees is right.
        (
            '<meta property="article:published_time" content="2024-12-04T13:38:00+07:00">',
            "<span>12/04/2024 13:38</span>",
            "2024-04-12 13:38",
        ),
        # Local time marked as UTC.
        (
            '<meta property="article:published_time" content="2024-04-12T13:38:00Z">',
            "<span>12/04/2024, 13:38 (GMT+7)</span>",
            "2024-04-12 13:38",
        ),
        # A day alone in the metadata, the minute on the page.
        (
            '<meta itemprop="datePublished" content="2024-04-12">',
            "<p>Thứ Sáu, 12/04/2024 | 13:38</p>",
            "2024-04-12 13:38",
        ),
        # The metadata's date lies in the future, the page's does not.
        (
            '<meta itemprop="datePublished" content="2030-01-01T00:00:00+07:00">',
            "<p>13:38, 12/04/2024</p>",
            "2024-04-12 13:38",
        ),
    ],
)
def test_metadata_against_what_is_seen(head: str, above: str, wanted: str) -> None:
    article = read(page(head=head, above=above))
    assert article.published_at is not None
    assert article.published_at.astimezone(VIETNAM).strftime("%Y-%m-%d %H:%M") == wanted
    assert article.date_precision is DatePrecision.MINUTE


@pytest.mark.parametrize(
    "distraction",
    [
        "<p>Giấy phép số 12/GP-BTTTT cấp ngày 13/11/2020</p>",
        "<ul><li><a href='/x'>Một bài báo khác có tiêu đề khá dài</a> 08:00, 01/11/2026</li></ul>",
        "<p>Cách đây 2 giờ</p>",
        "<p>Ngày 12/3/2024, tổ may của chị ra đời.</p>",
    ],
)
def test_dates_that_are_not_the_articles(distraction: str) -> None:
    article = read(page(below=distraction))
    assert article.published_at is None
    assert article.date_reason
    html = page().replace(
        "<body>", f"<body><div class='top'>Chủ nhật, 22/11/2026, 09:15</div>{distraction}"
    )
    assert read(html).published_at is None


def test_future_dates_are_refused_with_a_reason_and_the_feed_helps() -> None:
    html = page(above="<p>13:38, 12/04/2031</p>")
    assert "future" in (read(html).date_reason or "")
    at = NOW - timedelta(hours=5)
    article = read(html, item=FeedItem(URL, published_at=at))
    assert (article.published_at, article.date_reason) == (at, "feed")


def test_feed_gives_the_minute_of_a_day() -> None:
    at = datetime(2024, 4, 12, 6, 38, tzinfo=UTC)
    article = read(page(above="<p>12/04/2024</p>"), item=FeedItem(URL, published_at=at))
    assert (article.published_at, article.date_precision) == (at, DatePrecision.MINUTE)
    other_day = FeedItem(URL, published_at=at + timedelta(days=3))
    article = read(page(above="<p>12/04/2024</p>"), item=other_day)
    assert article.date_precision is DatePrecision.DAY


def test_updated_below_the_headline_beats_a_clock_above_it() -> None:
    html = page(above="<p>Cập nhật lúc 13:38, 12/04/2024 - Lượt xem: 120</p>")
    html = html.replace("<h1>", "<span>Chủ nhật, 22/11/2026</span><h1>")
    article = read(html)
    assert article.published_at == datetime(2024, 4, 12, 6, 38, tzinfo=UTC)
    assert article.text == TEXT


def test_line_of_author_date_and_buttons() -> None:
    line = "Minh Hà | Thứ Sáu, 12/04/2024 | 13:38 | 0 bình luận | Nghe bài viết"
    article = read(
        page(above="", body=f"<p>{line}</p>" + "".join(f"<p>{x}</p>" for x in SENTENCES))
    )
    assert article.published_at == datetime(2024, 4, 12, 6, 38, tzinfo=UTC)
    assert article.text == TEXT


def test_day_without_a_year_where_the_page_calls_it_a_date() -> None:
    article = read(page(above="<span class='date'>27-11</span>"))
    assert article.published_at == datetime(2025, 11, 26, 17, 0, tzinfo=UTC)
    assert article.date_precision is DatePrecision.DAY
    assert article.text == TEXT


def test_modified() -> None:
    head = (
        '<script type="application/ld+json">{"@type":"NewsArticle","headline":"x",'
        '"datePublished":"2024-04-12T13:38:00+07:00","dateModified":"2024-04-12T15:00:00+07:00"}</script>'
    )
    assert read(page(head=head)).modified_at == datetime(2024, 4, 12, 8, 0, tzinfo=UTC)


# Title, body, credit


@pytest.mark.parametrize(
    "suffix",
    [" - Báo Nà Sơn", " | Báo Nà Sơn điện tử", " – NaSonTV.vn", " - Xã hội - Báo Nà Sơn Online"],
)
def test_site_suffix(suffix: str) -> None:
    html = page(title=TITLE + suffix).replace(f"<h1>{TITLE}{suffix}</h1>", f"<h1>{TITLE}</h1>")
    assert read(html).title == TITLE


def test_site_suffix_without_heading() -> None:
    html = page(title=f"{TITLE} - Báo Nà Sơn").replace("<h1>", "<div>").replace("</h1>", "</div>")
    assert read(html).title == TITLE


@pytest.mark.parametrize(
    ("line", "credit", "syndicated"),
    [
        ("Theo TTXVN", "Theo TTXVN", True),
        ("(Theo Báo Nhân Dân)", "Theo Báo Nhân Dân", True),
        ("Nguồn: vietnamplus.vn", "Nguồn: vietnamplus.vn", True),
        ("TTXVN", "TTXVN", True),
        ("Nguồn: Sở Y tế", "Nguồn: Sở Y tế", False),
        ("Hoàng Thị Mơ", None, False),
        ("Hoàng Thị Mơ/VOV1", "VOV1", True),
        ("vtv.vn", "vtv.vn", True),
        ("Xem tài liệu", None, False),
        ("Mời bạn đọc xem thêm: Bếp cơm chay ở bến xe", None, False),
        ("0 Thích", None, False),
        ("Xem chi tiết tại đây:", None, False),
        ("Toàn văn Quyết định xem tại đây", None, False),
        ("Tác giả bài viết:", None, False),
        ("Tệp đính kèm: danh-sach.pdf (120 KB)", None, False),
        ("Bạn đọc gửi tin, bài cộng tác về địa chỉ email: toasoan@bao.vn", None, False),
        ("Bài, ảnh: HOÀNG MƠ - LÊ TƯ", None, False),
    ],
)
def test_closing_lines(line: str, credit: str | None, syndicated: bool) -> None:
    body = "".join(f"<p>{text}</p>" for text in SENTENCES) + f"<p><strong>{line}</strong></p>"
    article = read(page(body))
    assert (article.credit, article.syndicated) == (credit, syndicated)
    assert article.text == TEXT


def test_the_heading_of_a_list_of_links_goes_with_it() -> None:
    text = "".join(f"<p>{line}</p>" for line in SENTENCES)
    links = "<p><a href='/1'>Hội thi nấu ăn của phụ nữ</a></p><p><a href='/2'>Chợ quê</a></p>"
    assert read(page(f"{text}<p><b>Liên kết hữu ích</b></p>{links}")).text == TEXT


def test_two_dates_in_one_line() -> None:
    line = "<div>Cập nhật: 18/11/2025 16:40 | Xuất bản: 18/11/2025 07:12</div>"
    article = read(page("".join(f"<p>{text}</p>" for text in SENTENCES), above=line))
    assert article.published_at == datetime(2025, 11, 18, 0, 12, tzinfo=UTC)
    assert article.modified_at == datetime(2025, 11, 18, 9, 40, tzinfo=UTC)


def test_legitimate_sentences_stay() -> None:
    lines = (
        *SENTENCES,
        "Bạn đọc của tủ sách đã gửi về 50 cuốn, ai cũng ghi lời nhắn ở trang đầu.",
        "Xem lại cuốn sổ cũ, chị nhớ từng người đã giúp mình.",
        "Theo chị Lan, điều khó nhất là giữ cho chị em không bỏ cuộc giữa chừng.",
        "Bình luận về mô hình, ông Phạm Bá Hữu cho rằng cần nhân rộng ra cả huyện.",
        "Chia sẻ với phóng viên, chị nói sẽ mở thêm lớp vào tháng 5/2025.",
        "Những vấn đề liên quan đến vốn vay cũng được ngân hàng chính sách tháo gỡ.",
    )
    article = read(page("".join(f"<p>{line}</p>" for line in lines)))
    assert article.paragraphs == lines


def test_photo_story() -> None:
    shots = "".join(
        f"<figure><img src='/{n}.jpg'>"
        f"<figcaption>Ảnh thứ {n} trong lớp may của chị Lan.</figcaption></figure>"
        for n in range(1, 7)
    )
    article = read(page(shots, above=f"<p class='sapo'>{SENTENCES[0]}</p>"))
    assert article.sapo == SENTENCES[0]
    assert len(article.captions) == 6
    assert article.paragraphs == article.captions
    assert article.image is not None
    assert article.image.url == "https://bao.example.vn/1.jpg"


def test_video_with_two_sentences() -> None:
    article = read(
        page(f"<video></video><p>{SENTENCES[1]}</p>", above=f"<p class='sapo'>{SENTENCES[0]}</p>")
    )
    assert (article.sapo, article.text) == (SENTENCES[0], SENTENCES[1])


def test_video_with_an_introduction_only() -> None:
    article = read(page("<video></video>", above=f"<p class='sapo'>{SENTENCES[0]}</p>"))
    assert (article.sapo, article.text) == (None, SENTENCES[0])


# Choosing how


def test_selectors_of_the_source() -> None:
    chosen = next(page for page in pages() if page.family == "aspx_portal")
    selectors = Selectors(
        title=".ArticleTitle",
        sapo=".ArticleSummary",
        body=".ArticleContent",
        author=".ArticleAuthor",
        published=".PostDate",
        remove=("img",),
    )
    article = extract(
        chosen.html.encode(), url=chosen.url, source=source(selectors=selectors), now=NOW
    )
    assert article.title == chosen.article["title"]
    assert article.sapo == chosen.article["sapo"]
    assert article.author == chosen.article["author"]
    assert article.published_at == chosen.published
    assert article.extractor == "selectors"
    assert article.selectors_missed == ()
    assert chosen.text in article.text


def test_selectors_that_match_nothing_fall_back_and_are_told() -> None:
    selectors = Selectors(title="h7.gone", body="div.gone", published="time.gone")
    article = read(page(), source=source(selectors=selectors))
    assert (article.title, article.text) == (TITLE, TEXT)
    assert article.selectors_missed == ("title", "body", "published")
    assert article.extractor != "selectors"


@pytest.mark.parametrize("engine", ["trafilatura", "newspaper"])
def test_libraries(engine: str) -> None:
    long = [f"{line} {n}." for n in range(4) for line in SENTENCES]
    article = read(page("".join(f"<p>{line}</p>" for line in long)), source=source(engine))
    assert article.extractor == engine
    assert article.title == TITLE
    assert SENTENCES[1] in article.text


def test_extractor_feed() -> None:
    item = FeedItem(
        URL,
        title=TITLE,
        summary_html=f"<p>{SENTENCES[0]}</p>",
        content_html="".join(f"<p>{line}</p>" for line in SENTENCES),
        published_at=NOW - timedelta(hours=1),
    )
    article = read("<html></html>", source=source("feed"), item=item)
    assert article == from_feed_item(item, now=NOW)
    assert (article.title, article.text, article.extractor) == (TITLE, TEXT, "feed")


@pytest.mark.parametrize(
    "item", [FeedItem(URL), FeedItem(URL, title=TITLE), FeedItem(URL, summary_html="x")]
)
def test_empty_feed_items_are_refused(item: FeedItem) -> None:
    with pytest.raises(NotAnArticle):
        from_feed_item(item, now=NOW)


def test_feed_in_a_legacy_encoding() -> None:
    title = to_table(TITLE.replace("Đ", "đ"), _TCVN3).decode("cp1252")
    html = "".join(f"<p>{line}</p>" for line in SENTENCES)
    text = to_table(html, _TCVN3).decode("cp1252")
    article = from_feed_item(FeedItem(URL, title=title, summary_html=text), now=NOW)
    assert (article.title, article.paragraphs) == (TITLE, SENTENCES)


def test_json_shape() -> None:
    at = "<p>Thứ Sáu, 12/04/2024, 13:38 (GMT+7)</p>"
    shape = article_json(read(page(above=at)), id="7", source="bao")
    assert shape["published_at"] == "2024-04-12T13:38:00+07:00"
    assert shape["date_precision"] == "minute"
    assert (shape["id"], shape["source"], shape["text"]) == ("7", "bao", TEXT)
