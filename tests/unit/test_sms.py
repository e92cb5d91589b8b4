from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.text.sms import measure, unaccented


@pytest.mark.parametrize(
    ("text", "alphabet", "places", "segments"),
    [
        ("", "GSM-7", 0, 0),
        ("a" * 160, "GSM-7", 160, 1),
        ("a" * 161, "GSM-7", 161, 2),
        ("a" * 307, "GSM-7", 307, 3),
        ("[" * 80, "GSM-7", 160, 1),
        ("a" * 152 + "[" + "a" * 152, "GSM-7", 306, 3),  # "[" goes whole into the second part
        ("a" * 151 + "[" + "a" * 153, "GSM-7", 306, 2),
        ("ơ" * 66 + "😀" + "ơ" * 66, "UCS-2", 134, 3),
        ("ơ" * 70, "UCS-2", 70, 1),
        ("ơ" * 71, "UCS-2", 71, 2),
        ("ơ" * 135, "UCS-2", 135, 3),
        ("😀" * 35, "UCS-2", 70, 1),
    ],
)
def test_what_a_network_charges(text: str, alphabet: str, places: int, segments: int) -> None:
    size = measure(text)
    assert (size.alphabet, size.places, size.segments) == (alphabet, places, segments)


def test_marks_are_taken_off() -> None:
    assert unaccented("“Gương sáng” – Tả Phìn…") == '"Guong sang" - Ta Phin...'


@given(st.text())
def test_without_marks_every_text_is_gsm_7(text: str) -> None:
    assert measure(unaccented(text)).alphabet == "GSM-7"
