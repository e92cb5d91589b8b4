"""The publish plan and the rules of time: no clock, no database, no network."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from pipeline.digest.checklist import earliest_publication
from pipeline.digest.content import EditionContent

MAX_ATTEMPTS = 8
"""Then a person is asked; with the back-off below that is after 127 minutes (sooner when the
office's grace ends sooner)."""

LEASE = timedelta(minutes=10)
"""A claim older than this belongs to a dead worker: far above any send's own time limit."""

_FIRST_WAIT = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Planned:
    channel: str
    recipient: str
    due_at: datetime


def plan(
    content: EditionContent,
    recipients: Mapping[str, Iterable[tuple[str, timedelta]]],
    *,
    publish_at: datetime,
    delay: timedelta,
) -> tuple[Planned, ...]:
    """One row per channel and recipient (``""``: a public channel), in the channels' order;
    ``recipients`` with the time each waits for those before it.

    Nothing is due sooner than ``delay`` after the youngest source of the edition.
    """
    due_at = due(content, publish_at, delay)
    return tuple(
        Planned(channel, recipient, due_at + wait)
        for channel, everyone in recipients.items()
        for recipient, wait in everyone
    )


def due(content: EditionContent, wanted: datetime, delay: timedelta) -> datetime:
    moments = [earliest_publication(item, delay) for item in content.items]
    return max([wanted, *filter(None, moments)])


def stagger(domains: Iterable[str], per_minute: Mapping[str, int]) -> Iterator[timedelta]:
    """How long each letter waits so that no mail provider gets more than ``per_minute`` says
    (``"*"``: any that is not named). The plan holds the pace, so it outlasts a restart; letters
    late by one go out at once and rely on the provider's own "later"."""
    before: Counter[str] = Counter()
    for domain in domains:
        rate = per_minute.get(domain, per_minute.get("*"))
        yield timedelta(minutes=before[domain] // rate) if rate else timedelta()
        before[domain] += 1


def is_late(due_at: datetime, now: datetime, grace: timedelta) -> bool:
    return now - due_at > grace


def retry_at(attempts: int, now: datetime) -> datetime | None:
    """When to try again after the ``attempts``-th failure (from 1): 1, 2, 4 … 64 minutes.
    None: enough."""
    if attempts >= MAX_ATTEMPTS:
        return None
    wait: timedelta = _FIRST_WAIT * 2 ** (attempts - 1)
    return now + wait
