"""From "the original is gone" to "ours is gone": hourly, by itself, and the desk is told. Where
the machine would guess, the desk is asked.

Safe to repeat at every step: the answers are rows, and what counts as withdrawn is read from them.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from pipeline.config.home import Home
from pipeline.config.office import Office
from pipeline.digest.content import from_json
from pipeline.ingest.links import watch_of
from pipeline.ingest.rechecks import recheck_links
from pipeline.ingest.withdrawing import HOURLY, LATELY, TIMES, Verdict, is_due, verdicts
from pipeline.publish.withdrawal import withdraw
from pipeline.store.audit import record
from pipeline.store.models import (
    Delivery,
    DeliveryState,
    Edition,
    PublishedLink,
    Restoration,
    Story,
    Withdrawal,
)
from pipeline.text import format as show

COMPANIONS = 5
"""Asked for beside a missing link of the same source, the newest first."""
_OUT = (DeliveryState.SENDING, DeliveryState.SENT, DeliveryState.UNKNOWN)


def recheck_published(
    home: Home,
    office: Office,
    *,
    now: datetime,
    allow_private: bool = False,
    stop: threading.Event | None = None,
) -> str:
    """Ask, until ``stop`` is set, for the originals that are due and take back what their sources
    took back; a sentence for the job's record.

    Raises:
        ConfigError: sources.yaml is faulty.
    """
    follow_editions()
    due = due_links(now)
    answers = 0
    if due:
        answers = recheck_links(home, office, due, now=now, allow_private=allow_private, stop=stop)
    gone, asked = withdraw_gone(home, office, now=now)
    told = f", a person is asked about {len(asked)}" if asked else ""
    return f"{answers} of {len(due)} links answered, {len(gone)} stories withdrawn{told}"


def due_links(now: datetime) -> list[PublishedLink]:
    """What is due by itself and, beside each missing link, the newest others of its source: an
    outlet that lost everything must show itself before one story is hidden alone."""
    due = []
    for links in _by_source(PublishedLink.objects.filter(story__withdrawal=None)).values():
        watches = [watch_of(link) for link in links]
        missing = any(watch.gone and not watch.kept for watch in watches)
        for place, (link, watch) in enumerate(zip(links, watches, strict=True)):
            beside = missing and place < COMPANIONS and not watch.kept
            rested = watch.checked_at is None or now - watch.checked_at >= HOURLY
            if is_due(watch, now) or (beside and rested):
                due.append(link)
    return due


def _by_source(links: QuerySet[PublishedLink]) -> dict[str, list[PublishedLink]]:
    """Newest first."""
    grouped: dict[str, list[PublishedLink]] = defaultdict(list)
    for link in links.select_related("story").order_by("-published_at", "pk"):
        grouped[link.source].append(link)
    return grouped


def follow_editions() -> None:
    """Keep one link for each story that is out: as its newest edition names the original."""
    delivered = Delivery.objects.filter(state__in=_OUT)
    out = Edition.objects.filter(pk__in=delivered.values("edition")).order_by("number")
    newest = {
        item.public_id: (item, edition.publish_at)
        for edition in out
        for item in from_json(edition.content).items
        if item.url
    }
    stories = Story.objects.filter(public_id__in=newest, withdrawal=None)
    restored = dict(Restoration.objects.values_list("story", "at"))
    for story in stories.select_related("published_link"):
        item, published_at = newest[str(story.public_id)]
        link = getattr(story, "published_link", None)
        if link is None or link.url != item.url:
            link = PublishedLink(pk=link.pk if link else None, story=story, url=item.url)
            link.kept_at = restored.get(story.pk)  # a person put it back: the machine lets it be
        elif link.published_at == published_at:
            continue
        link.source, link.published_at = item.outlet_key, published_at
        link.save()


def withdraw_gone(home: Home, office: Office, *, now: datetime) -> tuple[list[Story], list[Story]]:
    """Hide the stories whose originals are gone by the rule of ``ingest.withdrawing``, and hold for
    a person those where it says so. Returns both. Killed before its end, all of it is done again
    and nothing twice."""
    for link in PublishedLink.objects.exclude(story__withdrawal=None).select_related("story"):
        withdraw(link.story, None, now, "", office=office, home=home)  # its portal was not made
    hidden, asked = [], []
    for source, links in _by_source(PublishedLink.objects.all()).items():
        said = verdicts([watch_of(link) for link in links], _hidden_lately(source, now))
        for link, verdict in zip(links, said, strict=True):
            if verdict is Verdict.HIDE:
                withdraw(link.story, None, now, _why(link), office=office, home=home)
                hidden.append(link.story)
            elif verdict is Verdict.ASK and link.held_at is None and _hold(link, now):
                asked.append(link.story)
    return hidden, asked


def _hidden_lately(source: str, now: datetime) -> int:
    """Stories led by this source that the machine, not a person, has hidden."""
    hidden = Withdrawal.objects.filter(by=None, at__gt=now - LATELY)
    return hidden.filter(story__lead__source=source).count()


def _hold(link: PublishedLink, now: datetime) -> bool:
    with transaction.atomic():
        held = PublishedLink.objects.filter(pk=link.pk, held_at=None).update(held_at=now)
        if held:
            record("story.doubted", link.story, actor=None, at=now, after={"link": link.pk})
    return bool(held)


def _why(link: PublishedLink) -> str:
    first, *_between, last = watch_of(link).gone
    return (
        f"Nguồn không còn bài gốc: {TIMES} lần liền trả lời không còn ({link.answer}), "
        f"từ {show.date_time(first)} đến {show.date_time(last)}"
    )
