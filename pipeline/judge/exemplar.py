"""Is it an exemplar story: a specific subject, a concrete deed, a result or recognition?"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Mapping
from functools import cache

from pipeline.config.taxonomy import CueGroup
from pipeline.judge.protagonist.choosing import Subject
from pipeline.judge.reading.article import Reading
from pipeline.judge.reading.cues import Hit
from pipeline.judge.reading.runs import Field
from pipeline.shapes import Evidence, ExemplarKind, ExemplarLabel, ExemplarOpinion

YES = 0.5
BORDERLINE = 0.3
_PLEA = 4.0
"""Log-odds an appeal for help costs. Set by hand: labelled articles hold too few of them to learn
it, and their portraits of people in need read like exemplar stories."""
_EVIDENCE_FOR = {"deed": "deed", "result": "result", "award": "award", "praise": "exemplar"}
_EVIDENCE_EACH = 3
_REASONS = {
    "subject": ("subject:",),
    "deed": ("role:deed", "deed-with-result"),
    "result": ("role:result",),
    "award": ("role:award",),
    "narrative": ("role:narrative", "kinship", "speech"),
    "document": ("role:document",),
    "meeting": ("role:meeting",),
    "leadership": ("role:leadership", "leaders", "leader-in-title"),
    "event": ("role:event",),
}


def without_pleas(
    scores: Mapping[str, float], reading: Reading, groups: Mapping[str, CueGroup]
) -> dict[str, float]:
    """``scores`` with an appeal for help marked down: one that asks more often than it tells of
    deeds has no deed to follow."""
    roles = Counter(groups[hit.slug].role for _, hit in reading.on("cue"))
    plea = roles["appeal"] > roles["deed"]
    return {**scores, "exemplar": scores["exemplar"] - _PLEA * plea}


def probability(scores: Mapping[str, float]) -> float:
    return 1 / (1 + math.exp(-max(min(scores["exemplar"], 30.0), -30.0)))


def decide(probability: float) -> ExemplarLabel:
    if probability >= YES:
        return ExemplarLabel.YES
    return ExemplarLabel.BORDERLINE if probability >= BORDERLINE else ExemplarLabel.NO


def opinion(
    scores: Mapping[str, float], subject: Subject | None, weights: Mapping[str, float]
) -> ExemplarOpinion:
    """The decision from the model's log-odds, with what each fact added to it.

    Kind and subject are given for borderline articles too: an editor who accepts one needs them.
    """
    score = probability(scores)
    label = decide(score)
    if label is ExemplarLabel.NO:
        return ExemplarOpinion(label, round(score, 4), reasons=_reasons(weights))
    kinds = [kind for kind in ExemplarKind if f"kind:{kind.value}" in scores]
    likeliest = max(kinds, key=lambda kind: scores[f"kind:{kind.value}"])
    return ExemplarOpinion(
        label,
        round(score, 4),
        subject.kind if subject else likeliest,
        subject.text if subject else None,
        _reasons(weights),
    )


def evidence(
    reading: Reading, groups: Mapping[str, CueGroup], subject: Subject | None
) -> tuple[Evidence, ...]:
    """Where the subject is first named, and the first signs of deed, result, award and praise."""
    by_role: dict[str, list[tuple[Field, Hit]]] = defaultdict(list)
    for field, hit in reading.on("cue"):
        by_role[groups[hit.slug].role].append((field, hit))
    found = [subject.evidence] if subject else []
    for role, for_ in _EVIDENCE_FOR.items():
        found += [reading.evidence(for_, *pair) for pair in by_role[role][:_EVIDENCE_EACH]]
    return tuple(found)


@cache
def _reason(fact: str) -> str | None:
    return next((reason for reason, of in _REASONS.items() if fact.startswith(of)), None)


def _reasons(weights: Mapping[str, float]) -> tuple[str, ...]:
    """What weighed most, strongest first; a reason against begins with "against:"."""
    totals = dict.fromkeys(_REASONS, 0.0)
    for name, value in weights.items():
        if reason := _reason(name):
            totals[reason] += value
    strongest = sorted(totals.items(), key=lambda pair: -abs(pair[1]))[:4]
    return tuple(
        reason if value > 0 else f"against:{reason}"
        for reason, value in strongest
        if abs(value) > 0.05
    )
