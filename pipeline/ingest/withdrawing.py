"""When a published link is asked for again, and when its source has taken it back. Pure.

The rule: hourly for seven days after publication, then daily; three answers 404 or 410 in a row
within three hours, and the article is withdrawn. A page that answers resets the count. No answer,
a refusal or a server error says nothing about the page: it neither counts nor resets.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

HOURLY, DAILY = timedelta(hours=1), timedelta(days=1)
FRESH = timedelta(days=7)
"""How long after publication a link is asked for hourly."""
TIMES, WITHIN = 3, timedelta(hours=3)
"""So many answers "gone", the last at most this long after the first."""


class Answer(StrEnum):
    STANDS = "stands"
    GONE = "gone"
    """404 or 410."""
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True)
class Watch:
    """What is known of one published link."""

    published_at: datetime
    """When our newest edition with it came out."""
    checked_at: datetime | None = None
    gone: tuple[datetime, ...] = ()
    """Times of the answers "gone" since the page last stood, the latest ``TIMES`` of them."""


def heard(watch: Watch, answer: Answer, at: datetime) -> Watch:
    """``watch`` after an answer; one heard before (a spool read twice) changes nothing."""
    if watch.checked_at is not None and at <= watch.checked_at:
        return watch
    if answer is Answer.STANDS:
        return replace(watch, checked_at=at, gone=())
    if answer is Answer.GONE:
        return replace(watch, checked_at=at, gone=(*watch.gone, at)[-TIMES:])
    return replace(watch, checked_at=at)


def is_due(watch: Watch, now: datetime) -> bool:
    """A link that was gone is asked for hourly, however old: a day apart, three answers would
    never fall within three hours."""
    if watch.checked_at is None:
        return True
    hourly = bool(watch.gone) or now - watch.published_at < FRESH
    return now - watch.checked_at >= (HOURLY if hourly else DAILY)


def in_full(watch: Watch, now: datetime) -> bool:
    """Whether to ask without validators, as is done once a day and whenever the page was gone:
    a cache may go on answering 304 for a page that no longer exists."""
    return watch.checked_at is None or bool(watch.gone) or watch.checked_at.date() != now.date()


def is_withdrawn(watch: Watch) -> bool:
    return len(watch.gone) == TIMES and watch.gone[-1] - watch.gone[0] <= WITHIN
