"""The scores from which on a head says yes: those that give the best F1 on unseen articles."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from pipeline.judge.model import Floats
from pipeline.judge.sectors import MOST

_STEPS = np.arange(-2.5, 2.0, 0.1)
_ROUNDS = 3
_FEWEST = 5
_PULL = 0.002
"""What a threshold pays in F1 for each square unit from the common one: a rare sector alone would
choose by a handful of articles."""

Flags = npt.NDArray[np.bool_]


def best_threshold(scores: Floats, truth: Flags) -> float:
    """Halfway between the last score to assert and the next; 0 when too few are true to choose."""
    if truth.sum() < _FEWEST:
        return 0.0
    order = np.argsort(-scores, kind="stable")
    found = np.cumsum(truth[order])
    f1 = 2 * found / (np.arange(1, len(order) + 1) + truth.sum())
    last = int(np.argmax(f1))
    ranked = np.append(scores[order], scores.min())
    return float((ranked[last] + ranked[last + 1]) / 2)


def sector_thresholds(scores: Floats, truth: Flags) -> Floats:
    """A threshold per sector that gives the best micro-F1 over all, held near a common one: they
    are chosen together because F1 is counted together.

    Args:
        scores: (articles, sectors) log-odds of unseen articles.
        truth: (articles, sectors) labels.
    """
    sectors = scores.shape[1]
    common = max(_STEPS, key=lambda step: _f1(scores - step, truth))
    chosen = np.full(sectors, common)
    for _ in range(_ROUNDS):
        for sector in range(sectors):
            tried = np.tile(chosen, (len(_STEPS), 1))
            tried[:, sector] = _STEPS
            worth = [_f1(scores - t, truth) - _PULL * ((t - common) ** 2).sum() for t in tried]
            chosen = tried[int(np.argmax(worth))]
    return chosen.astype(np.float32)


def _f1(margins: Floats, truth: Flags) -> float:
    """Micro-F1 of asserting what is at least 0, at most ``MOST`` an article."""
    least = np.partition(margins, -MOST, axis=1)[:, -MOST] if margins.shape[1] > MOST else -np.inf
    said = (margins >= 0) & (margins >= np.reshape(least, (-1, 1)))
    total = said.sum() + truth.sum()
    return float(2 * (said & truth).sum() / total) if total else 0.0
