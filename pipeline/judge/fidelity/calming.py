"""Wording that exaggerates ("tránh cường điệu, thổi phồng"), and what to write instead."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from pipeline.config.taxonomy import HypeGroup
from pipeline.text.fold import fold


@dataclass(frozen=True, slots=True)
class Advice:
    """``quote == text[start:end]``."""

    start: int
    end: int
    quote: str
    suggestion: str


def calm(text: str, groups: Iterable[HypeGroup]) -> tuple[Advice, ...]:
    """Each place of ``text`` (NFC) where a group's wording stands, in its order; of wordings that
    overlap the longest counts."""
    known = {fold(phrase): group.suggestion for group in groups for phrase in group.phrases}
    if not known:
        return ()
    return tuple(
        Advice(*found.span(), text[found.start() : found.end()], known[found[0]])
        for found in _pattern(tuple(known)).finditer(fold(text))
    )


@lru_cache(maxsize=4)
def _pattern(phrases: tuple[str, ...]) -> re.Pattern[str]:
    longest_first = sorted(phrases, key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})(?!\w)")
