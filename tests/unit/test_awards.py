"""Awards: the level of who gives them, and to whom. Every person and body here is invented."""

from __future__ import annotations

import pytest

from pipeline.judge.names.awards import award_mentions, find_awards
from pipeline.shapes import ArticleText


def told(text: str) -> list[tuple[str, str, str | None]]:
    return [
        (one.name.quote, one.level, one.receiver.quote if one.receiver else None)
        for one in award_mentions(ArticleText("", text))
    ]


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("Chủ tịch UBND phường Nậm Khe Lò Văn Tấn trao giấy khen cho hai em.", "commune"),
        ("Ủy ban MTTQ Việt Nam tỉnh Tân Sơn tặng Bằng khen cho thôn Bản Phố.", "province"),
        ("Ủy ban MTTQ Việt Nam xã Nậm Khe trao giấy khen cho 2 cá nhân.", "commune"),
        ("Trưởng ban Dân vận Thành ủy TP. Tân Sơn trao bằng khen cho chị Mỷ.", "province"),
        ("Bí thư Tỉnh đoàn cho biết, đơn vị vừa trao bằng khen cho anh Pản.", "province"),
        ("Anh Pản, cán bộ Huyện đoàn, được tặng bằng khen.", "organisation"),
        ("Anh Pản được Trung ương Đoàn trao giải thưởng “Người trồng rừng trẻ”.", "ministry"),
        ("Chị Mỷ đoạt giải nhất Hội thi Sáng tạo kỹ thuật tỉnh Tân Sơn năm 2024.", "province"),
        ("Chị Mỷ đạt danh hiệu “Nông dân sản xuất giỏi” cấp huyện.", "district"),
        ("Tỉnh đoàn trao huy hiệu Tuổi trẻ dũng cảm cho anh Pản.", "ministry"),
    ],
)
def test_the_level_is_that_of_the_body_that_gives(text: str, level: str) -> None:
    assert [one[1] for one in told(text)] == [level]


@pytest.mark.parametrize(
    ("text", "receiver"),
    [
        ("Xã trao giấy khen và phần thưởng cho em Giàng A Chu.", "em Giàng A Chu"),
        ("Năm 2012, ông đạt danh hiệu “Lão nông giỏi”.", "ông"),
        ("Với nhiều cố gắng, năm 2019 Lò Văn Pản nhận bằng khen của Bộ Y tế.", "Lò Văn Pản"),
        ("Chị Mỷ (xã Nậm Khe, tỉnh Tân Sơn) được Thủ tướng tặng Bằng khen.", "Chị Mỷ"),
        ("Bằng khen của Thủ tướng đến các điển hình của tỉnh.", "các điển hình của tỉnh"),
        ("Giải nhất thuộc về Lò Thị Pành.", "Lò Thị Pành"),
        ("Ông Phạm Văn Đạt, Phó Chủ tịch UBND huyện, trao giấy khen cho anh Pản.", "anh Pản"),
        ("Xã tặng giấy khen cho những thành tích vừa qua.", None),
    ],
)
def test_who_receives_it_stands_before_or_after(text: str, receiver: str | None) -> None:
    assert [one[2] for one in told(text)] == [receiver]


def test_the_same_form_for_another_person_is_another_award() -> None:
    text = "UBND xã Nậm Khe tặng giấy khen cho anh Pản. UBND huyện tặng giấy khen cho chị Mỷ."
    awards, _ = find_awards(ArticleText("", text))
    assert [award.level for award in awards] == ["commune", "district"]


def test_told_again_it_is_one_award_and_keeps_what_says_most() -> None:
    text = (
        "Anh Lò Văn Pản được tặng giấy khen. Sáng 3/5, UBND xã Nậm Khe trao giấy khen cho anh Pản."
    )
    awards, evidence = find_awards(ArticleText("", text))
    assert [award.level for award in awards] == ["commune"]
    assert [one.quote for one in evidence if one.for_ == "award_to"] == ["anh Pản"]


def test_help_that_bears_fruit_is_no_badge() -> None:
    assert told("Nhà văn hóa phát huy hiệu quả, gắn với danh hiệu vùng “rốn lũ”.") == []


@pytest.mark.parametrize(
    "text",
    [
        "Huyện đoàn đang hoàn tất hồ sơ đề nghị Trung ương Đoàn tặng bằng khen cho em Lù Seo Pao.",
        "UBND xã trình Chủ tịch UBND tỉnh tặng Bằng khen cho chị Vàng Thị Mỷ.",
        "Hội Nông dân tỉnh sẽ trao giấy khen cho anh Giàng A Páo.",
    ],
)
def test_an_award_that_is_only_proposed_is_not_given(text: str) -> None:
    assert find_awards(ArticleText("", text)) == ((), ())


def test_an_award_given_on_somebodys_proposal_is_given() -> None:
    text = "Theo đề nghị của Hội Nông dân, chị được tặng Bằng khen của UBND tỉnh."
    assert [award.level for award in find_awards(ArticleText("", text))[0]] == ["province"]


def test_the_armys_emulation_fighter_is_of_the_ministrys_level() -> None:
    (award,), _ = find_awards(ArticleText("", "Anh là Chiến sĩ thi đua toàn quân năm 2020."))
    assert (award.text, award.level) == ("Chiến sĩ thi đua toàn quân năm 2020", "ministry")


def test_a_title_with_a_comma_in_it_is_whole() -> None:
    text = "Ông Khoát giữ danh hiệu Nông dân sản xuất, kinh doanh giỏi suốt năm năm."
    assert told(text)[0][0] == "danh hiệu Nông dân sản xuất, kinh doanh giỏi"


def test_an_award_says_who_receives_it() -> None:
    text = (
        "Chị Mỷ được UBND tỉnh Tân Sơn tặng Bằng khen. "
        "Sau lễ, Bằng khen của UBND tỉnh Tân Sơn được treo giữa nhà."
    )
    (award,), _ = find_awards(ArticleText("", text))
    assert (award.text, award.to) == ("Bằng khen của UBND tỉnh Tân Sơn", "Chị Mỷ")
    (unsaid,), _ = find_awards(ArticleText("", "Bằng khen của UBND tỉnh Tân Sơn treo giữa nhà."))
    assert unsaid.to == ""
