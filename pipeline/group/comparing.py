"""Whether two articles tell one story, decided from what they share."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from rapidfuzz import fuzz

from pipeline.group.profile import Profile, profile
from pipeline.shapes import ArticleText

_OVERLAP, _TITLE, _BIAS = 15.0, 9.4, -9.2
"""Weights of the logistic score, fitted on labelled pairs of 2025 articles
(``guongsang evaluate group`` measures them)."""
_LEAST_OVERLAP = 0.1
"""Columns carry one title every week: a title alone proves nothing."""
_COPY_OVERLAP, _COPY_CONTAINED = 0.4, 0.65
ONE_STORY = timedelta(days=21)
"""Newspapers republish a story within days; a later text on the same subject is a new story."""


@dataclass(frozen=True, slots=True)
class Match:
    """``copy``: largely the same wording; ``same_story``: the same event or portrait told anew."""

    kind: Literal["copy", "same_story"]
    score: float
    """0.5..1, how sure."""


def compare(a: ArticleText, b: ArticleText) -> Match | None:
    """The match of two articles, or None when they tell different (if related) stories.

    Symmetric; blind to Unicode form, letter case and tone placement.
    """
    first, second = profile(a), profile(b)
    if first.words == second.words:
        return Match("copy", 1.0)
    if a.published_at and b.published_at and abs(a.published_at - b.published_at) > ONE_STORY:
        return None
    shared = len(first.pairs & second.pairs)
    overlap = shared / max(1, len(first.pairs | second.pairs))
    score = _score(first, second, overlap)
    if overlap < _LEAST_OVERLAP or score < 0.5:
        return None
    contained = shared / max(1, min(len(first.pairs), len(second.pairs)))
    copied = overlap >= _COPY_OVERLAP and contained >= _COPY_CONTAINED
    return Match("copy" if copied else "same_story", round(score, 4))


def likeness(a: ArticleText, b: ArticleText) -> float:
    """0..1, how alike two articles are whenever they came out: for ranking what a person is shown,
    also below what ``compare`` calls one story."""
    first, second = profile(a), profile(b)
    shared = len(first.pairs & second.pairs)
    return _score(first, second, shared / max(1, len(first.pairs | second.pairs)))


def _score(first: Profile, second: Profile, overlap: float) -> float:
    titles = fuzz.token_set_ratio(first.title, second.title) / 100
    return 1 / (1 + math.exp(-(_OVERLAP * overlap + _TITLE * titles + _BIAS)))
