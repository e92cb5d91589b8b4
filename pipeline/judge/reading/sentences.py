"""Sentences of an article's field with their exact spans, never cut inside a quotation."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_LINE = re.compile(r"[^\n]+")
_END = re.compile(r"[.!?…]+[”\"’')\]]*(?=\s|$)")
_ABBREVIATION = re.compile(
    r"(?:^|[\s(.])(?:TP|T\.P|Tp|TX|TT|Th\.?S|ThS|TS|GS|PGS|BS|KS|CN|Q|P|H|X|St|tr|vv|v\.v|No|Mr|Ms|Dr"
    r"|KTS|LS|NSND|NSƯT|Đ/c|đ/c|[A-ZĐ])\.$"
)
_OPENING, _CLOSING = "“«(", "”»)"


@dataclass(frozen=True, slots=True)
class Sentence:
    text: str
    start: int
    end: int
    line: int
    """Number of the paragraph in the field."""
    finished: bool
    """Ends in a full stop or its like; a heading, caption or byline does not."""


def sentences(field: str) -> list[Sentence]:
    """The sentences of NFC ``field``; ``text == field[start:end]``."""
    return [
        sentence
        for line, match in enumerate(_LINE.finditer(field))
        for sentence in _of_line(field, match.start(), match.end(), line)
    ]


def _of_line(field: str, first: int, last: int, line: int) -> Iterator[Sentence]:
    start = first
    for match in _END.finditer(field, first, last):
        end = match.end()
        if not _closes(field[start:end]) or _ABBREVIATION.search(field[start:end]):
            continue
        following = field[end:last].lstrip()
        if following and following[0].islower():
            continue
        yield from _trimmed(field, start, end, line, finished=True)
        start = end
    yield from _trimmed(field, start, last, line, finished=False)


def _trimmed(field: str, start: int, end: int, line: int, *, finished: bool) -> Iterator[Sentence]:
    text = field[start:end]
    start += len(text) - len(text.lstrip())
    end -= len(text) - len(text.rstrip())
    if start < end:
        yield Sentence(field[start:end], start, end, line, finished)


def _closes(text: str) -> bool:
    """All quotation marks and brackets of ``text`` are paired."""
    opened = sum(text.count(mark) for mark in _OPENING)
    closed = sum(text.count(mark) for mark in _CLOSING)
    return opened <= closed and text.count('"') % 2 == 0
