"""Whom or what a story is about: the most likely exemplar among everything it names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipeline.judge.protagonist import cues
from pipeline.judge.protagonist.facts import Candidate
from pipeline.judge.reading.runs import Field, read_fields
from pipeline.shapes import ArticleText, Evidence, ExemplarKind

PROMINENCE = {
    "title": 1.5,
    "sapo": 1.0,
    "lead": 0.5,
    "weight": 1.0,
    "life": 1.0,
    "acts": 1.0,
    "leader": -1.5,
    "only speaks": -1.0,
    "single": -1.0,
    "head:office": -1.5,
    "village": -1.0,
    "model": -0.5,
}
"""Weights set by hand: how present a candidate is. They order the candidates for the exemplar
decision, so that it does not depend on what the learned weights were trained on."""
_KIND_SHARE = 0.3
"""How much the wording's opinion of the kind counts beside a candidate's own facts."""
_COMPANION = 1.5
"""A person this close in score may share the deed."""
_COUNTED_COMPANION = 3.0
"""The same where the headline says how many they are."""
_BREATH, _LONG_BREATH = 60, 180
"""Characters between two names said in one breath; between counted ones stand age and home."""


@dataclass(frozen=True, slots=True)
class Subject:
    """The likely main exemplar of an article."""

    names: tuple[str, ...]
    """As written, without title; the main one first, companions named with it after."""
    kind: ExemplarKind
    evidence: Evidence
    """For ``subject``: the first full mention."""

    @property
    def text(self) -> str:
        *several, last = self.names
        return f"{', '.join(several)} và {last}" if several else last


def main_subject(
    article: ArticleText,
    found: Sequence[Candidate],
    weights: Mapping[str, float],
    scores: Mapping[str, float] | None = None,
) -> Subject | None:
    """The person, unit or model that the article is most likely about; None when it names none.

    Whether the article is an exemplar story at all is not decided here.

    Args:
        found: as ``candidates`` and ``compare`` give them for the same article.
        weights: of their facts, as the model has learned them.
        scores: the model's log-odds; those of ``kind:<kind>`` are weighed in.
    """
    if not found:
        return None

    def worth(one: Candidate) -> float:
        kind = (scores or {}).get(f"kind:{one.kind.value}", 0.0)
        return score(one.facts, weights) + _KIND_SHARE * kind

    ranked = sorted(((worth(one), -at, one) for at, one in enumerate(found)), reverse=True)
    best_worth, _, best = ranked[0]
    field, start, end = best.spans[0]
    names = [best.name]
    if best.kind is ExemplarKind.INDIVIDUAL:
        others = [(best_worth - value, one) for value, _, one in ranked[1:]]
        names += _companions(article, best, others)
    quote = _field_text(article, field)[start:end]
    return Subject(tuple(names), best.kind, Evidence("subject", field, start, end, quote))


def most_prominent(found: Sequence[Candidate]) -> Candidate | None:
    """The most present candidate, by ``PROMINENCE``."""
    return max(found, key=lambda one: score(one.facts, PROMINENCE), default=None)


def score(facts: Mapping[str, float], weights: Mapping[str, float]) -> float:
    """Log odds among the article's candidates, up to a constant."""
    return sum(weights.get(name, 0.0) * value for name, value in facts.items())


def _companions(
    article: ArticleText, best: Candidate, others: Sequence[tuple[float, Candidate]]
) -> list[str]:
    """People named in one breath with the main one, when the headline speaks of several.

    Args:
        others: how far each lies behind, nearest first.
    """
    title = next((part.folded for part in read_fields(article) if part.field == "title"), "")
    counted = cues.COUNTED.search(title)
    if not counted and not cues.PLURAL.search(title):
        return []
    most = cues.NUMBERS[counted[1]] - 1 if counted else None
    far, gap = (_COUNTED_COMPANION, _LONG_BREATH) if counted else (_COMPANION, _BREATH)
    named = [
        other.name
        for behind, other in others
        if behind < far
        and other.kind is ExemplarKind.INDIVIDUAL
        and any(_in_one_breath(article, one, two, gap) for one in best.spans for two in other.spans)
    ]
    return named[:most]


def _in_one_breath(
    article: ArticleText, one: tuple[Field, int, int], two: tuple[Field, int, int], most: int
) -> bool:
    first, second = sorted((one, two), key=lambda span: span[1])
    if first[0] != second[0] or not 0 < second[1] - first[2] < most:
        return False
    gap = _field_text(article, first[0])[first[2] : second[1]]
    return ". " not in gap and "\n" not in gap and (" và " in gap or ", " in gap or "; " in gap)


def _field_text(article: ArticleText, field: Field) -> str:
    return {"title": article.title, "sapo": article.sapo or "", "text": article.text}[field]
