"""One article read once: its fields as syllables, with the phrases found in each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.judge.cues import Axis, CueMatcher, Hit
from pipeline.judge.runs import Field, read_fields
from pipeline.judge.syllables import Syllables
from pipeline.shapes import ArticleText, Evidence

FIELDS: tuple[Field, ...] = ("title", "sapo", "text")


@dataclass(frozen=True, slots=True)
class Reading:
    article: ArticleText
    fields: dict[Field, Syllables]
    hits: dict[Axis, list[tuple[Field, Hit]]]
    """Of each axis, title first."""

    @classmethod
    def of(cls, article: ArticleText, matcher: CueMatcher) -> Reading:
        written = {"title": article.title, "sapo": article.sapo or "", "text": article.text}
        folded = {part.field: part.folded for part in read_fields(article)}
        fields = {name: Syllables.of(written[name], folded.get(name)) for name in FIELDS}
        hits: dict[Axis, list[tuple[Field, Hit]]] = defaultdict(list)
        found = matcher.find([fields[name] for name in FIELDS])
        for name, of_field in zip(FIELDS, found, strict=True):
            for hit in of_field:
                hits[hit.axis].append((name, hit))
        return cls(article, fields, hits)

    def on(self, axis: Axis) -> Sequence[tuple[Field, Hit]]:
        """The hits of one axis, title first."""
        return self.hits.get(axis, ())

    def evidence(self, for_: str, name: Field, hit: Hit) -> Evidence:
        start, end, quote = self.fields[name].quote(hit.first, hit.last)
        return Evidence(for_, name, start, end, quote)
