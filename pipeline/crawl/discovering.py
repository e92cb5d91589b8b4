"""What a source has that is new: its feeds, sitemaps and listings, asked one after the other.

Whatever goes wrong with one document ends as a ``Failure`` record and leaves the others alone.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Iterable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from pipeline.config.sources import Listing
from pipeline.crawl.feeds import NotAFeed, parse_feed
from pipeline.crawl.fetch import FEED_LIMIT, PAGE_LIMIT, Fetched, Fetcher, FetchFailed
from pipeline.crawl.items import LONGEST_URL, fitting
from pipeline.crawl.listings import looks_like_article, parse_listing
from pipeline.crawl.markup import UnsafeXml
from pipeline.crawl.plan import CrawlPlan, SourcePlan
from pipeline.crawl.report import Report
from pipeline.crawl.sitemaps import NotASitemap, TooLarge, gunzip, parse_sitemap
from pipeline.crawl.spool import Discovery, FailureKind, Spool
from pipeline.shapes import FeedItem
from pipeline.text.clock import utc_now
from pipeline.text.urls import address_marks, canonical_url, same_address

MOST_ITEMS = 500
"""New items per source and round. A document with more is stored without validators, so that the
next round reads it again and finds the rest."""
MOST_LISTING_PAGES = 5
MOST_CHILD_SITEMAPS = 4
MOST_BACKFILL = 50
"""Listing pages or sitemaps, when asked for what is older than the horizon."""
SITEMAP_DEPTH = 3
_KINDS: tuple[tuple[type[Exception], FailureKind], ...] = (
    (UnsafeXml, FailureKind.UNSAFE_XML),
    (NotAFeed, FailureKind.NOT_A_FEED),
    (NotASitemap, FailureKind.NOT_A_FEED),
    (TooLarge, FailureKind.TOO_LARGE),
)


@dataclass(slots=True)
class Finder:
    plan: CrawlPlan
    mine: SourcePlan
    fetcher: Fetcher
    spool: Spool
    report: Report
    found: list[FeedItem] = field(default_factory=list, init=False)
    """New and wanted, each once, in the order found."""
    _seen: set[str] = field(default_factory=set, init=False)
    """Scheme-less canonical addresses that are done, found or dropped."""
    _earlier: frozenset[str] = field(default=frozenset(), init=False)
    """Those of ``_seen`` that were found before this round."""

    @property
    def key(self) -> str:
        return self.mine.source.key

    async def run(self) -> None:
        self._seen = {same_address(url) for url in self.mine.known}
        self._seen |= {self._address(item.url) for item in self.mine.pending}
        self._earlier = frozenset(self._seen)
        source = self.mine.source
        for url in source.feeds:
            await self._guarded(url, self._read_feed)
        for url in source.sitemaps:
            await self._guarded(url, self._read_sitemap)
        for listing in source.listings:

            async def read(url: str, listing: Listing = listing) -> None:
                await self._read_listing(listing)

            await self._guarded(listing.url, read)

    async def _guarded(
        self, url: str, read: Callable[[str], Awaitable[None]]
    ) -> tuple[FailureKind, str] | None:
        """Run one reader; a failure of one document leaves the others alone. Returns what was
        recorded of it."""
        try:
            await read(url)
        except FetchFailed as error:
            self.report.failed(url, error)
            return error.kind, error.detail
        except Exception as error:  # noqa: BLE001 - untrusted documents: one record, the rest goes on
            kind = next((k for known, k in _KINDS if isinstance(error, known)), None)
            detail = str(error) if kind else f"{type(error).__name__}: {error}"
            kind = kind or FailureKind.CRASHED
            self.report.trouble(url, kind, detail)
            return kind, detail
        return None

    async def _read_feed(self, url: str) -> None:
        document = await self._document(url)
        if document is None:
            return
        items = await self.fetcher.read(
            parse_feed,
            document.body,
            url=document.url,
            content_type=document.headers.get("content-type"),
            now=self.plan.now,
        )
        self._discovered(url, document, items)

    async def _read_sitemap(self, url: str) -> None:
        """A sitemap; of an index the sitemaps it names, of which one that fails leaves the others
        alone. The newest first, to the end of each branch: many indexes name an index a year."""
        most = MOST_BACKFILL if self.plan.since else MOST_CHILD_SITEMAPS
        todo = [(child, 2) for child in await self._sitemap(url, url)]
        seen, troubles, asked = {url}, [], 0
        while todo and asked < most:
            child, depth = todo.pop(0)
            if child in seen:
                continue
            seen.add(child)
            asked += 1
            children: list[str] = []

            async def read(child: str, children: list[str] = children) -> None:
                children += await self._sitemap(child, url)

            if trouble := await self._guarded(child, read):
                troubles.append(trouble)
            elif depth < SITEMAP_DEPTH:
                todo = [*((further, depth + 1) for further in children), *todo]
        if asked and len(troubles) == asked:
            kind, detail = troubles[0]
            self.report.trouble(url, kind, f"none of its {asked} sitemaps can be read: {detail}")

    async def _sitemap(self, here: str, index: str) -> tuple[str, ...]:
        """Record what one sitemap brings; the sitemaps that it names, if it is an index.

        Links to articles are judged by where ``index`` stands: the sitemap of a sub-site that it
        names leads to articles of another outlet.
        """
        document = await self._document(here)
        if document is None:
            return ()
        sitemap = await self.fetcher.read(
            parse_sitemap,
            await self.fetcher.read(gunzip, document.body, FEED_LIMIT),
            url=document.url,
            content_type=document.headers.get("content-type"),
            now=self.plan.now,
        )
        found_on = document.url if here == index else index
        self._discovered(here, document, sitemap.items, sitemap.children, found_on=found_on)
        children = tuple(child for child in sitemap.children if self._names_ours(child, found_on))
        if sitemap.children and not children:
            detail = f"all its sitemaps are elsewhere, the first: {sitemap.children[0]}"
            self.report.trouble(here, FailureKind.ELSEWHERE, detail[:500])
        return children

    def _names_ours(self, child: str, index: str) -> bool:
        """Sitemaps may also stand on a sub-domain, such as ``cdn.bao.vn``."""
        below = f".{_site(self.mine.source.home)}"
        return self._leads_on(child, index) or (
            len(child) <= LONGEST_URL and f".{_site(child)}".endswith(below)
        )

    async def _read_listing(self, listing: Listing) -> None:
        backfill = self.plan.since is not None
        visited: set[str] = set()
        url: str | None = listing.url
        while url and url not in visited:
            visited.add(url)
            document = await self._document(url, PAGE_LIMIT)
            if document is None:
                return
            page = await self.fetcher.read(
                parse_listing,
                document.body,
                listing,
                url=document.url,
                content_type=document.headers.get("content-type"),
            )
            items = page.items if listing.item else tuple(filter(self._plausible, page.items))
            if url == listing.url and not any(self._wanted(item.url, url) for item in items):
                self.report.trouble(url, FailureKind.NO_LINKS, "no link to an article on this page")
            new = self._discovered(url, document, items)
            more = len(visited) < (MOST_BACKFILL if backfill else MOST_LISTING_PAGES)
            # Listings show the newest first: a page without anything new ends the walk.
            follow = page.next_url if more and (new or backfill) else None
            url = follow if follow and self._leads_on(follow, listing.url) else None

    async def _document(self, url: str, limit: int = FEED_LIMIT) -> Fetched | None:
        """A discovery document, or None when it is unchanged (which is recorded)."""
        validators = self.mine.validators.get(url)
        document = await self.fetcher.get(
            url, delay=self.mine.source.delay, limit=limit, validators=validators
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
        self,
        url: str,
        document: Fetched,
        items: Iterable[FeedItem],
        children: Collection[str] = (),
        *,
        found_on: str | None = None,
    ) -> int:
        """Record what is new in a document; returns how many items that is.

        ``children``: of an index, which is stored without validators. It may well stay as it is
        while what it names changes.
        """
        found_on = found_on or document.url
        read = list(items)
        items = [fit for item in read if (fit := fitting(item))]
        # Told once a day, with the full fetch: it must not count as trouble in every round.
        lost = sum(not fitting(item) and self._wanted(item.url, found_on) for item in read)
        if lost and url not in self.mine.validators:
            detail = f"links longer than {LONGEST_URL} characters left out: {lost}"
            self.report.trouble(url, FailureKind.BAD_URL, detail)
        again = {a: item for item in items if (a := self._told_again(item, found_on))}
        fresh = [item for item in items if self._take(item, found_on)]
        room = MOST_ITEMS - len(self.found)
        whole, fresh = len(fresh) <= room and not children, fresh[:room]
        self.found += fresh
        dates = [item.published_at for item in items if item.published_at]
        self.spool.write(
            Discovery(
                self.key,
                url,
                utc_now(),
                document.status,
                items=tuple(fresh),
                again=tuple(again.values())[:MOST_ITEMS],
                seen=len(read) + len(children),
                etag=document.headers.get("etag", "")[:300] if whole else "",
                last_modified=document.headers.get("last-modified", "")[:60] if whole else "",
                conditional=url in self.mine.validators,
                newest_at=max(dates, default=None),
            )
        )
        return len(fresh)

    def _told_again(self, item: FeedItem, found_on: str) -> str | None:
        """The address of a known item, where the document says more of it than that. A date alone
        is a sitemap's ``lastmod``, which many outlets set to today for every page."""
        if not (item.title or item.summary_html or item.content_html):
            return None
        address = self._address(item.url)
        return address if address in self._earlier and self._due(item, found_on) else None

    def _due(self, item: FeedItem, found_on: str) -> bool:
        if item.published_at and item.published_at < self.plan.oldest:
            return False
        return self._wanted(item.url, found_on)

    def _take(self, item: FeedItem, found_on: str) -> bool:
        if not self._due(item, found_on):
            return False
        address = self._address(item.url)
        if address in self._seen or not self.plan.erased.isdisjoint(address_marks(address)):
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


def _site(url: str) -> str:
    """Host without www, m, amp: what makes two links the same outlet's."""
    return urlsplit(canonical_url(url)).hostname or ""
