"""A text as folded syllables with their places: what matching and the model read."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import accumulate

from pipeline.text.fold import fold

_TOKEN = re.compile(r"([^\W_]+(?:[.,/]\d+)*|[.;:!?…\n])")
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
    def of(cls, text: str, folded: str | None = None) -> Syllables:
        """``folded`` spares the folding where the caller has done it already."""
        folded = fold(text) if folded is None else folded
        # Gap, token, gap, token, ...: words and offsets without a loop over matches.
        parts = _TOKEN.split(folded)
        reached = list(accumulate(map(len, parts)))
        return cls(text, folded, parts[1::2], reached[:-1:2], reached[1::2])

    def quote(self, first: int, last: int) -> tuple[int, int, str]:
        """Span and wording of the syllables ``first`` to ``last`` (exclusive)."""
        start, end = self.starts[first], self.ends[last - 1]
        return start, end, self.text[start:end]
