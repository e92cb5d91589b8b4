"""Is it an exemplar story: a specific subject, a concrete deed, a result or recognition?"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence

from pipeline.config.taxonomy import CueGroup
from pipeline.judge.article_reading import Field, Reading
from pipeline.judge.cues import Hit
from pipeline.judge.subject import Candidate
from pipeline.shapes import Evidence, ExemplarKind, ExemplarLabel, ExemplarOpinion

YES = 0.5
BORDERLINE = 0.3
_KIND_SHARE = 1.5
"""How much the wording's opinion of the kind counts beside a candidate's own facts."""
_JOINED = 0.35
"""Two persons this close in rank are named together."""
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


def opinion(
    scores: Mapping[str, float], subjects: Sequence[Candidate], weights: Mapping[str, float]
) -> tuple[ExemplarOpinion, Candidate | None]:
    """The decision from the model's log-odds, the ranked subjects and what each fact added.

    Kind and subject are given for borderline articles too: an editor who accepts one needs them.
    """
    score = 1 / (1 + math.exp(-max(min(scores["exemplar"], 30.0), -30.0)))
    label = (
        ExemplarLabel.YES
        if score >= YES
        else ExemplarLabel.BORDERLINE
        if score >= BORDERLINE
        else ExemplarLabel.NO
    )
    chosen = choose(scores, subjects)
    kind, subject = ExemplarKind.NONE, None
    if label is not ExemplarLabel.NO:
        if chosen:
            kind, subject = chosen[0].kind, ", ".join(one.text for one in chosen)
        else:
            kind = max(
                (kind for kind in ExemplarKind if f"kind:{kind.value}" in scores),
                key=lambda kind: scores[f"kind:{kind.value}"],
            )
    found = ExemplarOpinion(label, round(score, 4), kind, subject, _reasons(weights))
    return found, chosen[0] if chosen else None


def choose(scores: Mapping[str, float], subjects: Sequence[Candidate]) -> list[Candidate]:
    """The main subject; with it another person who stands as much in the foreground."""

    def worth(one: Candidate) -> float:
        return one.score + _KIND_SHARE * scores.get(f"kind:{one.kind.value}", 0.0)

    ranked = sorted(subjects, key=worth, reverse=True)[:2]
    both = all(one.kind is ExemplarKind.INDIVIDUAL for one in ranked)
    if len(ranked) == 2 and not (both and worth(ranked[0]) - worth(ranked[1]) < _JOINED):
        ranked.pop()
    return ranked


def evidence(
    reading: Reading, groups: Mapping[str, CueGroup], subject: Candidate | None
) -> tuple[Evidence, ...]:
    """Where the subject is first named, and the first signs of deed, result, award and praise."""
    by_role: dict[str, list[tuple[Field, Hit]]] = defaultdict(list)
    for field, hit in reading.on("cue"):
        by_role[groups[hit.slug].role].append((field, hit))
    found = []
    if subject:
        field, start, end = subject.mentions[0]
        found.append(Evidence("subject", field, start, end, reading.fields[field].text[start:end]))
    for role, for_ in _EVIDENCE_FOR.items():
        found += [reading.evidence(for_, *pair) for pair in by_role[role][:_EVIDENCE_EACH]]
    return tuple(found)


def _reasons(weights: Mapping[str, float]) -> tuple[str, ...]:
    """What weighed most, strongest first; a reason against begins with "against:"."""
    totals = {
        reason: sum(value for name, value in weights.items() if name.startswith(prefixes))
        for reason, prefixes in _REASONS.items()
    }
    strongest = sorted(totals.items(), key=lambda pair: -abs(pair[1]))[:4]
    return tuple(
        reason if value > 0 else f"against:{reason}"
        for reason, value in strongest
        if abs(value) > 0.05
    )
