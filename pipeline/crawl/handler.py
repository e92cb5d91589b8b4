"""Scrapy's HTTP handler, told to the throttle, with a cap on headers and on redirects' time."""

from __future__ import annotations

import time
from typing import Any

from scrapy.core.downloader.handlers.http11 import (
    HTTP11DownloadHandler,
    _LenientHTTP11ClientFactory,
    _LenientHTTP11ClientProtocol,
    _LenientHTTPClientParser,
)
from scrapy.http import Request, Response

from pipeline.crawl.throttle import Throttle, host_of

MOST_HEADER_LINES = 500


class TooManyHeaders(Exception):
    """A response whose headers do not end; Twisted would read them until the time is up."""


class _BoundedParser(_LenientHTTPClientParser):
    def lineReceived(self, line: bytes) -> None:  # noqa: N802 - Twisted's interface
        self.lines_seen = getattr(self, "lines_seen", 0) + 1
        if self.lines_seen > MOST_HEADER_LINES:
            raise TooManyHeaders(f"more than {MOST_HEADER_LINES} header lines")
        super().lineReceived(line)


class _BoundedProtocol(_LenientHTTP11ClientProtocol):
    def request(self, request: Any) -> Any:
        deferred = super().request(request)
        # Scrapy swaps the parser's class in the same way: Twisted hard-codes it.
        self._parser.__class__ = _BoundedParser
        return deferred


class _BoundedFactory(_LenientHTTP11ClientFactory):
    def buildProtocol(self, addr: Any) -> Any:  # noqa: N802
        return _BoundedProtocol(self._quiescentCallback)  # type: ignore[no-untyped-call]


class PacedHandler(HTTP11DownloadHandler):
    """Tells the throttle when a request really starts and ends.

    What a request took is taken off its time-out, which Scrapy hands on to where it is redirected:
    a chain of slow redirects has the time of one request.
    """

    def __init__(self, crawler: Any) -> None:
        super().__init__(crawler)
        self._pool._factory = _BoundedFactory

    async def download_request(self, request: Request) -> Response:
        throttle, host = Throttle.of(self._crawler), host_of(request.url)
        throttle.started(host)
        begin = time.monotonic()
        try:
            return await super().download_request(request)
        finally:
            left = request.meta["download_timeout"] - (time.monotonic() - begin)
            request.meta["download_timeout"] = max(left, 1.0)
            throttle.ended(host)
