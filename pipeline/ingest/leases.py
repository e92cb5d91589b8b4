"""One process at a time per host, across all processes that share a database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from uuid import uuid4

from django.db.models import Q

from pipeline.config.sources import Source
from pipeline.crawl.throttle import host_of
from pipeline.store.models import HostLease

LEASE = timedelta(minutes=25)
"""Longer than a round's time limit; a killed process holds a host no longer than this."""


def hosts_of(source: Source) -> frozenset[str]:
    """Every host a source's addresses name, as ``bao.vn`` or ``127.0.0.1:8801``."""
    listings = [listing.url for listing in source.listings]
    urls = [source.home, *source.feeds, *source.sitemaps, *listings]
    return frozenset(host_of(url) for url in urls)


@contextmanager
def keep_hosts(sources: list[Source], now: datetime) -> Iterator[list[Source]]:
    """The sources whose hosts are free, held for the body of the ``with``."""
    holder = uuid4().hex
    held: set[str] = set()
    free: list[Source] = []
    try:
        for source in sources:
            hosts = hosts_of(source)
            taken = {host for host in hosts - held if _take(host, holder, now)}
            if hosts <= held | taken:
                free.append(source)
                held |= taken
            else:
                _release(taken, holder)
        yield free
    finally:
        _release(held, holder)


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
