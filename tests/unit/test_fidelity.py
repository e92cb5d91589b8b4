"""A faithful summary passes however it writes its facts; a changed fact is found."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.judge.fidelity.checking import check

SOURCE = (
    "Người giữ nghề dệt lanh ở Tả Van Chư\n"
    "Năm 2011, bà Sùng Thị Páo ở thôn Lùng Phình, xã Tả Van Chư, tỉnh Lào Cai đứng ra lập Hợp tác "
    "xã Lanh Lùng Phình với 12 thành viên, vay hơn 80 triệu đồng mua khung cửi. Đến nay hợp tác xã "
    "có 46 thành viên, doanh thu mỗi năm 1,2 tỷ đồng, trồng 5.000 m2 lanh. Khoảng 90% thành viên "
    "là phụ nữ. Ngày 12/4, Chủ tịch UBND tỉnh Lào Cai tặng Bằng khen cho bà. Năm 2024 bà được tặng "
    "Huân chương Lao động hạng Ba.\n"
    "“Tôi chỉ mong con cháu biết dệt, nghề sẽ không mất”, bà Páo nói.\n"
    "Bà không nhận thù lao dạy nghề. Đây là hợp tác xã đầu tiên của xã vùng cao này."
)

FAITHFUL = [
    "Bà Sùng Thị Páo lập HTX Lanh Lùng Phình với 12 thành viên năm 2011.",
    "Doanh thu mỗi năm 1.200.000.000 đồng.",
    "Mỗi năm doanh thu một phẩy hai tỷ đồng, trồng 0,5 ha lanh.",
    "Doanh thu 1 tỷ 200 triệu đồng; bà vay hơn tám mươi triệu đồng.",
    "Trên 80.000.000 đồng là số tiền bà vay mua khung cửi.",
    "Ngày 12 tháng 4 năm 2024, Chủ tịch Ủy ban nhân dân tỉnh Lào Cai tặng bà Bằng khen.",
    "Bà Páo được tặng Huân chương Lao động hạng Ba.",
    "Bà nói: “Tôi chỉ mong con cháu biết dệt, nghề sẽ không mất”.",
    "Bà Páo (xã Tả Van Chư) không nhận thù lao dạy nghề.",
    "Khoảng chín mươi phần trăm thành viên là phụ nữ.",
    "Hợp tác xã đầu tiên của xã vùng cao nay có bốn mươi sáu thành viên.",
    "46 chị em cùng làm nghề, hơn 40 người đều biết dệt.",
    "Sùng Thị Páo không ngừng dạy nghề cho chị em.",
    "",
]

WRONG = [
    ("Hợp tác xã có 64 thành viên.", "number", "64"),
    ("Bà vay 80 triệu đồng mua khung cửi.", "number", "80 triệu"),
    ("Hợp tác xã có hơn 46 thành viên.", "number", "hơn 46"),
    ("Doanh thu mỗi năm 1,2 triệu đồng.", "number", "1,2 triệu"),
    ("Doanh thu mỗi năm hai tỷ đồng.", "number", "hai tỷ"),
    ("Hợp tác xã trồng 46 ha lanh.", "number", "46"),
    ("90% thành viên là phụ nữ.", "number", "90"),
    ("Ngày 21/4, bà được tặng Bằng khen.", "date", "21/4"),
    ("Ngày 12/4/2023, bà được tặng Bằng khen.", "date", "12/4/2023"),
    ("Năm 2012, bà lập hợp tác xã.", "date", "2012"),
    ("Bà Sùng Thị Mỷ lập hợp tác xã.", "name", "Sùng Thị Mỷ"),
    ("Ông Giàng Thị Páo lập hợp tác xã.", "name", "Giàng Thị Páo"),
    ("Hợp tác xã ở thôn Lùng Cải.", "place", "Lùng Cải"),
    ("Bà được tặng Giấy khen của tỉnh Lào Cai.", "award", "Giấy khen"),
    ("Bà được tặng Huân chương Lao động hạng Nhất.", "award", "Huân chương"),
    ("Bà được Thủ tướng tặng Bằng khen.", "award", "Bằng khen"),
    ("Bà nói: “Nghề dệt sẽ sống mãi với bản làng”.", "quotation", "“Nghề dệt sẽ sống mãi"),
    ("“Bà không nhận thù lao dạy nghề”, chị em kể.", "quotation", "“Bà không nhận"),
    ("Đây là hợp tác xã lớn nhất tỉnh.", "superlative", "lớn nhất"),
    ("Bà là người duy nhất biết dệt.", "superlative", "duy nhất"),
    ("Bà là phụ nữ đầu tiên dạy nghề.", "superlative", "đầu tiên"),
    ("Đây là hợp tác xã đầu tiên của tỉnh.", "superlative", "đầu tiên"),
    ("Bà nhận thù lao dạy nghề.", "negation", "nhận thù lao"),
]


@pytest.mark.parametrize("summary", FAITHFUL)
def test_a_faithful_summary_passes(summary: str) -> None:
    assert check(summary, SOURCE).unsupported == ()


@pytest.mark.parametrize(("summary", "kind", "quote"), WRONG, ids=[w[0][:40] for w in WRONG])
def test_a_changed_fact_is_found(summary: str, kind: str, quote: str) -> None:
    findings = check(summary, SOURCE).unsupported
    assert [f for f in findings if f.kind == kind and quote in f.quote]
    assert all(f.why and summary[f.start : f.end] == f.quote for f in findings)


def test_claims_are_counted() -> None:
    assert check("Năm 2011, bà Sùng Thị Páo vay hơn 80 triệu đồng.", SOURCE).claims == 3


def test_unicode_form_and_tone_placement_do_not_matter() -> None:
    decomposed = unicodedata.normalize("NFD", SOURCE)
    for summary in FAITHFUL:
        assert check(summary, decomposed).unsupported == ()
        assert check(unicodedata.normalize("NFD", summary), SOURCE).unsupported == ()
    assert check("Xã Hoà Thuỷ", "ở xã Hòa Thủy").unsupported == ()


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=80), st.text(max_size=80))
def test_any_text_is_checked(summary: str, source: str) -> None:
    result = check(summary, source)
    text = unicodedata.normalize("NFC", summary)
    assert all(text[f.start : f.end] == f.quote for f in result.unsupported)
    assert result.claims >= len(result.unsupported)


MIX = """
một hai ba năm mười mươi trăm chục nghìn triệu tỷ rưỡi nửa phẩy linh hơn gần khoảng 1,2 12 1.200
12/4 12/4/2024 tháng quý III % đồng hộ ha - – “ ” " không nhất đầu tiên Bà Sùng Páo . ,
"""
WORDS = MIX.split()


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.sampled_from(WORDS),
        max_size=25,
    )
)
def test_every_text_is_faithful_to_itself(words: list[str]) -> None:
    text = " ".join(words)
    assert [f for f in check(text, text).unsupported if f.kind != "quotation"] == []


def test_a_number_read_two_ways_is_faithful_to_its_own_sentence() -> None:
    assert check("1,2 một", "1,2 một").unsupported == ()
