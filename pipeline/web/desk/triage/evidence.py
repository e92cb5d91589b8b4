"""Evidence spans as pieces of text that a template can show escaped, with their kinds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

KINDS = ("subject", "deed", "result", "award", "hype")
"""Kinds that are highlighted, in the order in which an overlap is resolved."""


class Span(NamedTuple):
    start: int
    end: int
    kind: str


class Segment(NamedTuple):
    text: str
    kinds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Paragraph:
    number: int
    """From 1, as an editor counts."""
    segments: tuple[Segment, ...]


def segments(text: str, spans: Iterable[Span]) -> tuple[Segment, ...]:
    """``text`` cut wherever a span begins or ends; joined again they are ``text``.

    Spans may overlap and nest. One that lies outside the text is cut to it: an outlet may have
    shortened its article since it was judged.
    """
    inside = [
        Span(_within(span.start, text), _within(span.end, text), span.kind)
        for span in spans
        if span.kind in KINDS
    ]
    cuts = sorted({0, len(text), *(edge for span in inside for edge in span[:2])})
    pieces = []
    for start, end in pairwise(cuts):
        over = {span.kind for span in inside if span.start <= start and end <= span.end}
        pieces.append(Segment(text[start:end], tuple(kind for kind in KINDS if kind in over)))
    return tuple(pieces)


def _within(offset: int, text: str) -> int:
    return min(max(offset, 0), len(text))


def paragraphs(text: str, spans: Iterable[Span]) -> tuple[Paragraph, ...]:
    """``text`` by its lines; spans count from the beginning of ``text``."""
    given, found, offset = list(spans), [], 0
    for number, line in enumerate(text.split("\n"), start=1):
        moved = [
            Span(span.start - offset, span.end - offset, span.kind)
            for span in given
            if span.start < offset + len(line) and span.end > offset
        ]
        found.append(Paragraph(number, segments(line, moved)))
        offset += len(line) + 1
    return tuple(found)


def paragraph_at(text: str, offset: int) -> int:
    """Number, from 1, of the paragraph that holds ``offset``."""
    return text.count("\n", 0, offset) + 1


def around(text: str, span: Span, reach: int = 60) -> tuple[Segment, ...]:
    """The span marked amid at most ``reach`` characters of its own line on either side, cut
    between words; an ellipsis stands where something was cut."""
    line_start = text.rfind("\n", 0, span.start) + 1
    line_end = text.find("\n", span.end)
    line_end = len(text) if line_end < 0 else line_end
    start, end = max(line_start, span.start - reach), min(line_end, span.end + reach)
    before, after = text[start : span.start], text[span.end : end]
    if start > line_start:
        before = "…" + before.partition(" ")[2]
    if end < line_end:
        after = after.rpartition(" ")[0] + "…"
    pieces = (Segment(before, ()), Segment(text[span.start : span.end], (span.kind,)))
    return tuple(piece for piece in (*pieces, Segment(after, ())) if piece.text)
