"""What an editor must look at twice, with the wording that raised it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from itertools import islice

from pipeline.config.taxonomy import Taxonomy
from pipeline.judge.article_reading import Reading
from pipeline.judge.cues import Hit
from pipeline.judge.minors import named_minor
from pipeline.judge.people import Person
from pipeline.judge.runs import Field
from pipeline.shapes import Evidence, ExemplarLabel, Flag

_ROLES_FLAGGED = ("document", "leadership")


class Flagger:
    def __init__(self, taxonomy: Taxonomy) -> None:
        self._role = {group.slug: group.role for group in taxonomy.cues}

    def flags(
        self, reading: Reading, label: ExemplarLabel, people: Sequence[Person]
    ) -> tuple[Flag, ...]:
        """One flag for each kind that is raised, with the wording that raised it first."""
        flags = [
            Flag("hype", reading.evidence("hype", *pair)) for pair in islice(reading.on("hype"), 1)
        ]
        raised: dict[str, list[tuple[Field, Hit]]] = defaultdict(list)
        for field, hit in reading.on("guard"):
            raised[hit.slug].append((field, hit))
        for slug, pairs in raised.items():
            if slug == "syndicated" or len(pairs) >= _needed(slug, pairs):
                flags.append(Flag(slug, self._evidence(reading, slug, pairs)))
        if "minor" not in {flag.slug for flag in flags} and (
            child := named_minor(reading.article, people)
        ):
            written = reading.fields[child.field].text[child.start : child.end]
            span = Evidence("flag:minor", child.field, child.start, child.end, written)
            flags.append(Flag("minor", span))
        if reading.article.syndicated and "syndicated" not in raised:
            flags.append(Flag("syndicated"))
        if label is not ExemplarLabel.YES:
            flags += self._genre(reading)
        return tuple(flags)

    def _genre(self, reading: Reading) -> list[Flag]:
        """Documents and leadership news: three or more signs of that role."""
        pairs: dict[str, list[tuple[Field, Hit]]] = defaultdict(list)
        for field, hit in reading.on("cue"):
            pairs[self._role[hit.slug]].append((field, hit))
        return [
            Flag(role, self._evidence(reading, role, pairs[role]))
            for role in _ROLES_FLAGGED
            if len(pairs[role]) >= 3
        ]

    @staticmethod
    def _evidence(reading: Reading, slug: str, pairs: list[tuple[Field, Hit]]) -> Evidence:
        return reading.evidence(f"flag:{slug}", *pairs[0])


def _needed(slug: str, pairs: list[tuple[Field, Hit]]) -> int:
    """Title and sapo count at once; in the body a passing word is not yet the subject."""
    leading = any(field != "text" for field, _ in pairs)
    return 1 if leading else {"minor": 2, "advert": 2}.get(slug, 1)
