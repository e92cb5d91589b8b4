"""The wording of an article as n-grams of folded syllables, by where they stand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise, repeat
from typing import Literal

import numpy as np
import numpy.typing as npt

from pipeline.judge.reading.article import Reading
from pipeline.judge.reading.syllables import STOPS

Block = Literal["title", "lead", "body"]
BLOCKS: tuple[Block, ...] = ("title", "lead", "body")
Term = str | tuple[str, str]
"""One syllable, or two in a row."""
Ints = npt.NDArray[np.int64]
_LEAD_SYLLABLES = 100
_SIEVE = 262_147
"""Prime. Most of what is counted is no term: it is told by its remainder, without a search."""


@dataclass(frozen=True, slots=True)
class Wording:
    """The syllables of an article in order. Any number is "0": amounts are not wording. Clause
    marks stay: no pair reaches over them."""

    words: list[str]
    where: Mapping[Block, slice]
    """Title; lead (sapo and the first 100 syllables); the whole is the body."""

    def of(self, block: Block) -> list[str]:
        return self.words[self.where[block]]


def wording(reading: Reading) -> Wording:
    title, sapo = len(reading.fields["title"].words), len(reading.fields["sapo"].words)
    return Wording(
        ["0" if "0" <= word < ":" else word for word in reading.words],
        {
            "title": slice(title),
            "lead": slice(title + 1, title + sapo + 2 + _LEAD_SYLLABLES),
            "body": slice(None),
        },
    )


def terms(block: Block, words: list[str]) -> set[Term]:
    """What may become a term of ``block``: syllables, and outside the title pairs of them."""
    found: set[Term] = {word for word in words if word not in STOPS}
    if block != "title":
        found.update(pair for pair in pairwise(words) if STOPS.isdisjoint(pair))
    return found


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
        self._perhaps = np.zeros(_SIEVE, bool)
        self._perhaps[codes % _SIEVE] = True

    def _code(self, block: int, term: Term) -> int:
        first, second = ("", term) if isinstance(term, str) else term
        return (block * self._size + self._ids.get(first, 0)) * self._size + self._ids[second]

    def count(self, wording: Wording) -> tuple[Ints, Ints, list[int]]:
        """Rows of the known terms of an article, how often each occurs, and up to where the rows
        of each block reach."""
        ids = np.fromiter(map(self._ids.get, wording.words, repeat(0)), np.int64)
        pairs = ids[:-1] * self._size + ids[1:]
        pairs[ids[:-1] == 0] = 0  # else they would look like their second syllable alone
        codes = []
        for at, block in enumerate(BLOCKS):
            first, end, _ = wording.where[block].indices(len(ids))
            begin = at * self._size * self._size
            codes += [ids[first:end] + begin, pairs[first : max(first, end - 1)] + begin]
        every = np.concatenate(codes)
        sorted_ = every[self._perhaps[every % _SIEVE]]
        sorted_.sort()
        if not len(sorted_):
            return sorted_, sorted_, [0] * len(BLOCKS)
        # The same as np.unique with counts, at a third of its cost on short arrays.
        ends = np.append((sorted_[1:] != sorted_[:-1]).nonzero()[0] + 1, len(sorted_))
        counts = np.diff(ends, prepend=0)
        unique = sorted_[ends - 1]
        at_ = self._codes.searchsorted(unique)
        found = (self._codes[at_] == unique).nonzero()[0]
        bounds = np.arange(1, len(BLOCKS) + 1) * (self._size * self._size)
        reached = unique[found].searchsorted(bounds)
        return self._rows[at_[found]], counts[found], reached.tolist()
