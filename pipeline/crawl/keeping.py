"""Who may ask which host: the leases that a round runs under.

With a database the rows of ``ingest.leases`` keep one process at a time at a host; ``Alone`` stands
for them where there is none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from pipeline.config.sources import Source
from pipeline.crawl.gate import Grant
from pipeline.crawl.spool import HostReport
from pipeline.crawl.throttle import host_of


class Keeper(Protocol):
    """What the parent of a crawling child holds for it."""

    def take(self, host: str) -> Grant:
        """Hold a further host, to which a redirect or a link leads."""
        ...

    def renew(self) -> bool:
        """Called often while the child lives; False when the hosts are another's by now."""
        ...


class Kept(Keeper, Protocol):
    """The hosts of some sources, held as long as its ``with`` block runs."""

    @property
    def sources(self) -> Sequence[Source]:
        """Whose hosts were free."""
        ...

    @property
    def busy(self) -> Mapping[str, str]:
        """The others by key, each with who is there until when, in words."""
        ...

    def plan(self) -> frozenset[str] | None:
        """The hosts held; None: nobody else crawls."""
        ...

    def not_before(self) -> Mapping[str, datetime]:
        """Per host, the earliest next request that politeness allows."""
        ...

    def rested(self, report: HostReport) -> None:
        """Note what a round left behind at a host."""
        ...


Keep = Callable[[Sequence[Source]], AbstractContextManager[Kept]]


@dataclass(slots=True)
class Alone:
    """Nobody else crawls; the pace holds from one round of this process to its next."""

    sources: Sequence[Source] = ()
    busy: Mapping[str, str] = field(default_factory=dict)
    _rest: dict[str, datetime] = field(default_factory=dict)

    @contextmanager
    def keep(self, sources: Sequence[Source]) -> Iterator[Kept]:
        self.sources = sources
        yield self

    def take(self, host: str) -> Grant:
        return Grant(host, granted=True, not_before=self._rest.get(host))

    def renew(self) -> bool:
        return True

    def plan(self) -> frozenset[str] | None:
        return None

    def not_before(self) -> Mapping[str, datetime]:
        return self._rest

    def rested(self, report: HostReport) -> None:
        self._rest[report.host] = report.not_before


def hosts_of(source: Source) -> frozenset[str]:
    """Every host a source's addresses name, as ``bao.vn`` or ``127.0.0.1:8801``."""
    listings = [listing.url for listing in source.listings]
    urls = [source.home, *source.feeds, *source.sitemaps, *listings]
    return frozenset(host_of(url) for url in urls)
