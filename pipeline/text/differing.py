"""What changed between two texts, word by word."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import Literal, NamedTuple

Change = Literal["same", "added", "removed"]
_WORDS = re.compile(r"\n|[^\S\n]*\S+|[^\S\n]+")
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
    for what, a, b, c, d in SequenceMatcher(None, before, after).get_opcodes():
        if what == "equal":
            yield Piece("same", "".join(before[a:b]))
        else:
            yield Piece("removed", "".join(before[a:b]))
            yield Piece("added", "".join(after[c:d]))
