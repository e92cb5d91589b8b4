"""What stands at the edges of a text: signatures, outlet marks, agencies, licences, schedules."""

from __future__ import annotations

import pytest

from pipeline.config.sources import Selectors
from pipeline.crawl.items import feed_item
from pipeline.extract import extract, from_feed_item
from pipeline.extract.bylines import split_author, without_dateline
from pipeline.extract.chrome import is_imprint
from pipeline.shapes import ExtractedArticle, FeedItem
from tests.cms import NOW
from tests.unit.test_extract import page, source

LONE = (
    "Bảy năm nay, tổ may của bà Lê Thị Xoan nhận dạy nghề miễn phí cho 38 phụ nữ khuyết tật trong "
    "xã; mười một người đã mở được tiệm may riêng."
)
SECOND = "Mỗi tháng, bà còn trích hai triệu đồng mua vải để các học viên mới tập cắt."


@pytest.mark.parametrize("label", ["desc", "sapo", "txt", "clip-text"])
def test_lone_paragraph_under_a_video_is_the_text(label: str) -> None:
    html = f"""<html><head><title>Truyền hình Non Xanh</title></head><body>
    <div id="top"><span>22/11/2026 | 09:15</span> Trực tiếp: NXTV 1</div>
    <div class="player"><video></video>Đang tải video.</div><div class="clip-detail">
    <h1>Tổ may của những người phụ nữ khuyết tật</h1><div class="info">TNĐT 18:50, 20/11/2026</div>
    <div class="{label}"><p>{LONE}</p>
    <p align="right"><b>H’Liên Niê - Quốc Bảo</b></p></div></div>
    <div><b>Video khác</b><ul><li><a href="/1">Khai mạc hội thi cồng chiêng</a></li></ul></div>
    <div><b>Lịch phát sóng hôm nay</b><ul><li>05:45 Chào buổi sáng</li>
    <li>20:00 Phim truyện: Mùa hoa cải bên sông quê ngoại, tập mười hai</li></ul></div>
    <div>Đài Non Xanh. Giấy phép số 03/GP-TTĐT ngày 15/06/2022. Địa chỉ: phường Tân An. Tin từ các
    tỉnh: Lào Cai, Sơn La, Lai Châu, Điện Biên, Phú Thọ, Thái Nguyên, Tuyên Quang, Cao Bằng,
    Quảng Ninh, Bắc Ninh, Hải Phòng, Hưng Yên, Ninh Bình, Thanh Hóa, Nghệ An, Hà Tĩnh.</div>
    </body></html>"""
    article = extract(html.encode(), url="https://nx.example.vn/clip/9.html", now=NOW)
    assert article.paragraphs == (LONE,)
    assert article.sapo is None
    assert article.author == "H’Liên Niê - Quốc Bảo"


@pytest.mark.parametrize("shown", ["<video src='/v.mp4'></video>", "<img src='/a.jpg'>"])
def test_lone_paragraph_in_one_element_with_the_picture_is_no_caption(shown: str) -> None:
    html = page(f"<div>{shown}<p>{LONE}</p></div>")
    article = extract(html.encode(), url="https://nx.example.vn/a-1.html", now=NOW)
    assert (article.paragraphs, article.captions) == ((LONE,), ())


def test_video_without_words_has_no_text() -> None:
    html = page(
        "<span>18:50, 20/11/2025</span><video src='/v.mp4'></video>"
        "<p>Giấy phép số 03/GP-TTĐT ngày 15/06/2022.</p>"
    )
    article = extract(html.encode(), url="https://nx.example.vn/a-1.html", now=NOW)
    assert (article.text, article.sapo) == ("", None)
    assert article.title


def test_short_text_under_a_long_introduction_stays_the_text() -> None:
    html = page(
        f'<h1>Tổ may của bà Xoan</h1><p class="sapo">{LONE}</p>'
        '<ul><li><a href="/1">Khai mạc hội thi cồng chiêng các buôn làng</a></li></ul>'
        f"<div><p>{SECOND}</p></div>"
    )
    article = extract(html.encode(), url="https://nx.example.vn/a-1.html", now=NOW)
    assert (article.sapo, article.paragraphs) == (LONE, (SECOND,))


