"""Writing down what the machine thinks of articles."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from pipeline.judge.export import judgement_json
from pipeline.shapes import Judgement
from pipeline.store.models import Article, JudgementRecord


def record_judgement(article: Article, judgement: Judgement, now: datetime) -> None:
    """Write the newest opinion of an article."""
    JudgementRecord.objects.update_or_create(article=article, defaults=_fields(judgement, now))


def rewrite_judgements(
    opinions: Iterable[tuple[JudgementRecord, Judgement]], now: datetime
) -> None:
    """Replace earlier opinions, whose rows the caller has locked."""
    records: list[JudgementRecord] = []
    names: set[str] = set()
    for record, judgement in opinions:
        fields = _fields(judgement, now)
        for name, value in fields.items():
            setattr(record, name, value)
        names = {*fields, *record.keep_named()}
        records.append(record)
    if records:
        # Wording an UPDATE of many rows costs Django as much as judging half of them.
        JudgementRecord.objects.bulk_create(
            records, update_conflicts=True, unique_fields=["pk"], update_fields=sorted(names)
        )


def _fields(judgement: Judgement, now: datetime) -> dict[str, Any]:
    return {
        "label": judgement.exemplar.label,
        "score": judgement.exemplar.score,
        "data": judgement_json(judgement),
        "version": judgement.version,
        "judged_at": now,
    }
