"""When to come back: pure rules on time. What the crawl obeys within a round is ``throttle``."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from itertools import pairwise

SHORTEST = timedelta(minutes=10)
LONGEST = timedelta(hours=24)
UNKNOWN = timedelta(minutes=30)
"""For a source of which nothing is known yet."""
LONGEST_PAUSE = timedelta(hours=24)
DEFAULT_PAUSE = timedelta(minutes=15)
"""After 429 without Retry-After."""
_WINDOW = 20


def poll_interval(published: Sequence[datetime], now: datetime) -> timedelta:
    """How long to wait before the next poll of a source that publishes at these moments.

    Half the middle gap between its latest articles, so that about two come per poll at most; the
    longer a source has been silent, the more seldom it is polled. Between 10 minutes and 24 hours.
    Where most of them share their moment (outlets that state the day alone), the mean gap counts.
    """
    recent = sorted((moment for moment in published if moment <= now), reverse=True)[:_WINDOW]
    if not recent:
        return UNKNOWN
    silence = now - recent[0]
    gaps = sorted(later - earlier for later, earlier in pairwise(recent))
    typical = (gaps[len(gaps) // 2] if gaps else silence) or (now - recent[-1]) / len(recent)
    return _clamp(max(typical / 2, silence / 10))


def back_off(failures: int, interval: timedelta) -> timedelta:
    """Wait after ``failures`` failed rounds in a row: doubling from the usual interval, at most a
    day. Never "give up": a feed that looks dead comes back."""
    if failures <= 0:
        return _clamp(interval)
    return _clamp(max(interval, SHORTEST) * 2 ** min(failures, 10))


def next_page_try(attempts: int, now: datetime) -> datetime | None:
    """When to ask again for a page that failed ``attempts`` times (not by 404, 410 or robots):
    after 15 minutes, 1, 4 and 16 hours; None after that."""
    if attempts > 4:
        return None
    wait: timedelta = timedelta(minutes=15) * 4 ** max(attempts - 1, 0)
    return now + wait


def retry_after(value: str | None, now: datetime) -> datetime | None:
    """The moment a Retry-After header names (RFC 9110 §10.2.3: seconds or an HTTP date), at most a
    day ahead; None when it is absent, unreadable or past."""
    text = (value or "").strip()
    if text.isascii() and text.isdigit():
        moment = now + timedelta(seconds=min(int(text[:9]), LONGEST_PAUSE.total_seconds()))
    else:
        try:
            moment = parsedate_to_datetime(text)
        except (ValueError, TypeError, IndexError, OverflowError):
            return None
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
    return min(moment, now + LONGEST_PAUSE) if moment > now else None


def _clamp(wait: timedelta) -> timedelta:
    return min(max(wait, SHORTEST), LONGEST)
