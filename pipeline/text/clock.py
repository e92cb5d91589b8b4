"""Time at the edges: stored aware UTC, shown in Asia/Ho_Chi_Minh."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")


def utc_now() -> datetime:
    """The one place the shell reads the clock; pure code is handed the result."""
    return datetime.now(UTC)


def iso_week(moment: datetime) -> str:
    """The ISO week of a moment as seen in Viet Nam, such as ``2026-W47``."""
    year, week, _ = moment.astimezone(VIETNAM).isocalendar()
    return f"{year}-W{week:02d}"
