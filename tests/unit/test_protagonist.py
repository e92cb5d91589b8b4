"""Whom a story is about. Every person, body and event here is invented."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.judge.model import shipped
from pipeline.judge.names.gazetteer import Gazetteer, load_gazetteer
from pipeline.judge.names.organisations import find_organisations
from pipeline.judge.names.people import find_people
from pipeline.judge.protagonist.choosing import Subject, main_subject
from pipeline.judge.protagonist.facts import candidates, compare
from pipeline.shapes import ArticleText, ExemplarKind

TABLE = Path(__file__).parents[2] / "taxonomy" / "places.tsv"


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return load_gazetteer(TABLE)


def subject(gazetteer: Gazetteer, title: str, text: str) -> Subject | None:
    article = ArticleText(title, text)
    people, units = find_people(article, gazetteer), find_organisations(article, gazetteer)
    found = candidates(article, people, units)
    compare(article, found)
    return main_subject(article, found, shipped().subject)


def test_the_farmer_not_the_official_who_praises_her(gazetteer: Gazetteer) -> None:
    found = subject(
        gazetteer,
        "Người phụ nữ giữ rừng chè cổ",
        "Chị Vàng Thị Mỷ, 42 tuổi, ở thôn Bản Phố, đã trồng chè từ năm 2010. Chị Mỷ dạy nghề cho "
        "cả bản.\nÔng Trần Văn Bảy, Chủ tịch UBND xã, cho biết chị Mỷ làm ăn giỏi.",
    )
    assert found is not None
    assert (found.text, found.kind) == ("Vàng Thị Mỷ", ExemplarKind.INDIVIDUAL)


def test_the_unit_not_the_farmer_it_helps(gazetteer: Gazetteer) -> None:
    found = subject(
        gazetteer,
        "Bộ đội Biên phòng giúp dân gặt lúa chạy lũ",
        "Sáng 2/11, Đồn Biên phòng Ma Lù huy động 30 cán bộ giúp dân gặt lúa. Đồn Biên phòng Ma Lù "
        "còn dựng lại nhà cho ông Lò Văn Pản.",
    )
    assert found is not None
    assert (found.text, found.kind) == ("Đồn Biên phòng Ma Lù", ExemplarKind.COLLECTIVE)


def test_as_many_are_named_as_the_headline_counts(gazetteer: Gazetteer) -> None:
    """Age and home may stand between them; who only gives the award is not one of them."""
    found = subject(
        gazetteer,
        "Khen thưởng 2 thanh niên cứu người đuối nước",
        "Ông Lê Văn Tấn, Chủ tịch UBND xã, vừa trao Giấy khen cho anh Giàng A Chu (24 tuổi, trú "
        "thôn Nậm Khe, nghề chài lưới) và anh Lò Văn Pản (26 tuổi, cùng thôn). Chiều 3/11, "
        "anh Chu và anh Pản lao xuống sông cứu một cháu bé.",
    )
    assert found is not None
    assert found.text == "Giàng A Chu và Lò Văn Pản"


def test_two_who_act_together_are_joined(gazetteer: Gazetteer) -> None:
    found = subject(
        gazetteer,
        "Khen thưởng hai học sinh nhặt được ví trả lại người mất",
        "Em Lò Thị Pành và Vừ A Sính, học sinh lớp 8, nhặt được ví và trả lại. Em Pành và em Sính "
        "được nhà trường khen.",
    )
    assert found is not None
    assert set(found.names) == {"Lò Thị Pành", "Vừ A Sính"}


def test_the_cooperative_not_its_director_when_the_headline_centres_on_it(
    gazetteer: Gazetteer,
) -> None:
    found = subject(
        gazetteer,
        "Hợp tác xã chè Suối Mây đưa chè cổ ra thế giới",
        "Thành lập năm 2018, Hợp tác xã chè Suối Mây có 64 thành viên. Chị Vàng Thị Mỷ, Giám đốc "
        "Hợp tác xã chè Suối Mây, cho biết mỗi năm đơn vị bán 40 tấn chè. Hợp tác xã chè Suối Mây "
        "tạo việc làm cho 120 lao động.",
    )
    assert found is not None
    assert (found.text, found.kind) == ("Hợp tác xã chè Suối Mây", ExemplarKind.ENTERPRISE)


def test_no_name_no_subject(gazetteer: Gazetteer) -> None:
    assert subject(gazetteer, "Trời mưa to", "Hôm nay trời mưa to, nước dâng cao.") is None


WORDS = (
    "Chị |ông |Vàng Thị Mỷ|Mỷ|Công an xã Văn Bàn|mô hình “|”| và |, |. |\n|làng |Ia Nueng|đội |"
    "tình nguyện |hai |HTX "
)
PIECES = st.sampled_from(WORDS.split("|"))


@settings(max_examples=200, deadline=None)
@given(text=st.one_of(st.text(), st.lists(PIECES).map("".join)), title=st.text(max_size=20))
def test_evidence_always_quotes_the_text(gazetteer: Gazetteer, text: str, title: str) -> None:
    found = subject(gazetteer, title, text)
    if found is not None:
        span = found.evidence
        written = {"title": title, "sapo": "", "text": text}[span.field]
        assert written[span.start : span.end] == span.quote
        assert found.names
