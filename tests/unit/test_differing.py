"""Word by word: nothing of either text is lost, and only what changed is marked."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.text.differing import LONGEST, Piece, differences


@given(st.text(), st.text())
def test_both_texts_can_be_read_out_of_it(old: str, new: str) -> None:
    pieces = differences(old, new)
    assert "".join(piece.text for piece in pieces if piece.change != "added") == old
    assert "".join(piece.text for piece in pieces if piece.change != "removed") == new


def test_one_word_is_one_change() -> None:
    assert differences("Chị bán 45 tấn thịt.", "Chị bán 54 tấn thịt.") == (
        Piece("same", "Chị bán"),
        Piece("removed", " 45"),
        Piece("added", " 54"),
        Piece("same", " tấn thịt."),
    )


def test_a_word_in_common_by_chance_does_not_tear_a_change_apart() -> None:
    old = "Chị nuôi lợn đen ở bản Nậm Hẻn và bán thịt"
    new = "Chị nuôi cá tầm ở suối Nậm Cang nhưng bán thịt"
    assert [piece.change for piece in differences(old, new)] == [
        "same", "removed", "added", "same",
    ]  # fmt: skip


def test_equal_texts_have_no_changes() -> None:
    assert differences("Một dòng\nhai dòng", "Một dòng\nhai dòng") == (
        Piece("same", "Một dòng\nhai dòng"),
    )
    assert differences("", "") == ()


def test_what_would_take_too_long_is_refused() -> None:
    with pytest.raises(ValueError, match="more than"):
        differences("một " * LONGEST, "hai")
