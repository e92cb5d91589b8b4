"""A judgement as JSON, and back: the shape of ``guongsang judge`` and of stored judgements."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from pipeline.shapes import (
    Award,
    Evidence,
    ExemplarKind,
    ExemplarLabel,
    ExemplarOpinion,
    Flag,
    Judgement,
    Place,
    Scored,
)


def judgement_json(judgement: Judgement) -> dict[str, Any]:
    """``judgement`` as JSON values (docs/reference/shapes.md)."""
    opinion = judgement.exemplar
    return {
        "exemplar": {
            "label": opinion.label.value,
            "score": opinion.score,
            "kind": opinion.kind.value,
            "subject": opinion.subject,
            "reasons": list(opinion.reasons),
        },
        "sectors": [{"slug": found.slug, "score": found.score} for found in judgement.sectors],
        "campaigns": [{"slug": found.slug, "score": found.score} for found in judgement.campaigns],
        "places": [
            {
                "text": place.text,
                "province": place.province,
                "commune": place.commune,
                "as_of": place.as_of,
                "candidates": list(place.candidates),
            }
            for place in judgement.places
        ],
        "people": list(judgement.people),
        "organisations": list(judgement.organisations),
        "awards": [asdict(award) for award in judgement.awards],
        "flags": [
            {
                "slug": flag.slug,
                "evidence": _evidence_json(flag.evidence) if flag.evidence else None,
                **({"suggestion": flag.suggestion} if flag.suggestion else {}),
            }
            for flag in judgement.flags
        ],
        "evidence": [_evidence_json(evidence) for evidence in judgement.evidence],
        "version": judgement.version,
    }


def judgement_from_json(data: Mapping[str, Any]) -> Judgement:
    """The inverse of ``judgement_json``.

    Raises:
        KeyError, ValueError: ``data`` was not made by it.
    """
    opinion = data["exemplar"]
    return Judgement(
        exemplar=ExemplarOpinion(
            label=ExemplarLabel(opinion["label"]),
            score=opinion["score"],
            kind=ExemplarKind(opinion["kind"]),
            subject=opinion["subject"],
            reasons=tuple(opinion["reasons"]),
        ),
        sectors=tuple(Scored(**found) for found in data["sectors"]),
        campaigns=tuple(Scored(**found) for found in data["campaigns"]),
        places=tuple(
            Place(**{**place, "candidates": tuple(place["candidates"])}) for place in data["places"]
        ),
        people=tuple(data["people"]),
        organisations=tuple(data["organisations"]),
        awards=tuple(Award(**award) for award in data["awards"]),
        flags=tuple(
            Flag(
                flag["slug"],
                _evidence(flag["evidence"]) if flag["evidence"] else None,
                flag.get("suggestion", ""),
            )
            for flag in data["flags"]
        ),
        evidence=tuple(_evidence(evidence) for evidence in data["evidence"]),
        version=data["version"],
    )


def _evidence_json(evidence: Evidence) -> dict[str, Any]:
    return {
        "for": evidence.for_,
        "field": evidence.field,
        "start": evidence.start,
        "end": evidence.end,
        "quote": evidence.quote,
    }


def _evidence(data: Mapping[str, Any]) -> Evidence:
    return Evidence(data["for"], data["field"], data["start"], data["end"], data["quote"])
