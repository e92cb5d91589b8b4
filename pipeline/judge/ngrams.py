"""The wording of an article as n-grams of folded syllables, by where they stand."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise, repeat
from typing import Literal

import numpy as np
import numpy.typing as npt

from pipeline.judge.article_reading import Reading
from pipeline.judge.syllables import STOPS

Block = Literal["title", "lead", "body"]
BLOCKS: tuple[Block, ...] = ("title", "lead", "body")
Term = str | tuple[str, str]
"""One syllable, or two in a row."""
Ints = npt.NDArray[np.int64]
_LEAD_SYLLABLES = 100


def wording(reading: Reading) -> dict[Block, list[str]]:
    """The syllables of title, lead (sapo and the first 100 syllables) and the whole, in order. Any
    number is "0": amounts are not wording. Clause marks stay: no pair reaches over them."""
    title, sapo, text = (_words(reading.fields[name].words) for name in ("title", "sapo", "text"))
    return {
        "title": title,
        "lead": [*sapo, ".", *text[:_LEAD_SYLLABLES]],
        "body": [*title, ".", *sapo, ".", *text],
    }


def terms(block: Block, words: list[str]) -> set[Term]:
    """What may become a term of ``block``: syllables, and outside the title pairs of them."""
    found: set[Term] = {word for word in words if word not in STOPS}
    if block != "title":
        found.update(pair for pair in pairwise(words) if STOPS.isdisjoint(pair))
    return found


def _words(words: list[str]) -> list[str]:
    return ["0" if "0" <= word < ":" else word for word in words]


class TermIndex:
    """Known terms as numbers: counting them is a sort of integers, not a loop over strings."""

    def __init__(self, rows: Mapping[Term, int]) -> None:
        words = {w for term in rows for w in ((term,) if isinstance(term, str) else term)}
        self._ids = {word: at for at, word in enumerate(sorted(words))}
        self._size = len(words) + 1
        codes = np.array([self._code(term) for term in rows], np.int64)
        order = np.argsort(codes)
        self._codes = codes[order]
        self._rows = np.array(list(rows.values()), np.int64)[order]

    def _code(self, term: Term) -> int:
        if isinstance(term, str):
            return self._ids[term]
        return (self._ids[term[0]] + 1) * self._size + self._ids[term[1]]

    def count(self, words: list[str]) -> tuple[Ints, Ints]:
        """Rows of the known terms among ``words`` and how often each occurs."""
        ids = np.array(list(map(self._ids.get, words, repeat(-1))), np.int64)
        if not len(self._codes) or not len(ids):
            return np.zeros(0, np.int64), np.zeros(0, np.int64)
        first, second = ids[:-1], ids[1:]
        pairs = ((first + 1) * self._size + second)[(first >= 0) & (second >= 0)]
        codes = np.sort(np.concatenate((ids, pairs)))
        # The same as np.diff with prepend and append, at a third of its cost on short arrays.
        starts = np.concatenate(([0], np.flatnonzero(codes[1:] != codes[:-1]) + 1))
        counts = np.concatenate((starts[1:], [len(codes)])) - starts
        codes = codes[starts]
        at = np.searchsorted(self._codes, codes)
        np.minimum(at, len(self._codes) - 1, out=at)
        found = self._codes[at] == codes
        return self._rows[at[found]], counts[found]
