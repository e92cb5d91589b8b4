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
_LATE_OVERLAP = 0.8
_LISTED, _SAME_FIGURES = 6, 0.2
"""Texts with so many figures each that share hardly any: of the labelled pairs of one story with as
many figures none shares less than .29."""
ONE_STORY = timedelta(days=21)
"""Newspapers tell a story anew within days; a later text on the same subject is a new story."""


@dataclass(frozen=True, slots=True)
class Match:
    """``copy``: largely the same wording; ``same_story``: the same event or portrait told anew."""

    kind: Literal["copy", "same_story"]
    score: float
    """0.5..1, how sure."""


def compare(a: ArticleText, b: ArticleText) -> Match | None:
    """The match of two articles, or None when they tell different (if related) stories.

    The same event told anew belongs within ``ONE_STORY``; a copy is one however late it comes. A
    notice, forecast or price list of another day shares its form with the last one and no more.

    Symmetric; blind to Unicode form, letter case and tone placement.
    """
    first, second = profile(a), profile(b)
    if first.words == second.words:
        return Match("copy", 1.0)
    shared = len(first.pairs & second.pairs)
    overlap = shared / max(1, len(first.pairs | second.pairs))
    if a.published_at and b.published_at and abs(a.published_at - b.published_at) > ONE_STORY:
        return _late_copy(first, second, overlap)
    if _one_template(first, second):
        return None
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


def _late_copy(first: Profile, second: Profile, overlap: float) -> Match | None:
    """Nearly every word and every figure the same: last month's notice has another date in it."""
    same = overlap >= _LATE_OVERLAP and _figures(first) == _figures(second)
    return Match("copy", round(overlap, 4)) if same else None


def _one_template(first: Profile, second: Profile) -> bool:
    few = min(len(first.numbers), len(second.numbers))
    shared = len(first.numbers & second.numbers)
    return few >= _LISTED and shared < _SAME_FIGURES * len(first.numbers | second.numbers)


def _figures(one: Profile) -> set[str]:
    return {word for word in one.words.split(" ") if word.isdigit()}


def _score(first: Profile, second: Profile, overlap: float) -> float:
    titles = fuzz.token_set_ratio(first.title, second.title) / 100
    return 1 / (1 + math.exp(-(_OVERLAP * overlap + _TITLE * titles + _BIAS)))
