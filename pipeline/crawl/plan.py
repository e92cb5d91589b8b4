"""What a crawl round is told: everything the child process knows stands in one JSON file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from pydantic import TypeAdapter

from pipeline.config.sources import Source
from pipeline.shapes import FeedItem, require_aware


@dataclass(frozen=True, slots=True)
class Validators:
    """HTTP validators of a discovery document at its last fetch."""

    etag: str = ""
    last_modified: str = ""


@dataclass(frozen=True, slots=True)
class Recheck:
    """A page fetched before, of which only its being there is asked."""

    url: str
    validators: Validators = Validators()
    whole: bool = False
    """Read the body too: some outlets say "không tồn tại" with status 200."""


@dataclass(frozen=True, slots=True)
class SourcePlan:
    source: Source
    known: frozenset[str] = frozenset()
    """Canonical URLs that are done: never fetched in this round."""
    pending: tuple[FeedItem, ...] = ()
    """Found earlier and still to be fetched, the longest waiting first."""
    validators: Mapping[str, Validators] = field(default_factory=dict)
    """By URL of feed, sitemap or listing. Leave one out to fetch it unconditionally, as must be
    done at least daily: unchanged validators do not prove an unchanged document."""
    max_pages: int = 60
    """Article pages fetched in this round; what is left is pending in the next."""
    patience: int = 5
    """Refused pages in a row (401, 403) after which no more are asked for in this round."""
    recheck: tuple[Recheck, ...] = ()
    """Where there are any, the round does nothing else for this source."""


@dataclass(frozen=True, slots=True)
class CrawlPlan:
    spool: Path
    user_agent: str
    now: datetime
    sources: tuple[SourcePlan, ...]
    horizon: timedelta = timedelta(days=30)
    """Items dated earlier than ``now - horizon`` are not fetched."""
    since: datetime | None = None
    """Replaces the horizon (backfill)."""
    erased: frozenset[str] = frozenset()
    """``address_marks`` of articles that somebody had erased: never fetched."""
    not_before: Mapping[str, datetime] = field(default_factory=dict)
    """Per host (``bao.vn``, ``127.0.0.1:8801``): the earliest next request, from ``HostLease``."""
    hosts: frozenset[str] | None = None
    """Held by the parent for this round; a further one is asked for (``gate``). None: nobody else
    crawls."""
    time_limit: timedelta = timedelta(minutes=20)
    """Wall clock of the whole round."""
    request_timeout: timedelta = timedelta(seconds=20)
    """For one request, from look-up to the last byte of the body."""
    allow_private: bool = False
    """Permit loopback and private addresses (tests, intranet)."""

    def __post_init__(self) -> None:
        require_aware(self.now, "CrawlPlan.now")
        require_aware(self.since, "CrawlPlan.since")
        for host, moment in self.not_before.items():
            require_aware(moment, f"CrawlPlan.not_before[{host}]")

    @property
    def oldest(self) -> datetime:
        """Items dated before this moment are not fetched."""
        return self.since or self.now - self.horizon

    def to_json(self) -> bytes:
        return _PLAN.dump_json(self)

    @classmethod
    def from_json(cls, data: bytes) -> CrawlPlan:
        return _PLAN.validate_json(data)


_PLAN = TypeAdapter(CrawlPlan)
