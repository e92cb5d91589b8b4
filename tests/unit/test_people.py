"""People: names of all peoples, titles, short mentions. Every person here is invented."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.judge.names.gazetteer import Gazetteer, load_gazetteer
from pipeline.judge.names.people import Person, find_people
from pipeline.shapes import ArticleText

TABLE = Path(__file__).parents[2] / "taxonomy" / "places.tsv"


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return load_gazetteer(TABLE)


def people(text: str, gazetteer: Gazetteer | None = None, title: str = "") -> tuple[Person, ...]:
    return find_people(ArticleText(title, text), gazetteer)


def test_the_name_of_a_people_is_no_person() -> None:
    found = people("Ông lão Vân Kiều nuôi ba đứa trẻ. Ông Hồ Pả Tén kể chuyện bản người Vân Kiều.")
    assert [one.name for one in found] == ["Hồ Pả Tén"]


def test_a_caption_that_begins_after_a_name_is_no_part_of_it() -> None:
    found = people("Anh Lò Văn Pản Bên vườn cam của mình. Anh Pản trồng cam từ năm 2015.")
    assert [one.name for one in found] == ["Lò Văn Pản"]


def test_the_team_of_a_province_is_no_person(gazetteer: Gazetteer) -> None:
    found = people("Đoàn Lào Cai giành ba huy chương. Chị Đoàn Thị Nhài về nhất.", gazetteer)
    assert [one.name for one in found] == ["Đoàn Thị Nhài"]


def test_a_branch_of_the_youth_union_is_no_person() -> None:
    assert people("Đoàn Trường Cao đẳng Nậm Khe sửa xe cho dân.") == ()


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Chị Vàng Thị Mỷ nuôi ong mật.", "Vàng Thị Mỷ"),
        ("Bí thư chi bộ Giàng A Páo đi trước.", "Giàng A Páo"),
        ("Nghệ nhân Y Bhiu Niê chỉnh chiêng.", "Y Bhiu Niê"),
        ("Anh Thạch Sang dạy chữ.", "Thạch Sang"),
        ("Hoa hậu H'Hen Niê về buôn.", "H'Hen Niê"),
        ("Trung tá Rơ Châm H'Phíc dẫn đội.", "Rơ Châm H'Phíc"),
        ("Già làng A Brôl Vẻ kể chuyện.", "A Brôl Vẻ"),
        ("Ông Zơ Râm Nhứt đan gùi.", "Zơ Râm Nhứt"),
        ("Bà Ksor H'Lan dệt vải.", "Ksor H'Lan"),
        ("Ông Chau Sóc Kha hiến đất.", "Chau Sóc Kha"),
        ("Sư cả Thạch Sang dạy chữ Khmer.", "Thạch Sang"),
        ("Ché Hờ A Dơ kể chuyện bản.", "Hờ A Dơ"),
        ("Bà K'Brếu dệt thổ cẩm.", "K'Brếu"),
        ("Già làng K'Brếu giữ rừng.", "K'Brếu"),
        ("Già làng Điểu Xuân giữ chiêng.", "Điểu Xuân"),
        ("Chamaléa Thị Khem trồng bưởi.", "Chamaléa Thị Khem"),
        ("Mế Hà Thị Ín hát xường.", "Hà Thị Ín"),
        ("Bà mế Ín dạy chữ.", "Ín"),
        ("Chang A Phử nuôi cá tầm.", "Chang A Phử"),
        ("Anh Và Bá Đớ trồng chanh leo.", "Và Bá Đớ"),
        ("Thầy giáo Sô Y Tiết mở lớp.", "Sô Y Tiết"),
        ("BS Trần Thị Minh Khuê trực đêm.", "Trần Thị Minh Khuê"),
        ("Đại úy Lò Văn Pản cứu người.", "Lò Văn Pản"),
        ("Cứ A Vừ trồng sâm. Ông Cứ A Vừ rất vui.", "Cứ A Vừ"),
        ("Phó Chủ tịch UBND tỉnh An Giang Lê Văn Mười phát biểu.", "Lê Văn Mười"),
    ],
)
def test_finds_names_of_all_peoples(gazetteer: Gazetteer, text: str, name: str) -> None:
    assert [person.name for person in people(text, gazetteer)] == [name]


@pytest.mark.parametrize(
    "text",
    [
        "Chị được Thủ tướng tặng Bằng khen và Giấy khen.",
        "Nhà ở đường Trần Hưng Đạo, gần cầu Nguyễn Văn Trỗi.",
        "Em học trường THPT Lê Lợi.",
        "Chủ tịch Hồ Chí Minh dạy rằng phải thi đua.",
        "Anh đi Cao Bằng rồi ra đảo Lý Sơn.",
        "Giải thưởng Lương Định Của năm nay.",
        "Chiến sĩ Công an xã giúp dân.",
        "Trẻ em Việt Nam đến trường.",
        "Hội Nông dân xã họp. Đồn Biên phòng Trà Cổ giúp dân.",
        "Làm theo lời Bác Hồ dạy.",
        "Ảnh: Trần Văn Chụp",
        "Nông dân Châu Thành làm giàu. Ngư dân Lý Sơn bám biển.",
        "Lão nông Châu Thành làm giàu. Hiệp sĩ Bình Dương bắt cướp. Bí thư Lạng Sơn đi cơ sở.",
        "Bằng tốt nghiệp của chị. Chị nhận Bằng. Tấm Bằng ghi công ở nhà.",
    ],
)
def test_what_is_no_person(gazetteer: Gazetteer, text: str) -> None:
    assert people(text, gazetteer) == ()


def test_a_short_mention_belongs_to_the_full_name(gazetteer: Gazetteer) -> None:
    text = "Chị Vàng Thị Mỷ nuôi ong. Chị Mỷ dạy nghề. Anh Giàng A Páo học theo chị Mỷ."
    first, second = people(text, gazetteer)
    assert (first.name, len(first.mentions)) == ("Vàng Thị Mỷ", 3)
    assert (second.name, len(second.mentions)) == ("Giàng A Páo", 1)


def test_a_clan_name_last_is_called_by_the_beginning(gazetteer: Gazetteer) -> None:
    (person,) = people("Nghệ nhân Y Bhiu Niê kể. Ông Y Bhiu cười hiền.", gazetteer)
    assert [mention.name for mention in person.mentions] == ["Y Bhiu Niê", "Y Bhiu"]
    assert person.titles == ("nghệ nhân", "ông")


def test_the_person_of_the_headline_comes_first(gazetteer: Gazetteer) -> None:
    found = people(
        "Ông Trần Văn Bảy khen. Ông Bảy kể. Chị Lò Thị Pành cười.", gazetteer, "Chị Pành giữ rừng"
    )
    assert found[0].name == "Lò Thị Pành"


WORDS = (
    "Chị |ông |Vàng Thị Mỷ|Mỷ|Nguyễn Văn |Công an|H'Hen Niê|, |. |\n|Trung tá |Y |“|”|(|TP. |"
    "Hà Nội|đường |sinh năm 1980|Đ|ù"
)
PIECES = st.sampled_from(WORDS.split("|"))


@settings(max_examples=200, deadline=None)
@given(text=st.one_of(st.text(), st.lists(PIECES).map("".join)), title=st.text(max_size=20))
def test_mentions_always_quote_the_text(gazetteer: Gazetteer, text: str, title: str) -> None:
    article = ArticleText(title, text)
    for person in find_people(article, gazetteer):
        assert person.mentions
        for mention in person.mentions:
            assert getattr(article, mention.field)[mention.start : mention.end] == mention.name
