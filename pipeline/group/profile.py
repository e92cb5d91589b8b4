"""What grouping sees of an article: its telling word pairs, names and numbers, all folded."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from itertools import pairwise

from pipeline.shapes import ArticleText
from pipeline.text.fold import fold, nfc

_SYLLABLE = re.compile(r"\w+")
_UPPER = "".join(char for char in map(chr, range(0x41, 0x1EFA)) if char.isupper())
_CAPITALISED = re.compile(rf"(?<!\w)[{_UPPER}]\w*(?:[ \u00a0][{_UPPER}]\w*)+")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_MAX_NAME = 6
"""Syllables; a longer run of capitals is a heading or the name of an office."""


@dataclass(frozen=True, slots=True)
class Profile:
    words: str
    """All folded syllables, blank separated."""
    pairs: frozenset[str]
    """Neighbouring syllables, without those that thousands of articles share."""
    names: tuple[str, ...]
    """Uncommon capitalised sequences of two or more syllables, most telling first."""
    numbers: frozenset[str]
    title: str


@lru_cache(maxsize=256)
def profile(article: ArticleText) -> Profile:
    """The folded view of ``article``; kept for a while, as one new article meets many old ones."""
    whole = nfc("\n".join(part for part in (article.title, article.sapo, article.text) if part))
    syllables = _SYLLABLE.findall(fold(whole))
    common = common_phrases()
    pairs = {f"{left} {right}" for left, right in pairwise(syllables)}
    # A page of two or three everyday sentences must still be comparable.
    telling = pairs - common or pairs
    return Profile(
        words=" ".join(syllables),
        pairs=frozenset(telling),
        names=_names(whole, common),
        numbers=frozenset(n for n in _NUMBER.findall(whole) if len(n) > 1),
        title=" ".join(_SYLLABLE.findall(fold(nfc(article.title)))),
    )


@cache
def common_phrases() -> frozenset[str]:
    """Folded phrases that many articles share and that therefore tell nothing.

    Counts over public news texts, made by ``bench/common_phrases.py``.
    """
    table = files("pipeline.group").joinpath("common_phrases.txt").read_text(encoding="utf-8")
    return frozenset(table.splitlines())


def _names(text: str, common: frozenset[str]) -> tuple[str, ...]:
    counts: Counter[str] = Counter()
    first: dict[str, int] = {}
    for run in _CAPITALISED.finditer(text):
        name = fold(run[0]).replace("\u00a0", " ")
        if name.count(" ") >= _MAX_NAME or name in common or _all_common(name, common):
            continue
        counts[name] += 1
        first.setdefault(name, run.start())
    return tuple(sorted(counts, key=lambda name: (-counts[name], first[name], name)))


def _all_common(name: str, common: frozenset[str]) -> bool:
    words = name.split(" ")
    return all(f"{a} {b}" in common for a, b in pairwise(words))
