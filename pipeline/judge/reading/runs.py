"""Runs of capitalised syllables: where every name of a person, place or organisation begins."""

from __future__ import annotations

import re
import sys
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, NamedTuple

from pipeline.judge.reading.syllables import Syllables
from pipeline.shapes import ArticleText
from pipeline.text.fold import fold

Field = Literal["title", "sapo", "text"]
Phrases = Mapping[str, tuple[str, ...]]
"""By their first word."""

_UPPER = "".join(
    char
    for char in map(chr, range(0x41, min(0x1F00, sys.maxunicode)))
    if unicodedata.category(char) == "Lu" and "LATIN" in unicodedata.name(char, "")
)
# H'Hen, Rơ-ô, D'Ran: an apostrophe or a hyphen joins two parts only when both are letters.
SYLLABLE = rf"[{_UPPER}]\w*(?:['’-][^\W\d_]+)*"
_RUN = re.compile(
    # The capital first: the matcher then leaps from one to the next.
    rf"[{_UPPER}](?<!\w.)\w*(?:['’-][^\W\d_]+)*(?: (?:{SYLLABLE}|\d{{1,2}}(?![\w.,/%:]| ?[/%])))*"
)
_CLOSING = frozenset(',;:!?)]”"…\n–-')
_OPENING = "([“\"‘'"
_SHORT = "tp. p. q. h. x. tx. tt. ths. bs. ts. ths.bs. bs.ths. gs. pgs. đ/c. nsnd. nsưt."
_ABBREVIATED = frozenset(_SHORT.split())
LOOK_BACK = 28
"""Characters before a run in which its preceding words are sought."""


class Run(NamedTuple):
    """Capitalised syllables with single spaces between them."""

    field: Field
    start: int
    end: int
    syllables: list[str]
    keys: list[str]
    """The syllables, folded."""
    starts: list[int]
    before: list[str]
    """Up to three folded words directly before, nearest last; none across punctuation."""

    def end_of(self, index: int) -> int:
        """Offset just after syllable ``index``."""
        return self.starts[index] + len(self.syllables[index])


@dataclass(frozen=True, slots=True)
class FieldText:
    field: Field
    text: str
    folded: str
    runs: tuple[Run, ...]
    syllables: Syllables
    words: frozenset[str]
    """The different syllables, and ``""``."""


def _words_before(folded: str, start: int) -> list[str]:
    if start < 2:
        return []
    last = folded[start - 1]
    if last != "." and (last != " " or folded[start - 2] in _CLOSING):
        return []
    back = start - LOOK_BACK
    line = folded.rfind("\n", 0 if back < 0 else back, start) + 1
    words = folded[line or (back if back > 0 else 0) : start].rsplit(None, 4)
    if len(words) > 3:
        words = words[-3:]
    elif not line and back > 0:
        words = words[1:]  # may be the end of a longer word
    for index in range(len(words) - 1, -1, -1):
        word = words[index]
        last = word[-1]
        if last in _CLOSING or (last == "." and word not in _ABBREVIATED):
            return words[index + 1 :]
        if word[0] in _OPENING:
            words[index] = word.lstrip(_OPENING)
            return words[index:]
    return words


def _runs(field: Field, text: str, folded: str) -> tuple[Run, ...]:
    found: list[Run] = []
    for match in _RUN.finditer(text):
        start, end = match.span()
        syllables = match[0].split(" ")
        starts = [start]
        for syllable in syllables[:-1]:
            starts.append(starts[-1] + len(syllable) + 1)
        keys = folded[start:end].split(" ")
        found.append(Run(field, start, end, syllables, keys, starts, _words_before(folded, start)))
    return tuple(found)


def by_first_word(phrases: Iterable[str]) -> Phrases:
    """As ``find_all`` takes them; ``""`` holds those of one word, which are sought everywhere."""
    found: dict[str, list[str]] = defaultdict(list)
    for phrase in phrases:
        first = phrase.split(" ")[0]
        found[first if " " in phrase else ""].append(phrase)
    return {first: tuple(several) for first, several in found.items()}


def find_all(part: FieldText, phrases: Phrases, *, whole: bool = False) -> list[int]:
    """Offsets at which one of the phrases begins a word, in reading order.

    ``whole``: it also ends one, so that "thôn" is not found in "thông".

    Plain substring search, and only for those whose first word the text has: many times faster
    than one regular expression with as many branches.
    """
    folded = part.folded
    found: set[int] = set()
    for first in phrases.keys() & part.words:
        for phrase in phrases[first]:
            start = folded.find(phrase)
            while start >= 0:
                end = start + len(phrase)
                begins = not start or not folded[start - 1].isalnum()
                if begins and not (whole and folded[end : end + 1].isalnum()):
                    found.add(start)
                start = folded.find(phrase, start + 1)
    return sorted(found)


@lru_cache(maxsize=8)
def read_fields(article: ArticleText) -> tuple[FieldText, ...]:
    """Title, sapo and text with their runs; people, places and organisations share one reading."""
    fields: list[FieldText] = []
    contents: tuple[tuple[Field, str | None], ...] = (
        ("title", article.title),
        ("sapo", article.sapo),
        ("text", article.text),
    )
    for field, text in contents:
        if text:
            spaced = text.replace("\u00a0", " ")
            folded = fold(spaced)
            runs = _runs(field, spaced, folded)
            syllables = Syllables.of(text, folded)
            words = frozenset(("", *syllables.words))
            fields.append(FieldText(field, spaced, folded, runs, syllables, words))
    return tuple(fields)
