"""The crawling process: ``python -m pipeline.crawl.child PLANFILE``.

It knows nothing of Django or the database. Records go to the plan's spool, progress to stdout as
JSON Lines, log lines to stderr. Killed at any moment, it leaves whole records only.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import sys
import time
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from scrapy import Spider, signals
from scrapy.crawler import AsyncCrawlerProcess

from pipeline.apart import Apart
from pipeline.crawl.fetch import FEED_LIMIT, Fetcher, stop_after_headers
from pipeline.crawl.plan import CrawlPlan, SourcePlan
from pipeline.crawl.recheck import recheck
from pipeline.crawl.round import SourceRound
from pipeline.crawl.spool import Failure, FailureKind, HostReport, Spool
from pipeline.crawl.throttle import Throttle, host_of
from pipeline.text.clock import utc_now

ALIVE_EVERY = 10.0
"""Seconds; the parent renews its lease on the hosts when it hears from the child, and the child
writes down how it treated them."""
MOST_REDIRECTS = 5
READER_MEGABYTES = 250
"""Documents are read one at a time, so that this process and its reader stay below 500 MB together.
The largest honest one, a news sitemap of 10 MB, takes 140."""


def settings_for(plan: CrawlPlan) -> dict[str, Any]:
    """Scrapy's settings for a round; everything not named here is off or Scrapy's default."""
    middlewares = "scrapy.downloadermiddlewares."
    handler = "pipeline.crawl.handler.PacedHandler"
    return {
        "USER_AGENT": plan.user_agent,
        "ROBOTSTXT_OBEY": True,
        "ROBOTSTXT_USER_AGENT": plan.user_agent.partition("/")[0],
        "CRAWL_ALLOW_PRIVATE": plan.allow_private,
        "TWISTED_DNS_RESOLVER": "pipeline.crawl.resolver.PublicResolver",
        "DOWNLOAD_HANDLERS": {
            "http": handler,
            "https": handler,
            **dict.fromkeys(("data", "file", "ftp", "s3")),
        },
        "DOWNLOADER_MIDDLEWARES": {
            middlewares + "robotstxt.RobotsTxtMiddleware": None,
            middlewares + "redirect.RedirectMiddleware": None,
            middlewares + "redirect.MetaRefreshMiddleware": None,
            middlewares + "retry.RetryMiddleware": None,  # the next round is the retry
            "pipeline.crawl.robots.Robots": 100,
            "pipeline.crawl.fetch.Redirects": 600,
            "pipeline.crawl.throttle.PaceMiddleware": 1000,
        },
        "EXTENSIONS": {
            "scrapy.extensions.telnet.TelnetConsole": None,
            "scrapy.extensions.throttle.AutoThrottle": None,
            "pipeline.crawl.throttle.Throttle": 0,
        },
        "AUTOTHROTTLE_ENABLED": True,
        "AUTOTHROTTLE_START_DELAY": 0,
        "AUTOTHROTTLE_TARGET_CONCURRENCY": 1.0,
        "COOKIES_ENABLED": False,
        "HTTPPROXY_ENABLED": False,
        "TELNETCONSOLE_ENABLED": False,
        "REFERER_ENABLED": True,
        "DOWNLOAD_TIMEOUT": plan.request_timeout.total_seconds(),
        "DOWNLOAD_MAXSIZE": FEED_LIMIT,
        "DOWNLOAD_WARNSIZE": 0,
        "REDIRECT_MAX_TIMES": MOST_REDIRECTS,
        "DEFAULT_REQUEST_HEADERS": {
            "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
            "Accept-Language": "vi",
        },
        "LOG_LEVEL": "ERROR",
    }


def emit(event: str, source: str, url: str, count: int) -> None:
    line = {"event": event, "source": source, "url": url, "count": count}
    try:
        print(json.dumps(line, ensure_ascii=False), flush=True)
    except OSError:
        # The parent is gone and with it the lease on the hosts: nobody may crawl on.
        os._exit(1)


class RoundSpider(Spider):
    """Scrapy's frame around the sources' tasks; requests go straight to its downloader."""

    name = "round"
    plan: CrawlPlan
    reported: dict[str, tuple[int, datetime | None]] = {}
    readers = Apart(megabytes=READER_MEGABYTES)

    async def start(self) -> AsyncIterator[Any]:
        spool = Spool(self.plan.spool)
        limit = self.plan.time_limit.total_seconds()
        fetcher = Fetcher(self.crawler, self.readers)
        self.crawler.signals.connect(stop_after_headers, signals.headers_received)
        throttle = Throttle.of(self.crawler)
        throttle.deadline = time.monotonic() + limit
        throttle.not_before = self.plan.not_before
        if self.plan.hosts is not None:
            throttle.gate.held = set(self.plan.hosts)
            throttle.gate.ask = lambda host: emit("host", "", host, 0)
            throttle.gate.listen()
        for mine in self.plan.sources:
            source = mine.source
            for url in (source.home, *source.feeds, *source.sitemaps):
                throttle.register(host_of(url), source.delay)
            for listing in source.listings:
                throttle.register(host_of(listing.url), source.delay)
        alive = asyncio.create_task(self._tell_alive(throttle, spool))
        try:
            await asyncio.gather(
                *(self._source(mine, fetcher, spool, limit) for mine in self.plan.sources)
            )
        finally:
            alive.cancel()
            self._report_hosts(throttle, spool)
            self.readers.close()
        return
        yield  # Scrapy wants an asynchronous generator

    async def _source(self, mine: SourcePlan, fetcher: Fetcher, spool: Spool, limit: float) -> None:
        key, kind, detail = mine.source.key, FailureKind.TIME_LIMIT, "the round's time was up"
        try:
            async with asyncio.timeout(limit):
                if mine.recheck:
                    await recheck(self.plan, mine, fetcher, spool, emit)
                else:
                    await SourceRound(self.plan, mine, fetcher, spool, emit).run()
                return
        except TimeoutError:
            pass
        except Exception as error:
            logging.getLogger(__name__).exception("source %s", key)
            kind, detail = FailureKind.CRASHED, f"{type(error).__name__}: {error}"
        spool.write(Failure(key, mine.source.home, utc_now(), kind, detail))
        emit("done", key, "", 0)

    async def _tell_alive(self, throttle: Throttle, spool: Spool) -> None:
        """Killed at any moment, the pace it kept is known but for the last seconds."""
        while True:
            await asyncio.sleep(ALIVE_EVERY)
            self._report_hosts(throttle, spool)
            emit("alive", "", "", 0)

    def _report_hosts(self, throttle: Throttle, spool: Spool) -> None:
        for host, pace in throttle.hosts.items():
            if not pace.requests and not pace.closed_until:
                continue
            rested = (pace.last_request_at or utc_now()) + timedelta(seconds=pace.delay)
            not_before = max(rested, pace.closed_until or rested)
            mark = pace.requests, pace.closed_until
            if self.reported.get(host) != mark:
                self.reported[host] = mark
                spool.write(
                    HostReport(
                        host, pace.last_request_at, not_before, pace.requests, pace.crawl_delay
                    )
                )


def main(plan_file: str) -> None:
    plan = CrawlPlan.from_json(Path(plan_file).read_bytes())
    if plan.allow_private:
        keys = ", ".join(mine.source.key for mine in plan.sources)
        logging.getLogger(__name__).warning("private addresses are permitted for: %s", keys)
    process = AsyncCrawlerProcess(settings_for(plan))
    process.crawl(RoundSpider, plan=plan)
    process.start()
    sys.stdout.flush()
    # A thread still waiting for a document must not keep the process; all records are synced.
    os._exit(0)


if __name__ == "__main__":
    main(sys.argv[1])
