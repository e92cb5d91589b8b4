"""All phrases of the taxonomy in one pass over an article: whole syllables, longest first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import repeat
from typing import Literal, NamedTuple

import numpy as np
from spacy.matcher import PhraseMatcher
from spacy.tokens import Doc
from spacy.vocab import Vocab

from pipeline.config.taxonomy import Taxonomy
from pipeline.judge.reading.syllables import Syllables
from pipeline.text.fold import nfc

Axis = Literal["cue", "sector", "group", "campaign", "hype", "guard"]


class Meaning(NamedTuple):
    axis: Axis
    slug: str
    strength: str = ""
    """``strong|medium|weak|against`` of a sector, ``alias|practice|hint`` of a campaign."""


class Hit(NamedTuple):
    """A phrase found: ``first`` to ``last`` (exclusive) are syllable positions."""

    axis: Axis
    slug: str
    strength: str
    first: int
    last: int
    phrase: int
    """Equal for equal phrases of one taxonomy."""


class CueMatcher:
    """The taxonomy's phrases, compiled once.

    spaCy's tokeniser is not used: ``Syllables`` has split the text already, and a Doc built from
    its words is matched several times faster (see docs/decisions/0004-judgement.md).
    """

    def __init__(self, taxonomy: Taxonomy) -> None:
        meanings: dict[tuple[str, ...], set[Meaning]] = defaultdict(set)
        for phrase, meaning in _phrases(taxonomy):
            words = tuple(Syllables.of(nfc(phrase)).words)
            if words:
                meanings[words].add(meaning)
        # "An Giang chung sức xây dựng nông thôn mới" leaves the national campaign standing.
        local = {entry.id for entry in taxonomy.campaigns if entry.province}
        self._known: list[list[tuple[str, list[Meaning]]]] = []
        """What each phrase means, by what it rivals."""
        for _words, found in sorted(meanings.items()):
            rivals: dict[str, list[Meaning]] = defaultdict(list)
            for meaning in sorted(found):
                rivals[meaning.slug if meaning.slug in local else meaning.axis].append(meaning)
            self._known.append(list(rivals.items()))
        several = sorted({word for words in meanings for word in words})
        self._ids = {word: at for at, word in enumerate(several, 1)}
        self._alone = np.zeros(len(several) + 1, bool)
        """Of each word: whether it is a phrase."""
        self._beside = np.zeros((len(several) + 1, len(several) + 1), bool)
        """Of two words: whether they follow each other in a phrase."""
        self._vocab = Vocab()
        self._matcher = PhraseMatcher(self._vocab)
        self._numbers: dict[int, int] = {}
        for number, words in enumerate(sorted(meanings)):
            key = f"p{number}"
            self._matcher.add(key, [Doc(self._vocab, words=list(words))])
            self._numbers[self._vocab.strings[key]] = number
            ids = [self._ids[word] for word in words]
            self._alone[ids[0]] |= len(ids) == 1
            self._beside[ids[:-1], ids[1:]] = True

    def find(self, words: list[str], begins: Sequence[int]) -> list[list[Hit]]:
        """The hits of each part in reading order; within one axis the longest phrase wins over
        what it covers.

        Args:
            words: of all parts, a clause mark between two.
            begins: where each part begins.
        """
        kept = self._promising(words)
        found = self._matcher(Doc(self._vocab, words=[words[at] for at in kept]))
        spans = sorted(
            (kept[first], -kept[last - 1] - 1, self._numbers[key])
            for key, first, last in found
            if kept[last - 1] - kept[first] == last - 1 - first
        )
        hits: list[list[Hit]] = [[] for _ in begins]
        reached: dict[str, int] = defaultdict(int)
        part = 0
        for first, negative, number in spans:
            last = -negative
            while part + 1 < len(begins) and first >= begins[part + 1]:
                part += 1
            begin = begins[part]
            for rivals, several in self._known[number]:
                if first >= reached[rivals]:
                    reached[rivals] = last
                    for axis, slug, strength in several:
                        hits[part].append(
                            Hit(axis, slug, strength, first - begin, last - begin, number)
                        )
        return hits

    def _promising(self, words: list[str]) -> list[int]:
        """Where a word stands that is a phrase, or beside one that follows or precedes it in a
        phrase: a third of a text. The vocabulary cannot grow with what is read."""
        ids = np.fromiter(map(self._ids.get, words, repeat(0)), np.intp, len(words))
        kept = self._alone[ids]
        pairs = self._beside[ids[:-1], ids[1:]]
        kept[:-1] |= pairs
        kept[1:] |= pairs
        return kept.nonzero()[0].tolist()


def _phrases(taxonomy: Taxonomy) -> Iterator[tuple[str, Meaning]]:
    def each(phrases: Iterable[str], meaning: Meaning) -> Iterator[tuple[str, Meaning]]:
        return ((phrase, meaning) for phrase in phrases)

    for cue in taxonomy.cues:
        yield from each(cue.phrases, Meaning("cue", cue.slug))
    for sector in taxonomy.sectors:
        for strength in ("strong", "medium", "weak", "against"):
            yield from each(getattr(sector, strength), Meaning("sector", sector.slug, strength))
    for group in taxonomy.subject_groups:
        yield from each(group.phrases, Meaning("group", group.slug))
    for campaign in taxonomy.campaigns:
        yield from each(campaign.aliases, Meaning("campaign", campaign.id, "alias"))
        yield from each(campaign.practice, Meaning("campaign", campaign.id, "practice"))
        yield from each(campaign.hints, Meaning("campaign", campaign.id, "hint"))
    for hype in taxonomy.hype:
        yield from each(hype.phrases, Meaning("hype", hype.slug))
    for guard in taxonomy.guards:
        yield from each(guard.phrases, Meaning("guard", guard.slug))
