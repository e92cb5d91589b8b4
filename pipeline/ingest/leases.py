"""One process at a time per host, across all processes that share a database.

A lease is short and renewed while its crawl runs: after a SIGKILL its hosts are free again within
``LEASE``. All times are the database's own, so that processes on several machines agree.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import uuid4

from django.db import InterfaceError, OperationalError, connection
from django.db.models import DateTimeField, ExpressionWrapper, Q
from django.db.models.expressions import Combinable
from django.db.models.functions import Now

from pipeline.config.sources import Source
from pipeline.crawl.gate import Grant
from pipeline.crawl.keeping import hosts_of
from pipeline.crawl.spool import HostReport
from pipeline.store.models import HostLease
from pipeline.text.format import time as clock_time

LEASE = timedelta(seconds=50)
"""Shorter than a dead worker's run is waited for (``store.due.STALE``): who takes it over finds its
hosts free."""
RENEW_EVERY = timedelta(seconds=15)
MARGIN = timedelta(seconds=15)
"""The child is heard from every ten seconds, and ended before another may come."""
LONGEST_HOST = 255
"""Characters, by RFC 1035 and by the column."""


@dataclass(slots=True)
class Held:
    """What this process holds while it crawls: a ``Kept`` of ``crawl.keeping``."""

    sources: list[Source] = field(default_factory=list)
    hosts: set[str] = field(default_factory=set)
    busy: dict[str, str] = field(default_factory=dict)
    stop: threading.Event = field(default_factory=threading.Event)
    """Set: the crawl is to end, its hosts stay ours until all it brought is stored."""
    _holder: str = field(default_factory=lambda: uuid4().hex, init=False)
    _renewed: float = field(default_factory=time.monotonic, init=False)

    def take(self, host: str) -> Grant:
        if len(host) > LONGEST_HOST or not host.isprintable():  # from a stranger's redirect
            return Grant(host, granted=False)
        granted = host in self.hosts or _take(host, self._holder)
        if granted:
            self.hosts.add(host)
        return Grant(host, granted, wait_until([host]).get(host))

    def take_source(self, source: Source) -> None:
        hosts = hosts_of(source)
        taken = {host for host in hosts - self.hosts if _take(host, self._holder)}
        if hosts <= self.hosts | taken:
            self.sources.append(source)
            self.hosts |= taken
        else:
            _release(taken, self._holder)
            self.busy[source.key] = _who_is_at(hosts - self.hosts - taken)

    def renew(self) -> bool:
        return self._renew() and not self.stop.is_set()

    def _renew(self) -> bool:
        """A database that is away for a moment takes nothing from us as long as the lease surely
        stands: it was renewed no earlier than we asked for it."""
        asked = time.monotonic()
        if asked - self._renewed < RENEW_EVERY.total_seconds():
            return True
        mine = HostLease.objects.filter(host__in=self.hosts, holder=self._holder)
        try:
            kept = mine.update(held_until=_after(LEASE))
        except (OperationalError, InterfaceError):
            connection.close()  # the next try makes a new one
            return time.monotonic() - self._renewed < (LEASE - MARGIN).total_seconds()
        self._renewed = asked
        return kept == len(self.hosts)

    def plan(self) -> frozenset[str]:
        return frozenset(self.hosts)

    def not_before(self) -> Mapping[str, datetime]:
        return wait_until(self.hosts)

    def rested(self, report: HostReport) -> None:
        store_host(report)

    def release(self) -> None:
        _release(self.hosts, self._holder)


@contextmanager
def keep_hosts(sources: Sequence[Source], stop: threading.Event | None = None) -> Iterator[Held]:
    """The sources whose hosts are free, held for the body of the ``with``."""
    held = Held(stop=stop or threading.Event())
    try:
        for source in sources:
            held.take_source(source)
        yield held
    finally:
        held.release()


def wait_until(hosts: Sequence[str] | set[str]) -> dict[str, datetime]:
    """Per host, the earliest next request that politeness allows, where that is still to come."""
    rows = HostLease.objects.filter(host__in=hosts, next_request_at__gt=Now())
    return {row.host: row.next_request_at for row in rows if row.next_request_at}


def store_host(record: HostReport) -> None:
    HostLease.objects.update_or_create(
        host=record.host, defaults={"next_request_at": record.not_before}
    )


def _after(wait: timedelta) -> Combinable:
    return ExpressionWrapper(Now() + wait, output_field=DateTimeField())


def _take(host: str, holder: str) -> bool:
    HostLease.objects.get_or_create(host=host)
    free = Q(holder="") | Q(held_until__lt=Now())
    lease = HostLease.objects.filter(free, host=host)
    return bool(lease.update(holder=holder, held_until=_after(LEASE)))


def _release(hosts: set[str], holder: str) -> None:
    HostLease.objects.filter(host__in=hosts, holder=holder).update(holder="", held_until=None)


def _who_is_at(hosts: frozenset[str]) -> str:
    rows = HostLease.objects.filter(host__in=hosts).exclude(held_until=None)
    last = rows.order_by("-held_until").first()
    if last is None or last.held_until is None:  # it has just gone
        return "another process was at one of its hosts a moment ago"
    return (
        f"another process is at {last.host}; should that have died, the host is free again by "
        f"{clock_time(last.held_until + timedelta(minutes=1))}"
    )
