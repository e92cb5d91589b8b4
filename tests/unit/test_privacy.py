"""What of people and schools is not published."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.text.privacy import hide_schools, initials, published_as, shorten_names, still_named

NAME = "Lò Thị Hòa"


@pytest.mark.parametrize(
    ("text", "published"),
    [
        ("Em Lò Thị Hòa cứu hai bạn.", "Em L.T.H. cứu hai bạn."),
        ("Em Lò Thị Hoà cứu hai bạn.", "Em L.T.H. cứu hai bạn."),
        ("Gương sáng LÒ THỊ HÒA", "Gương sáng L.T.H."),
        ("Cô bé Thị Hòa ở Nậm Hẻn", "Cô bé T.H. ở Nậm Hẻn"),
        ("“Em Hòa gan dạ lắm”, bà kể.", "“Em H. gan dạ lắm”, bà kể."),
        ("Hôm ấy, Hòa nhảy xuống.", "Hôm ấy, H. nhảy xuống."),
        ("Mọi người khen Hòa.", "Mọi người khen H."),
        ("Khi Hòa bước lên bờ", "Khi H. bước lên bờ"),
    ],
)
def test_a_name_and_its_ends_become_initials(text: str, published: str) -> None:
    assert shorten_names(text, [NAME]) == published
    assert still_named(text, [NAME]) == [NAME]
    assert still_named(published, [NAME]) == []


@pytest.mark.parametrize(
    "text",
    [
        "Tỉnh Hòa Bình cũ",
        "Anh Giàng A Hòa dạy em bơi.",
        "Bản nhỏ nay hòa thuận.",
        "Bà Lò Thị Mai",
        "Lò thị",
    ],
)
def test_others_and_common_words_stay(text: str) -> None:
    assert shorten_names(text, [NAME]) == text


@pytest.mark.parametrize(
    ("text", "published"),
    [
        ("học sinh Trường THCS Nậm Hẻn", "học sinh một trường THCS"),
        ("Trường Tiểu học số 2 Nậm Hẻn mở lớp.", "Một trường tiểu học mở lớp."),
        ("ở trường PTDTBT TH&THCS xã Nậm Hẻn, em học", "ở một trường PTDTBT TH&THCS, em học"),
        ("cô giáo mầm non Hoa Ban", "cô giáo một trường mầm non"),
        ("Thầy ở Trường Tiểu học và THCS Nậm Hẻn.", "Thầy ở một trường tiểu học và thcs."),
        ("lớp 8A trường Lê Quý Đôn", "lớp 8A một trường"),
    ],
)
def test_schools_keep_their_kind_only(text: str, published: str) -> None:
    assert hide_schools(text) == published


@pytest.mark.parametrize(
    "text",
    [
        "Trường Sơn và Trường Sa",
        "học sinh tiểu học trong xã",
        "em đến trường mỗi ngày",
        "Công ty TH Nậm Hẻn",
        "dãy Trường Sơn",
    ],
)
def test_what_is_no_named_school_stays(text: str) -> None:
    assert hide_schools(text) == text


def test_initials_of_one_and_more_syllables() -> None:
    assert initials("Mây") == "M."
    assert initials("đỗ  văn Ân") == "Đ.V.Â."
    assert initials("") == ""


@given(st.text(), st.lists(st.text(max_size=20), max_size=3), st.booleans())
def test_no_text_or_name_breaks_it(text: str, names: list[str], schools: bool) -> None:
    published_as(text, names, schools)
