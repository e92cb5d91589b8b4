"""Organisations and awards. Every person, body and event here is invented."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.judge.names.awards import find_awards
from pipeline.judge.names.gazetteer import Gazetteer, load_gazetteer
from pipeline.judge.names.organisations import find_organisations
from pipeline.shapes import ArticleText

TABLE = Path(__file__).parents[2] / "taxonomy" / "places.tsv"


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return load_gazetteer(TABLE)


@pytest.mark.parametrize(
    ("text", "name", "kind"),
    [
        ("HTX Nông nghiệp Bản Phố bán chè.", "HTX Nông nghiệp Bản Phố", "enterprise"),
        ("Hợp tác xã dịch vụ Tân Tiến lãi.", "Hợp tác xã dịch vụ Tân Tiến", "enterprise"),
        ("Công ty cổ phần Gỗ Sông Đáy.", "Công ty cổ phần Gỗ Sông Đáy", "enterprise"),
        ("Đồn Biên phòng Ma Lù giúp dân.", "Đồn Biên phòng Ma Lù", "collective"),
        ("Trường Tiểu học số 2 Nậm Ban mở.", "Trường Tiểu học số 2 Nậm Ban", "collective"),
        ("Nhờ chi bộ thôn Bản Phố mà có.", "chi bộ thôn Bản Phố", "collective"),
        ("Trạm Y tế xã Tả Phìn trực.", "Trạm Y tế xã Tả Phìn", "collective"),
        ("Hội Nông dân xã Trần Văn Tám nói.", "Hội Nông dân", "collective"),
        ("Câu lạc bộ “Sách và hoa” đọc.", "Câu lạc bộ “Sách và hoa”", "collective"),
        ("Sư đoàn 999 mở đường.", "Sư đoàn 999", "collective"),
        ("Công an TP. Huế hỗ trợ dân.", "Công an TP. Huế", "collective"),
        ("Vay ở Ngân hàng Chính sách xã hội.", "Ngân hàng Chính sách", "enterprise"),
        ("Rồi đến lượt Ban Thường vụ Tỉnh ủy chọn.", "Ban Thường vụ Tỉnh ủy", "collective"),
        ("Bài của Báo Quân đội nhân dân.", "Báo Quân đội nhân dân", "collective"),
        (
            "Ủy ban Mặt trận Tổ quốc Việt Nam xã Nà Khe vận động.",
            "Ủy ban Mặt trận Tổ quốc Việt Nam xã Nà Khe",
            "collective",
        ),
        ("Phòng Cảnh sát giao thông mở chốt.", "Phòng Cảnh sát giao thông", "collective"),
        ("Hội Luật gia tỉnh tổ chức Lễ phát động.", "Hội Luật gia", "collective"),
        ("Công ty Hòa Phát triển khai Dự án.", "Công ty Hòa Phát", "enterprise"),
        ("Ông Trang Trại Việt bán rau sạch.", "Trang Trại Việt", "enterprise"),
        ("Hội Nông dân tỉnh Đỗ Hiển Sâm nói.", "Hội Nông dân", "collective"),
        ("Sở Xây dựng giao Ban Quản lý rừng.", "Sở Xây dựng", "collective"),
    ],
)
def test_takes_the_longest_name(gazetteer: Gazetteer, text: str, name: str, kind: str) -> None:
    (first, *_) = find_organisations(ArticleText("", text), gazetteer)
    assert (first.name, first.kind) == (name, kind)


@pytest.mark.parametrize(
    "text",
    [
        "Anh về Hội An thăm.",
        "Bộ đội Cụ Hồ.",
        "Xây dựng Tổ quốc.",
        "Ra Trường Sa.",
        "Bản tổ chức Lễ mừng cơm mới.",
        "Sĩ quan quân đội Nga về nước.",
        "Người dùng chọn thương hiệu Việt.",
        "Chợ ở trung tâm xã Nà Khe.",
    ],
)
def test_what_is_no_organisation(gazetteer: Gazetteer, text: str) -> None:
    assert find_organisations(ArticleText("", text), gazetteer) == ()


@pytest.mark.parametrize(
    ("text", "award", "level"),
    [
        (
            "Chị được tặng Bằng khen của Thủ tướng Chính phủ.",
            "Bằng khen của Thủ tướng Chính phủ",
            "government",
        ),
        ("UBND tỉnh Lào Cai tặng bằng khen cho anh.", "bằng khen", "province"),
        ("Hội Nông dân xã tặng giấy khen cho anh.", "giấy khen", "commune"),
        ("Nhận Giấy khen của Chủ tịch UBND xã.", "Giấy khen của Chủ tịch UBND xã", "commune"),
        ("Nhận giấy khen của UBND huyện Sìn Hồ.", "giấy khen của UBND huyện Sìn Hồ", "district"),
        ("Bộ trưởng Bộ Công an tặng Bằng khen.", "Bằng khen", "ministry"),
        ("Huân chương Lao động hạng Ba về bản.", "Huân chương Lao động hạng Ba", "state"),
        ("Danh hiệu Nghệ nhân Ưu tú về bản.", "Danh hiệu Nghệ nhân Ưu tú", "state"),
        ("Anh có giải thưởng Lương Định Của.", "giải thưởng Lương Định Của", "ministry"),
        (
            "Kỷ niệm chương “Vì sự nghiệp trồng rừng” đẹp.",
            "Kỷ niệm chương “Vì sự nghiệp trồng rừng”",
            "ministry",
        ),
        ("Được giấy khen của Công ty Gỗ Sông Đáy.", "giấy khen của Công ty Gỗ Sông Đáy", "org"),
        ("Chị là Chiến sĩ thi đua toàn quốc.", "Chiến sĩ thi đua toàn quốc", "government"),
        ("Chị là Chiến sĩ thi đua cơ sở.", "Chiến sĩ thi đua cơ sở", "commune"),
    ],
)
def test_awards_have_the_level_of_their_giver(text: str, award: str, level: str) -> None:
    (found,), _ = find_awards(ArticleText("", text))
    assert found.text == award
    assert found.level.startswith(level)


@pytest.mark.parametrize(
    "text", ["Ông nhận giải thưởng.", "Có danh hiệu.", "Bằng lòng, khen nhau."]
)
def test_what_is_no_award(text: str) -> None:
    assert find_awards(ArticleText("", text)) == ((), ())


def test_an_award_told_twice_is_one_and_says_to_whom() -> None:
    text = "Tỉnh trao bằng khen. Trao Bằng khen của Thủ tướng Chính phủ cho anh Lò Văn Pản."
    awards, evidence = find_awards(ArticleText("", text))
    assert [award.text for award in awards] == ["Bằng khen của Thủ tướng Chính phủ"]
    assert [(e.for_, e.quote) for e in evidence][1:] == [("award_to", "anh Lò Văn Pản")]


WORDS = (
    "Hội |HTX |đội |Nông dân|Bằng khen| của |UBND tỉnh|giải thưởng|Huân chương|“|”|(|, |. |\n|"
    " hạng Ba|Công an |TP. |danh hiệu |Sư đoàn 10| cho | và |tặng |năm 2020|Đ"
)
PIECES = st.sampled_from(WORDS.split("|"))


@settings(max_examples=200, deadline=None)
@given(text=st.one_of(st.text(), st.lists(PIECES).map("".join)), title=st.text(max_size=20))
def test_spans_always_quote_the_text(gazetteer: Gazetteer, text: str, title: str) -> None:
    article = ArticleText(title, text)
    for organisation in find_organisations(article, gazetteer):
        for mention in organisation.mentions:
            assert getattr(article, mention.field)[mention.start : mention.end] == mention.name
    for span in find_awards(article)[1]:
        assert getattr(article, span.field)[span.start : span.end] == span.quote
