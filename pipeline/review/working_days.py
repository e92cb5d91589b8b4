"""Days of grace as Vietnamese law counts them."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from pipeline.text.clock import VIETNAM

CLOSING = time(17, 0)
"""The last hour at which an office answers."""


def is_working_day(day: date) -> bool:
    """Monday to Friday, without public holidays and the days taken off for them, and the Saturdays
    worked in exchange (Labour Code 2019, article 112; such days as the ``holidays`` library knows
    them)."""
    from holidays import country_holidays  # slow to load, and few processes need it

    return bool(country_holidays("VN", years=day.year).is_working_day(day))


def after_working_days(moment: datetime, days: int) -> datetime:
    """The end of office hours on the last of ``days`` working days after ``moment``, in UTC. The
    first day is not counted (Civil Code 2015, article 147, clause 2)."""
    day = moment.astimezone(VIETNAM).date()
    while days:
        day += timedelta(days=1)
        days -= is_working_day(day)
    end = datetime.combine(day, CLOSING, VIETNAM)
    return end.astimezone(moment.tzinfo)
