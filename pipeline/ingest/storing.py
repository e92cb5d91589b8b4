"""What a round brought, written down: each record becomes rows, and twice is as once."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from pydantic import TypeAdapter

from pipeline.crawl.pace import next_page_try
from pipeline.crawl.spool import (
    Discovery,
    Failure,
    FailureKind,
    FetchedPage,
    HostReport,
    LinkChecked,
    Spool,
)
from pipeline.ingest.links import store_answer
from pipeline.ingest.pages import Outcome, keep_page, read_feed_item, read_page
from pipeline.ingest.understanding import Understanding
from pipeline.shapes import FeedItem
from pipeline.store.models import HostLease, Link, Validator
from pipeline.text.clock import utc_now

logger = logging.getLogger(__name__)

LOOK_AGAIN = (timedelta(hours=6), timedelta(hours=24))
"""Outlets correct their articles: each is fetched again this long after its first fetches."""

_ITEM = TypeAdapter(FeedItem)


def item_from_json(data: dict[str, Any]) -> FeedItem:
    return _ITEM.validate_python(data)


@dataclass(slots=True)
class RoundCounts:
    """What one source gave in one round: a line of ``guongsang crawl --json``."""

    source: str
    found: int = 0
    fetched: int = 0
    not_modified: int = 0
    new: int = 0
    updated: int = 0
    gone: int = 0
    errors: list[dict[str, str]] = field(default_factory=list)
    answered: bool = field(default=False, repr=False)
    """Whether any of its feeds, sitemaps or listings could be read."""

    def as_json(self) -> dict[str, Any]:
        keys = ("source", "found", "fetched", "not_modified", "new", "updated", "gone", "errors")
        return {key: getattr(self, key) for key in keys}


def store_spool(
    spool: Spool, understanding: Understanding, counts: Mapping[str, RoundCounts]
) -> None:
    for path, record in spool.read():
        if isinstance(record, HostReport):
            store_host(record)
        elif isinstance(record, LinkChecked):
            store_answer(record)
        else:
            count = counts.get(record.source) or RoundCounts(record.source)
            if isinstance(record, Discovery):
                _store_discovery(record, understanding, count)
            elif isinstance(record, FetchedPage):
                _store_page(record, understanding, count)
            else:
                _store_failure(record, understanding, count)
        spool.remove(path)


def store_host(record: HostReport) -> None:
    HostLease.objects.update_or_create(
        host=record.host, defaults={"next_request_at": record.not_before}
    )


@transaction.atomic
def _store_discovery(record: Discovery, understanding: Understanding, count: RoundCounts) -> None:
    count.answered = True
    if record.status == 304:
        count.not_modified += 1
        return
    for item in record.items:
        url = understanding.canonical(record.source, item.url)
        _, created = Link.objects.get_or_create(
            canonical_url=url,
            defaults={
                "source": record.source,
                "url": item.url,
                "item": _ITEM.dump_python(item, mode="json"),
                "found_at": record.at,
            },
        )
        count.found += created
        if understanding.reads_feed_only(record.source):
            _store_feed_item(item, url, record.source, understanding, count)
    Validator.objects.update_or_create(
        url=record.url,
        defaults={"etag": record.etag[:300], "last_modified": record.last_modified[:60]}
        | ({} if record.conditional else {"full_fetch_at": record.at}),
    )


def _store_feed_item(
    item: FeedItem, url: str, source: str, understanding: Understanding, count: RoundCounts
) -> None:
    """Of a source with ``extractor: feed`` no page is ever fetched."""
    outcome = read_feed_item(item, url, source, understanding, utc_now())
    count.new += outcome == Outcome.NEW
    count.updated += outcome == Outcome.UPDATED
    ignored = outcome == Outcome.NOT_AN_ARTICLE
    _settle(url, Link.State.IGNORED if ignored else Link.State.FETCHED)


def _store_page(record: FetchedPage, understanding: Understanding, count: RoundCounts) -> None:
    count.fetched += 1
    page = keep_page(record)
    try:
        outcome = read_page(page, record.item, understanding, utc_now())
    except Exception as error:
        # The raw page is kept and the link says what happened; a rebuild reads it again once the
        # fault is mended. One page never stops the others.
        logger.error("cannot read %s: %r", record.url, error)
        logger.debug("the traceback", exc_info=True)
        count.errors.append({"url": record.url, "kind": "unreadable", "detail": repr(error)})
        _settle(record.canonical_url, Link.State.FAILED, error_kind="unreadable")
        return
    count.new += outcome == Outcome.NEW
    count.updated += outcome == Outcome.UPDATED
    link = Link.objects.filter(canonical_url=record.canonical_url).first()
    looks = link.attempts if link else 0
    again = record.at + LOOK_AGAIN[looks] if looks < len(LOOK_AGAIN) else None
    state = Link.State.IGNORED if outcome == Outcome.NOT_AN_ARTICLE else Link.State.FETCHED
    _settle(record.canonical_url, state, again if state == Link.State.FETCHED else None)


def _store_failure(record: Failure, understanding: Understanding, count: RoundCounts) -> None:
    count.errors.append({"url": record.url, "kind": record.reason, "detail": record.detail})
    if record.item is None:
        return
    url = understanding.canonical(record.source, record.item.url)
    if record.reason == FailureKind.GONE:
        count.gone += 1
        _settle(url, Link.State.GONE, error_kind=record.reason)
    elif record.reason == FailureKind.REFUSED:
        outcome = read_feed_item(record.item, url, record.source, understanding, utc_now())
        count.new += outcome == Outcome.NEW
        count.updated += outcome == Outcome.UPDATED
        _settle(url, Link.State.FAILED, error_kind=record.reason)
    elif record.reason != FailureKind.TIME_LIMIT:
        link = Link.objects.filter(canonical_url=url).first()
        again = next_page_try(link.attempts + 1 if link else 1, record.at)
        if again and record.retry_at:
            again = max(again, record.retry_at)
        _settle(url, Link.State.FAILED, again, error_kind=record.reason)


def _settle(
    url: str, state: Link.State, next_try_at: datetime | None = None, error_kind: str = ""
) -> None:
    link = Link.objects.filter(canonical_url=url).first()
    if link:
        link.state, link.next_try_at, link.error_kind = state, next_try_at, error_kind
        link.attempts += 1
        link.save()
