"""Finding out how an unknown site can be followed: ``guongsang sources probe``.

Polite rounds of the ordinary crawler: first home page, robots.txt and the page that many
Vietnamese outlets put their feeds on; if the home page names another such page, that; then every
candidate found there.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from pipeline.apart import Apart, TooMuch
from pipeline.config.sources import Listing, Source
from pipeline.crawl.candidates import (
    FEED_PAGES,
    find_candidates,
    find_feed_pages,
    guess_article_url,
    guess_kind,
    key_for,
)
from pipeline.crawl.keeping import Alone, Keep
from pipeline.crawl.listings import looks_like_article
from pipeline.crawl.plan import CrawlPlan, SourcePlan
from pipeline.crawl.run import run_crawl
from pipeline.crawl.spool import (
    Discovery,
    Failure,
    FailureKind,
    FetchedPage,
    HostReport,
    Record,
    Spool,
)
from pipeline.shapes import FeedItem
from pipeline.text.clock import utc_now


@dataclass(frozen=True, slots=True)
class Probed:
    """What a source gave in a trial round."""

    source: Source
    discoveries: tuple[Discovery, ...]
    pages: tuple[FetchedPage, ...]
    failures: tuple[Failure, ...]


def probe(
    url: str,
    *,
    user_agent: str,
    now: datetime,
    allow_private: bool = False,
    delay: timedelta = timedelta(seconds=1),
    keep: Keep | None = None,
) -> Probed:
    """Try ``url``'s site; the result's ``source`` names only what answered with articles.

    If its first pages are too much to read, only the customary addresses are tried. ``keep``: as of
    ``trial``.
    """
    home = "{0.scheme}://{0.netloc}".format(urlsplit(url))
    draft = Source(key=key_for(home), name=key_for(home), province="?", home=home, delay=delay)
    pages = (home + "/", url, home + "/robots.txt", *(home + path for path in FEED_PAGES))
    asked = partial(
        trial,
        user_agent=user_agent,
        now=now,
        allow_private=allow_private,
        keep=keep or Alone().keep,
    )

    def read(pages: Iterable[str]) -> dict[str, bytes]:
        pending = tuple(FeedItem(page) for page in dict.fromkeys(pages))
        (answer,) = asked([SourcePlan(draft, pending=pending)])
        return {page.requested_url: page.body for page in answer.pages}

    bodies, heavy = read(pages), []
    with Apart() as reader:
        try:
            if further := reader.call(find_feed_pages, home, bodies):
                bodies |= read(further)
            found = reader.call(find_candidates, home, bodies)
        except TooMuch as error:
            heavy = [Failure(draft.key, home, utc_now(), FailureKind.TOO_LARGE, str(error))]
            found = find_candidates(home, {})
    draft = draft.model_copy(
        update={
            "name": found.name or draft.name,
            "kind": guess_kind(found.name, home),
            "feeds": found.feeds,
            "sitemaps": found.sitemaps,
            "listings": (Listing(url=url),),
        }
    )
    (second,) = asked([SourcePlan(draft, max_pages=3)])
    return replace(second, source=_proven(second), failures=(*heavy, *second.failures))


def trial(
    plans: Iterable[SourcePlan],
    *,
    user_agent: str,
    now: datetime,
    allow_private: bool,
    keep: Keep | None = None,
) -> list[Probed]:
    """One round over these sources into a spool that is thrown away, in the order given.

    ``keep`` holds their hosts meanwhile; absent, nobody else crawls. A source whose host is another
    process's is not asked: its only failure says so.
    """
    by_key = {plan.source.key: plan for plan in plans}
    with (
        tempfile.TemporaryDirectory(prefix="guongsang-probe-") as scratch,
        (keep or Alone().keep)([plan.source for plan in by_key.values()]) as kept,
    ):
        plan = CrawlPlan(
            Path(scratch),
            user_agent,
            now,
            tuple(by_key[source.key] for source in kept.sources),
            allow_private=allow_private,
            time_limit=timedelta(minutes=5),
            not_before=kept.not_before(),
            hosts=kept.plan(),
        )
        if plan.sources:
            run_crawl(plan, keeper=kept)
        records = [record for _, record in Spool(plan.spool).read()]
        for record in records:
            if isinstance(record, HostReport):
                kept.rested(record)
        for key, why in kept.busy.items():
            home = by_key[key].source.home
            records.append(Failure(key, home, utc_now(), FailureKind.BUSY, why))
    return [_of(mine.source, records) for mine in by_key.values()]


def _of(source: Source, records: list[Record]) -> Probed:
    mine = [r for r in records if getattr(r, "source", None) == source.key]
    return Probed(
        source,
        tuple(r for r in mine if isinstance(r, Discovery)),
        tuple(r for r in mine if isinstance(r, FetchedPage)),
        tuple(r for r in mine if isinstance(r, Failure)),
    )


def _proven(probed: Probed) -> Source:
    """The draft reduced to what works: feeds, else sitemaps, else the listing."""
    brought = _brought(probed)
    # A feed that only repeats another brings no new item in the trial, yet may be the better one;
    # what it holds is not known, so it is left to the administrator.
    feeds = tuple(url for url in probed.source.feeds if brought.get(url))
    sitemaps = tuple(url for url in probed.source.sitemaps if brought.get(url))
    listings = () if feeds or sitemaps else probed.source.listings
    items = [item.url for found in brought.values() for item in found]
    if not feeds and not sitemaps:
        items = list(filter(looks_like_article, items))
    pattern = guess_article_url(items)
    return probed.source.model_copy(
        update={
            "feeds": feeds,
            "sitemaps": () if feeds else sitemaps,
            "listings": listings,
            "article_url": re.compile(pattern) if pattern else None,
            "delay": timedelta(seconds=5),
        }
    )


def _brought(probed: Probed) -> dict[str, list[FeedItem]]:
    """New items by the address in ``sources.yaml`` that led to them: those of a sitemap in an index
    or of a further page came right after it."""
    source = probed.source
    own = {*source.feeds, *source.sitemaps, *(listing.url for listing in source.listings)}
    brought: dict[str, list[FeedItem]] = {}
    asked = ""
    for found in probed.discoveries:
        asked = found.url if found.url in own else asked
        brought.setdefault(asked, []).extend(found.items)
    return brought
