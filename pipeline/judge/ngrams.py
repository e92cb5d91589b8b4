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

    def __init__(self, rows: Mapping[Block, Mapping[Term, int]]) -> None:
        several = [(at, term, row) for at, b in enumerate(BLOCKS) for term, row in rows[b].items()]
        words = {w for _, term, _ in several for w in ((term,) if isinstance(term, str) else term)}
        self._ids = {word: at for at, word in enumerate(sorted(words), 1)}
        self._size = len(words) + 1
        codes = np.array([self._code(at, term) for at, term, _ in several], np.int64)
        order = np.argsort(codes)
        # A last code that nothing equals, so that every search ends inside.
        self._codes = np.append(codes[order], np.iinfo(np.int64).max)
        self._rows = np.array([row for *_, row in several], np.int64)[order]

    def _code(self, block: int, term: Term) -> int:
        first, second = ("", term) if isinstance(term, str) else term
        return (block * self._size + self._ids.get(first, 0)) * self._size + self._ids[second]

    def count(self, words: Mapping[Block, list[str]]) -> tuple[Ints, Ints, list[int]]:
        """Rows of the known terms among ``words``, how often each occurs, and up to where the
        rows of each block reach."""
        codes = []
        for at, block in enumerate(BLOCKS):
            ids = np.fromiter(map(self._ids.get, words[block], repeat(0)), np.int64)
            pairs = ids[:-1] * self._size + ids[1:]
            begin = at * self._size * self._size
            codes += [ids[ids > 0] + begin, pairs[(ids[:-1] > 0) & (ids[1:] > 0)] + begin]
        sorted_ = np.sort(np.concatenate(codes))
        if not len(sorted_):
            return sorted_, sorted_, [0] * len(BLOCKS)
        # The same as np.unique with counts, at a third of its cost on short arrays.
        starts = np.concatenate(([0], np.flatnonzero(sorted_[1:] != sorted_[:-1]) + 1))
        counts = np.concatenate((starts[1:], [len(sorted_)])) - starts
        unique = sorted_[starts]
        at_ = np.searchsorted(self._codes, unique)
        found = np.flatnonzero(self._codes[at_] == unique)
        bounds = np.arange(1, len(BLOCKS) + 1) * (self._size * self._size)
        reached = np.searchsorted(unique[found], bounds)
        return self._rows[at_[found]], counts[found], reached.tolist()
