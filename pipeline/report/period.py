"""Which days a quarter's report covers and when it is due: pure rules of time.

The directive: "trước ngày 20 của tháng cuối quý", so the 19th is the last day in time.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from pipeline.text.clock import VIETNAM

DUE_DAY = 19
REMINDER_DAYS = (12, 16, 18)
_ROMAN = ("I", "II", "III", "IV")


@dataclass(frozen=True, slots=True, order=True)
class Quarter:
    year: int
    number: int
    """1 to 4."""

    @classmethod
    def parse(cls, text: str) -> Quarter:
        """``2026Q4``.

        Raises:
            ValueError: it is written otherwise.
        """
        found = re.fullmatch(r"(20\d\d)-?Q([1-4])", text.strip().upper())
        if found is None:
            raise ValueError(f"'{text}' is no quarter → write it like 2026Q4")
        return cls(int(found[1]), int(found[2]))

    @classmethod
    def of(cls, day: date) -> Quarter:
        return cls(day.year, (day.month - 1) // 3 + 1)

    def __str__(self) -> str:
        return f"{self.year}Q{self.number}"

    @property
    def roman(self) -> str:
        return _ROMAN[self.number - 1]

    @property
    def before(self) -> Quarter:
        return (
            Quarter(self.year - 1, 4) if self.number == 1 else Quarter(self.year, self.number - 1)
        )

    @property
    def first_day(self) -> date:
        """Of its last month: no cut-off is earlier."""
        return self.day(1)

    def day(self, of_last_month: int) -> date:
        """That day of the quarter's last month, or the month's last day when it is shorter."""
        month = self.number * 3
        return date(self.year, month, min(of_last_month, calendar.monthrange(self.year, month)[1]))


@dataclass(frozen=True, slots=True)
class Period:
    """Whole days in Viet Nam, both included."""

    first: date
    last: date

    @property
    def since(self) -> datetime:
        return datetime.combine(self.first, time(), VIETNAM)

    @property
    def until(self) -> datetime:
        """The first moment after it."""
        return datetime.combine(self.last + timedelta(days=1), time(), VIETNAM)


def period_of(
    quarter: Quarter,
    cutoff_day: int,
    reported_until: date | None,
    reported_from: date | None = None,
) -> Period:
    """From the day after the previous report's last day (without one: after the previous quarter's
    cut-off) to this quarter's cut-off, or to the day before ``reported_from``, the first day of the
    next report that stands: no day is counted twice, and none is left between the two.

    Raises:
        ValueError: reports that stand cover all of it.
    """
    last = quarter.day(cutoff_day)
    if reported_from is not None:
        eve = reported_from - timedelta(days=1)
        follows = (eve.year, eve.month) == (last.year, last.month)
        last = eve if follows else min(last, eve)
    first = (reported_until or quarter.before.day(cutoff_day)) + timedelta(days=1)
    if first > last:
        raise ValueError(f"kỳ báo cáo {quarter} đã nằm trong các báo cáo khác đã chốt")
    return Period(first, last)


def also_covered(quarter: Quarter, first_day: date) -> list[Quarter]:
    """Earlier quarters that had no report of their own, the oldest first, when the quarter's report
    begins on ``first_day``."""
    found: list[Quarter] = []
    earlier = quarter.before
    while first_day <= earlier.first_day:
        found.insert(0, earlier)
        earlier = earlier.before
    return found
