"""Is what was learned better? Two models on the same articles, which neither has learned from."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from pipeline.judge.exemplar import BORDERLINE
from pipeline.judge.learning.adapting import Numbers, Rows, Studied
from pipeline.judge.learning.labels import Labels
from pipeline.judge.learning.scoring import Pair, average_precision, interval, sectors
from pipeline.judge.sectors import MOST
from pipeline.shapes import ExemplarLabel, ExemplarOpinion, Judgement, Scored

Part = Literal["exemplar", "sectors"]
PARTS: tuple[Part, ...] = ("exemplar", "sectors")
_MAY_FALL = {"kept": 0.05}
"""Decisions are made on what the model shows, so hardly any accepted story is hidden before
learning; after it, one in twenty may be."""
_SHOWN = math.log(BORDERLINE / (1 - BORDERLINE))


@dataclass(frozen=True, slots=True)
class Figure:
    part: Part
    name: str
    """Of exemplars ``ap``, the average precision of the ranking; ``right``, the share of decisions
    foretold; ``kept``, the share of accepted stories that the inbox still shows. Of sectors
    ``f1``."""
    before: float
    after: float
    low: float
    high: float
    """95 % bootstrap interval of the difference."""

    @property
    def difference(self) -> float:
        return self.after - self.before


@dataclass(frozen=True, slots=True)
class Check:
    """``part`` compared on ``articles``."""

    part: Part
    articles: int
    figures: tuple[Figure, ...]

    @property
    def passed(self) -> bool:
        """No figure falls and one rises."""
        return not self.worse and any(figure.difference > 0 for figure in self.figures)

    @property
    def worse(self) -> bool:
        return any(f.difference < -_MAY_FALL.get(f.name, 0.0) for f in self.figures)


def _right(pairs: Sequence[Pair]) -> float:
    return sum(truth.exemplar is said.exemplar.label for truth, said in pairs) / len(pairs)


def _kept(pairs: Sequence[Pair]) -> float:
    accepted = [said for truth, said in pairs if truth.exemplar is ExemplarLabel.YES]
    shown = sum(said.exemplar.score >= _SHOWN for said in accepted)
    return shown / len(accepted) if accepted else 0.0


_FIGURES: dict[Part, dict[str, Callable[[Sequence[Pair]], float]]] = {
    "exemplar": {"ap": average_precision, "right": _right, "kept": _kept},
    "sectors": {"f1": lambda pairs: sectors(pairs).f1},
}


def heads_of(part: Part, heads: Sequence[str]) -> list[str]:
    prefix = "sector:" if part == "sectors" else part
    return [head for head in heads if head.startswith(prefix)]


def compare(studied: Studied, part: Part, rows: Rows, before: Numbers, after: Numbers) -> Check:
    """The figures of ``part`` for the lessons ``rows`` by two sets of log-odds."""
    both = [(_pair(studied, at, before), _pair(studied, at, after)) for at in rows]
    figures = []
    for name, figure in _FIGURES[part].items():

        def gain(
            drawn: Sequence[tuple[Pair, Pair]], figure: Callable[..., float] = figure
        ) -> float:
            return figure([new for _, new in drawn]) - figure([old for old, _ in drawn])

        old, new = figure([old for old, _ in both]), figure([new for _, new in both])
        figures.append(Figure(part, name, old, new, *interval(both, gain, rounds=300)))
    return Check(part, len(both), tuple(figures))


def _pair(studied: Studied, at: int, odds: Numbers) -> Pair:
    truth = dict(zip(studied.heads, studied.truth[at], strict=True))
    said = dict(zip(studied.heads, odds[at].tolist(), strict=True))
    exemplar = {1.0: ExemplarLabel.YES, 0.0: ExemplarLabel.NO}.get(
        float(truth["exemplar"]), ExemplarLabel.BORDERLINE
    )
    of_sectors = heads_of("sectors", studied.heads)
    labels = Labels(
        exemplar,
        sectors=frozenset(_slug(head) for head in of_sectors if truth[head] == 1),
    )
    label = ExemplarLabel.YES if said["exemplar"] >= 0 else ExemplarLabel.NO
    best = sorted(of_sectors, key=lambda head: -said[head])[:MOST]
    asserted = tuple(Scored(_slug(head), said[head]) for head in best if said[head] >= 0)
    return labels, Judgement(ExemplarOpinion(label, said["exemplar"]), asserted)


def _slug(head: str) -> str:
    return head.removeprefix("sector:")
