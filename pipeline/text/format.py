"""How Vietnamese readers see dates, times and numbers."""

from __future__ import annotations

from datetime import datetime, timedelta

from pipeline.text.clock import VIETNAM


def date(moment: datetime | None) -> str:
    """``22/11/2026``; empty for None."""
    return moment.astimezone(VIETNAM).strftime("%d/%m/%Y") if moment else ""


def time(moment: datetime | None) -> str:
    """``08:05``."""
    return moment.astimezone(VIETNAM).strftime("%H:%M") if moment else ""


def date_time(moment: datetime | None) -> str:
    """``08:05, 22/11/2026``."""
    return moment.astimezone(VIETNAM).strftime("%H:%M, %d/%m/%Y") if moment else ""


def relative(moment: datetime | None, now: datetime) -> str:
    """``hôm nay 08:05``, ``hôm qua 16:40``, else the date."""
    if moment is None:
        return ""
    local, today = moment.astimezone(VIETNAM), now.astimezone(VIETNAM).date()
    if local.date() == today:
        return f"hôm nay {time(moment)}"
    if local.date() == today - timedelta(days=1):
        return f"hôm qua {time(moment)}"
    return date(moment)


def number(value: float, digits: int | None = None) -> str:
    """``1.250``; ``12,5``: dots for thousands, a comma for decimals."""
    if digits is None:
        digits = 0 if float(value).is_integer() else 1
    return f"{value:,.{digits}f}".translate(str.maketrans(",.", ".,"))


def points(value: float) -> str:
    """A difference of two shares: 0.125 → ``+12,5``, -0.03 → ``−3``."""
    shown = round(value * 100, 1)
    return f"{'−' if shown < 0 else '+'}{number(abs(shown))}"


def percent(value: float) -> str:
    """0.125 → ``12,5 %``."""
    return f"{number(round(value * 100, 1))} %"
