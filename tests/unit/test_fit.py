from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.text.fit import ELLIPSIS, fit, fit_words, sentences

TEXT = "Chị Mây nuôi 1.250 con lợn. Đến nay 19 hộ thoát nghèo! Ấm no đã về bản?"


def test_sentences_end_before_a_capital_letter_with_or_without_diacritics() -> None:
    assert sentences(TEXT) == [
        "Chị Mây nuôi 1.250 con lợn.",
        "Đến nay 19 hộ thoát nghèo!",
        "Ấm no đã về bản?",
    ]


def test_a_stop_inside_a_sentence_does_not_end_it() -> None:
    assert sentences("Trồng lúa, ngô, v.v. và nuôi cá.") == ["Trồng lúa, ngô, v.v. và nuôi cá."]


def test_a_quotation_stays_with_its_sentence() -> None:
    assert sentences("Chị nói: “Cứ làm.” Ai cũng gật.") == ["Chị nói: “Cứ làm.”", "Ai cũng gật."]


@pytest.mark.parametrize(
    ("limit", "expected"),
    [
        (200, TEXT),
        (54, "Chị Mây nuôi 1.250 con lợn. Đến nay 19 hộ thoát nghèo!"),
        (53, "Chị Mây nuôi 1.250 con lợn."),
        (26, "Chị Mây nuôi 1.250 con…"),
        (4, "Chị…"),
        (3, "Ch…"),
        (1, "…"),
    ],
)
def test_whole_sentences_then_whole_words_then_letters(limit: int, expected: str) -> None:
    assert fit(TEXT, limit) == expected


def test_no_limit_below_one() -> None:
    with pytest.raises(ValueError, match="at least 1"):
        fit("a", 0)


LETTERS = st.text(alphabet="aăâđêôơưÁẤĐ .!?…,“”\n19", max_size=300)


@given(LETTERS, st.integers(1, 200))
def test_what_fits_is_never_longer_never_lost_and_begins_as_the_text(text: str, limit: int) -> None:
    fitted = fit(text, limit)
    assert len(fitted) <= limit
    assert bool(fitted) == bool(text.strip())
    words = " ".join(text.split())
    assert words.startswith(" ".join(fitted.removesuffix(ELLIPSIS).split()))


@given(LETTERS)
def test_sentences_lose_no_word(text: str) -> None:
    assert " ".join(sentences(text)).split() == text.split()


@given(LETTERS, st.integers(1, 50))
def test_words_fit_too(text: str, limit: int) -> None:
    assert len(fit_words(text, limit).split()) <= limit
