from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.crawl.pace import (
    LONGEST,
    SHORTEST,
    UNKNOWN,
    back_off,
    next_page_try,
    poll_interval,
    retry_after,
)

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("hours_ago", "expected"),
    [
        ([], UNKNOWN),
        ([0.1, 0.2, 0.3, 0.4], SHORTEST),
        ([1, 3, 5, 7, 9], HOUR),
        ([30, 31, 32], 3 * HOUR),  # usually hourly, silent since yesterday morning
        ([24 * 60], LONGEST),
        ([10] * 20, HOUR),  # twenty of today, of which only the day is known
        ([10] * 5 + [34] * 15, HOUR),
        ([10, 34, 58, 82], 12 * HOUR),  # one a day
        ([-5], UNKNOWN),  # a date in the future says nothing
    ],
)
def test_polls_as_often_as_a_source_publishes(hours_ago: list[float], expected: timedelta) -> None:
    assert poll_interval([NOW - hours * HOUR for hours in hours_ago], NOW) == expected


@given(st.lists(st.floats(-1e4, 1e5).map(lambda hours: NOW - timedelta(hours=hours))))
def test_intervals_stay_within_bounds(published: list[datetime]) -> None:
    assert SHORTEST <= poll_interval(published, NOW) <= LONGEST


def test_back_off_doubles_up_to_a_day_and_never_gives_up() -> None:
    waits = [back_off(failures, timedelta(minutes=30)) for failures in range(8)]
    assert waits[:4] == [timedelta(minutes=30), HOUR, 2 * HOUR, 4 * HOUR]
    assert waits == sorted(waits)
    assert back_off(10**6, timedelta(minutes=30)) == LONGEST


def test_page_retries_end() -> None:
    waits = [next_page_try(attempts, NOW) for attempts in range(1, 6)]
    assert [wait and (wait - NOW) / timedelta(minutes=15) for wait in waits] == [1, 4, 16, 64, None]


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("120", NOW + timedelta(minutes=2)),
        ("Sun, 22 Nov 2026 04:00:00 GMT", NOW + HOUR),
        ("Sun, 22 Nov 2026 02:00:00 GMT", None),
        ("999999999999999999999", NOW + timedelta(days=1)),
        ("Sun, 22 Nov 2099 04:00:00 GMT", NOW + timedelta(days=1)),
        ("0", None),
        ("-5", None),
        ("soon", None),
        ("", None),
        (None, None),
    ],
)
def test_retry_after(header: str | None, expected: datetime | None) -> None:
    assert retry_after(header, NOW) == expected


@given(st.text(max_size=40))
def test_retry_after_never_raises(header: str) -> None:
    moment = retry_after(header, NOW)
    assert moment is None or NOW < moment <= NOW + timedelta(days=1)
