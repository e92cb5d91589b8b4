"""The wording of an article as counted n-grams of folded syllables, by where they stand."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import Literal

from pipeline.judge.article_reading import Reading
from pipeline.judge.syllables import STOPS

Block = Literal["title", "lead", "body"]
BLOCKS: tuple[Block, ...] = ("title", "lead", "body")
_LEAD_SYLLABLES = 100


def ngrams(reading: Reading) -> dict[Block, Counter[str]]:
    """Counts per block: single syllables of the title; singles and pairs of the lead (sapo and the
    first 100 syllables) and of the whole. Any number is "0": amounts are not wording."""
    title, sapo, text = (_words(reading.fields[name].words) for name in ("title", "sapo", "text"))
    lead = [*sapo, ".", *text[:_LEAD_SYLLABLES]]
    return {
        "title": Counter(word for word in title if word not in STOPS),
        "lead": _singles_and_pairs(lead),
        "body": _singles_and_pairs([*title, ".", *sapo, ".", *text]),
    }


def _words(words: list[str]) -> list[str]:
    return ["0" if word[0].isdigit() else word for word in words]


def _singles_and_pairs(words: list[str]) -> Counter[str]:
    counted = Counter(words)
    counted.update(f"{a} {b}" for a, b in pairwise(words) if a not in STOPS and b not in STOPS)
    for stop in STOPS & counted.keys():
        del counted[stop]
    return counted
