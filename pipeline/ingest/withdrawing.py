"""When a published link is asked for again, and when its source has taken it back. Pure.

The rule: hourly for seven days after publication, then daily; three answers 404 or 410 in a row
within three hours, and the article is withdrawn. A page that answers resets the count. No answer,
a refusal or a server error says nothing about the page: it neither counts nor resets.

A person decides instead where the machine would guess: when an outlet loses many articles at once
(its system was replaced), and when a page says that it is gone but answers 200 or leads to the
front page. ``docs/decisions/0007-withdrawal.md`` has the reasons.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

HOURLY, DAILY = timedelta(hours=1), timedelta(days=1)
FRESH = timedelta(days=7)
"""How long after publication a link is asked for hourly."""
TIMES, WITHIN = 3, timedelta(hours=3)
"""So many answers "gone", the last at most this long after the first."""
MANY = 3
"""Links of one source missing at once, or hidden within ``LATELY``: that is no editor's choice."""
LATELY = timedelta(days=1)


class Answer(StrEnum):
    STANDS = "stands"
    GONE = "gone"
    """404 or 410."""
    DOUBTFUL = "doubtful"
    """It says that it is gone, but not by 404 or 410."""
    UNCLEAR = "unclear"


class Verdict(StrEnum):
    STAYS = "stays"
    HIDE = "hide"
    ASK = "ask"
    """A person decides."""


@dataclass(frozen=True, slots=True)
class Watch:
    """What is known of one published link."""

    published_at: datetime
    """When our newest edition with it came out."""
    checked_at: datetime | None = None
    gone: tuple[datetime, ...] = ()
    """Times of the answers "gone" since the page last stood, the latest ``TIMES`` of them."""
    doubts: int = 0
    """Doubtful answers in a row."""
    held: bool = False
    """A person is being asked."""
    kept: bool = False
    """A person decided that it stays, although the original is missing."""


def heard(watch: Watch, answer: Answer, at: datetime) -> Watch:
    """``watch`` after an answer; one heard before (a spool read twice) changes nothing. A page that
    stands settles every question."""
    if watch.checked_at is not None and at <= watch.checked_at:
        return watch
    if answer is Answer.STANDS:
        return Watch(watch.published_at, at)
    if answer is Answer.GONE:
        return replace(watch, checked_at=at, gone=(*watch.gone, at)[-TIMES:], doubts=0)
    if answer is Answer.DOUBTFUL:
        return replace(watch, checked_at=at, doubts=watch.doubts + 1)
    return replace(watch, checked_at=at)


def is_due(watch: Watch, now: datetime) -> bool:
    """A link that was gone is asked for hourly, however old: a day apart, three answers would
    never fall within three hours."""
    if watch.checked_at is None:
        return True
    fresh = now - watch.published_at < FRESH
    hourly = not watch.kept and (is_missing(watch) or fresh)
    return now - watch.checked_at >= (HOURLY if hourly else DAILY)


def in_full(watch: Watch, now: datetime) -> bool:
    """Whether to ask for the whole page without validators, as is done once a day and whenever it
    was missing: a cache may go on answering 304 for a page that no longer exists, and headers alone
    do not tell an article from the words "không tồn tại"."""
    if watch.checked_at is None or is_missing(watch) or watch.kept:
        return True
    return watch.checked_at.date() != now.date()


def is_missing(watch: Watch) -> bool:
    """Whether its last clear answer was not the article."""
    return bool(watch.gone or watch.doubts)


def is_gone(watch: Watch) -> bool:
    return len(watch.gone) == TIMES and watch.gone[-1] - watch.gone[0] <= WITHIN


def verdicts(watches: Sequence[Watch], hidden_lately: int = 0) -> list[Verdict]:
    """What is to be done with all published links of one source, in their order.

    Args:
        hidden_lately: stories of this source that the machine hid within ``LATELY``.
    """
    lost = sum(bool(watch.gone) and not watch.kept for watch in watches) + hidden_lately
    return [_verdict(watch, many=lost >= MANY) for watch in watches]


def _verdict(watch: Watch, *, many: bool) -> Verdict:
    if watch.kept:
        return Verdict.STAYS
    if watch.held or watch.doubts >= TIMES or (many and is_gone(watch)):
        return Verdict.ASK
    return Verdict.HIDE if is_gone(watch) else Verdict.STAYS
