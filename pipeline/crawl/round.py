"""One source in one round: find what is new, then fetch it.

Each source runs as its own task; whatever goes wrong here ends as a ``Failure`` record of this
source and touches no other.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from pipeline.crawl.discovering import Finder
from pipeline.crawl.fetch import PAGE_LIMIT, Fetched, Fetcher, FetchFailed
from pipeline.crawl.items import LONGEST_URL
from pipeline.crawl.plan import CrawlPlan, SourcePlan
from pipeline.crawl.report import Emit, Report
from pipeline.crawl.spool import FailureKind, FetchedPage, Spool
from pipeline.crawl.turns import in_turn
from pipeline.shapes import FeedItem
from pipeline.text.clock import utc_now
from pipeline.text.urls import canonical_url

STOP_AFTER = 3
"""Failures in a row that are more likely the outlet's than the page's: the source rests until the
next round."""
_TROUBLE = frozenset(
    {
        FailureKind.DNS,
        FailureKind.CONNECTION,
        FailureKind.TIMEOUT,
        FailureKind.TLS,
        FailureKind.PRIVATE_ADDRESS,
        FailureKind.ROBOTS_UNREACHABLE,
        FailureKind.HTTP_ERROR,
        FailureKind.TOO_LARGE,
        FailureKind.BAD_ENCODING,
        FailureKind.REDIRECTS,
        FailureKind.CRASHED,
    }
)
_END_OF_ROUND = frozenset({FailureKind.RATE_LIMITED, FailureKind.TIME_LIMIT})


@dataclass(slots=True)
class SourceRound:
    plan: CrawlPlan
    mine: SourcePlan
    fetcher: Fetcher
    spool: Spool
    emit: Emit

    @property
    def key(self) -> str:
        return self.mine.source.key

    @property
    def report(self) -> Report:
        return Report(self.key, self.spool, self.emit)

    async def run(self) -> None:
        pending = list(self.mine.pending)
        finder = Finder(self.plan, self.mine, self.fetcher, self.spool, self.report)
        await finder.run()
        self.emit("found", self.key, "", len(finder.found) + len(pending))
        if self.mine.source.extractor != "feed":  # else the feed's own text is all we take
            await self._fetch_pages(in_turn(pending, finder.found, self.plan.now))
        self.emit("done", self.key, "", 0)

    async def _fetch_pages(self, items: list[FeedItem]) -> None:
        trouble = refused = 0
        for number, item in enumerate(items[: self.mine.max_pages]):
            if refused >= self.mine.patience:
                # Asking on now would be rude; the next round may find the wall gone.
                left = tuple(items[number:])
                detail = f"{len(left)} pages not asked for: the {refused} before were refused"
                self.report.not_asked(self.mine.source.home, detail, left)
                return
            try:
                await self._fetch_page(item)
                trouble = refused = 0
            except FetchFailed as error:
                self.report.failed(item.url, error, item)
                refused = refused + 1 if error.kind is FailureKind.REFUSED else 0
                trouble = trouble + 1 if error.kind in _TROUBLE else 0
                if error.kind in _END_OF_ROUND:
                    return
                if trouble >= STOP_AFTER:
                    self._stop(items[number + 1 :], error)
                    return

    def _stop(self, left: list[FeedItem], error: FetchFailed) -> None:
        if left:
            detail = (
                f"{STOP_AFTER} pages in a row could not be had, the last: {error.detail}; "
                f"{len(left)} wait for the next round"
            )
            self.report.trouble(self.mine.source.home, FailureKind.STOPPED, detail)

    async def _fetch_page(self, item: FeedItem) -> None:
        page = await self.fetcher.get(item.url, delay=self.mine.source.delay, limit=PAGE_LIMIT)
        kind = page.headers.get("content-type", "text/html").partition(";")[0].strip().lower()
        if kind not in ("text/html", "application/xhtml+xml", "text/plain", ""):
            raise FetchFailed(FailureKind.NOT_A_PAGE, f"content type {kind}", page.status)
        refuse_home(page, item.url)
        if len(page.url) > LONGEST_URL:
            detail = f"redirected to an address of {len(page.url)} characters"
            raise FetchFailed(FailureKind.BAD_URL, detail, page.status)
        self.spool.write(
            FetchedPage(
                self.key,
                item.url,
                page.url,
                canonical_url(item.url, keep_case=self.mine.source.keep_case),
                utc_now(),
                page.status,
                page.headers,
                item,
                page.body,
            )
        )
        self.emit("fetched", self.key, item.url, 1)


def refuse_home(page: Fetched, asked: str) -> None:
    """Raises FetchFailed when the outlet sent us to its front page instead: some do so for pages
    that are gone, some for a while only."""
    if urlsplit(page.url).path in ("", "/") and urlsplit(asked).path not in ("", "/"):
        raise FetchFailed(FailureKind.NOT_A_PAGE, "redirected to the home page", page.status)
