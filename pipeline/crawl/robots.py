"""robots.txt by RFC 9309, where Scrapy's middleware leaves gaps.

§2.3.1.3: 4xx means no rules. §2.3.1.4: a server error or no answer means complete disallow, where
Scrapy allows. §2.5: at least 500 KiB are read, the rest may be ignored. Crawl-delay is no part of
the RFC, but outlets use it: it lengthens the pace of the host.
"""

from __future__ import annotations

import asyncio
from typing import Any

from protego import Protego
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Request, Response
from scrapy.robotstxt import ProtegoRobotParser

from pipeline.apart import TooMuch
from pipeline.crawl.pace import DEFAULT_PAUSE, retry_after
from pipeline.crawl.throttle import HostClosed, Throttle, host_of
from pipeline.text.clock import utc_now

ROBOTS_LIMIT = 512 * 1024


class RobotsDisallow(IgnoreRequest):
    """robots.txt forbids this address."""


class RobotsUnreachable(IgnoreRequest):
    """robots.txt could not be read; ``__cause__`` says why, if it was not a server error."""


class _DisallowAll:
    def __init__(self, why: str, cause: BaseException | None = None) -> None:
        self.why, self.cause = why, cause


class Robots(RobotsTxtMiddleware):
    def process_request_2(self, rp: Any, request: Request) -> None:
        if isinstance(rp, _DisallowAll):
            raise RobotsUnreachable(rp.why) from rp.cause
        try:
            super().process_request_2(rp, request)
        except IgnoreRequest as error:
            raise RobotsDisallow("robots.txt") from error

    async def _parse_robots(self, response: Response, netloc: str, request: Request) -> None:
        if response.status >= 500 or response.status == 429:
            said = f"robots.txt: HTTP {response.status}"
            self._settle(netloc, _DisallowAll(said, self._pause(response)))
        elif response.status >= 300:  # a redirect that leads nowhere counts as unavailable
            self._settle(netloc, None)
        else:
            rules = await self._read(response.body)
            if isinstance(rules, _DisallowAll):
                self._settle(netloc, rules)
                return
            delay = rules.crawl_delay(self._robotstxt_useragent or "*")
            if delay and delay > 0:  # before the waiting requests are let go
                Throttle.of(self.crawler).lengthen(host_of(request.url), delay)
            self._settle(netloc, rules)

    def _pause(self, response: Response) -> HostClosed | None:
        """Obey a Retry-After, which means the whole host (RFC 9110 §10.2.3), before any waiting
        request is let go."""
        now = utc_now()
        said = (response.headers.get("Retry-After") or b"").decode("latin-1")
        until = retry_after(said, now)
        if response.status == 429:
            until = until or now + DEFAULT_PAUSE
        elif response.status != 503:
            until = None
        if until is None:
            return None
        Throttle.of(self.crawler).close(host_of(response.url), until)
        return HostClosed(until)

    async def _read(self, body: bytes) -> ProtegoRobotParser | _DisallowAll:
        """The rules. Protego copies each into the set of every agent its group names: 20,000 agents
        with 20,000 rules, which fit into a file, take all memory of the process that reads them."""
        text = body[:ROBOTS_LIMIT].decode("utf-8-sig", "ignore")
        spider: Any = self.crawler.spider
        rules = ProtegoRobotParser(b"", spider)
        try:
            rules.rp = await asyncio.to_thread(spider.readers.call, Protego.parse, text)
        except TooMuch as error:
            return _DisallowAll(f"robots.txt: {error}")
        return rules

    def _robots_error(self, exc: Exception, netloc: str) -> None:
        self._settle(netloc, _DisallowAll(f"robots.txt: {exc}", exc))

    def _settle(self, netloc: str, parser: Any) -> None:
        waiting: Any = self._parsers[netloc]
        self._parsers[netloc] = parser
        waiting.callback(parser)
