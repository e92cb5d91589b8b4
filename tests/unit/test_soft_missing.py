"""Pages that answer 200 although the article is gone."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from pipeline.extract import NotAnArticle, extract, soft_missing
from pipeline.extract.missing import says_missing, sent_away
from pipeline.shapes import FeedItem
from tests.lookalikes import look_alikes

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
URL = "https://baomau.example/xa-hoi/ba-nguyen-thi-sen-giup-nguoi-ngheo-48211.html"
LIST = "".join(
    f"<li><a href='/xa-hoi/tin-{n}.html'>Tin số {n} của chuyên mục xã hội hôm nay</a>"
    f"<p>Đoạn giới thiệu thứ {n} của một bài khác, dài vừa đủ để trông như đoạn văn.</p></li>"
    for n in range(12)
)
MENU = (
    "<ul class='menu'><li><a href='/'>Trang chủ</a></li><li><a href='/xa-hoi'>Xã hội</a></li></ul>"
)


def page(title: str, inner: str) -> bytes:
    return (
        f"<html><head><title>{title}</title></head><body>{MENU}{inner}"
        f"<div class='footer'>Giấy phép số 1/GP-BTTTT cấp ngày 01/02/2020</div></body></html>"
    ).encode()


GONE = {
    "title and heading": page("Không tìm thấy trang", "<h1>404</h1><p>Quay lại trang chủ</p>"),
    "the outlet's name as title": page("Báo Mẫu", "<h1>Báo Mẫu</h1><p>Trang không tồn tại</p>"),
    "a sentence": page(
        "Báo Mẫu", "<p>Rất tiếc, bài viết bạn tìm không tồn tại hoặc đã bị xóa.</p>"
    ),
    "with a list of others": page(
        "Báo Mẫu - Tin nhanh",
        f"<div class='c'><h2>Không tìm thấy bài viết</h2><h3>Mới nhất</h3><ul>{LIST}</ul></div>",
    ),
    "old tone placement": page("Báo Mẫu", "<div>Nội dung này đã bị xoá.</div>"),
    "English": page("Page not found - Bao Mau", "<h2>The page you requested was not found.</h2>"),
    "English, joined": page("404 Not Found", "<center><h1>404 Not Found</h1></center>"),
    "below a list": page(
        "Chuyên trang", "<div><p>Thông báo</p><p>Tin bài này không còn tồn tại!</p></div>"
    ),
    "portal": page("Cổng thông tin", "<span>Không tồn tại bản tin này</span>"),
    "separated": page("Trang không tồn tại | Báo Mẫu", "<h1>Báo Mẫu</h1>"),
    "system": page("Chi tiết tin", "<b>Đường dẫn bạn truy cập hiện không khả dụng.</b>"),
}


@pytest.mark.parametrize("case", GONE)
def test_page_that_says_so_is_missing_and_no_article(case: str) -> None:
    assert soft_missing(GONE[case], url=URL)
    with pytest.raises(NotAnArticle):
        extract(GONE[case], url=URL, now=NOW)


@pytest.mark.parametrize(
    ("ended", "why"),
    [
        ("https://baomau.example/", "redirected to the front page"),
        ("https://baomoi.example", "redirected to the front page"),
        ("https://baomau.example/trang-chu.html", "redirected to the front page"),
        ("https://baomau.example/vi/", "redirected to the front page"),
        ("https://baomau.example/xa-hoi/", "redirected to a section page"),
        ("https://baomau.example/xa-hoi.html", "redirected to a section page"),
        ("https://baomau.example/404.html", "redirected to an error page"),
        ("https://baomau.example/Error/NotFound?u=1", "redirected to an error page"),
        ("https://baomau.example/khong-tim-thay.aspx", "redirected to an error page"),
    ],
)
def test_redirect_away_is_missing(ended: str, why: str) -> None:
    assert soft_missing(b"", url=URL, final_url=ended) == why


@pytest.mark.parametrize(
    ("asked", "ended"),
    [
        (URL, URL),
        (URL, URL.replace("https://", "https://m.")),
        (URL, "https://baomoi.example/xa-hoi/ba-sen-48211.html"),
        ("https://a.example/bai/123/mot-cau-chuyen", "https://a.example/bai/123"),
        ("https://a.example/tin?id=5", "https://a.example/?p=5"),
        ("https://a.example/x/loi-song-dep-12.html", "https://a.example/loi-song-dep-12.html"),
    ],
)
def test_redirect_to_the_article_is_none(asked: str, ended: str) -> None:
    assert sent_away(asked, ended) is None


@pytest.mark.parametrize(
    "line",
    [
        "Không tìm thấy bài thi của thí sinh, cô giáo đạp xe 20 km trong đêm",
        "404 ha rừng được trồng mới sau ba năm",
        "Trang sách không còn tồn tại trong ký ức của lớp trẻ",
        "Bài viết chữ đẹp của em nhỏ vùng cao",
        "Nội dung không có gì mới nhưng cách làm rất khác của Chi bộ thôn Đoài, theo lời bà con kể "
        "lại trong buổi họp thôn tối qua ở nhà văn hóa",
        "Tin yêu không bị phai nhạt",
        "Trang trại không có rác thải của anh Nam",
        "Bài không có điểm dừng của người thợ rèn",
        "Tin không có phép màu, chị tự đứng lên",
        "Liên kết được chuyển giao cho nông dân trẻ",
        "Liên kết bốn nhà không còn là khẩu hiệu",
    ],
)
def test_sentence_with_such_words_is_none(line: str) -> None:
    assert not says_missing(line)


def test_articles_still_stand() -> None:
    for one in look_alikes():
        assert soft_missing(one.html.encode(), url=one.url, title=one.title) is None, one.id
        assert soft_missing(one.html.encode(), url=one.url) is None, one.id


def test_message_in_a_box_below_a_text_is_none() -> None:
    text = "<p>Chị Lê Thị Mơ nấu cơm giúp bệnh nhân nghèo suốt mười năm nay ở quê mình.</p>" * 9
    body = page("Bữa cơm chị Mơ", f"<h1>Bữa cơm chị Mơ</h1>{text}<p>Nội dung không tồn tại</p>")
    assert soft_missing(body, url=URL) is None


def test_page_that_a_redirect_led_to_is_no_article_of_its_item() -> None:
    page = look_alikes()[0]
    item = FeedItem(page.url, title=page.title)
    assert extract(page.html.encode(), url=page.url, item=item, now=NOW).title == page.title
    with pytest.raises(NotAnArticle, match="redirected to a section page"):
        extract(
            page.html.encode(), url="https://baomau.example/xa-hoi/", item=FeedItem(URL), now=NOW
        )


def test_headline_on_the_page_outweighs_its_words() -> None:
    title = "Trang không tồn tại"
    body = page(title, f"<h1>{title}</h1>")
    assert soft_missing(body, url=URL, title=title) is None
    assert soft_missing(body, url=URL)
