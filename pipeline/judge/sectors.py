"""Which fields of work an article is about: by learned wording, else by phrases."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence

from pipeline.judge.reading.article import Reading
from pipeline.judge.reading.cues import Hit
from pipeline.judge.reading.runs import Field
from pipeline.shapes import Evidence, Scored

_STRENGTH = {"strong": 3.0, "medium": 1.5, "weak": 0.5, "against": -1.0}
_PLACE: dict[Field, float] = {"title": 3.0, "sapo": 2.0, "text": 1.0}
_EVIDENCE_EACH = 3
_FEWEST_POINTS = 4.0
_BESIDE_BEST = 0.2
"""Share of the best sector's points that a sector not yet learned needs: an editor begins with few
phrases, and the learned ones have a hundred each."""
MOST = 3
"""Sectors of one article."""
Sectors = tuple[Scored, ...]


def sector_points(reading: Reading) -> dict[str, float]:
    """Points per sector: each phrase counts at most twice per field, in proportion to length."""
    seen: dict[tuple[str, Field, int], int] = defaultdict(int)
    points: dict[str, float] = defaultdict(float)
    for field, hit in reading.on("sector"):
        key = hit.slug, field, hit.phrase
        seen[key] += 1
        if seen[key] <= 2:
            points[hit.slug] += _STRENGTH[hit.strength] * _PLACE[field]
    scale = 1 + math.log1p(len(reading.fields["text"].words) / 200)
    return {slug: found / scale for slug, found in points.items() if found > 0}


def find_sectors(reading: Reading, scores: Mapping[str, float], known: Sequence[str]) -> Sectors:
    """At most three asserted sectors, best first.

    ``scores`` are the model's log-odds; a sector the model has not learned yet (an editor added it)
    is asserted by its phrases alone.
    """
    learned = {slug: scores[f"sector:{slug}"] for slug in known if f"sector:{slug}" in scores}
    asserted = [Scored(slug, _odds(score)) for slug, score in learned.items() if score >= 0]
    points = {} if len(learned) == len(known) else sector_points(reading)
    best = max(points.values(), default=0.0)
    for slug in known:
        found = points.get(slug, 0.0)
        if slug not in learned and found >= max(_FEWEST_POINTS, _BESIDE_BEST * best):
            asserted.append(Scored(slug, round(1 - math.exp(-found / 8), 3)))
    return tuple(sorted(asserted, key=lambda item: (-item.score, item.slug))[:MOST])


def _odds(score: float) -> float:
    return round(1 / (1 + math.exp(-score)), 3)


def sector_evidence(reading: Reading, asserted: Sectors) -> tuple[Evidence, ...]:
    """The strongest phrases of each asserted sector, title first."""
    found: dict[str, list[tuple[Field, Hit]]] = defaultdict(list)
    for field, hit in reading.on("sector"):
        if hit.strength != "against":
            found[hit.slug].append((field, hit))
    evidence = []
    for sector in asserted:
        pairs = sorted(found[sector.slug], key=lambda pair: -_STRENGTH[pair[1].strength])
        for field, hit in pairs[:_EVIDENCE_EACH]:
            evidence.append(reading.evidence(f"sector:{sector.slug}", field, hit))
    return tuple(evidence)
