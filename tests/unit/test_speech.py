"""What an announcer reads: no figure, sign or abbreviation is left, and nothing else changes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.judge.reading.numerals import Number
from pipeline.judge.reading.wording import tokens
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
        ("QL1A, lớp 12A2, Covid-19", "Quốc lộ một A, lớp mười hai A hai, cô-vít mười chín"),
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
        (
            "Từ 5-7 ngày, mỗi ngày 5-7 giờ, tăng 3-5%",
            "Từ năm đến bảy ngày, mỗi ngày năm đến bảy giờ, tăng ba đến năm phần trăm",
        ),
        ("Từ 5-7 đến 9-7", "Từ ngày năm tháng bảy đến ngày chín tháng bảy"),
        (
            "Kỷ niệm 30/4 và 1/5, mùng 8/3",
            "Kỷ niệm ngày ba mươi tháng tư và ngày một tháng năm, mùng tám tháng ba",
        ),
        ("Lễ 2/9; 20/11 sắp tới", "Lễ ngày hai tháng chín; ngày hai mươi tháng mười một sắp tới"),
        ("Đạt 3/5, 19/19 tiêu chí", "Đạt ba phần năm, mười chín trên mười chín tiêu chí"),
        ("Trực 24/7, tối 7.11", "Trực suốt ngày đêm, tối ngày bảy tháng mười một"),
        (
            "Tháng 11-2026, lần thứ I",
            "Tháng mười một năm hai nghìn không trăm hai mươi sáu, lần thứ nhất",
        ),
        ("Gọi 1900 6192.", "Gọi một chín không không sáu một chín hai."),
        ("Năm học 2000/2001.", "Năm học hai nghìn đến hai nghìn không trăm linh một."),
        ("Lúc 05 h 30", "Lúc năm giờ ba mươi phút"),
        (
            "Gọi +84 912 345 678",
            "Gọi cộng tám bốn chín một hai ba bốn năm sáu bảy tám",
        ),
        (
            "Dọc QL 4D, ĐT 152 ở TP. Lào Cai",
            "Dọc quốc lộ bốn D, đường tỉnh một trăm năm mươi hai ở thành phố Lào Cai",
        ),
        (
            "PGS.TS Lê An, BS. Mai (SN 1985)",
            "Phó giáo sư tiến sĩ Lê An, bác sĩ Mai (sinh năm một nghìn chín trăm tám mươi lăm)",
        ),
        ("UBND-HĐND xã, KT-XH", "Ủy ban nhân dân, Hội đồng nhân dân xã, kinh tế, xã hội"),
        (
            "Giá 10.000đ-15.000đ, $100, 500 tr.đ",
            "Giá mười nghìn đồng đến mười lăm nghìn đồng, một trăm đô la Mỹ, năm trăm triệu đồng",
        ),
        (
            "Ngõ 30/4/2, số 01/2026",
            "Ngõ ba mươi trên bốn trên hai, số không một năm hai nghìn không trăm hai mươi sáu",
        ),
        ("Thế kỷ XXI, Lý Nam Đế II, khu vực I", "Thế kỷ hai mươi mốt, Lý Nam Đế hai, khu vực một"),
        (
            "Lạnh -2°C, điện 220V, đi 60 km/h",
            "Lạnh âm hai độ C, điện hai trăm hai mươi vôn, đi sáu mươi ki-lô-mét một giờ",
        ),
        (
            "Xem baonamhen.example.vn/tin, hỏi lan@namhen.example.vn",
            "Xem địa chỉ ghi trên trang tin, hỏi địa chỉ thư ghi trên trang tin",
        ),
        ("Phòng HIV/AIDS v.v...", "Phòng hát i vê, ết vân vân."),
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
