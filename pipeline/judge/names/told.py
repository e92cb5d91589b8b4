"""Whom each sentence of a text is about: who is named in it, and whom its "ông", "chị", "anh" may
mean."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from pipeline.judge.names.people import Person, find_people
from pipeline.judge.names.personal import KINSHIP, SURNAMES
from pipeline.judge.reading.sentences import Sentence, sentences
from pipeline.shapes import ArticleText
from pipeline.text.fold import fold

_CALLS = KINSHIP - {"con", "em bé"}
_NOBODY = re.compile(
    r"(?<!\w)(?:bà con|ông bà|anh em|chị em|anh chị em|anh chị|cô chú"
    r"|các (?:em|cháu|anh|chị|cô|bác|bà)"
    r"|con cháu|con em|bà mẹ|em nhỏ|cháu nhỏ|cô giáo|thầy cô|cha ông|ông cha|em học sinh|anh hùng"
    r"|cô đơn|đàn anh|bác sĩ|bác sỹ|chú trọng|chú ý|dì ghẻ|cụ thể|em bé)(?!\w)"
)
_NEAR = 3
"""Persons named last whom a word of kinship may mean, besides the one the article is about."""


@dataclass(frozen=True, slots=True)
class Told:
    people: tuple[Person, ...]
    sentences: tuple[Sentence, ...]
    named: tuple[frozenset[str], ...]
    """Of each sentence: the full names of those it names."""
    about: tuple[frozenset[str], ...]
    """Of each sentence: those named and those whom a word of kinship in it may mean."""


@lru_cache(maxsize=32)
def told(text: str) -> Told:
    """Of NFC ``text``; a person counts with two syllables or more that begin with a surname."""
    people = tuple(
        one
        for one in find_people(ArticleText("", text))
        if len(words := one.name.lower().split()) > 1
        and words[0] in SURNAMES
        and (len(words) > 2 or one.titles)  # or it may be a place
    )
    several = tuple(sentences(text))
    named = tuple(_named(people, one) for one in several)
    calls = {
        one.name: frozenset(title for title in one.titles if title in _CALLS) for one in people
    }
    main = people[0].name if people else None
    seen: list[str] = []
    about: list[frozenset[str]] = []
    for sentence, names in zip(several, named, strict=True):
        for name in sorted(names):
            if name in seen:
                seen.remove(name)
            seen.append(name)
        meant = set(names)
        for word in loose_calls(people, sentence):
            fitting = [name for name in seen if not calls[name] or word in calls[name]]
            meant.update(fitting[-_NEAR:])
            meant.update({main} if main in fitting or (not fitting and main) else ())
            if not fitting:
                meant.update(seen[-_NEAR:])
        meant.update(_by_office(people, sentence))
        about.append(frozenset(meant))
    return Told(people, several, named, tuple(about))


def loose_calls(people: Sequence[Person], sentence: Sentence) -> list[str]:
    """Words of kinship that stand before no name: they mean somebody named before."""
    folded = _NOBODY.sub(lambda found: "_" * len(found[0]), fold(sentence.text))
    before = {
        mention.start - sentence.start
        for one in people
        for mention in one.mentions
        if sentence.start <= mention.start < sentence.end
    }
    return [
        found[0]
        for found in re.finditer(r"\w+", folded)
        if found[0] in _CALLS and not any(0 < at - found.end() < 3 for at in before)
    ]


def _by_office(people: Sequence[Person], sentence: Sentence) -> set[str]:
    """Those whose office the sentence names: ``Thủ tướng nói``."""
    folded = f" {fold(sentence.text)} "
    return {
        one.name
        for one in people
        if any(title not in _CALLS and f" {title} " in folded for title in one.titles)
    }


def _named(people: Sequence[Person], sentence: Sentence) -> frozenset[str]:
    return frozenset(
        one.name
        for one in people
        if any(sentence.start <= mention.start < sentence.end for mention in one.mentions)
    )
