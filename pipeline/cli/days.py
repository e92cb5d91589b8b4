"""A day and a week as options of commands."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import date, datetime

import click

from pipeline.text.clock import VIETNAM

FIRST, LAST = 2000, 2099
"""Years: far enough from the calendar's own ends to count days and weeks from them."""


class Day(click.ParamType[datetime]):
    """``2026-11-01`` or ``01/11/2026``, midnight in Viet Nam."""

    name = "date"

    def convert(
        self, value: str, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        for form in ("%Y-%m-%d", "%d/%m/%Y"):
            try:
                day = datetime.strptime(value, form).replace(tzinfo=VIETNAM)
            except ValueError:
                continue
            if FIRST <= day.year <= LAST:
                return day
            self.fail(f"the year of '{value}' is not between {FIRST} and {LAST}", param, ctx)
        self.fail(f"'{value}' is not a day; write 2026-11-01 or 01/11/2026", param, ctx)


class Week(click.ParamType[str]):
    """``2026-W47``: a week of ISO 8601 that there is."""

    name = "week"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        found = re.fullmatch(r"(\d{4})-W(\d\d)", value)
        if found and FIRST <= int(found[1]) <= LAST:
            with suppress(ValueError):
                date.fromisocalendar(int(found[1]), int(found[2]), 1)
                return value
        self.fail(f"'{value}' is no week of {FIRST} to {LAST}; write 2026-W47", param, ctx)
