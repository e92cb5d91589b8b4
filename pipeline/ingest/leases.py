"""One process at a time per host, across all processes that share a database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import uuid4

from django.db.models import Q

from pipeline.config.sources import Source
from pipeline.crawl.gate import Grant
from pipeline.crawl.throttle import host_of
from pipeline.store.models import HostLease

LEASE = timedelta(minutes=25)
"""Longer than a round's time limit; a killed process holds a host no longer than this."""


LONGEST_HOST = 255
"""Characters, by RFC 1035 and by the column."""


def hosts_of(source: Source) -> frozenset[str]:
    """Every host a source's addresses name, as ``bao.vn`` or ``127.0.0.1:8801``."""
    listings = [listing.url for listing in source.listings]
    urls = [source.home, *source.feeds, *source.sitemaps, *listings]
    return frozenset(host_of(url) for url in urls)


@dataclass(slots=True)
class Held:
    """What this process holds while it crawls."""

    now: datetime
    sources: list[Source] = field(default_factory=list)
    """Whose hosts were free."""
    hosts: set[str] = field(default_factory=set)
    _holder: str = field(default_factory=lambda: uuid4().hex, init=False)

    def take(self, host: str) -> Grant:
        """Hold a further host, to which a redirect or a link leads."""
        if len(host) > LONGEST_HOST or not host.isprintable():  # from a stranger's redirect
            return Grant(host, granted=False)
        granted = host in self.hosts or _take(host, self._holder, self.now)
        if granted:
            self.hosts.add(host)
        return Grant(host, granted, wait_until(self.now).get(host))

    def take_source(self, source: Source) -> None:
        hosts = hosts_of(source)
        taken = {host for host in hosts - self.hosts if _take(host, self._holder, self.now)}
        if hosts <= self.hosts | taken:
            self.sources.append(source)
            self.hosts |= taken
        else:
            _release(taken, self._holder)

    def release(self) -> None:
        _release(self.hosts, self._holder)


@contextmanager
def keep_hosts(sources: list[Source], now: datetime) -> Iterator[Held]:
    """The sources whose hosts are free, held for the body of the ``with``."""
    held = Held(now)
    try:
        for source in sources:
            held.take_source(source)
        yield held
    finally:
        held.release()


def wait_until(now: datetime) -> dict[str, datetime]:
    """Per host, the earliest next request that politeness allows."""
    rows = HostLease.objects.filter(next_request_at__gt=now)
    return {row.host: row.next_request_at for row in rows if row.next_request_at}


def _take(host: str, holder: str, now: datetime) -> bool:
    HostLease.objects.get_or_create(host=host)
    free = Q(holder="") | Q(held_until__lt=now)
    taken = HostLease.objects.filter(free, host=host).update(holder=holder, held_until=now + LEASE)
    return bool(taken)


def _release(hosts: set[str], holder: str) -> None:
    HostLease.objects.filter(host__in=hosts, holder=holder).update(holder="", held_until=None)
