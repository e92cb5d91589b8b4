"""The scoring rules of the contract, the same here and outside.

Borderline articles are left out of AP, precision, recall and F1 of the exemplar decision and kept
for sectors and campaigns. A predicted ``borderline`` counts as not yes.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from pipeline.judge.learning.labels import Labels
from pipeline.shapes import ExemplarLabel, Judgement
from pipeline.text.fold import nfc

Pair = tuple[Labels, Judgement]
Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Counts:
    right: int
    wrong: int
    missed: int

    @property
    def precision(self) -> float:
        return self.right / (self.right + self.wrong) if self.right + self.wrong else 0.0

    @property
    def recall(self) -> float:
        return self.right / (self.right + self.missed) if self.right + self.missed else 0.0

    @property
    def f1(self) -> float:
        total = 2 * self.right + self.wrong + self.missed
        return 2 * self.right / total if total else 0.0


def average_precision(pairs: Iterable[Pair]) -> float:
    """Mean of the precision at each true exemplar, ranked by score; ties share the worst rank."""
    ranked = sorted(
        ((j.exemplar.score, t.exemplar is ExemplarLabel.YES) for t, j in _decided(pairs)),
        key=lambda pair: (-pair[0], pair[1]),
    )
    total, hits = 0.0, 0
    for rank, (_, yes) in enumerate(ranked, 1):
        if yes:
            hits += 1
            total += hits / rank
    return total / hits if hits else 0.0


def decision(pairs: Iterable[Pair]) -> Counts:
    right = wrong = missed = 0
    for truth, judgement in _decided(pairs):
        true = truth.exemplar is ExemplarLabel.YES
        said = judgement.exemplar.label is ExemplarLabel.YES
        right += true and said
        wrong += said and not true
        missed += true and not said
    return Counts(right, wrong, missed)


def top_fifth(pairs: Sequence[Pair]) -> float:
    """Share of the true exemplars among the fifth with the highest scores (borderline ones take
    room in the fifth: an editor has to read them too)."""
    ranked = sorted(pairs, key=lambda pair: -pair[1].exemplar.score)
    found = [truth.exemplar is ExemplarLabel.YES for truth, _ in ranked]
    return sum(found[: len(found) // 5]) / sum(found) if any(found) else 0.0


def kind_right(pairs: Iterable[Pair]) -> float:
    true = [pair for pair in pairs if pair[0].exemplar is ExemplarLabel.YES]
    return sum(t.kind is j.exemplar.kind for t, j in true) / len(true) if true else 0.0


def subject_right(pairs: Iterable[Pair]) -> float:
    true = [pair for pair in pairs if pair[0].exemplar is ExemplarLabel.YES]
    right = sum(same_subject(t.subject, j.exemplar.subject or "") for t, j in true)
    return right / len(true) if true else 0.0


def same_subject(one: str, other: str) -> bool:
    """Whether one contains the other after NFC and case folding; an empty one never does."""
    one, other = nfc(one).casefold(), nfc(other).casefold()
    return bool(one) and bool(other) and (one in other or other in one)


def sectors(pairs: Iterable[Pair]) -> Counts:
    return _micro((t.sectors, {found.slug for found in j.sectors}) for t, j in pairs)


def campaigns(pairs: Iterable[Pair]) -> Counts:
    return _micro((t.campaigns, {found.slug for found in j.campaigns}) for t, j in pairs)


def figures(pairs: Sequence[Pair]) -> dict[str, float]:
    """Every figure of the contract for ``pairs``."""
    exemplar, sector, campaign = decision(pairs), sectors(pairs), campaigns(pairs)
    return {
        "articles": len(pairs),
        "exemplars": sum(truth.exemplar is ExemplarLabel.YES for truth, _ in pairs),
        "ap": average_precision(pairs),
        "precision": exemplar.precision,
        "recall": exemplar.recall,
        "f1": exemplar.f1,
        "top_fifth": top_fifth(pairs),
        "kind": kind_right(pairs),
        "subject": subject_right(pairs),
        "sectors_f1": sector.f1,
        "campaigns_f1": campaign.f1,
    }


def interval(
    pairs: Sequence[Item], figure: Callable[[Sequence[Item]], float], *, rounds: int = 500
) -> tuple[float, float]:
    """95 % bootstrap interval of ``figure``, drawn with a fixed seed. Of the difference of two
    models: let each of ``pairs`` hold what both said."""
    draw = random.Random(20261122)  # noqa: S311 (a bootstrap, no secret)
    drawn = sorted(figure(draw.choices(pairs, k=len(pairs))) for _ in range(rounds))
    return drawn[int(0.025 * rounds)], drawn[int(0.975 * rounds) - 1]


def _decided(pairs: Iterable[Pair]) -> list[Pair]:
    return [pair for pair in pairs if pair[0].exemplar is not ExemplarLabel.BORDERLINE]


def _micro(sets: Iterable[tuple[Iterable[str], set[str]]]) -> Counts:
    right = wrong = missed = 0
    for true, said in sets:
        truth = set(true)
        right += len(truth & said)
        wrong += len(said - truth)
        missed += len(truth - said)
    return Counts(right, wrong, missed)
