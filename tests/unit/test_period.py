from __future__ import annotations

from datetime import date

import pytest

from pipeline.report.period import Period, Quarter, also_covered, period_of


@pytest.mark.parametrize("text", ["2026Q4", "2026-q4", " 2026Q4 "])
def test_a_quarter_as_people_write_it(text: str) -> None:
    assert Quarter.parse(text) == Quarter(2026, 4)


@pytest.mark.parametrize("text", ["", "2026", "2026Q5", "Q4/2026", "1999Q1"])
def test_anything_else_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(ValueError, match="2026Q4"):
        Quarter.parse(text)


def test_quarters_follow_each_other() -> None:
    assert Quarter(2026, 1).before == Quarter(2025, 4)
    assert Quarter.of(date(2026, 3, 31)) == Quarter(2026, 1)
    assert (str(Quarter(2026, 2)), Quarter(2026, 2).roman) == ("2026Q2", "II")
    assert Quarter(2026, 4).day(10) == date(2026, 12, 10)
    assert Quarter(2026, 2).day(31) == date(2026, 6, 30)


def test_a_period_runs_from_cut_off_to_cut_off() -> None:
    assert period_of(Quarter(2026, 4), 10, None) == Period(date(2026, 9, 11), date(2026, 12, 10))
    assert period_of(Quarter(2027, 1), 10, None) == Period(date(2026, 12, 11), date(2027, 3, 10))


def test_no_day_is_reported_twice_or_never() -> None:
    """The report before went further than the cut-off, or a quarter was skipped."""
    assert period_of(Quarter(2026, 4), 10, date(2026, 9, 15)).first == date(2026, 9, 16)
    assert period_of(Quarter(2026, 4), 10, date(2026, 3, 10)).first == date(2026, 3, 11)
    with pytest.raises(ValueError, match="2026Q4 đã nằm trong các báo cáo khác"):
        period_of(Quarter(2026, 4), 10, date(2026, 12, 10))
    # Made after the next one: up to the day before it, or not at all.
    third, fourth = Quarter(2026, 3), date(2026, 9, 6)
    assert period_of(third, 10, date(2026, 6, 10), fourth).last == date(2026, 9, 5)
    assert period_of(third, 5, date(2026, 6, 10), date(2026, 9, 11)).last == date(2026, 9, 10)
    assert period_of(third, 10, date(2026, 6, 10), date(2027, 3, 1)).last == date(2026, 9, 10)
    with pytest.raises(ValueError, match="2026Q3 đã nằm trong các báo cáo khác"):
        period_of(third, 10, date(2026, 6, 10), date(2026, 6, 11))


def test_a_report_tells_which_quarters_it_covers_besides_its_own() -> None:
    fourth = Quarter(2026, 4)
    assert also_covered(fourth, date(2026, 9, 11)) == []
    assert also_covered(fourth, date(2026, 9, 2)) == [], "another cut-off in September"
    assert also_covered(fourth, date(2026, 6, 11)) == [Quarter(2026, 3)]
    assert also_covered(fourth, date(2025, 12, 20)) == [Quarter(2026, n) for n in (1, 2, 3)]


def test_whole_days_of_viet_nam() -> None:
    period = Period(date(2026, 9, 11), date(2026, 9, 11))
    assert period.since.isoformat() == "2026-09-11T00:00:00+07:00"
    assert period.until.isoformat() == "2026-09-12T00:00:00+07:00"
