"""What a round brought, written down: each record becomes rows, and twice is as once."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime

from django.db import InterfaceError, OperationalError, transaction

from pipeline.apart import TooMuch
from pipeline.crawl.pace import next_page_try
from pipeline.crawl.spool import (
    Discovery,
    Failure,
    FailureKind,
    FetchedPage,
    HostReport,
    LinkChecked,
    Record,
    Spool,
)
from pipeline.extract import NotAnArticle
from pipeline.ingest.counting import RoundCounts
from pipeline.ingest.leases import store_host
from pipeline.ingest.links import store_answer
from pipeline.ingest.pages import Erased, Outcome, TooOld, keep_page, read_feed_item, read_page
from pipeline.ingest.settling import (
    LOOK_AGAIN,
    NO_ARTICLE,
    TOO_OLD,
    again_if_new,
    note_date,
    settle,
    was_read,
)
from pipeline.ingest.spools import store_each
from pipeline.ingest.told import is_edit, item_from_json, item_to_json, newest, note_told, told_by
from pipeline.ingest.understanding import Understanding
from pipeline.shapes import FeedItem
from pipeline.store.erasures import drop, kept_away
from pipeline.store.models import Link, Validator
from pipeline.text.clock import utc_now
from pipeline.text.urls import either_scheme

logger = logging.getLogger(__name__)

MOST_UNREADABLE = 3
"""Pages of one source in one round; each may have taken ten seconds of computing."""

UNTRIED = {FailureKind.TIME_LIMIT, FailureKind.BUSY}
"""Reasons that say nothing of the page: the link stays as it is."""

_FEED_SERVES = {FailureKind.REFUSED, FailureKind.NOT_ASKED}
"""Reasons for which the feed's own text becomes the article at once."""
_FEED_SERVES_AT_LAST = {
    FailureKind.DNS,
    FailureKind.CONNECTION,
    FailureKind.TIMEOUT,
    FailureKind.TLS,
    FailureKind.REDIRECTS,
    FailureKind.RATE_LIMITED,
    FailureKind.HTTP_ERROR,
    FailureKind.TOO_LARGE,
    FailureKind.BAD_ENCODING,
}
"""Reasons for which it does when the page has been tried for the last time. Not where the outlet
took the article away or robots.txt forbids it."""


def store_spool(
    spool: Spool,
    understanding: Understanding,
    counts: Mapping[str, RoundCounts],
    *,
    after_each: Callable[[], object] = lambda: None,
) -> None:
    """``after_each`` record: reading a round's pages may take minutes."""

    def store(record: Record) -> None:
        _store(record, understanding, counts)
        after_each()

    store_each(spool, store)


def _store(record: Record, understanding: Understanding, counts: Mapping[str, RoundCounts]) -> None:
    if isinstance(record, HostReport):
        store_host(record)
    elif isinstance(record, LinkChecked):
        store_answer(record, understanding.reader)
    else:
        count = counts.get(record.source) or RoundCounts(record.source)
        if isinstance(record, Discovery):
            _store_discovery(record, understanding, count)
        elif isinstance(record, FetchedPage):
            _store_page(record, understanding, count)
        else:
            _store_failure(record, understanding, count)


def _store_discovery(record: Discovery, understanding: Understanding, count: RoundCounts) -> None:
    count.heard[record.url] = record.status
    if record.status == 304:
        count.not_modified += 1
        return
    urls = {item: understanding.canonical(record.source, item.url) for item in record.items}
    gone = kept_away(urls.values())  # erased since the round began
    record = replace(record, items=tuple(item for item in record.items if urls[item] not in gone))
    _store_links(record, understanding, count)
    if understanding.reads_feed_only(record.source):
        for item in record.items:
            url = understanding.canonical(record.source, item.url)
            _store_feed_item(item, url, record.source, understanding, count)
    for item in record.again:
        _store_told_again(item, record, understanding, count)


@transaction.atomic
def _store_links(record: Discovery, understanding: Understanding, count: RoundCounts) -> None:
    """The links and the validators together: an unchanged feed is not read again."""
    for item in record.items:
        link, created = Link.objects.get_or_create(
            canonical_url=understanding.canonical(record.source, item.url),
            defaults={
                "source": record.source,
                "url": item.url,
                "item": item_to_json(item),
                "told": told_by(record.url, item),
                "found_at": record.at,
            },
        )
        if not created:
            link.found_at = max(link.found_at, record.at)
            link.save(update_fields=["found_at"])
        count.found += created
    Validator.objects.update_or_create(
        url=record.url,
        defaults={"etag": record.etag[:300], "last_modified": record.last_modified[:60]}
        | ({} if record.conditional else {"full_fetch_at": record.at}),
    )


def _store_told_again(
    item: FeedItem, record: Discovery, understanding: Understanding, count: RoundCounts
) -> None:
    """A known address: an edit reaches the article that is made of the feed's own words. The link
    is saved last, so that a process killed in between does it again."""
    told = understanding.canonical(record.source, item.url)
    link = Link.objects.filter(canonical_url__in=either_scheme(told)).first()
    if link is None:
        return
    url = link.canonical_url
    if is_edit(link, record.url, item) and not was_read(url):
        said = newest(link, item)
        if understanding.reads_feed_only(record.source):
            _store_feed_item(said, url, record.source, understanding, count)
            link.refresh_from_db()
        elif _feed_serves(link.error_kind, link.next_try_at):
            _serve(said, url, record.source, understanding, count)
    note_told(link, record.url, item, record.at)


