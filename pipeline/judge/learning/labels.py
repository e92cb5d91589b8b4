"""What a person said of an article: what training learns and evaluation scores against."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pipeline.shapes import ArticleText, ExemplarKind, ExemplarLabel
from pipeline.text.fold import nfc


@dataclass(frozen=True, slots=True)
class Labels:
    exemplar: ExemplarLabel
    kind: ExemplarKind = ExemplarKind.NONE
    subject: str = ""
    sectors: frozenset[str] = frozenset()
    campaigns: frozenset[str] = frozenset()
    weight: float = 1.0
    """How far to trust it when training, 0 to 1."""

    @classmethod
    def parse(cls, data: Mapping[str, Any]) -> Labels:
        """From the ``labels`` object of a labelled line.

        Raises:
            ValueError: a value is of the wrong kind; the message names the key.
        """
        try:
            return cls(
                exemplar=ExemplarLabel(str(data.get("exemplar"))),
                kind=ExemplarKind(data.get("kind") or "none"),
                subject=nfc(str(data.get("subject") or "")),
                sectors=frozenset(map(str, data.get("sectors") or ())),
                campaigns=frozenset(map(str, data.get("campaigns") or ())),
                weight=float(data.get("weight", 1.0)),
            )
        except (TypeError, ValueError) as error:
            raise ValueError(f"labels: {error}") from None


@dataclass(frozen=True, slots=True)
class Labelled:
    id: str
    article: ArticleText
    labels: Labels
    stratum: str = ""
