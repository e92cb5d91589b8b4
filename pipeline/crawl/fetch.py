"""One request through Scrapy's downloader, and every way it can fail as one typed error."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ParamSpec, TypeVar

from scrapy import exceptions as scrapy_errors
from scrapy.downloadermiddlewares.redirect import RedirectMiddleware
from scrapy.exceptions import IgnoreRequest, StopDownload
from scrapy.http import Request, Response

from pipeline.apart import Apart, TooMuch
from pipeline.crawl.gate import HostBusy
from pipeline.crawl.items import clean
from pipeline.crawl.pace import DEFAULT_PAUSE, retry_after
from pipeline.crawl.plan import Validators
from pipeline.crawl.resolver import PublicResolver
from pipeline.crawl.robots import RobotsDisallow, RobotsUnreachable
from pipeline.crawl.spool import FailureKind
from pipeline.crawl.throttle import HostClosed, RoundEnds, Throttle, host_of
from pipeline.text.clock import utc_now

PAGE_LIMIT = 5 * 1024 * 1024
"""Bytes of an article page or listing, after decompression."""
FEED_LIMIT = 10 * 1024 * 1024
"""Bytes of a feed or sitemap, after decompression."""

P = ParamSpec("P")
T = TypeVar("T")


def stop_after_headers(request: Request) -> None:
    """Receiver of Scrapy's signal ``headers_received``. A HEAD request would be cheaper still, but
    many servers answer it wrongly."""
    if request.meta.get("headers_only"):
        raise StopDownload(fail=False)


class TooManyRedirects(IgnoreRequest):
    pass


class Redirects(RedirectMiddleware):
    """Scrapy's, with an error that can be told from others."""

    def _redirect(self, redirected: Request, request: Request, reason: Any) -> Request:
        try:
            return super()._redirect(redirected, request, reason)
        except IgnoreRequest as error:
            raise TooManyRedirects(f"more than {self.max_redirect_times} redirects") from error


class FetchFailed(Exception):
    def __init__(
        self,
        kind: FailureKind,
        detail: str,
        status: int | None = None,
        retry_at: datetime | None = None,
    ) -> None:
        super().__init__(f"{kind}: {detail}")
        self.kind, self.detail, self.status = kind, clean(detail)[:500], status
        self.retry_at = retry_at


@dataclass(frozen=True, slots=True)
class Fetched:
    url: str
    """Final address, after redirects."""
    status: int
    """200-299 or 304."""
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Fetcher:
    """Bound to the running crawler."""

    crawler: Any
    readers: Apart

    async def get(
        self,
        url: str,
        *,
        delay: timedelta,
        limit: int,
        validators: Validators | None = None,
        headers_only: bool = False,
    ) -> Fetched:
        """Fetch ``url`` with at most ``limit`` bytes, obeying robots, pace and address rules.

        ``headers_only``: the connection is closed before the body; ``Fetched.body`` is empty.

        Raises:
            FetchFailed: anything but a success or a 304.
        """
        headers = {}
        if validators and validators.etag:
            headers["If-None-Match"] = validators.etag
        if validators and validators.last_modified:
            headers["If-Modified-Since"] = validators.last_modified
        if headers_only:
            headers["Accept-Encoding"] = "identity"  # no body that would have to be decoded
        meta = {"download_maxsize": limit, "delay": delay, "headers_only": headers_only}
        throttle = Throttle.of(self.crawler)
        try:
            request = Request(url, headers=headers, meta=meta, dont_filter=True)
            host = host_of(request.url)
            throttle.register(host, delay)
            throttle.turn(host)
            response = await self.crawler.engine.download_async(request)
        except FetchFailed:
            raise
        except Exception as error:
            raise _failure(error) from error
        return self._accepted(response)

    async def read(self, parse: Callable[P, T], *args: P.args, **keys: P.kwargs) -> T:
        """Parse what was fetched in another process: no document may hold up the other sources.

        Raises:
            FetchFailed: it takes too much time or memory.
            Exception: whatever ``parse`` raises.
        """
        try:
            return await asyncio.to_thread(lambda: self.readers.call(parse, *args, **keys))
        except TooMuch as error:
            raise FetchFailed(FailureKind.TOO_LARGE, str(error)) from None

    def _accepted(self, response: Response) -> Fetched:
        headers = {
            clean(name.decode("latin-1").lower()): clean(
                b", ".join(values).decode("utf-8", "replace")
            )
            for name, values in response.headers.items()
            if name.lower() != b"set-cookie"
        }
        status, now = response.status, utc_now()
        if 200 <= status < 300 or status == 304:
            return Fetched(response.url, status, headers, response.body)
        said = f"HTTP {status}"
        if status in (401, 403):
            raise FetchFailed(FailureKind.REFUSED, said, status)
        if status in (404, 410):
            raise FetchFailed(FailureKind.GONE, said, status)
        until = retry_after(headers.get("retry-after"), now)
        if status == 429 or (status == 503 and until):
            until = until or now + DEFAULT_PAUSE
            Throttle.of(self.crawler).close(host_of(response.url), until)
            raise FetchFailed(FailureKind.RATE_LIMITED, said, status, until)
        if 300 <= status < 400:
            raise FetchFailed(FailureKind.REDIRECTS, f"{said} without a usable target", status)
        raise FetchFailed(FailureKind.HTTP_ERROR, said, status)


