"""Which pages of a source are fetched first, when a round has room for fewer than there are."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from itertools import chain, zip_longest

from pipeline.shapes import FeedItem


def in_turn(
    pending: Iterable[FeedItem], found: Iterable[FeedItem], now: datetime
) -> list[FeedItem]:
    """By turns the newest of all and the longest waiting, so that wherever the round ends, neither
    has starved the other: a backlog does not hide today's news, nor news the backlog.

    Args:
        pending: the longest waiting first.
        found: in this round.
    """
    waiting = list(dict.fromkeys(pending))
    every = dict.fromkeys([*found, *reversed(waiting)])
    newest = sorted(every, key=lambda item: _when(item, now), reverse=True)
    turns = chain.from_iterable(zip_longest(newest, waiting))
    return list(dict.fromkeys(item for item in turns if item))


def _when(item: FeedItem, now: datetime) -> datetime:
    """An item without a date is taken for new."""
    return min(item.published_at or now, now)