@pytest.mark.parametrize(
    ("text", "rest", "agency"),
    [
        ("(Báo Sông Lam) - Ông Lý kể.", "Ông Lý kể.", None),
        ("HNN - Ông Lý kể.", "Ông Lý kể.", None),
        ("BHG - Ông Lý kể.", "Ông Lý kể.", None),
        ("HGĐT- Ông Lý kể.", "Ông Lý kể.", None),
        ("(BNTV) – “Tôi làm được”, ông nói.", "“Tôi làm được”, ông nói.", None),
        ("Baonuixanh.com.vn - Ông Lý kể.", "Ông Lý kể.", None),
        ("(TTXVN) - Ông Lý kể.", "Ông Lý kể.", "TTXVN"),
        ("TTXVN - Ông Lý kể.", "Ông Lý kể.", "TTXVN"),
        ("HĐND - UBND tỉnh họp.", "HĐND - UBND tỉnh họp.", None),
        ("UBND - Ông Lý kể.", "UBND - Ông Lý kể.", None),
        ("(Xóm Trại) - Ông Lý kể.", "(Xóm Trại) - Ông Lý kể.", None),
        ("COVID-19 - Những ngày không quên", "COVID-19 - Những ngày không quên", None),
        ("- Tôi không mệt.", "- Tôi không mệt.", None),
    ],
)
def test_outlet_mark_before_a_text(text: str, rest: str, agency: str | None) -> None:
    assert without_dateline(text) == (rest, agency)


@pytest.mark.parametrize(
    ("line", "author", "credit"),
    [
        ("TTXVN", None, "TTXVN"),
        ("Theo TTXVN", None, "Theo TTXVN"),
        ("Thu Mai (tổng hợp)", "Thu Mai", None),
        ("Thu Mai - Tổng hợp", "Thu Mai", None),
        ("Tổng hợp", None, None),
        ("Thu Mai (Theo TTXVN)", "Thu Mai", "Theo TTXVN"),
        ("Thu Mai (tổng hợp từ TTXVN)", "Thu Mai", "tổng hợp từ TTXVN"),
        ("Thu Mai/TTXVN", "Thu Mai", "TTXVN"),
        ("Thu Mai/VOV1", "Thu Mai", "VOV1"),
        ("Thu Mai/Báo Tin tức Mẫu", "Thu Mai", "Báo Tin tức Mẫu"),
        ("Thu Mai - TTXVN/Vietnam+", "Thu Mai", "TTXVN/Vietnam+"),
        ("Thu Mai/bnews/vnanet.vn", "Thu Mai", "bnews/vnanet.vn"),
        ("Thu Mai/VOV.VN (biên dịch) Theo Reuters", "Thu Mai", "VOV.VN (biên dịch) Theo Reuters"),
        ("Báo Sông Mẫu/TTXVN", None, "Báo Sông Mẫu/TTXVN"),
        ("Bài, ảnh: Thu Mai - Văn Lý", "Thu Mai - Văn Lý", None),
        ("* VĂN LÝ", "VĂN LÝ", None),
        ("Văn Tổng", "Văn Tổng", None),
    ],
)
def test_author_and_credit_of_one_line(line: str, author: str | None, credit: str | None) -> None:
    assert split_author(line) == (author, credit)


def test_marks_are_cut_from_what_selectors_give() -> None:
    html = page(
        '<h1 class="t">Tổ may của bà Xoan</h1><div class="who">TTXVN</div>'
        f'<div class="x">(Báo Sông Lam) - {LONE}</div><div class="y"><p>HNN - {SECOND}</p>'
        f"<p>{LONE[::-1]}</p></div>"
    )
    selectors = Selectors(title=".t", sapo=".x", body=".y", author=".who")
    article = _read(html, selectors)
    assert article.sapo == LONE
    assert article.paragraphs[0] == SECOND
    assert (article.author, article.credit, article.syndicated) == (None, "TTXVN", True)


def test_agency_before_the_introduction_is_the_credit() -> None:
    html = page(f'<h1 class="t">Tổ may của bà Xoan</h1><h2 class="x">(TTXVN) - {LONE}</h2>'
                f'<div class="y"><p>{SECOND}</p></div>')  # fmt: skip
    article = _read(html, Selectors(title=".t", sapo=".x", body=".y"))
    assert article.sapo == LONE
    assert (article.credit, article.syndicated) == ("TTXVN", True)


