"""What becomes of a link after its page was asked for, and when it is asked for again."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from django.db.models import Q

from pipeline.crawl.pace import next_page_try
from pipeline.ingest.told import item_from_json, item_to_json
from pipeline.store.models import Article, Link

NO_ARTICLE, TOO_OLD = "not_an_article", "too_old"
"""Values of ``Link.error_kind``, beside those of ``FailureKind``."""
TRIES_OF_A_MISSING_PAGE = 3
LOOK_AGAIN = (timedelta(hours=6), timedelta(hours=24))
"""Outlets correct their articles: each is fetched again this long after its first fetches. A page
that was no article is looked at once more: some say "đang bảo trì" with status 200."""


def settle(
    url: str,
    state: Link.State,
    next_try_at: datetime | None = None,
    error_kind: str = "",
    reason: str = "",
) -> None:
    """Write how the try at the page of this canonical address ended."""
    link = Link.objects.filter(canonical_url=url).first()
    if link:
        link.state, link.next_try_at = state, next_try_at
        link.error_kind, link.reason = error_kind, reason[:300]
        if state == Link.State.FETCHED:
            link.looks, link.attempts = link.looks + 1, 0
        else:
            link.attempts += 1
        link.save()


def note_date(canonical_url: str, published_at: datetime) -> None:
    """What no listing says of an old article: a backfill asks for what it wants only."""
    for link in Link.objects.filter(canonical_url=canonical_url):
        link.item = item_to_json(replace(item_from_json(link.item), published_at=published_at))
        link.save(update_fields=["item"])


def again_if_new(canonical_url: str, now: datetime) -> datetime | None:
    """Outlets put articles into their feeds before the pages answer: an address that never did is
    asked a few times more."""
    link = Link.objects.filter(canonical_url=canonical_url).first()
    attempts = link.attempts + 1 if link else 1
    if attempts > TRIES_OF_A_MISSING_PAGE or was_read(canonical_url):
        return None
    return next_page_try(attempts, now)


def was_read(canonical_url: str) -> bool:
    """Whether the page itself has been read before: then the feed's teaser must not replace it."""
    read = Q(canonical_url=canonical_url, page__isnull=False) | Q(page__canonical_url=canonical_url)
    return Article.objects.filter(read).exists()
