"""All phrases of the taxonomy in one pass over an article: whole syllables, longest first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal, NamedTuple

from spacy.matcher import PhraseMatcher
from spacy.tokens import Doc
from spacy.vocab import Vocab

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
        self._known: list[list[tuple[str, Meaning]]] = []
        """What each phrase means, with what it rivals."""
        for _words, found in sorted(meanings.items()):
            self._known.append([(m.slug if m.slug in local else m.axis, m) for m in sorted(found)])
        self._words = {word for words in meanings for word in words}
        self._vocab = Vocab()
        self._matcher = PhraseMatcher(self._vocab)
        self._numbers: dict[int, int] = {}
        for number, words in enumerate(sorted(meanings)):
            key = f"p{number}"
            self._matcher.add(key, [Doc(self._vocab, words=list(words))])
            self._numbers[self._vocab.strings[key]] = number

    def find(self, parts: Sequence[Syllables]) -> list[list[Hit]]:
        """The hits of each part in reading order; within one axis the longest phrase wins over
        what it covers."""
        words: list[str] = []
        begins: list[int] = []
        for part in parts:
            begins.append(len(words))
            # Words of no phrase become "_": the vocabulary cannot grow with what is read.
            words += [word if word in self._words else "_" for word in part.words]
            words.append("_")
        found = self._matcher(Doc(self._vocab, words=words))
        spans = sorted((first, -last, self._numbers[key]) for key, first, last in found)
        hits: list[list[Hit]] = [[] for _ in parts]
        reached: dict[str, int] = {}
        at = 0
        for first, negative, number in spans:
            last = -negative
            while at + 1 < len(begins) and first >= begins[at + 1]:
                at += 1
            begin = begins[at]
            claimed: set[str] = set()
            for rivals, meaning in self._known[number]:
                if first >= reached.get(rivals, 0) or rivals in claimed:
                    claimed.add(rivals)
                    reached[rivals] = last
                    axis, slug, strength = meaning
                    hits[at].append(Hit(axis, slug, strength, first - begin, last - begin, number))
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
