"""The pace of one crawl round: per host, one request at a time and at least the delay between the
end of one and the start of the next.

Scrapy keeps one slot per key, here per host; this sets the slots' delays. Stock AutoThrottle would
pull a slot's delay down to the global minimum, below what the source or robots.txt asks for.
"""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Self
from urllib.parse import urlsplit

from scrapy.core.downloader import Slot
from scrapy.exceptions import DownloadTimeoutError, IgnoreRequest
from scrapy.extensions.throttle import AutoThrottle
from scrapy.http import Request, Response

from pipeline.crawl.gate import Gate
from pipeline.text.clock import utc_now

LONGEST_CRAWL_DELAY = 600.0
"""Seconds. A longer Crawl-delay would mean less than ten pages a day; taken for a mistake."""
_PORTS = {"http": 80, "https": 443}


def host_of(url: str) -> str:
    """``bao.vn``; with a port that is not the scheme's own: ``127.0.0.1:8801``."""
    parts = urlsplit(url)
    host = (parts.hostname or "").rstrip(".")
    port = parts.port
    return host if port is None or port == _PORTS.get(parts.scheme) else f"{host}:{port}"


class RoundEnds(IgnoreRequest):
    """What the host asks to wait is longer than the round lasts."""


class HostClosed(IgnoreRequest):
    """The host asked for a pause (Retry-After) that outlasts this round."""

    def __init__(self, until: datetime) -> None:
        super().__init__(f"Retry-After: {until:%Y-%m-%d %H:%M} UTC")
        self.until = until


@dataclass(slots=True)
class HostPace:
    delay: float
    """Seconds; what source and robots.txt ask for at least."""
    crawl_delay: float | None = None
    closed_until: datetime | None = None
    last_request_at: datetime | None = None
    requests: int = 0


class Throttle(AutoThrottle):
    """Scrapy extension; the child reads ``hosts`` at the end of the round."""

    def __init__(self, crawler: Any) -> None:
        super().__init__(crawler)
        self.hosts: dict[str, HostPace] = {}
        self.not_before: Mapping[str, datetime] = {}
        """Of the plan: what earlier rounds owe to each host."""
        self.deadline = math.inf
        """Of the round, in ``time.monotonic`` seconds."""
        self.gate = Gate(None, ask=lambda host: None, granted=self.rest)

    @classmethod
    def of(cls, crawler: Any) -> Self:
        throttle = crawler.get_extension(cls)
        assert throttle is not None
        return throttle  # type: ignore[no-any-return]

    def register(self, host: str, delay: timedelta) -> None:
        """Make ``host`` known. Two sources on one host: the longer delay counts."""
        new = host not in self.hosts
        pace = self.hosts.setdefault(host, HostPace(delay.total_seconds()))
        pace.delay = max(pace.delay, delay.total_seconds())
        slot = self._slot(host)
        slot.delay = max(slot.delay, pace.delay)
        if new:
            self.rest(host, self.not_before.get(host))

    def rest(self, host: str, until: datetime | None) -> None:
        """Pay first what an earlier round owes to ``host``: no request before ``until``."""
        if until is not None:
            slot = self._slot(host)
            wait = (until - utc_now()).total_seconds()
            slot.lastseen = time.monotonic() + wait - slot.delay

    def lengthen(self, host: str, crawl_delay: float) -> None:
        """Obey a Crawl-delay (seconds); it never shortens the source's own delay."""
        self.register(host, timedelta())
        pace = self.hosts[host]
        pace.crawl_delay = crawl_delay
        pace.delay = max(pace.delay, min(crawl_delay, LONGEST_CRAWL_DELAY))
        self._slot(host).delay = max(self._slot(host).delay, pace.delay)

    def close(self, host: str, until: datetime) -> None:
        """No further request to ``host`` before ``until``."""
        self.register(host, timedelta())
        self.hosts[host].closed_until = until

    def wait(self, host: str) -> float:
        """Seconds until the next request to ``host`` may start, if nothing else is queued."""
        slot = self._slot(host)
        return max(0.0, slot.lastseen + slot.delay - time.monotonic())

    def turn(self, host: str) -> float:
        """As ``wait``.

        Raises:
            HostClosed: an earlier round was told to stay away.
            RoundEnds: sooner than that.
        """
        wait = self.wait(host)
        if wait > LONGEST_CRAWL_DELAY:
            raise HostClosed(utc_now() + timedelta(seconds=wait))
        if time.monotonic() + wait >= self.deadline:
            raise RoundEnds("the round ends before its turn")
        return wait

    def started(self, host: str) -> None:
        pace = self.hosts[host]
        pace.requests += 1
        pace.last_request_at = utc_now()

    def ended(self, host: str) -> None:
        # Scrapy counts the delay from the start of a request; a slow answer would eat it up, and
        # connection set-up makes the server see shorter gaps than we made.
        self._slot(host).lastseen = time.monotonic()

    def _slot(self, host: str) -> Slot:
        slots: dict[str, Slot] = self.crawler.engine.downloader.slots
        if host not in slots:
            # (Scrapy drops slots that are idle for a minute: make it as it was.)
            slots[host] = Slot(1, self.hosts[host].delay, 0.0)
        return slots[host]

    def _adjust_delay(self, slot: Slot, latency: float, response: Response) -> None:
        super()._adjust_delay(slot, latency, response)
        host = host_of(response.url)
        if host in self.hosts:
            slot.delay = max(slot.delay, self.hosts[host].delay)


class PaceMiddleware:
    """Next to the downloader: puts each request, also after a redirect, into its host's slot."""

    def __init__(self, crawler: Any) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Any) -> Self:
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        throttle, host = Throttle.of(self._crawler), host_of(request.url)
        delay = request.meta.get("delay") or timedelta(
            seconds=self._crawler.settings.getfloat("DOWNLOAD_DELAY")
        )
        throttle.register(host, delay)
        await throttle.gate.enter(host)
        closed = throttle.hosts[host].closed_until
        if closed is not None and closed > utc_now():
            raise HostClosed(closed)
        wait = throttle.turn(host)
        if "redirect_times" in request.meta:
            self._spend(request, wait - throttle.hosts[host].delay)
        request.meta["download_slot"] = host

    @staticmethod
    def _spend(request: Request, slowness: float) -> None:
        """A chain of redirects has the time of one request (see ``PacedHandler``): a wait that the
        host's slow answers cause, and no rule of politeness asks for, is part of it."""
        left = request.meta["download_timeout"] - max(slowness, 0.0)
        if left <= 0:
            raise DownloadTimeoutError(f"{request.url}: its redirects took too long")
        request.meta["download_timeout"] = left
