"""The rule by which a published link is asked for again and counts as withdrawn."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.ingest.withdrawing import (
    Answer,
    Verdict,
    Watch,
    heard,
    in_full,
    is_due,
    is_gone,
    verdicts,
)

OUT = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
STANDS, GONE, UNCLEAR = Answer.STANDS, Answer.GONE, Answer.UNCLEAR
DOUBTFUL = Answer.DOUBTFUL
STAYS, HIDE, ASK = Verdict.STAYS, Verdict.HIDE, Verdict.ASK
LOST = (GONE, GONE, GONE)


def after(*answers: Answer, every: timedelta = HOUR) -> Watch:
    watch = Watch(OUT)
    for number, answer in enumerate(answers, 1):
        watch = heard(watch, answer, OUT + number * every)
    return watch


@pytest.mark.parametrize(
    ("answers", "withdrawn"),
    [
        ((GONE, GONE), False),
        ((GONE, GONE, GONE), True),
        ((STANDS, GONE, GONE, GONE), True),
        ((GONE, GONE, STANDS, GONE), False),
        ((GONE, GONE, STANDS, GONE, GONE, GONE), True),
        ((GONE, GONE, UNCLEAR, GONE), True),  # the server was away for a moment
        ((GONE, UNCLEAR, UNCLEAR, GONE, GONE), False),  # over four hours
        ((UNCLEAR,) * 20, False),
    ],
)
def test_three_times_gone_in_a_row_within_three_hours(
    answers: tuple[Answer, ...], withdrawn: bool
) -> None:
    assert is_gone(after(*answers)) is withdrawn


def test_three_times_gone_over_days_is_asked_on_until_it_is_sure() -> None:
    watch = after(GONE, GONE, GONE, every=DAY)
    assert not is_gone(watch)
    assert watch.checked_at is not None
    for _ in range(2):
        watch = heard(watch, GONE, watch.checked_at + HOUR)
        assert watch.checked_at is not None
    assert is_gone(watch)


@pytest.mark.parametrize(
    ("age", "wait", "due"),
    [
        (HOUR, timedelta(minutes=59), False),
        (HOUR, HOUR, True),
        (6 * DAY, HOUR, True),
        (7 * DAY, 23 * HOUR, False),
        (7 * DAY, DAY, True),
        (400 * DAY, DAY, True),
    ],
)
def test_hourly_for_seven_days_then_daily(age: timedelta, wait: timedelta, due: bool) -> None:
    watch = Watch(OUT, checked_at=OUT + age)
    assert is_due(watch, OUT + age + wait) is due


def test_what_was_never_asked_is_due_and_what_was_gone_is_due_within_the_hour() -> None:
    assert is_due(Watch(OUT), OUT)
    old = heard(Watch(OUT), GONE, OUT + 40 * DAY)
    assert not is_due(old, OUT + 40 * DAY + HOUR / 2)
    assert is_due(old, OUT + 40 * DAY + HOUR)


def test_once_a_day_and_after_a_loss_the_question_is_unconditional() -> None:
    assert in_full(Watch(OUT), OUT)
    assert not in_full(after(STANDS), OUT + 2 * HOUR)
    assert in_full(after(STANDS), OUT + DAY)
    assert in_full(after(STANDS, GONE), OUT + 3 * HOUR)


STEPS = st.lists(
    st.tuples(st.integers(1, 300), st.sampled_from([STANDS, GONE, GONE, GONE, UNCLEAR])),
    max_size=60,
)


@given(STEPS)
def test_withdrawn_only_by_three_losses_without_a_good_answer_between(
    steps: list[tuple[int, Answer]],
) -> None:
    """Against a plain reading of the whole history."""
    watch, at, history = Watch(OUT), OUT, []
    for minutes, answer in steps:
        at += timedelta(minutes=minutes)
        watch = heard(watch, answer, at)
        history.append((at, answer))
        since = max((n for n, (_, said) in enumerate(history, 1) if said is STANDS), default=0)
        losses = [moment for moment, said in history[since:] if said is GONE]
        expected = len(losses) >= 3 and losses[-1] - losses[-3] <= timedelta(hours=3)
        assert is_gone(watch) is expected
        assert heard(watch, answer, at) == watch  # heard twice is heard once


@given(st.integers(0, 60 * 24 * 9), st.integers(0, 60), st.integers(0, 20))
def test_asked_when_due_a_lost_page_is_withdrawn_in_time(
    lost_minute: int, offset: int, slip: int
) -> None:
    """With the worker looking every ten minutes, up to twenty late: within three hours of the first
    loss seen, whenever that is."""
    lost_at = OUT + timedelta(minutes=lost_minute)
    watch, now = Watch(OUT, checked_at=OUT), OUT + timedelta(minutes=offset)
    asked = []
    while not is_gone(watch):
        if is_due(watch, now):
            watch = heard(watch, GONE if now >= lost_at else STANDS, now)
            asked.append(now)
        now += timedelta(minutes=10 + slip)
        assert now < lost_at + timedelta(days=2)
    assert watch.gone[-1] - watch.gone[0] <= timedelta(hours=3)
    assert all(later - earlier >= HOUR for earlier, later in pairwise(asked))


@pytest.mark.parametrize(
    ("histories", "hidden_lately", "expected"),
    [
        ([LOST], 0, [HIDE]),
        ([LOST, (STANDS,) * 3, (UNCLEAR,) * 3], 0, [HIDE, STAYS, STAYS]),
        ([LOST, LOST, (STANDS,)], 0, [HIDE, HIDE, STAYS]),
        ([LOST, LOST, LOST, (STANDS,)], 0, [ASK, ASK, ASK, STAYS]),
        ([LOST, (STANDS, STANDS, GONE), (STANDS, GONE)], 0, [ASK, STAYS, STAYS]),
        ([LOST, LOST], 1, [ASK, ASK]),
        ([LOST], 2, [ASK]),
        ([(DOUBTFUL, DOUBTFUL)], 0, [STAYS]),
        ([(DOUBTFUL, DOUBTFUL, DOUBTFUL)], 0, [ASK]),
        ([(DOUBTFUL, DOUBTFUL, STANDS, DOUBTFUL)], 0, [STAYS]),
        ([(GONE, GONE, DOUBTFUL)], 0, [STAYS]),
        ([(DOUBTFUL, GONE, GONE, GONE)], 0, [HIDE]),
    ],
)
def test_what_the_machine_does_itself_and_what_it_asks(
    histories: list[tuple[Answer, ...]], hidden_lately: int, expected: list[Verdict]
) -> None:
    """An outlet that loses three articles at once has a new system, not three second thoughts."""
    assert verdicts([after(*answers) for answers in histories], hidden_lately) == expected


def test_once_a_person_is_asked_only_a_person_or_the_page_settles_it() -> None:
    held = replace(after(*LOST), held=True)
    assert verdicts([held]) == [ASK]  # the others came back, this one did not
    assert verdicts([heard(held, STANDS, OUT + DAY)]) == [STAYS]


def test_what_a_person_keeps_is_left_alone_until_it_stood_and_went_again() -> None:
    kept = replace(after(*LOST), kept=True)
    assert verdicts([kept, after(*LOST), after(*LOST)]) == [STAYS, HIDE, HIDE]
    assert kept.checked_at is not None
    assert not is_due(kept, kept.checked_at + 2 * HOUR)
    assert is_due(kept, kept.checked_at + DAY)
    watch = heard(kept, STANDS, OUT + DAY)
    for hour in range(1, 4):
        watch = heard(watch, GONE, OUT + DAY + hour * HOUR)
    assert verdicts([watch]) == [HIDE]


def test_a_doubtful_page_is_asked_for_in_full_within_the_hour() -> None:
    doubtful = heard(Watch(OUT), DOUBTFUL, OUT + 40 * DAY)
    assert is_due(doubtful, OUT + 40 * DAY + HOUR)
    assert in_full(doubtful, OUT + 40 * DAY + HOUR)
