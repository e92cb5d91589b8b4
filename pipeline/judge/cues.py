"""All phrases of the taxonomy in one pass over a text: whole syllables, longest first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
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
        self._local = {entry.id for entry in taxonomy.campaigns if entry.province}
        self._known = {word for words in meanings for word in words}
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
        # Words of no phrase become "_": the vocabulary cannot grow with what is read.
        words = [word if word in self._known else "_" for word in syllables.words]
        spans = self._matcher(Doc(self._vocab, words=words))
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
