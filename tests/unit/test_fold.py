from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.text.fold import fold, fold_search, nfc

VIETNAMESE = st.text(
    st.one_of(st.characters(), st.sampled_from("qQoOuUaAeEyYàáảãạèéẻẽẹỳýỷỹỵòóỏõọùúủũụnhİΣđĐ "))
)


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("hoà bình", "hòa bình"),
        ("Xoá nhà tạm", "xóa nhà tạm"),
        ("SỨC KHOẺ", "sức khỏe"),
        ("Thuỷ, thuỵ", "thủy, thụy"),
        ("hoàn thành ngoài", "hoàn thành ngoài"),
        ("hòan thành", "hoàn thành"),
        ("Hùynh", "huỳnh"),
        ("quý quỳ quỷ", "quý quỳ quỷ"),
        ("qúy", "quý"),
        ("chuyến thuế", "chuyến thuế"),
        ("Đoá", "đóa"),
    ],
)
def test_both_tone_placements_meet(written: str, folded: str) -> None:
    assert fold(written) == folded


@given(VIETNAMESE)
def test_fold_keeps_length(text: str) -> None:
    assert len(fold(nfc(text))) == len(nfc(text))


@given(VIETNAMESE)
def test_fold_twice_is_fold_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(VIETNAMESE)
def test_fold_search_twice_is_once(text: str) -> None:
    assert fold_search(fold_search(text)) == fold_search(text)


def test_fold_search_finds_dong_in_any_form() -> None:
    for written in ("Đồng", "ĐỒNG", "dong", "Đo\u0302\u0300ng"):
        assert fold_search(written) == "dong"


def test_nfd_and_nfc_fold_alike_after_nfc() -> None:
    assert fold(nfc("hoa\u0300")) == fold("hòa")
