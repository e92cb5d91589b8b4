"""Learning which candidate a story is about (needs SciPy; judging does not)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from pipeline.judge.learning.scoring import same_subject
from pipeline.judge.protagonist.choosing import PROMINENCE
from pipeline.judge.protagonist.facts import Candidate

_STRENGTH = 0.004
"""Of the L2 penalty, per story."""
_FEWEST = 3
_SHORTEST = 6
"""Characters a name must have to count as the labelled one: "Anh" stands inside too many."""

Story = tuple[str, Sequence[Candidate]]
"""The labelled subject and the article's candidates."""


def learn_subject(stories: Sequence[Story]) -> dict[str, float]:
    """Weights that make the labelled subject the likeliest candidate: conditional logit with L2.

    Stories in which no candidate is the labelled subject teach nothing.
    """
    told = [(several, right) for several, right in map(_truth, stories) if right.any()]
    if not told:
        return dict(PROMINENCE)
    seen = Counter(name for several, _ in told for one in several for name in one.facts)
    names = sorted(name for name, count in seen.items() if count >= _FEWEST)
    facts = [
        np.array([[one.facts.get(name, 0.0) for name in names] for one in several])
        for several, _ in told
    ]
    matrix = np.concatenate(facts)
    starts = np.cumsum([0, *map(len, facts)])[:-1]
    story = np.repeat(np.arange(len(facts)), [len(one) for one in facts])
    right = np.concatenate([one for _, one in told])
    strength = _STRENGTH * len(told)

    def loss(weights: npt.NDArray[np.float64]) -> tuple[float, npt.NDArray[np.float64]]:
        points = matrix @ weights
        chance = np.exp(points - np.maximum.reduceat(points, starts)[story])
        chance /= np.add.reduceat(chance, starts)[story]
        hit = np.add.reduceat(chance * right, starts)
        slope = matrix.T @ (chance - chance * right / hit[story])
        total = -np.log(hit).sum() + strength * weights @ weights / 2
        return float(total), slope + strength * weights

    found: Any = minimize(loss, np.zeros(len(names)), jac=True, method="L-BFGS-B")
    return dict(zip(names, map(float, found.x), strict=True))


def _truth(story: Story) -> tuple[Sequence[Candidate], npt.NDArray[np.bool_]]:
    subject, several = story
    enough = min(_SHORTEST, len(subject))
    right = [len(one.name) >= enough and same_subject(subject, one.name) for one in several]
    return several, np.array(right, bool)
