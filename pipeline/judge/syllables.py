"""A text as folded syllables with their places: what matching and the model read."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipeline.text.fold import fold

_TOKEN = re.compile(r"[^\W_]+(?:[.,/](?=\d)\d+)*|[.;:!?…\n]")
STOPS = frozenset(".;:!?…\n")
"""Marks that end a clause: no phrase reaches over them. Commas, dashes, quotation marks and
brackets are left out, so that "5 không, 3 sạch" is also "5 không - 3 sạch"."""


@dataclass(frozen=True, slots=True)
class Syllables:
    text: str
    """The field as given (NFC)."""
    folded: str
    words: list[str]
    """Folded syllables, numbers and clause marks, in order."""
    starts: list[int]
    ends: list[int]

    @classmethod
    def of(cls, text: str) -> Syllables:
        words: list[str] = []
        starts: list[int] = []
        ends: list[int] = []
        folded = fold(text)
        for found in _TOKEN.finditer(folded):
            words.append(found[0])
            starts.append(found.start())
            ends.append(found.end())
        return cls(text, folded, words, starts, ends)

    def quote(self, first: int, last: int) -> tuple[int, int, str]:
        """Span and wording of the syllables ``first`` to ``last`` (exclusive)."""
        start, end = self.starts[first], self.ends[last - 1]
        return start, end, self.text[start:end]