_KINDS: tuple[tuple[type[BaseException], FailureKind], ...] = (
    (RobotsDisallow, FailureKind.ROBOTS),
    (HostBusy, FailureKind.BUSY),
    (RoundEnds, FailureKind.TIME_LIMIT),
    (TooManyRedirects, FailureKind.REDIRECTS),
    (scrapy_errors.CannotResolveHostError, FailureKind.DNS),
    (scrapy_errors.DownloadTimeoutError, FailureKind.TIMEOUT),
    (scrapy_errors.DownloadCancelledError, FailureKind.TOO_LARGE),
    (scrapy_errors.DownloadConnectionRefusedError, FailureKind.CONNECTION),
    (scrapy_errors.ResponseDataLossError, FailureKind.BAD_ENCODING),
    (scrapy_errors.UnsupportedURLSchemeError, FailureKind.BAD_URL),
    (scrapy_errors.NotSupported, FailureKind.BAD_URL),
)


def _failure(error: BaseException) -> FetchFailed:
    """Sort an exception of Scrapy or Twisted into our kinds."""
    if isinstance(error, HostClosed):
        return FetchFailed(FailureKind.RATE_LIMITED, str(error), retry_at=error.until)
    if isinstance(error, RobotsUnreachable):
        cause = _failure(error.__cause__) if error.__cause__ else None
        if cause and cause.kind is not FailureKind.CRASHED:
            kind = _BEHIND_ROBOTS.get(cause.kind, FailureKind.ROBOTS_UNREACHABLE)
            return FetchFailed(kind, f"robots.txt: {cause.detail}", retry_at=cause.retry_at)
        return FetchFailed(FailureKind.ROBOTS_UNREACHABLE, str(error))
    if isinstance(error, scrapy_errors.CannotResolveHostError):
        refused = sorted(name for name in PublicResolver.refused if name in str(error))
        if refused:
            detail = f"{refused[0]} leads to an address that is not public"
            return FetchFailed(FailureKind.PRIVATE_ADDRESS, detail)
    for known, kind in _KINDS:
        if isinstance(error, known):
            return FetchFailed(kind, _said(error))
    if isinstance(error, IgnoreRequest) and "MaxSizeExceeded" in type(error.__cause__).__name__:
        return FetchFailed(FailureKind.TOO_LARGE, "too large after decompression")
    name = type(error).__module__ + "." + type(error).__name__
    if "SSL" in _said(error) or "ssl" in name.lower():
        return FetchFailed(FailureKind.TLS, _said(error))
    if isinstance(error, scrapy_errors.DownloadFailedError | OSError) or name.startswith(
        "twisted."
    ):
        return FetchFailed(FailureKind.CONNECTION, _said(error))
    if name.startswith(("zlib.", "gzip.", "brotli", "zstd", "compression.")) or isinstance(
        error, EOFError
    ):
        return FetchFailed(FailureKind.BAD_ENCODING, _said(error))
    if isinstance(error, ValueError):  # from urllib, IDNA or Scrapy's Request
        return FetchFailed(FailureKind.BAD_URL, _said(error))
    return FetchFailed(FailureKind.CRASHED, f"{name}: {error}")


_BEHIND_ROBOTS = {
    kind: kind
    for kind in (
        FailureKind.BUSY,
        FailureKind.RATE_LIMITED,
        FailureKind.PRIVATE_ADDRESS,
        FailureKind.DNS,
        FailureKind.CONNECTION,
        FailureKind.TIMEOUT,
        FailureKind.TLS,
        FailureKind.BAD_URL,
    )
}
"""No robots.txt because the host itself cannot be reached: say that, it is the better news."""


def _said(error: BaseException) -> str:
    if isinstance(error, scrapy_errors.DownloadCancelledError):
        return "larger than the limit"
    reasons = getattr(error.__cause__, "reasons", ())  # of Twisted's ResponseFailed
    text = "; ".join(reason.getErrorMessage() for reason in reasons) or str(error)
    return " ".join(text.split()) or type(error).__name__
