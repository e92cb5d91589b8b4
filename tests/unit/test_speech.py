"""What an announcer reads: no figure, sign or abbreviation is left, and nothing else changes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.judge.numerals import Number
from pipeline.judge.wording import tokens
from pipeline.text.numerals import spoken
from pipeline.text.speech import aloud, seconds, unspelled


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0, "không"),
        (5, "năm"),
        (15, "mười lăm"),
        (21, "hai mươi mốt"),
        (24, "hai mươi tư"),
        (25, "hai mươi lăm"),
        (101, "một trăm linh một"),
        (115, "một trăm mười lăm"),
        (1005, "một nghìn không trăm linh năm"),
        (2026, "hai nghìn không trăm hai mươi sáu"),
        (1_000_005, "một triệu không trăm linh năm"),
        (1_200_000_000, "một tỷ hai trăm triệu"),
        (3_000_000_000_000, "ba nghìn tỷ"),
    ],
)
def test_counts(value: int, words: str) -> None:
    assert spoken(value) == words


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("UBND xã chi 1,2 tỷ đồng", "Ủy ban nhân dân xã chi một phẩy hai tỷ đồng"),
        ("Thu 1.250kg chè/ha", "Thu một nghìn hai trăm năm mươi ki-lô-gam chè một héc-ta"),
        ("QĐ số 12/QĐ-UBND", "Quyết định số mười hai"),
        ("QL1A, lớp 12A2, Covid-19", "Quốc lộ một A, lớp mười hai A hai, Covid mười chín"),
        ("Số 12 đường 30/4", "Số mười hai đường ba mươi tháng tư"),
        ("Gọi 0912-345-678", "Gọi không chín một hai ba bốn năm sáu bảy tám"),
        ("Mỗi m2 thu 2,5kg", "Mỗi mét vuông thu hai phẩy năm ki-lô-gam"),
        ("UBND/HĐND xã", "Ủy ban nhân dân, Hội đồng nhân dân xã"),
        ("Giảm 0,05%", "Giảm không phẩy không năm phần trăm"),
        ("3/4 số hộ", "Ba phần tư số hộ"),
        ("45/60 hộ", "Bốn mươi lăm trên sáu mươi hộ"),
        ("Từ 3/4 đến 22/11", "Từ ngày ba tháng tư đến ngày hai mươi hai tháng mười một"),
        (
            "Ngày 22/11/2026",
            "Ngày hai mươi hai tháng mười một năm hai nghìn không trăm hai mươi sáu",
        ),
        ("Tháng 4", "Tháng tư"),
        ("Thu 5-7 triệu đồng/tháng", "Thu năm đến bảy triệu đồng một tháng"),
        ("Huân chương hạng I, quý IV", "Huân chương hạng nhất, quý tư"),
        ("Lúc 8h30 và 14:05", "Lúc tám giờ ba mươi phút và mười bốn giờ năm phút"),
        ("Gọi 0900 000 123", "Gọi không chín không không không không không một hai ba"),
        ("Nghị quyết 99-NQ/TW", "Nghị quyết chín mươi chín"),
        ("Ông Tư ở TP.HCM", "Ông Tư ở Thành phố Hồ Chí Minh"),
        ("Xong. 12 hộ vui", "Xong. Mười hai hộ vui"),
        ("Nhà 3 tầng, 120m2", "Nhà ba tầng, một trăm hai mươi mét vuông"),
    ],
)
def test_read_aloud(written: str, read: str) -> None:
    assert aloud(written) == read
    assert unspelled(read) == []


def test_an_office_adds_its_own_abbreviations() -> None:
    assert unspelled(aloud("Tổ VSMT giúp dân")) == ["VSMT"]
    assert unspelled(aloud("Hội ĐĐTQ")) == ["ĐĐTQ"]
    assert aloud("Tổ VSMT giúp dân", {"VSMT": "vệ sinh môi trường"}) == (
        "Tổ vệ sinh môi trường giúp dân"
    )


def test_the_pace_is_140_syllables_a_minute() -> None:
    assert seconds("một " * 140) == 60


@given(st.integers(0, 10**12 - 1))
def test_what_is_said_is_understood_as_the_same_number(value: int) -> None:
    """The judgement reads number words: what we say must be what it hears."""
    heard = Number.read(tokens(f"{spoken(value)} con"), 0, frozenset())
    if value:
        assert heard is not None
        assert value in heard.values


@given(st.text())
def test_no_text_breaks_it(text: str) -> None:
    assert not any("0" <= letter <= "9" for letter in aloud(text))
