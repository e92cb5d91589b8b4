"""Grouping: copies and retellings together, other stories apart, in any order or Unicode form."""

from __future__ import annotations

import random
import unicodedata
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.group import compare, group_all, signature
from pipeline.shapes import ArticleText
from pipeline.text.clock import VIETNAM

DAY = datetime(2026, 3, 12, 7, 30, tzinfo=VIETNAM)

WEAVER = ArticleText(
    title="Sùng Thị Páo - người giữ nghề dệt lanh ở Tả Van Chư",
    sapo="Ba mươi năm qua, bà Sùng Thị Páo ở thôn Lùng Phình dạy nghề cho phụ nữ trong xã.",
    text=(
        "Sáng sớm, tiếng khung cửi đã vang lên trong căn nhà trình tường của bà Sùng Thị Páo.\n"
        "Năm 2011, bà đứng ra lập Hợp tác xã Lanh Lùng Phình với 12 thành viên, vay 80 triệu đồng "
        "mua khung cửi và thuốc nhuộm chàm. Đến nay hợp tác xã có 46 thành viên, thu nhập bình "
        "quân "
        "5,5 triệu đồng mỗi người một tháng.\n"
        "Bà Páo đã truyền nghề cho hơn 120 chị em và được Chủ tịch UBND tỉnh tặng Bằng khen."
    ),
    published_at=DAY,
    source="Báo Lào Cai",
)
REPRINT = replace(
    WEAVER,
    title="Người giữ nghề dệt lanh ở Tả Van Chư",
    text="(Dân tộc) - " + WEAVER.text + "\nTheo Báo Lào Cai",
    published_at=DAY + timedelta(hours=9),
    source="Báo Dân Tộc",
)
RETOLD = ArticleText(
    title="Bà Sùng Thị Páo giữ nghề dệt lanh ở Tả Van Chư",
    text=(
        "Ở thôn Lùng Phình, nhắc đến bà Sùng Thị Páo ai cũng biết đó là người giữ nghề dệt lanh "
        "của "
        "bản. Hợp tác xã Lanh Lùng Phình do bà lập năm 2011 ban đầu chỉ có 12 thành viên, vốn "
        "vay 80 "
        "triệu đồng mua khung cửi; đến nay đã có 46 thành viên với thu nhập bình quân 5,5 triệu "
        "đồng "
        "mỗi người một tháng. Hơn 120 chị em được bà truyền nghề. Với việc làm đó, bà được Chủ "
        "tịch "
        "UBND tỉnh tặng Bằng khen."
    ),
    published_at=DAY + timedelta(days=2),
    source="Đài PT-TH",
)
FARMER = ArticleText(
    title="Tỷ phú cam sành bên sông Con Voi",
    text=(
        "Ông Hoàng Văn Thoại ở xã Yên Phú trồng 6 ha cam sành theo tiêu chuẩn VietGAP, mỗi năm thu "
        "gần 1,4 tỷ đồng và tạo việc làm cho 9 lao động trong xã. Ông còn giúp 15 hộ nghèo cây "
        "giống."
    ),
    published_at=DAY,
)
ROAD = ArticleText(
    title="Khởi công đường nối hai xã vùng cao",
    text=(
        "Sáng 12/3, Ban Quản lý dự án tỉnh khởi công tuyến đường dài 14 km nối hai xã vùng cao với "
        "tổng mức đầu tư 320 tỷ đồng, dự kiến hoàn thành trong quý II năm 2028."
    ),
    published_at=DAY,
)
ALL = [WEAVER, REPRINT, RETOLD, FARMER, ROAD]


def partition(articles: list[ArticleText]) -> set[frozenset[str]]:
    leads = group_all(articles)
    return {
        frozenset(a.title for a, other in zip(articles, leads, strict=True) if other == lead)
        for lead in leads
    }


def test_a_reprint_is_a_copy() -> None:
    match = compare(WEAVER, REPRINT)
    assert match is not None
    assert match.kind == "copy"


def test_a_retelling_is_the_same_story() -> None:
    match = compare(WEAVER, RETOLD)
    assert match is not None
    assert match.kind == "same_story"


@pytest.mark.parametrize("other", [FARMER, ROAD], ids=["farmer", "road"])
def test_other_stories_stay_apart(other: ArticleText) -> None:
    assert compare(WEAVER, other) is None


