"""A day as an option of commands."""

from __future__ import annotations

from datetime import datetime

import click

from pipeline.text.clock import VIETNAM


class Day(click.ParamType[datetime]):
    """``2026-11-01`` or ``01/11/2026``, midnight in Viet Nam."""

    name = "date"

    def convert(
        self, value: str, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        for form in ("%Y-%m-%d", "%d/%m/%Y"):
            try:
                return datetime.strptime(value, form).replace(tzinfo=VIETNAM)
            except ValueError:
                continue
        self.fail(f"'{value}' is not a day; write 2026-11-01 or 01/11/2026", param, ctx)
