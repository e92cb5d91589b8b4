"""What changed between two texts, word by word."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import Match, SequenceMatcher
from typing import Literal, NamedTuple

Change = Literal["same", "added", "removed"]
_WORDS = re.compile(r"\n|[^\S\n]*\S+|[^\S\n]+")
SHORTEST = 3
"""Words in common between two changes that count as common."""
LONGEST = 40_000
"""Words of both texts together; comparing more takes seconds."""


class Piece(NamedTuple):
    change: Change
    text: str


def differences(old: str, new: str) -> tuple[Piece, ...]:
    """Pieces that are ``old`` without the added ones and ``new`` without the removed ones.

    Raises:
        ValueError: more than ``LONGEST`` words.
    """
    before, after = _WORDS.findall(old), _WORDS.findall(new)
    if len(before) + len(after) > LONGEST:
        raise ValueError(f"more than {LONGEST} words to compare")
    return tuple(piece for piece in _pieces(before, after) if piece.text)


def _pieces(before: list[str], after: list[str]) -> Iterator[Piece]:
    start, begin = 0, 0
    for same in _long_runs(before, after):
        yield Piece("removed", "".join(before[start : same.a]))
        yield Piece("added", "".join(after[begin : same.b]))
        yield Piece("same", "".join(before[same.a : same.a + same.size]))
        start, begin = same.a + same.size, same.b + same.size


def _long_runs(before: list[str], after: list[str]) -> Iterator[Match]:
    """What both have in common, but for a word or two between changes: those two texts on one event
    share by chance, and a reader could follow neither. The last, empty match ends both texts."""
    runs = SequenceMatcher(None, before, after).get_matching_blocks()
    start, begin = 0, 0
    for run in runs:
        opens = run.a == 0 and run.b == 0
        closes = run.a + run.size == len(before) and run.b + run.size == len(after)
        joins = (run.a, run.b) == (start, begin)
        if run.size >= SHORTEST or opens or closes or joins:
            start, begin = run.a + run.size, run.b + run.size
            yield run
