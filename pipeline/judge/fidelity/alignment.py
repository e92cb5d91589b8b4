"""Which sentences of a source tell what a passage of the summary tells, and whether they hold
another value of the same kind: another date, place, sum, person or opposite word.

Names and plain words may all be in the source; what is asked is where they stand together. The
wording around a value is compared with every sentence; the rarer a word in the source, the more it
says.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from pipeline.judge.reading.sentences import Sentence, sentences
from pipeline.judge.reading.wording import Token, tokens, word_set

PLAIN = word_set(
    """
    và của là có được cho với trong ở tại từ đến về các những một này đó khi đã đang sẽ người để
    do vì theo trên dưới ra vào lại cũng còn mà thì bị như không rất hơn nhiều năm ngày tháng
    ông bà anh chị em cô chú bác cụ thầy cháu sau trước cùng mình
    """
)
_CLAUSE_ENDS = frozenset({",", ";", ":", "–", "—", "(", ")", "\n", ".", "!", "?", "“", "”"})
_FAR = 0.4
"""What a word of the same sentence weighs beside one of the same clause."""
_NEARLY = 0.8
_SCOPE = 2
"""Sentences of a paragraph after one with a value to which it may still belong."""


@dataclass(frozen=True, slots=True)
class Margins:
    """How much clearer another sentence has to match before the check speaks."""

    enough: float
    """Weight of the wording shared."""
    share: float
    """Part of the passage's wording."""
    times: float
    """As often as the sentences that hold the value said."""


@dataclass(frozen=True)
class Passages:
    """The sentences of a source and where each term stands."""

    sentences: tuple[Sentence, ...]
    starts: tuple[int, ...]
    holding: Mapping[str, tuple[int, ...]]
    worth: Mapping[str, float]

    def at(self, offset: int) -> int:
        """Index of the sentence that holds a character offset (or follows the gap before it)."""
        return max(0, bisect_right(self.starts, offset) - 1)

    def scores(self, context: Mapping[str, float]) -> dict[int, float]:
        """By sentence, the weight of the wording it shares with ``context``."""
        found: defaultdict[int, float] = defaultdict(float)
        for term, weight in context.items():
            for index in self.holding.get(term, ()):
                found[index] += weight * self.worth[term]
        return dict(found)

    def whole(self, context: Mapping[str, float]) -> float:
        """What a sentence would score that has all of ``context``."""
        unknown = math.log(len(self.sentences) + 1)
        return sum(
            weight * self.worth.get(term, unknown * (1.0 if " " in term else 0.5))
            for term, weight in context.items()
        )

    def scope(self, holding: Collection[int], others: Collection[int]) -> set[int]:
        """The sentences that may speak of a value held by ``holding``: themselves, the one before,
        and what follows in the paragraph until a sentence holds another."""
        reached = set(holding)
        for index in holding:
            line = self.sentences[index].line
            if index and index - 1 not in others and self.sentences[index - 1].line == line:
                reached.add(index - 1)
            for after in range(index + 1, min(index + 1 + _SCOPE, len(self.sentences))):
                if after in others or self.sentences[after].line != line:
                    break
                reached.add(after)
        return reached


@lru_cache(maxsize=32)
def passages(text: str) -> Passages:
    """Of NFC ``text``."""
    several = tuple(sentences(text))
    of_each = [terms(tokens(one.text)) for one in several]
    count = Counter(term for found in of_each for term in found)
    holding: defaultdict[str, list[int]] = defaultdict(list)
    for index, found in enumerate(of_each):
        for term in found:
            holding[term].append(index)
    worth = {
        term: math.log((len(several) + 1) / seen) * (1.0 if " " in term else 0.5)
        for term, seen in count.items()
    }
    return Passages(
        several,
        tuple(one.start for one in several),
        {term: tuple(where) for term, where in holding.items()},
        worth,
    )


def terms(found: Sequence[Token]) -> frozenset[str]:
    """Plain words, figures and pairs of neighbours; names tell nothing of the deed."""
    said = [one for one in found if one.is_word]
    plain = [one.word for one in said if not one.capital and one.word not in PLAIN]
    pairs = (
        f"{one.word} {two.word}"
        for one, two in pairwise(said)
        if not one.capital and not two.capital and not {one.word, two.word} <= PLAIN
    )
    return frozenset(plain).union(pairs)


def context_of(found: Sequence[Token], start: int, end: int) -> dict[str, float]:
    """The wording around ``text[start:end]`` in its sentence, the value itself left out; the words
    of its clause weigh more."""
    first = next((at for at, one in enumerate(found) if one.end > start), len(found))
    last = next((at for at, one in enumerate(found) if one.start >= end), len(found))
    begin, stop = first, last
    while begin and not _ends_sentence(found, begin - 1):
        begin -= 1
    while stop < len(found) and not _ends_sentence(found, stop):
        stop += 1
    near_begin, near_stop = first, last
    # A value that stands alone before a comma ("Năm 2019, ...") belongs to the clause after it.
    while near_begin > begin and found[near_begin - 1].word not in _CLAUSE_ENDS:
        near_begin -= 1
    while near_stop < stop and found[near_stop].word not in _CLAUSE_ENDS:
        near_stop += 1
    if near_stop - near_begin - (last - first) < 3:
        near_stop += 1
        while near_stop < stop and found[near_stop].word not in _CLAUSE_ENDS:
            near_stop += 1
    context = dict.fromkeys(terms(found[begin:first]) | terms(found[last:stop]), _FAR)
    near = terms(found[near_begin:first]) | terms(found[last : min(near_stop, stop)])
    return {**context, **dict.fromkeys(near, 1.0)}


def _ends_sentence(found: Sequence[Token], at: int) -> bool:
    if found[at].word == "\n":
        return True
    follows = found[at + 1] if at + 1 < len(found) else None
    return found[at].word in (".", "!", "?") and (follows is None or follows.capital)


def exchanged(
    there: Passages,
    context: Mapping[str, float],
    own: Collection[int],
    rivals: Collection[int],
    margins: Sequence[Margins],
) -> int | None:
    """The sentence of ``rivals`` that tells what the context tells, if it does so, by one of the
    margins, clearly better than every sentence of ``own`` and nearly as well as any other."""
    if not rivals:
        return None
    scores = there.scores(context)
    best = max(rivals, key=lambda index: (scores.get(index, 0.0), -index))
    score = scores.get(best, 0.0)
    mine = max((scores.get(index, 0.0) for index in own), default=0.0)
    share = score / (there.whole(context) or 1.0)
    clear = any(
        score >= one.enough and score >= one.times * mine and share >= one.share for one in margins
    )
    return best if clear and score >= _NEARLY * max(scores.values()) else None


_QUOTED_LENGTH = 110


def shown(there: Passages, index: int, word: str = "") -> str:
    """A sentence of the source for an editor's eye, cut around ``word`` when it is long."""
    text = re.sub(r"\s+", " ", there.sentences[index].text)
    if len(text) <= _QUOTED_LENGTH:
        return text
    at = max(0, text.lower().find(word.lower()))
    first = max(0, min(at - _QUOTED_LENGTH // 3, len(text) - _QUOTED_LENGTH))
    first = text.rfind(" ", 0, first) + 1 if first else 0
    last = text.find(" ", first + _QUOTED_LENGTH)
    cut = text[first : last if last > 0 else len(text)]
    return ("… " if first else "") + cut + (" …" if last > 0 else "")
