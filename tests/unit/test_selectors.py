"""Pages read by their source's selectors: what is taken, what is left aside, what falls back."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from pipeline.config.sources import Selectors, Source
from pipeline.extract import extract
from pipeline.shapes import DatePrecision, ExtractedArticle
from tests.cms import NOW

URL = "https://bao-mau.example.vn/xa-hoi/thay-lu-post101.html"
LINES = [
    "Mười hai năm nay, tối nào thầy Giàng Seo Lử cũng thắp đèn trong căn nhà gỗ cuối bản.",
    "Lớp học của thầy có hai mươi tư người, già nhất là bà Ly, bảy mươi mốt tuổi.",
    "Thầy bảo chỉ mong bà con đọc được tờ đơn, tính được tiền bán ngô, nhắn được tin cho con.",
]
PAGE = """<html><head><title>Báo Mẫu</title>
<meta property="article:published_time" content="2026-11-20T08:15:00+07:00">
<meta property="article:modified_time" content="2026-11-20T10:40:00+07:00"></head><body>
<ul class="menu">{menu}</ul>
<div class="tin"><h1 class="tit">Lớp học ban đêm của <b>T</b>hầy Lử</h1>
<div class="dong"><span class="ngay">20/11/2026</span> <span class="ten">Thu Hằng</span></div>
<div class="noi"><p class="mo">Không bảng, không phấn, lớp học vẫn sáng đèn.</p>
<p>{0}</p><p class="anh"><img src="/a.jpg" width="600"></p><p class="chu">Lớp học trong bản.</p>
<p>{1}</p><div class="hop"><p>Một câu chuyện khác của tòa soạn chen vào giữa bài, dài như bài.</p>
</div><p>{2} <span class="quang">Mua ngay kẻo lỡ!</span></p></div>
<p class="nguon">Theo TTXVN</p>
<div class="the-tags"><a href="/t/1">lớp học</a><a href="/t/2">Giàng Seo Lử</a></div>
<div class="khac">{others}</div></div></body></html>"""
OTHERS = "".join(
    f"<h3><a href='/k{n}.html'>Một bài khác, số {n}</a></h3><p>Đoạn dẫn dài của bài khác số {n}, "
    "không liên quan gì đến lớp học ban đêm trong bản, đủ dài để trông như văn xuôi.</p>"
    for n in range(6)
)
FULL = Selectors(
    title="h1.tit",
    sapo=".mo",
    body="div.noi",
    author=".ten",
    published=".ngay",
    caption=".chu",
    remove=(".hop", "span.quang", ".the-tags"),
)


def page(**changes: str) -> str:
    html = PAGE.format(*LINES, menu="<li><a href='/'>Trang</a></li>" * 30, others=OTHERS)
    for old, new in changes.items():
        html = html.replace(f'class="{old}"', f'class="{new}"')
    return html


def read(html: str, selectors: Selectors = FULL) -> ExtractedArticle:
    source = Source(key="m", name="M", province="Huế", home="https://a.vn", selectors=selectors)
    return extract(html.encode(), url=URL, source=source, now=NOW)


def test_every_part_by_its_selector() -> None:
    article = read(page())
    assert article.extractor == "selectors"
    assert article.selectors_missed == ()
    assert article.title == "Lớp học ban đêm của Thầy Lử"
    assert article.sapo == "Không bảng, không phấn, lớp học vẫn sáng đèn."
    assert article.paragraphs == tuple(LINES)
    assert article.author == "Thu Hằng"
    assert article.captions == ("Lớp học trong bản.",)
    assert article.image is not None
    assert article.image.caption == "Lớp học trong bản."
    assert article.credit == "Theo TTXVN"
    assert article.syndicated
    assert set(article.tags) == {"lớp học", "Giàng Seo Lử"}


def test_the_metadata_complete_a_day_found_by_its_selector() -> None:
    article = read(page())
    assert article.published_at == datetime(2026, 11, 20, 1, 15, tzinfo=UTC)
    assert article.date_precision is DatePrecision.MINUTE
    assert article.modified_at == datetime(2026, 11, 20, 3, 40, tzinfo=UTC)


def test_a_date_in_the_metadata_may_be_selected() -> None:
    meta = 'meta[property="article:published_time"]'
    article = read(page(), FULL.model_copy(update={"published": meta}))
    assert article.published_at == datetime(2026, 11, 20, 1, 15, tzinfo=UTC)
    assert article.selectors_missed == ()


def test_an_article_without_introduction_keeps_its_first_paragraph() -> None:
    html = page().replace('<p class="mo">Không bảng, không phấn, lớp học vẫn sáng đèn.</p>', "")
    article = read(html)
    assert article.selectors_missed == ("sapo",)
    assert article.sapo is None
    assert article.paragraphs == tuple(LINES)


@pytest.mark.parametrize("part", ["tit", "noi", "ngay"])
def test_a_part_whose_name_changed_is_found_by_the_rules(part: str) -> None:
    article = read(page(**{part: "moi"}))
    missed = {"tit": "title", "noi": "body", "ngay": "published"}[part]
    assert article.selectors_missed == (missed,)
    assert article.title == "Lớp học ban đêm của Thầy Lử"
    assert set(LINES) <= set(article.paragraphs)
    assert article.published_at == datetime(2026, 11, 20, 1, 15, tzinfo=UTC)


def test_a_new_layout_in_all_parts_is_read_by_the_rules() -> None:
    names = {name: f"moi-{n}" for n, name in enumerate(("tit", "mo", "noi", "ten", "ngay", "chu"))}
    article = read(page(**names))
    assert set(article.selectors_missed) == {"title", "sapo", "body", "author", "published"}
    assert article.extractor == "trafilatura"
    assert set(LINES) <= set(article.paragraphs)


def test_a_body_that_holds_nothing_has_not_matched() -> None:
    html = page(noi="moi").replace('<ul class="menu">', '<div class="noi"></div><ul class="menu">')
    article = read(html)
    assert "body" in article.selectors_missed
    assert set(LINES) <= set(article.paragraphs)


def test_what_to_remove_never_takes_text_or_title_with_it() -> None:
    greedy = FULL.model_copy(update={"remove": (".tin", "h1", ".hop", "span.quang")})
    article = read(page(), greedy)
    assert article.title == "Lớp học ban đêm của Thầy Lử"
    assert article.paragraphs == tuple(LINES)


def test_selectors_of_every_form_find_what_they_say() -> None:
    forms = {
        "title": "div.tin > h1",
        "body": "DIV.noi",
        "author": "span[class~=ten]",
        "published": ".dong span:first-child",
        "sapo": ".noi > .mo",
    }
    article = read(page(), FULL.model_copy(update=forms))
    assert article == read(page())