def test_a_copy_is_one_however_late_a_retelling_only_within_weeks() -> None:
    for days in (51, 400):
        late = DAY + timedelta(days=days)
        found = compare(WEAVER, replace(REPRINT, published_at=late))
        assert found is not None
        assert found.kind == "copy"
        assert compare(WEAVER, replace(WEAVER, published_at=late)) is not None
        assert compare(WEAVER, replace(RETOLD, published_at=late)) is None


def notice(month: int, day: int) -> ArticleText:
    return ArticleText(
        "Thông báo lịch tiếp công dân định kỳ của xã Nậm Khe",
        f"UBND xã Nậm Khe thông báo lịch tiếp công dân định kỳ tháng {month}: sáng ngày {day} tại "
        "trụ sở UBND xã. Công dân mang theo giấy tờ tùy thân và đơn, gặp cán bộ văn phòng để được "
        "hướng dẫn. Mọi thắc mắc xin hỏi bộ phận một cửa của xã trong giờ hành chính.",
        published_at=datetime(2026, month, 1, 8, tzinfo=VIETNAM),
    )


def prices(day: int, figures: str) -> ArticleText:
    return ArticleText(
        "Giá nông sản ở chợ phiên Nậm Khe hôm nay",
        f"Bảng giá nông sản ở chợ phiên Nậm Khe, đồng một ki lô gam: {figures}. Giá do ban quản lý "
        "chợ phiên Nậm Khe ghi vào đầu buổi, người mua và người bán tự thỏa thuận.",
        published_at=datetime(2026, 3, day, 8, tzinfo=VIETNAM),
    )


def test_texts_that_share_only_a_template_stay_apart() -> None:
    assert compare(notice(3, 12), notice(4, 14)) is None
    assert compare(notice(8, 12), notice(9, 12)) is None
    first = prices(12, "gạo 18.500, ngô 7.200, chè 42.000, mận 15.300, lê 21.700, ớt 33.400")
    second = prices(14, "gạo 18.900, ngô 7.400, chè 41.500, mận 14.800, lê 22.100, ớt 31.900")
    assert compare(first, second) is None


def test_a_weekly_column_is_not_one_story() -> None:
    title = "Giá nông sản trong tuần"
    first = replace(FARMER, title=title)
    second = replace(ROAD, title=title)
    assert compare(first, second) is None


def test_candidates_share_a_band_and_the_hash_is_of_the_content() -> None:
    base = signature(WEAVER)
    assert set(base.bands) & set(signature(REPRINT).bands)
    assert set(base.bands) & set(signature(RETOLD).bands)
    assert base.content_hash != signature(REPRINT).content_hash
    assert base.content_hash == signature(replace(WEAVER, source="khác")).content_hash
    assert all(-(2**63) <= band < 2**63 for band in base.bands)
    assert len(set(base.bands)) == len(base.bands)


def test_unicode_form_case_and_tone_placement_do_not_matter() -> None:
    def nfd(text: str | None) -> str | None:
        return text and unicodedata.normalize("NFD", text)

    decomposed = replace(
        WEAVER, title=nfd(WEAVER.title), sapo=nfd(WEAVER.sapo), text=nfd(WEAVER.text)
    )
    assert signature(decomposed) == signature(WEAVER)
    assert compare(decomposed, WEAVER) == compare(WEAVER, WEAVER)
    old = replace(FARMER, text="Xã hoà bình, thuỷ lợi " * 5)
    new = replace(FARMER, text="Xã hòa bình, thủy lợi " * 5)
    assert signature(old) == signature(new)


def test_stories_and_their_lead() -> None:
    leads = group_all([FARMER, RETOLD, REPRINT, WEAVER, ROAD])
    assert leads == [0, 3, 3, 3, 4]


@settings(max_examples=25, deadline=None)
@given(st.permutations(ALL))
def test_the_order_of_arrival_does_not_matter(articles: list[ArticleText]) -> None:
    assert partition(articles) == partition(ALL)


@settings(max_examples=60, deadline=None)
@given(title=st.text(max_size=40), text=st.text(max_size=200), other=st.text(max_size=200))
def test_any_text_is_grouped(title: str, text: str, other: str) -> None:
    a, b = ArticleText(title=title, text=text), ArticleText(title=title, text=other)
    assert compare(a, b) == compare(b, a)
    assert len(group_all([a, b, a])) == 3
    assert compare(a, a) is not None


def test_shuffled_words_of_many_articles_do_not_make_one_story() -> None:
    generator = random.Random(7)
    words = " ".join(a.text for a in ALL).split()
    noise = [
        ArticleText(title=f"Tin {n}", text=" ".join(generator.sample(words, 60))) for n in range(12)
    ]
    assert group_all(noise) == list(range(12))