def test_feed_item_of_an_agency() -> None:
    item = FeedItem(
        url="https://nx.example.vn/a-1.html",
        title="Tổ may của bà Xoan",
        summary_html=f"<p>(TTXVN) - {LONE}</p>",
        author="Thu Mai (tổng hợp)",
    )
    article = from_feed_item(item, now=NOW)
    assert article.paragraphs == (LONE,)
    assert (article.author, article.credit, article.syndicated) == ("Thu Mai", "TTXVN", True)


@pytest.mark.parametrize(
    ("line", "imprint"),
    [
        ("Giấy phép hoạt động báo điện tử số 12/GP-BTTTT cấp ngày 01/02/2020.", True),
        ("© 2024 Báo Núi Xanh", True),
        ("Bản quyền thuộc Đài Phát thanh và Truyền hình Núi Xanh", True),
        ("Chịu trách nhiệm nội dung: Ông Lê Văn Lý. Mọi hành vi sao chép phải được đồng ý.", True),
        ("Mỏ đá được cấp giấy phép năm 2019 và phải đóng cửa sau hai năm.", False),
        ("Anh giữ bản quyền giống lúa nhưng cho bà con dùng miễn phí.", False),
        ("Bản quyền bài hát ấy, ông tặng lại cho trường.", False),
        ("Từng là tổng biên tập, ông Lý nay dạy trẻ viết văn.", False),
    ],
)
def test_imprint(line: str, imprint: bool) -> None:
    assert is_imprint(line) == imprint


def _read(html: str, selectors: Selectors) -> ExtractedArticle:
    return extract(
        html.encode(),
        url="https://nx.example.vn/a-1.html",
        source=source(selectors=selectors),
        now=NOW,
    )


@pytest.mark.parametrize("between", ["<b>\u0300</b>", "<!>\u0300", "<!-- x -->\u0300"])
def test_letter_and_mark_apart_are_one_letter(between: str) -> None:
    html = page(f"<p>Anh ở bản La{between}o đã trồng lại rừng quế cho cả bản trong mười năm.</p>")
    article = extract(html.encode(), url="https://bao.vn/a-b-c-d-1.html", now=NOW)
    assert "L\u00e0o" in article.text


def test_control_characters_written_as_numbers_are_gone() -> None:
    html = page(
        "<p>Anh Giàng Seo Vần trồng lại rừng quế cho cả bản, ai cũng quý mến.&#1;&#x7f;</p>"
    )
    article = extract(html.encode(), url="https://bao.vn/a-b-c-d-1.html", now=NOW)
    assert article.text.isprintable()


def test_short_sentence_with_a_date_is_text() -> None:
    line = "Thời gian nhận hồ sơ đến ngày 30/11/2025."
    html = page(
        "<p>Chị Lan mở lớp dạy may không lấy tiền cho phụ nữ nghèo trong xã.</p>" + f"<p>{line}</p>"
    )
    article = extract(html.encode(), url="https://bao.vn/a-b-c-d-1.html", now=NOW)
    assert article.paragraphs[-1] == line


TURNED = ["\u202e", "&#8238;", "&#x2066;", "\u200f", "\u2063", "\U000e0041"]
"""Marks that turn the words around them, or that nobody sees."""


@pytest.mark.parametrize("mark", TURNED)
@pytest.mark.parametrize("extractor", ["auto", "trafilatura", "newspaper"])
def test_no_mark_turns_the_words_of_a_page(mark: str, extractor: str) -> None:
    html = page(f"<p>{mark}{LONE}</p><p>{SECOND[:9]}{mark}{SECOND[9:]}</p>").replace(
        "<h1>", f"<h1>{mark}"
    )
    article = extract(
        html.encode(), url="https://nx.example.vn/a-1.html", source=source(extractor), now=NOW
    )
    assert article.title.isprintable()
    assert article.paragraphs[-2:] == (LONE, SECOND)


@pytest.mark.parametrize("mark", TURNED)
def test_no_mark_turns_the_words_of_a_feed(mark: str) -> None:
    item = feed_item(
        "https://nx.example.vn/a-1.html",
        title=f"Tổ may {mark if len(mark) == 1 else ''}ở xã",
        content_html=f"<p>{LONE}{mark}</p><p>{mark}{SECOND}</p>",
    )
    article = from_feed_item(item, now=NOW)
    assert (article.title, article.paragraphs) == ("Tổ may ở xã", (LONE, SECOND))
