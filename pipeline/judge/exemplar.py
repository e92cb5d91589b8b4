"""Is it an exemplar story: a specific subject, a concrete deed, a result or recognition?"""

from __future__ import annotations

import math
from collections import defaultdict

from pipeline.config.taxonomy import Taxonomy
from pipeline.judge.cues import Hit
from pipeline.judge.article_reading import Field, Reading
from pipeline.judge.subject import Candidate, candidates
from pipeline.shapes import Evidence, ExemplarKind, ExemplarLabel, ExemplarOpinion

_EVIDENCE_FOR = {"deed": "deed", "result": "result", "award": "award", "praise": "exemplar"}
_EVIDENCE_EACH = 3


class ExemplarJudge:
    def __init__(self, taxonomy: Taxonomy) -> None:
        self._groups = {group.slug: group for group in taxonomy.cues}

    def judge(self, reading: Reading) -> tuple[ExemplarOpinion, tuple[Evidence, ...]]:
        by_role: dict[str, list[tuple[Field, Hit]]] = defaultdict(list)
        counted: dict[tuple[str, bool], int] = defaultdict(int)
        points = -2.0
        for field, hit in reading.on("cue"):
            group = self._groups[hit.slug]
            by_role[group.role].append((field, hit))
            leading = field != "text"
            counted[hit.slug, leading] += 1
            if counted[hit.slug, leading] <= 2:
                points += group.weight * (0.6 if leading else 0.25)
        found = candidates(reading)
        subject = max(found, key=_centrality, default=None)
        central = subject is not None and _centrality(subject) >= 1.5
        deed, result = bool(by_role["deed"]), bool(by_role["result"] or by_role["award"])
        if central:
            points += 1
        if not (central and deed and result):
            points -= 1.5
        score = 1 / (1 + math.exp(-points))
        label = (
            ExemplarLabel.YES
            if score >= 0.5
            else ExemplarLabel.BORDERLINE
            if score >= 0.35
            else ExemplarLabel.NO
        )
        flags = {"subject": central, "deed": deed, "result": result}
        opinion = ExemplarOpinion(
            label=label,
            score=round(score, 4),
            kind=ExemplarKind(subject.kind)
            if subject and label is not ExemplarLabel.NO
            else ExemplarKind.NONE,
            subject=subject.text if subject and label is not ExemplarLabel.NO else None,
            reasons=tuple(name for name, holds in flags.items() if holds),
        )
        return opinion, self._evidence(reading, by_role, subject)

    @staticmethod
    def _evidence(
        reading: Reading, by_role: dict[str, list[tuple[Field, Hit]]], subject: Candidate | None
    ) -> tuple[Evidence, ...]:
        evidence = []
        if subject:
            for field, start, end in subject.mentions[:1]:
                quote = reading.fields[field].text[start:end]
                evidence.append(Evidence("subject", field, start, end, quote))
        for role, for_ in _EVIDENCE_FOR.items():
            for field, hit in by_role[role][:_EVIDENCE_EACH]:
                evidence.append(reading.evidence(for_, field, hit))
        return tuple(evidence)


def _centrality(candidate: Candidate) -> float:
    facts = candidate.facts
    return (
        1.5 * facts["in_title"]
        + facts["in_sapo"]
        + facts["count"]
        + facts["personal"]
        + 0.5 * facts["in_lead"]
        - 1.5 * facts["leader"]
        - facts["single"]
    )
