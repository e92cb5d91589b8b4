"""How a source is after a round: what is wrong with it since when, and when it is asked again."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Max

from pipeline.config.sources import Source
from pipeline.crawl.keeping import hosts_of
from pipeline.crawl.pace import back_off, poll_interval
from pipeline.crawl.spool import FailureKind
from pipeline.ingest.counting import RoundCounts
from pipeline.store.models import Article, HostLease, SourceState

OF_ONE_PAGE = frozenset(
    {
        FailureKind.GONE,
        FailureKind.NOT_A_PAGE,
        FailureKind.TOO_LARGE,
        FailureKind.REDIRECTS,
        FailureKind.BAD_URL,
        FailureKind.UNREADABLE,
    }
)
"""Errors that tell nothing of the source unless they pile up."""
PILE = 3


def documents_of(source: Source) -> frozenset[str]:
    """Addresses of its feeds, sitemaps and listings."""
    listings = (listing.url for listing in source.listings)
    return frozenset((*source.feeds, *source.sitemaps, *listings))


def interval(source: Source, now: datetime) -> timedelta:
    """Between two polls while all is well."""
    return source.every or poll_interval(_published(source.key), now)


def is_walled(state: SourceState) -> bool:
    """Whether its pages refused us when last asked: then one page a round is asked for."""
    return state.failing_since is not None and state.error_kind == FailureKind.REFUSED


def conclude(source: Source, count: RoundCounts, now: datetime) -> None:
    """Write how the source is and when to come back: slower while it fails, never not at all."""
    state = SourceState.objects.get(key=source.key)
    every = interval(source, now)
    if count.answered:
        state.last_success_at = now
    if count.new:
        state.last_new_at = now
    state.broken = _broken(source, count, state, now)
    from_feed = count.from_feed
    trouble = _trouble(count)
    if trouble:
        state.failures += 1
        state.failing_since = state.failing_since or now
        state.error_kind = trouble["kind"][:40]
        state.error_detail = trouble["detail"][:2000]
        # Behind a wall the feed works on: only its pages are asked for less.
        if not (is_walled(state) and count.answered):
            every = back_off(state.failures, every)
    elif _untold(count, state):
        from_feed = from_feed or state.last_counts.get("from_feed", 0)
    else:
        state.failures, state.failing_since = 0, None
        state.error_kind = state.error_detail = ""
    state.next_due_at = max(now + every, _welcome_at(source) or now)
    state.last_counts = count.as_json() | {"errors": len(count.errors), "from_feed": from_feed}
    state.save()


def _welcome_at(source: Source) -> datetime | None:
    """When the last of its hosts may be asked again (Retry-After)."""
    rows = HostLease.objects.filter(host__in=hosts_of(source))
    moment: datetime | None = rows.aggregate(last=Max("next_request_at"))["last"]
    return moment


def _trouble(count: RoundCounts) -> dict[str, str] | None:
    """What makes the round a failed one: nothing answered, or no page could be had."""
    if not count.answered:
        return count.errors[0] if count.errors else {"kind": "", "detail": ""}
    if count.fetched:
        return None
    serious = [error for error in count.unread if error["kind"] not in OF_ONE_PAGE]
    if len(count.unread) >= PILE:
        serious = serious or count.unread
    times = Counter(error["kind"] for error in serious)
    # A section that robots.txt closes is no news where the other pages have a trouble of their own.
    return max(
        serious, key=lambda e: (e["kind"] != FailureKind.ROBOTS, times[e["kind"]]), default=None
    )


def _untold(count: RoundCounts, state: SourceState) -> bool:
    """A round that asked for no page says nothing of a source whose pages were the trouble."""
    return is_walled(state) and not count.fetched and not count.unread


def _broken(
    source: Source, count: RoundCounts, state: SourceState, now: datetime
) -> dict[str, dict[str, Any]]:
    """Its documents that fail, each with since when. "Not modified" does not mend a listing that
    had no links; "bad URL" of a document that answered concerns some of its links."""
    documents = documents_of(source)
    rows: dict[str, dict[str, Any]] = {
        url: row
        for url, row in state.broken.items()
        if url in documents
        and (url not in count.heard or (count.heard[url] == 304 and row["kind"] == "no_links"))
    }
    for error in count.errors:
        url, kind = error["url"], error["kind"]
        if url in documents and (url not in count.heard or kind != FailureKind.BAD_URL):
            since = state.broken.get(url, {}).get("since") or now.isoformat()
            rows[url] = {"since": since, "kind": kind, "detail": error["detail"][:500]}
    return rows


def _published(source: str) -> list[datetime]:
    """When the source's latest articles came out."""
    dated = Article.objects.filter(source=source).exclude(published_at=None)
    moments = dated.order_by("-published_at").values_list("published_at", flat=True)[:20]
    return [moment for moment in moments if moment]
