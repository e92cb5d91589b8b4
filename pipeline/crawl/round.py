"""One source in one round: ask its feeds, sitemaps and listings, then fetch what is new.

Each source runs as its own task; whatever goes wrong here ends as a ``Failure`` record of this
source and touches no other.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar
from urllib.parse import urlsplit

from pipeline.config.sources import Listing
from pipeline.crawl.feeds import NotAFeed, parse_feed
from pipeline.crawl.fetch import FEED_LIMIT, PAGE_LIMIT, Fetched, Fetcher, FetchFailed
from pipeline.crawl.items import LONGEST_URL, clean, fitting
from pipeline.crawl.listings import looks_like_article, parse_listing
from pipeline.crawl.markup import UnsafeXml
from pipeline.crawl.plan import CrawlPlan, SourcePlan
from pipeline.crawl.sitemaps import NotASitemap, TooLarge, gunzip, parse_sitemap
from pipeline.crawl.spool import Discovery, Failure, FailureKind, FetchedPage, Spool
from pipeline.shapes import FeedItem
from pipeline.text.clock import utc_now
from pipeline.text.urls import canonical_url, same_address

MOST_ITEMS = 500
"""New items per source and round. A document with more is stored without validators, so that the
next round reads it again and finds the rest."""
MOST_LISTING_PAGES = 5
MOST_BACKFILL_PAGES = 50
MOST_CHILD_SITEMAPS = 4
SITEMAP_DEPTH = 3
PARSE_TIMEOUT = 20
"""Seconds to read one feed, sitemap or listing."""
STOP_AFTER = 3
"""Failures in a row that are the host's, not the page's: the source rests until the next round."""
STOP_AFTER_REFUSED = 5
_HOST_TROUBLE = frozenset(
    {
        FailureKind.DNS,
        FailureKind.CONNECTION,
        FailureKind.TIMEOUT,
        FailureKind.TLS,
        FailureKind.PRIVATE_ADDRESS,
        FailureKind.ROBOTS_UNREACHABLE,
        FailureKind.HTTP_ERROR,
    }
)
_END_OF_ROUND = frozenset({FailureKind.RATE_LIMITED, FailureKind.TIME_LIMIT})

T = TypeVar("T")
Emit = Callable[[str, str, str, int], None]
"""``emit(event, source key, url, count)``."""


@dataclass(slots=True)
class SourceRound:
    plan: CrawlPlan
    mine: SourcePlan
    fetcher: Fetcher
    spool: Spool
    emit: Emit
    _seen: set[str] = field(default_factory=set, init=False)
    """Scheme-less canonical addresses that are done, found or dropped."""
    _found: list[FeedItem] = field(default_factory=list, init=False)

    @property
    def key(self) -> str:
        return self.mine.source.key

    async def run(self) -> None:
        pending = list(self.mine.pending)
        self._seen = {same_address(url) for url in self.mine.known}
        self._seen |= {self._address(item.url) for item in pending}
        await self._discover()
        self.emit("found", self.key, "", len(self._found) + len(pending))
        if self.mine.source.extractor != "feed":  # else the feed's own text is all we take
            newest_first = sorted(
                self._found, key=lambda item: _when(item, self.plan.now), reverse=True
            )
            await self._fetch_pages([*pending, *newest_first][: self.mine.max_pages])
        self.emit("done", self.key, "", 0)

    # -- discovery

    async def _discover(self) -> None:
        source = self.mine.source
        for url in source.feeds:
            await self._guarded(url, self._read_feed)
        for url in source.sitemaps:
            await self._guarded(url, self._read_sitemap)
        for listing in source.listings:

            async def read(url: str, listing: Listing = listing) -> None:
                await self._read_listing(listing)

            await self._guarded(listing.url, read)

    async def _guarded(self, url: str, read: Callable[[str], object]) -> None:
        """Run one reader; a failure of one document leaves the others alone."""
        try:
            await read(url)  # type: ignore[misc]
        except FetchFailed as error:
            self._fail(url, error.kind, error.detail, error.status, retry_at=error.retry_at)
        except UnsafeXml as error:
            self._fail(url, FailureKind.UNSAFE_XML, str(error))
        except (NotAFeed, NotASitemap) as error:
            self._fail(url, FailureKind.NOT_A_FEED, str(error))
        except TooLarge as error:
            self._fail(url, FailureKind.TOO_LARGE, str(error))
        except Exception as error:  # noqa: BLE001 - untrusted documents: one record, the rest goes on
            self._fail(url, FailureKind.CRASHED, f"{type(error).__name__}: {error}")

    async def _read_feed(self, url: str) -> None:
        document = await self._document(url)
        if document is None:
            return
        items = await self._parsed(
            parse_feed,
            document.body,
            url=document.url,
            content_type=document.headers.get("content-type"),
            now=self.plan.now,
        )
        self._discovered(url, document, items)

    async def _read_sitemap(self, url: str) -> None:
        todo, children_left = [(url, 1)], MOST_CHILD_SITEMAPS
        while todo:
            here, depth = todo.pop(0)
            document = await self._document(here)
            if document is None:
                continue
            sitemap = await self._parsed(
                parse_sitemap,
                gunzip(document.body, FEED_LIMIT),
                url=document.url,
                content_type=document.headers.get("content-type"),
                now=self.plan.now,
            )
            self._discovered(here, document, sitemap.items, extra=len(sitemap.children))
            if depth < SITEMAP_DEPTH:
                children = sitemap.children[:children_left]
                children_left -= len(children)
                todo += [(child, depth + 1) for child in children if self._leads_on(child, url)]

    async def _read_listing(self, listing: Listing) -> None:
        backfill = self.plan.since is not None
        visited: set[str] = set()
        url: str | None = listing.url
        while url and url not in visited:
            visited.add(url)
            document = await self._document(url)
            if document is None:
                return
            page = await self._parsed(
                parse_listing,
                document.body,
                listing,
                url=document.url,
                content_type=document.headers.get("content-type"),
            )
            items = page.items if listing.item else tuple(filter(self._plausible, page.items))
            if url == listing.url and not any(self._wanted(item.url, url) for item in items):
                self._fail(url, FailureKind.NO_LINKS, "no link to an article on this page")
            new = self._discovered(url, document, items)
            more = len(visited) < (MOST_BACKFILL_PAGES if backfill else MOST_LISTING_PAGES)
            # Listings show the newest first: a page without anything new ends the walk.
            follow = page.next_url if more and (new or backfill) else None
            url = follow if follow and self._leads_on(follow, listing.url) else None

    async def _parsed(self, parse: Callable[..., T], *args: object, **keys: object) -> T:
        """Parse in a thread: a document that takes long must not hold up the other sources."""
        try:
            async with asyncio.timeout(PARSE_TIMEOUT):
                return await asyncio.to_thread(parse, *args, **keys)
        except TimeoutError:
            raise FetchFailed(FailureKind.TOO_LARGE, "reading it took too long") from None

    async def _document(self, url: str) -> Fetched | None:
        """A discovery document, or None when it is unchanged (which is recorded)."""
        validators = self.mine.validators.get(url)
        document = await self.fetcher.get(
            url, delay=self.mine.source.delay, limit=FEED_LIMIT, validators=validators
        )
        if document.status != 304:
            return document
        self.spool.write(
            Discovery(
                self.key,
                url,
                utc_now(),
                304,
                etag=validators.etag if validators else "",
                last_modified=validators.last_modified if validators else "",
                conditional=True,
            )
        )
        return None

    def _discovered(
        self, url: str, document: Fetched, items: Iterable[FeedItem], extra: int = 0
    ) -> int:
        """Record what is new in a document; returns how many items that is."""
        read = list(items)
        items = [fit for item in read if (fit := fitting(item))]
        # Told once a day, with the full fetch: it must not count as trouble in every round.
        lost = sum(self._wanted(item.url, document.url) and not fitting(item) for item in read)
        if lost and url not in self.mine.validators:
            detail = f"links longer than {LONGEST_URL} characters left out: {lost}"
            self._fail(url, FailureKind.BAD_URL, detail)
        fresh = [item for item in items if self._take(item, document.url)]
        room = MOST_ITEMS - len(self._found)
        whole, fresh = len(fresh) <= room, fresh[:room]
        self._found += fresh
        dates = [item.published_at for item in items if item.published_at]
        self.spool.write(
            Discovery(
                self.key,
                url,
                utc_now(),
                document.status,
                items=tuple(fresh),
                seen=len(read) + extra,
                etag=document.headers.get("etag", "")[:300] if whole else "",
                last_modified=document.headers.get("last-modified", "")[:60] if whole else "",
                conditional=url in self.mine.validators,
                newest_at=max(dates, default=None),
            )
        )
        return len(fresh)

    def _take(self, item: FeedItem, found_on: str) -> bool:
        if not self._wanted(item.url, found_on):
            return False
        if item.published_at and item.published_at < self.plan.oldest:
            return False
        address = self._address(item.url)
        if address in self._seen:
            return False
        self._seen.add(address)
        return True

    def _wanted(self, url: str, found_on: str) -> bool:
        return self._on_site(url, found_on) and self.mine.source.wants(url)

    def _plausible(self, item: FeedItem) -> bool:
        """For listings without ``item``: every link of the page is a candidate, menus too."""
        return self.mine.source.article_url is not None or looks_like_article(item.url)

    def _on_site(self, url: str, found_on: str) -> bool:
        """Links to other outlets' sites (partners, other provinces' sub-sites) are not ours."""
        return _site(url) in (_site(self.mine.source.home), _site(found_on))

    def _leads_on(self, url: str, found_on: str) -> bool:
        """Whether a further sitemap or listing page may be asked for and remembered."""
        return len(url) <= LONGEST_URL and self._on_site(url, found_on)

    def _address(self, url: str) -> str:
        return same_address(canonical_url(url, keep_case=self.mine.source.keep_case))

    # -- pages

    async def _fetch_pages(self, items: list[FeedItem]) -> None:
        trouble = refused = 0
        for number, item in enumerate(items):
            if refused >= STOP_AFTER_REFUSED:
                # Asking on now would be rude; the next round may find the wall gone.
                for left in items[number:]:
                    detail = f"the {refused} pages before were refused"
                    self._fail(left.url, FailureKind.NOT_ASKED, detail, item=left)
                return
            try:
                await self._fetch_page(item)
                trouble = refused = 0
            except FetchFailed as error:
                self._fail(
                    item.url, error.kind, error.detail, error.status, item, retry_at=error.retry_at
                )
                refused = refused + 1 if error.kind is FailureKind.REFUSED else 0
                trouble = trouble + 1 if error.kind in _HOST_TROUBLE else 0
                if error.kind in _END_OF_ROUND or trouble >= STOP_AFTER:
                    return

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

    def _fail(
        self,
        url: str,
        kind: FailureKind,
        detail: str,
        status: int | None = None,
        item: FeedItem | None = None,
        *,
        retry_at: datetime | None = None,
    ) -> None:
        at = utc_now()
        self.spool.write(Failure(self.key, url, at, kind, clean(detail), status, item, retry_at))
        self.emit("failed", self.key, url, 1)


def refuse_home(page: Fetched, asked: str) -> None:
    """Raises FetchFailed when the outlet sent us to its front page instead: some do so for pages
    that are gone, some for a while only."""
    if urlsplit(page.url).path in ("", "/") and urlsplit(asked).path not in ("", "/"):
        raise FetchFailed(FailureKind.NOT_A_PAGE, "redirected to the home page", page.status)


def _when(item: FeedItem, now: datetime) -> datetime:
    """For ordering; an item without a date is taken for new."""
    return min(item.published_at or now, now)


def _site(url: str) -> str:
    """Host without www, m, amp: what makes two links the same outlet's."""
    host = urlsplit(canonical_url(url)).hostname or ""
    return host.removeprefix("www.")
