"""All phrases of the taxonomy in one pass over a text: whole syllables, longest first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from spacy.matcher import PhraseMatcher
from spacy.tokens import Doc
from spacy.vocab import Vocab

from pipeline.config.taxonomy import Taxonomy
from pipeline.judge.syllables import Syllables
from pipeline.text.fold import nfc

Axis = Literal["cue", "sector", "group", "campaign", "hype", "guard"]


@dataclass(frozen=True, slots=True)
class Meaning:
    axis: Axis
    slug: str
    strength: str = ""
    """``strong|medium|weak|against`` of a sector, ``alias|practice|hint`` of a campaign."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A phrase found: ``first`` to ``last`` (exclusive) are syllable positions."""

    axis: Axis
    slug: str
    strength: str
    first: int
    last: int


class CueMatcher:
    """The taxonomy's phrases, compiled once.

    spaCy's tokeniser is not used: ``Syllables`` has split the text already. Only where a phrase's
    first two syllables stand does its Doc hold the words; the rest is left out, because building a
    Doc costs more than matching it (see docs/decisions/0004-judgement.md).
    """

    def __init__(self, taxonomy: Taxonomy) -> None:
        meanings: dict[tuple[str, ...], set[Meaning]] = defaultdict(set)
        for phrase, meaning in _phrases(taxonomy):
            words = tuple(Syllables.of(nfc(phrase)).words)
            if words:
                meanings[words].add(meaning)
        # "An Giang chung sức xây dựng nông thôn mới" leaves the national campaign standing.
        self._local = {entry.id for entry in taxonomy.campaigns if entry.province}
        self._alone = frozenset(words[0] for words in meanings if len(words) == 1)
        self._reach: dict[tuple[str, str], int] = {}
        """Length of the longest phrase that begins with two syllables."""
        for words in meanings:
            if len(words) > 1:
                opening = words[0], words[1]
                self._reach[opening] = max(self._reach.get(opening, 0), len(words))
        self._vocab = Vocab()
        self._matcher = PhraseMatcher(self._vocab)
        self._meanings: dict[int, tuple[Meaning, ...]] = {}
        for number, (words, found) in enumerate(sorted(meanings.items(), key=lambda pair: pair[0])):
            key = f"p{number}"
            self._matcher.add(key, [Doc(self._vocab, words=list(words))])
            ordered = sorted(found, key=lambda m: (m.axis, m.slug, m.strength))
            self._meanings[self._vocab.strings[key]] = tuple(ordered)

    def find(self, syllables: Syllables) -> list[Hit]:
        """Hits in reading order; within one axis the longest phrase wins over what it covers."""
        words, places = self._stretches(syllables.words)
        spans = [
            (key, places[first], places[last - 1] + 1)
            for key, first, last in self._matcher(Doc(self._vocab, words=words))
        ]
        spans.sort(key=lambda span: (span[1], -span[2]))
        reached: dict[str, int] = {}
        hits = []
        for key, first, last in spans:
            claimed: set[str] = set()
            for meaning in self._meanings[key]:
                rivals = meaning.slug if meaning.slug in self._local else meaning.axis
                if first >= reached.get(rivals, 0) or rivals in claimed:
                    claimed.add(rivals)
                    reached[rivals] = last
                    hits.append(Hit(meaning.axis, meaning.slug, meaning.strength, first, last))
        return hits

    def _stretches(self, words: list[str]) -> tuple[list[str], list[int]]:
        """The words that may be part of a phrase, parted by "_", and their positions."""
        starts = [
            (at, reach)
            for at, reach in enumerate(map(self._reach.get, pairwise(words)))
            if reach is not None
        ]
        if not self._alone.isdisjoint(words):
            starts += [(at, 1) for at, word in enumerate(words) if word in self._alone]
            starts.sort()
        kept: list[str] = []
        places: list[int] = []
        end = 0
        for at, reach in starts:
            if at > end:
                kept.append("_")
                places.append(-1)
            first, end = max(at, end), max(end, min(at + reach, len(words)))
            kept += words[first:end]
            places += range(first, end)
        return kept, places


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
