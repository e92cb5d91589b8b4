"""A text as folded syllables with their places: what matching and the model read."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, chain

from pipeline.text.fold import fold

_TOKEN = re.compile(r"[^\W_]+(?:[.,/]\d+)*|[.;:!?…\n]")
STOPS = frozenset(".;:!?…\n")
"""Marks that end a clause: no phrase reaches over them. Commas, dashes, quotation marks and
brackets are left out, so that "5 không, 3 sạch" is also "5 không - 3 sạch"."""
_MOST_KEPT = 20_000


class _Cut(dict[str, tuple[str, ...]]):
    """The syllables of what stands between two blanks, cut once: the language has few different
    ones, and looking one up is many times quicker than matching the pattern again."""

    def __missing__(self, written: str) -> tuple[str, ...]:
        if len(self) >= _MOST_KEPT:
            self.clear()
        found = self[written] = tuple(_TOKEN.findall(written))
        return found


_CUT = _Cut()


@dataclass(frozen=True)
class Syllables:
    text: str
    """The field as given (NFC)."""
    folded: str
    pieces: list[str]
    """``folded``, cut at the blanks."""
    cut: list[tuple[str, ...]]
    """The words of each piece: folded syllables, numbers and clause marks."""
    words: list[str]
    """The words of all pieces, in order."""

    @classmethod
    def of(cls, text: str, folded: str | None = None) -> Syllables:
        """``folded`` spares the folding where the caller has done it already."""
        folded = fold(text) if folded is None else folded
        pieces = folded.split(" ")
        cut = list(map(_CUT.__getitem__, pieces))
        return cls(text, folded, pieces, cut, list(chain.from_iterable(cut)))

    def quote(self, first: int, last: int) -> tuple[int, int, str]:
        """Span and wording of the syllables ``first`` to ``last`` (exclusive)."""
        start, end = self._span(first)[0], self._span(last - 1)[1]
        return start, end, self.text[start:end]

    def starts(self) -> list[int]:
        """Where each of ``words`` begins."""
        return [found.start() for found in _TOKEN.finditer(self.folded)]

    def _span(self, at: int) -> tuple[int, int]:
        """Offsets of word ``at``. Few are asked for, so not all are worked out."""
        words, characters = self._reached
        piece = bisect_right(words, at) - 1
        written, start, end = self.pieces[piece], 0, 0
        for word in self.cut[piece][: at - words[piece] + 1]:
            start = written.index(word, end)  # nothing a word begins with stands between words
            end = start + len(word)
        begin = characters[piece] + piece
        return begin + start, begin + end

    @cached_property
    def _reached(self) -> tuple[list[int], list[int]]:
        """How many words stand before each piece, and how many characters, blanks apart."""
        return (
            list(accumulate(map(len, self.cut), initial=0)),
            list(accumulate(map(len, self.pieces), initial=0)),
        )
