"""Dates as running text mentions them, whole or in part: days, months, quarters, years.

Unlike ``pipeline.text.dates`` nothing is completed from a clock: ``12/4`` stays without a year, so
that a summary is held to exactly what its source says.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_MONTHS = {
    "giêng": 1, "một": 1, "hai": 2, "ba": 3, "tư": 4, "bốn": 4, "năm": 5, "sáu": 6, "bảy": 7,
    "bẩy": 7, "tám": 8, "chín": 9, "mười": 10, "mười một": 11, "mười hai": 12, "chạp": 12,
}  # fmt: skip
_QUARTERS = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "1": 1, "2": 2, "3": 3, "4": 4}
_DAY = r"(?:0?[1-9]|[12]\d|3[01])"
_MONTH = r"(?:0?[1-9]|1[0-2])"
_YEAR = r"(?:19|20)\d\d"
_MONTH_WORD = "|".join(sorted(_MONTHS, key=len, reverse=True))
_THING = (
    "triệu|tỷ|tỉ|nghìn|ngàn|trăm|đồng|người|hộ|em|năm|tháng|tuổi|lần|giờ|phút|kg|tấn|tạ|ha|m|km|con"
    "|cây|phần|suất|xã|thôn|huyện|tiêu chí"
)
"""After ``2-3`` these make it a count."""
_LEAD = (
    r"(?:ngày|sáng|trưa|chiều|tối|đêm|hôm|từ|đến|tới|mùng|mồng|kể từ|lúc|vào|nay|rằm|trước|sau"
    r"|và|,)"
)
_FULL = re.compile(
    rf"(?<![\d/.,-])(?:(?<!tháng )(?P<first>{_DAY})\s?(?:-|–|và|đến)\s?)?"
    rf"(?P<day>{_DAY})\s?(?P<sep>[/.-])\s?(?P<month>{_MONTH})\s?(?P=sep)\s?(?P<year>{_YEAR}|\d\d)(?![\d/])"
)
_SHORT = re.compile(
    rf"(?<![\d/.,-])(?:(?<!tháng )(?P<first>{_DAY})\s?(?:-|–|và|đến)\s?)?"
    rf"(?P<day>{_DAY})\s?(?P<sep>[/.-])\s?(?P<month>{_MONTH})(?![\d/%]|[.,-]\d)(?!\s*(?:{_THING})(?!\w))"
)
_SHORT_LED = re.compile(
    r"(?:(?<=ngày )|(?<=sáng )|(?<=trưa )|(?<=chiều )|(?<=tối )|(?<=đêm )|(?<=hôm ))"
    rf"(?P<day>{_DAY})/(?P<month>{_MONTH})(?![\d/%]|[.,-]\d)"
)
_SPOKEN = re.compile(
    rf"(?<!\w)(?:(?:ngày|mùng|mồng|hôm)\s+)?(?P<day>{_DAY})(?:\s*[-–,]\s*|\s+)tháng\s+"
    rf"(?P<month>{_MONTH}(?!\d)|{_MONTH_WORD})(?!\w)"
    rf"(?:\s*(?:,|/|-|năm)?\s*(?:năm\s+)?(?P<year>{_YEAR})(?!\d))?"
)
_MONTHLY = re.compile(
    rf"(?<!\w)tháng\s+(?P<month>{_MONTH}(?!\d)|{_MONTH_WORD})(?!\w)(?!\s+(?:tuổi|tháng))"
    rf"(?:\s*(?:/|-|,?\s*năm\s)\s*(?P<year>{_YEAR})(?!\d))?"
)
_MONTH_RANGE = re.compile(
    rf"(?<!\w)tháng\s+{_MONTH}\s?[-–]\s?(?P<month>{_MONTH})(?![\d/])(?!\s*(?:{_THING})(?!\w))"
)
_SLASHED = re.compile(rf"(?<![\d/.,-])(?P<month>{_MONTH})\s?[/-]\s?(?P<year>{_YEAR})(?!\d)")
_QUARTERLY = re.compile(
    rf"(?<!\w)quý\s+(?P<quarter>iv|iii|ii|i|[1-4])(?!\w)(?:[\s/,-]*(?:năm\s+)?(?P<year>{_YEAR}))?"
)
_DAY_ALONE = re.compile(rf"(?<!\w)(?:ngày|mùng|mồng|hôm)\s+(?P<day>{_DAY})(?![\d/.,-]*\d)(?!\w)")
_YEAR_ALONE = re.compile(rf"(?<![\w.,/])(?P<year>{_YEAR})(?![\w%]|[.,]\d)")
_LED = re.compile(rf"{_LEAD}\s*\(?$|\($")


@dataclass(frozen=True, slots=True)
class Day:
    """A mention of a date, ``text[start:end]``; the parts it does not name are None."""

    start: int
    end: int
    day: int | None = None
    month: int | None = None
    year: int | None = None
    quarter: int | None = None
    sure: bool = True
    """False for ``2/3`` without a word that makes it a date: it may be a fraction or a score."""


def find_days(folded: str) -> list[Day]:
    """All dates in folded NFC text, in order, without overlaps."""
    found: list[Day] = []
    covered: set[int] = set()

    def take(match: re.Match[str], **parts: int | None) -> None:
        if covered.isdisjoint(range(*match.span())):
            covered.update(range(*match.span()))
            sure = bool(parts.pop("sure", 1))
            found.append(Day(match.start(), match.end(), sure=sure, **parts))

    for match in _FULL.finditer(folded):
        year = int(match["year"])
        full = year if year > 99 else 2000 + year
        take(match, day=int(match["day"]), month=int(match["month"]), year=full)
        if match["first"]:
            found.append(Day(*match.span("first"), int(match["first"]), int(match["month"]), full))
    for match in _SPOKEN.finditer(folded):
        take(match, day=int(match["day"]), month=_month(match["month"]), year=_year(match["year"]))
    for match in _SLASHED.finditer(folded):
        take(match, month=int(match["month"]), year=int(match["year"]))
    for match in _SHORT.finditer(folded):
        led = bool(_LED.search(folded[max(0, match.start() - 12) : match.start()]))
        if match["sep"] != "/" and not led:
            continue
        take(match, day=int(match["day"]), month=int(match["month"]), sure=int(led))
        if match["first"]:
            first = Day(*match.span("first"), int(match["first"]), int(match["month"]), sure=led)
            found.append(first)
    for match in _SHORT_LED.finditer(folded):
        take(match, day=int(match["day"]), month=int(match["month"]))
    for match in _MONTH_RANGE.finditer(folded):
        last = Day(*match.span("month"), month=int(match["month"]))
        if covered.isdisjoint(range(last.start, last.end)):
            covered.update(range(last.start, last.end))
            found.append(last)
    for match in _QUARTERLY.finditer(folded):
        take(match, quarter=_QUARTERS[match["quarter"]], year=_year(match["year"]))
    for match in _MONTHLY.finditer(folded):
        take(match, month=_month(match["month"]), year=_year(match["year"]))
    for match in _DAY_ALONE.finditer(folded):
        take(match, day=int(match["day"]))
    for match in _YEAR_ALONE.finditer(folded):
        take(match, year=int(match["year"]))
    return sorted(found, key=lambda day: day.start)


def supported(claim: Day, source: Sequence[Day]) -> bool:
    """Whether the source names every part of ``claim``.

    Day and month must stand together; a year may stand elsewhere, as the headline says ``2025`` and
    the text ``12/4``. A day without its month takes any month the source names.
    """
    for day in source:
        if any(_differs(getattr(day, part), getattr(claim, part)) for part in _PARTS):
            continue
        missing = [p for p in _PARTS if getattr(claim, p) is not None and getattr(day, p) is None]
        if "day" in missing or "quarter" in missing:
            continue
        if all(_elsewhere(part, getattr(claim, part), source) for part in missing):
            return True
    return False


_PARTS = ("day", "month", "year", "quarter")


def _differs(said: int | None, claimed: int | None) -> bool:
    return said is not None and claimed is not None and said != claimed


def _elsewhere(part: str, value: int, source: Iterable[Day]) -> bool:
    alone = (day for day in source if part != "month" or day.day is None)
    return any(getattr(day, part) == value for day in alone)


def _month(text: str) -> int:
    return _MONTHS.get(text) or int(text)


def _year(text: str | None) -> int | None:
    return int(text) if text else None
