"""Evidence spans as segments: nothing lost, nothing shown twice, whatever the spans."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pipeline.web.desk.triage.evidence import (
    KINDS,
    Segment,
    Span,
    around,
    paragraph_at,
    paragraphs,
    segments,
)

SPANS = st.lists(
    st.builds(Span, st.integers(-3, 60), st.integers(-3, 60), st.sampled_from([*KINDS, "place"]))
)


def test_overlapping_spans_share_their_common_part() -> None:
    found = segments("abcdefgh", [Span(1, 5, "deed"), Span(3, 7, "subject")])
    assert found == (
        Segment("a", ()),
        Segment("bc", ("deed",)),
        Segment("de", ("subject", "deed")),
        Segment("fg", ("subject",)),
        Segment("h", ()),
    )


def test_a_span_over_two_paragraphs_is_marked_in_both() -> None:
    first, second = paragraphs("một hai\nba bốn", [Span(4, 10, "result")])
    assert first.segments == (Segment("một ", ()), Segment("hai", ("result",)))
    assert second.segments == (Segment("ba", ("result",)), Segment(" bốn", ()))
    assert (first.number, second.number) == (1, 2)


def test_the_paragraph_of_an_offset_is_counted_from_one() -> None:
    assert [paragraph_at("ab\ncd\nef", offset) for offset in (0, 2, 3, 7)] == [1, 1, 2, 3]


def test_the_words_around_a_span_stay_on_its_line_and_whole() -> None:
    text = "dòng một\nChị mở lớp dạy ủ men lá cho phụ nữ trong thôn\ndòng ba"
    start = text.index("ủ men")
    assert around(text, Span(start, start + 9, "deed"), reach=9) == (
        Segment("…lớp dạy ", ()),
        Segment("ủ men lá ", ("deed",)),
        Segment("cho phụ…", ()),
    )
    whole = around(text, Span(start, start + 9, "deed"), reach=90)
    assert "".join(piece.text for piece in whole) == text.split("\n")[1]


@given(st.text(max_size=50), SPANS)
def test_segments_joined_are_the_text(text: str, spans: list[Span]) -> None:
    assert "".join(piece.text for piece in segments(text, spans)) == text


@given(st.text(max_size=50), SPANS)
def test_paragraphs_joined_are_the_text(text: str, spans: list[Span]) -> None:
    lines = ["".join(piece.text for piece in each.segments) for each in paragraphs(text, spans)]
    assert "\n".join(lines) == text


@given(st.text(alphabet="ab\n", min_size=1, max_size=50), st.data())
def test_every_marked_letter_is_under_its_span(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    marked = sum(
        len(piece.text)
        for each in paragraphs(text, [Span(start, end, "deed")])
        for piece in each.segments
        if piece.kinds
    )
    assert marked == len(text[start:end].replace("\n", ""))