def _store_feed_item(
    item: FeedItem, url: str, source: str, understanding: Understanding, count: RoundCounts
) -> None:
    """Of a source with ``extractor: feed`` no page is ever fetched."""
    if why := _serve(item, url, source, understanding, count):
        settle(url, Link.State.IGNORED, error_kind=NO_ARTICLE, reason=why)
    else:
        settle(url, Link.State.FETCHED)


def _serve(
    item: FeedItem, url: str, source: str, understanding: Understanding, count: RoundCounts
) -> str:
    """Make an article of what the feed says; returns why there is none, or nothing."""
    try:
        outcome = read_feed_item(item, url, source, understanding, utc_now())
    except NotAnArticle as error:
        return str(error)
    except TooMuch as error:
        detail = f"feed item: {error}"
        count.errors.append({"url": item.url, "kind": FailureKind.UNREADABLE, "detail": detail})
        return detail
    count.new += outcome == Outcome.NEW
    count.updated += outcome == Outcome.UPDATED
    return ""


def _store_page(record: FetchedPage, understanding: Understanding, count: RoundCounts) -> None:
    count.fetched += 1
    if kept_away([record.canonical_url]):
        return
    page = keep_page(record)
    if count.unreadable >= MOST_UNREADABLE:
        _put_off(record, count)
        return
    try:
        outcome = read_page(page, record.item, understanding, utc_now(), oldest=count.oldest)
    except (OperationalError, InterfaceError):
        raise  # the database is away: the record stays in the spool and waits for it
    except TooOld as error:
        settle(record.canonical_url, Link.State.IGNORED, None, TOO_OLD, str(error))
        note_date(record.canonical_url, error.published_at)
        return
    except Erased:
        drop(record.canonical_url, record.at)
        return
    except NotAnArticle as error:
        link = Link.objects.filter(canonical_url=record.canonical_url).first()
        again = record.at + LOOK_AGAIN[0] if link and not link.attempts else None
        settle(record.canonical_url, Link.State.IGNORED, again, NO_ARTICLE, str(error))
        return
    except Exception as error:
        # The raw page is kept and the link says what happened; a rebuild reads it again once the
        # fault is mended. One page never stops the others.
        logger.error("cannot read %s: %r", record.url, error)
        logger.debug("the traceback", exc_info=True)
        trouble = {"url": record.url, "kind": FailureKind.UNREADABLE, "detail": repr(error)}
        count.errors.append(trouble)
        count.unread.append(trouble)
        count.unreadable += 1
        url = record.canonical_url
        settle(url, Link.State.FAILED, error_kind=FailureKind.UNREADABLE, reason=repr(error))
        return
    count.new += outcome == Outcome.NEW
    count.updated += outcome == Outcome.UPDATED
    link = Link.objects.filter(canonical_url=record.canonical_url).first()
    looks = link.looks if link else 0
    again = record.at + LOOK_AGAIN[looks] if looks < len(LOOK_AGAIN) else None
    settle(record.canonical_url, Link.State.FETCHED, again)


def _put_off(record: FetchedPage, count: RoundCounts) -> None:
    """Three pages of this source took all the time that reading may take, or broke the reader: the
    others wait for the next round, so that one outlet does not use up everybody's."""
    why = f"put off: {MOST_UNREADABLE} pages of this round could not be read"
    if not any(error["kind"] == FailureKind.STOPPED for error in count.errors):
        count.errors.append({"url": record.url, "kind": FailureKind.STOPPED, "detail": why})
    link = Link.objects.filter(canonical_url=record.canonical_url).first()
    again = next_page_try(link.attempts + 1 if link else 1, record.at)
    settle(record.canonical_url, Link.State.FAILED, again, FailureKind.STOPPED, why)


def _store_failure(record: Failure, understanding: Understanding, count: RoundCounts) -> None:
    trouble = {"url": record.url, "kind": record.reason, "detail": record.detail}
    count.errors.append(trouble)
    if record.item is not None:
        count.unread.append(trouble)
        _store_unread(record, record.item, understanding, count)
    for item in record.left:
        _store_unread(record, item, understanding, count)


def _store_unread(
    record: Failure, item: FeedItem, understanding: Understanding, count: RoundCounts
) -> None:
    """A page that could not be had; one behind a wall still has what the feed said of it."""
    url = understanding.canonical(record.source, item.url)
    if kept_away([url]):
        return
    if record.reason == FailureKind.GONE:
        count.gone += 1
        again = again_if_new(url, record.at)
        settle(url, Link.State.GONE, again, record.reason, record.detail)
        return
    not_asked = record.reason == FailureKind.RATE_LIMITED and record.status is None
    if not_asked or record.reason in UNTRIED:
        return
    why = record.detail
    link = Link.objects.filter(canonical_url=url).first()
    again = next_page_try(link.attempts + 1 if link else 1, record.at)
    if _feed_serves(record.reason, again) and not was_read(url):
        # The round may have begun with words that a feed has changed in it.
        item = item_from_json(link.item) if link else item
        no_article = _serve(item, url, record.source, understanding, count)
        count.from_feed += not no_article
        why = f"{why}; {no_article}" if no_article else why
    if again and record.retry_at:
        again = max(again, record.retry_at)
    settle(url, Link.State.FAILED, again, record.reason, why)


def _feed_serves(reason: str, again: datetime | None) -> bool:
    return reason in _FEED_SERVES or (again is None and reason in _FEED_SERVES_AT_LAST)
