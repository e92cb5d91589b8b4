"""One article read once: its fields as syllables, with the phrases found in each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.judge.reading.cues import Axis, CueMatcher, Hit
from pipeline.judge.reading.runs import Field, read_fields
from pipeline.judge.reading.syllables import Syllables
from pipeline.shapes import ArticleText, Evidence

FIELDS: tuple[Field, ...] = ("title", "sapo", "text")
_EMPTY = Syllables.of("")


@dataclass(frozen=True, slots=True)
class Reading:
    article: ArticleText
    fields: dict[Field, Syllables]
    words: list[str]
    """Of all fields, title first, with a clause mark between two."""
    hits: dict[Axis, list[tuple[Field, Hit]]]
    """Of each axis, title first."""

    @classmethod
    def of(cls, article: ArticleText, matcher: CueMatcher) -> Reading:
        fields = dict.fromkeys(FIELDS, _EMPTY)
        fields |= {part.field: part.syllables for part in read_fields(article)}
        title, sapo, text = (fields[name].words for name in FIELDS)
        words = [*title, ".", *sapo, ".", *text]
        begins = (0, len(title) + 1, len(title) + len(sapo) + 2)
        hits: dict[Axis, list[tuple[Field, Hit]]] = defaultdict(list)
        for name, of_field in zip(FIELDS, matcher.find(words, begins), strict=True):
            for hit in of_field:
                hits[hit.axis].append((name, hit))
        return cls(article, fields, words, hits)

    def on(self, axis: Axis) -> Sequence[tuple[Field, Hit]]:
        """The hits of one axis, title first."""
        return self.hits.get(axis, ())

    def spans(self, axis: Axis) -> list[tuple[Field, int, int]]:
        """Field, start and end of each hit of one axis."""
        return [
            (name, *self.fields[name].quote(hit.first, hit.last)[:2]) for name, hit in self.on(axis)
        ]

    def evidence(self, for_: str, name: Field, hit: Hit) -> Evidence:
        start, end, quote = self.fields[name].quote(hit.first, hit.last)
        return Evidence(for_, name, start, end, quote)
