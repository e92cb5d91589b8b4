"""Whom or what a story is about: the most likely exemplar among everything it names."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from pipeline.judge import protagonist_cues as cues
from pipeline.judge.organisations import Organisation
from pipeline.judge.people import Person
from pipeline.judge.protagonist_facts import Candidate, candidates
from pipeline.judge.runs import Field
from pipeline.shapes import ArticleText, Evidence, ExemplarKind

WEIGHTS: dict[str, float] = json.loads(
    Path(__file__).with_name("protagonist.json").read_text(encoding="utf-8")
)
"""Learned from labelled articles by ``bench/names.py --fit``; of facts about form, never names."""


@dataclass(frozen=True, slots=True)
class Subject:
    """The likely main exemplar of an article."""

    names: tuple[str, ...]
    """As written, without title; the main one first, companions named with it after."""
    kind: ExemplarKind
    evidence: Evidence
    """For ``subject``: the first full mention."""
    score: float
    """Larger is likelier; comparable between articles."""

    @property
    def text(self) -> str:
        return ", ".join(self.names)


def main_subject(
    article: ArticleText, people: tuple[Person, ...], organisations: tuple[Organisation, ...]
) -> Subject | None:
    """The person, unit or model that the article is most likely about; None when it names none.

    Whether the article is an exemplar story at all is not decided here.

    Args:
        people: as ``find_people`` gives them for the same article.
        organisations: as ``find_organisations`` gives them for the same article.
    """
    found = candidates(article, people, organisations)
    if not found:
        return None
    scored = sorted(((score(c.facts), -i, c) for i, c in enumerate(found)), reverse=True)
    best_score, _, best = scored[0]
    field, start, end = best.spans[0]
    quote = _field_text(article, field)[start:end]
    names = [best.name]
    if best.kind is ExemplarKind.INDIVIDUAL:
        names += _companions(article, best, [c for s, _, c in scored[1:] if s > best_score - 1.5])
    return Subject(
        tuple(names),
        best.kind,
        Evidence("subject", field, start, end, quote),
        best_score,
    )


def score(facts: Mapping[str, float], weights: Mapping[str, float] = WEIGHTS) -> float:
    """Log odds among the article's candidates, up to a constant."""
    return sum(weights.get(name, 0.0) * value for name, value in facts.items())


def _companions(article: ArticleText, best: Candidate, others: list[Candidate]) -> Iterator[str]:
    """People named in one breath with the main one, when the headline speaks of several."""
    if not cues.PLURAL.search(article.title.lower()):
        return
    for other in others:
        if other.kind is ExemplarKind.INDIVIDUAL and any(
            _in_one_breath(article, one, two) for one in best.spans for two in other.spans
        ):
            yield other.name


def _in_one_breath(
    article: ArticleText, one: tuple[Field, int, int], two: tuple[Field, int, int]
) -> bool:
    first, second = sorted((one, two), key=lambda span: span[1])
    if first[0] != second[0] or not 0 < second[1] - first[2] < 60:
        return False
    gap = _field_text(article, first[0])[first[2] : second[1]]
    return "." not in gap and (" và " in gap or ", " in gap)


def _field_text(article: ArticleText, field: Field) -> str:
    return {"title": article.title, "sapo": article.sapo or "", "text": article.text}[field]
