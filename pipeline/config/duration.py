"""Durations as people write them in configuration."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Annotated

from pydantic import BeforeValidator, PlainSerializer

_DURATION = re.compile(r"^(\d+(?:\.\d+)?)\s*(s|m|h|d)?$", re.ASCII)
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


def parse_duration(value: object) -> timedelta:
    """``90``, ``0.5``, ``"90s"``, ``"30m"``, ``"2h"``, ``"1d"``; a bare number is seconds."""
    if isinstance(value, timedelta):
        return value
    match = _DURATION.match(str(value).strip())
    try:
        if match and not isinstance(value, bool):
            return timedelta(**{_UNITS[match[2] or "s"]: float(match[1])})
    except OverflowError:
        pass
    raise ValueError(f"'{value}' is not a duration → write 30s, 15m, 6h or 1d")


def _seconds(value: timedelta) -> float:
    return value.total_seconds()


Duration = Annotated[
    timedelta, BeforeValidator(parse_duration), PlainSerializer(_seconds, when_used="json")
]
