"""What a check of an installation says."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    GOOD = "good"
    LOOK = "look"
    """It works, but somebody should look."""
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Finding:
    about: str
    verdict: Verdict
    words: str
    """What is so and, when it is not good, what to do."""
