"""Who did it: a deed that the source tells of one person and the summary of another.

Every name and every word may be in the source; what is checked is whether they stand together.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from pipeline.judge.award_receivers import sentence_begin
from pipeline.judge.awards import AwardMention, award_mentions
from pipeline.judge.claims import Claim, Reading
from pipeline.judge.names import KINSHIP, SURNAMES, any_of
from pipeline.judge.people import Person, find_people
from pipeline.judge.sentences import Sentence, sentences
from pipeline.judge.wording import tokens, word_set
from pipeline.shapes import ArticleText

_PLAIN = word_set(
    """
    và của là có được cho với trong ở tại từ đến về các những một này đó khi đã đang sẽ người để
    do vì theo trên dưới ra vào lại cũng còn mà thì bị như không rất hơn nhiều năm ngày tháng
    ông bà anh chị em cô chú bác cụ thầy cháu sau trước cùng mình
    """
)
_SAYS = re.compile(
    any_of("cho biết|cho hay|chia sẻ|nói|kể|nhận xét|đánh giá|khẳng định|thông tin|tâm sự")
)
_FOLLOWING = 2
"""Sentences after the one that names somebody in which "anh", "chị" still mean him or her."""
_ENOUGH, _MARGIN = 9.0, 2.0
"""How much of the wording a rival's sentences must share, and how often as much as one's own."""


@dataclass(frozen=True, slots=True)
class _Told:
    """What a source tells of each person."""

    people: tuple[Person, ...]
    words: dict[str, list[frozenset[str]]]
    """By name: the terms of the sentences that are about that person alone."""
    shared: dict[str, list[frozenset[str]]]
    """By name: the terms of all sentences that may be about that person."""
    worth: dict[str, float]
    """Of a term: the rarer in the source, the more it says."""


def actor_claims(summary: Reading, source: Reading) -> Iterator[Claim]:
    """Full names that the source has, held to what it tells of each."""
    told = _told(source.text)
    if len(told.people) < 2:
        return
    known = {one.name.lower(): one.name for one in told.people}
    for sentence in sentences(summary.text):
        low = sentence.text.lower()
        here = [name for key, name in known.items() if key in low]
        terms = _terms(sentence.text)
        for name in here:
            start = sentence.start + low.index(name.lower())
            rival = _rival(told, name, here, terms)
            why = f"nguồn kể việc này về {rival}" if rival else None
            yield Claim("name", start, start + len(name), why)


def receiver_claims(summary: Reading, source: Reading) -> Iterator[Claim]:
    """Full names to whom the summary says an award went: the source does not have them only as
    the one who hands it out, or far from every award of that form."""
    told = _told(source.text)
    known = [one.name for one in told.people]
    given = list(award_mentions(ArticleText("", source.text)))
    for mention in award_mentions(ArticleText("", summary.text)):
        receiver = mention.receiver
        same = [one for one in given if _form(one) == _form(mention)]
        if receiver is None or not same:
            continue
        for name in known:
            at = receiver.quote.lower().find(name.lower())
            if at >= 0:
                start = receiver.start + at
                held = any(_receives(name, one, source.text) for one in same)
                why = None if held else "nguồn không ghi người này nhận"
                yield Claim("award", start, start + len(name), why)


def _form(mention: AwardMention) -> str:
    return " ".join(mention.name.quote.lower().split()[:2])


def _receives(name: str, award: AwardMention, source: str) -> bool:
    """Whether the award may be that person's: named beside it, and not as who gives it."""
    given = name.split()[-1].lower()
    receiver = award.receiver.quote.lower() if award.receiver else ""
    if given in receiver.split():
        return True
    low = source.lower()
    begin = sentence_begin(low, award.name.start)
    end = low.find("\n", award.name.end)
    around = low[max(0, low.rfind("\n", 0, max(begin - 1, 0))) : end if end >= 0 else None]
    before = low[begin : award.name.start]
    at = before.find(name.lower())
    gives = at >= 0 and re.search(r"(?<!\w)(?:trao|tặng)(?!\w)", before[at:])
    if gives and not re.search(r"(?<!\w)(?:được|nhận)(?!\w)", before[at:]):
        return around.count(given) > low[begin : award.name.end].count(given)
    return given in around.split() or given in around


def _rival(told: _Told, name: str, here: list[str], terms: frozenset[str]) -> str | None:
    own = max((_shared(told, terms, said) for said in told.shared[name]), default=0.0)
    best, who = 0.0, None
    for person in told.people:
        if person.name in here:
            continue
        of_rival = max((_shared(told, terms, said) for said in told.words[person.name]), default=0)
        if of_rival > best:
            best, who = of_rival, person.name
    return who if best >= _ENOUGH and best >= _MARGIN * own else None


def _shared(told: _Told, terms: frozenset[str], said: frozenset[str]) -> float:
    return sum(told.worth.get(term, 0.0) for term in terms & said)


def _terms(text: str) -> frozenset[str]:
    """Plain words and pairs of neighbours; names tell nothing of the deed."""
    found = [one for one in tokens(text) if one.is_word]
    plain = [one.word for one in found if not one.capital and one.word not in _PLAIN]
    pairs = (
        f"{one.word} {two.word}"
        for one, two in pairwise(found)
        if not one.capital and not two.capital and not {one.word, two.word} <= _PLAIN
    )
    return frozenset(plain).union(pairs)


@lru_cache(maxsize=32)
def _told(text: str) -> _Told:
    people = tuple(
        one
        for one in find_people(ArticleText("", text))
        if len(words_ := one.name.lower().split()) > 1 and words_[0] in SURNAMES
    )
    several = sentences(text)
    terms = [_terms(one.text) for one in several]
    count = Counter(term for of_one in terms for term in of_one)
    worth = {
        term: math.log((len(several) + 1) / seen) * (1.0 if " " in term else 0.5)
        for term, seen in count.items()
    }
    words: dict[str, list[frozenset[str]]] = {one.name: [] for one in people}
    shared: dict[str, list[frozenset[str]]] = {one.name: [] for one in people}
    last: list[str] = []
    since = 0
    for sentence, of_one in zip(several, terms, strict=True):
        named = _named(people, sentence)
        if named:
            last, since = named, 0
        else:
            since += 1
        about = named or (last if since <= _FOLLOWING else [])
        speech = bool(_SAYS.search(sentence.text.lower()))
        called = not KINSHIP.isdisjoint(sentence.text.lower().split())
        for person in people:
            if person.name in about or (speech and called) or (called and not named):
                shared[person.name].append(of_one)
        if len(about) == 1 and not speech:
            words[about[0]].append(of_one)
    return _Told(people, words, shared, worth)


def _named(people: tuple[Person, ...], sentence: Sentence) -> list[str]:
    return [
        one.name
        for one in people
        if any(sentence.start <= mention.start < sentence.end for mention in one.mentions)
    ]
