"""All phrases of the taxonomy in one pass over a text: whole syllables, longest first."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import accumulate
from typing import Literal, NamedTuple

from ahocorasick_rs import AhoCorasick

from pipeline.config.taxonomy import Taxonomy
from pipeline.judge.syllables import Syllables
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
    """The taxonomy's phrases, compiled once into one Aho-Corasick automaton."""

    def __init__(self, taxonomy: Taxonomy) -> None:
        meanings: dict[tuple[str, ...], set[Meaning]] = defaultdict(set)
        for phrase, meaning in _phrases(taxonomy):
            words = tuple(Syllables.of(nfc(phrase)).words)
            if words:
                meanings[words].add(meaning)
        # "An Giang chung sức xây dựng nông thôn mới" leaves the national campaign standing.
        local = {entry.id for entry in taxonomy.campaigns if entry.province}
        self._known: list[tuple[int, list[tuple[str, Meaning]]]] = []
        """Of each phrase its length in syllables and what it means, with what it rivals."""
        for words, found in sorted(meanings.items()):
            rivals = [(m.slug if m.slug in local else m.axis, m) for m in sorted(found)]
            self._known.append((len(words), rivals))
        self._automaton = AhoCorasick([_spaced(words) for words in sorted(meanings)])

    def find(self, syllables: Syllables) -> list[Hit]:
        """Hits in reading order; within one axis the longest phrase wins over what it covers."""
        words = syllables.words
        ends = list(accumulate(map((1).__add__, map(len, words)), initial=0))
        spans = []
        found = self._automaton.find_matches_as_indexes(_spaced(words), overlapping=True)
        for number, start, _ in found:
            first = bisect_right(ends, start) - 1
            spans.append((first, -self._known[number][0], number))
        spans.sort()
        reached: dict[str, int] = {}
        hits = []
        for first, negative, number in spans:
            last = first - negative
            claimed: set[str] = set()
            for rivals, meaning in self._known[number][1]:
                if first >= reached.get(rivals, 0) or rivals in claimed:
                    claimed.add(rivals)
                    reached[rivals] = last
                    axis, slug, strength = meaning
                    hits.append(Hit(axis, slug, strength, first, last, number))
        return hits


def _spaced(words: Iterable[str]) -> str:
    """With a space on both sides, so that phrases match whole syllables only."""
    return f" {' '.join(words)} "


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
