"""From "the original is gone" to "ours is gone": hourly, by itself, and the desk is told.

Safe to repeat at every step: the answers are rows, and what counts as withdrawn is read from them.
"""

from __future__ import annotations

from datetime import datetime

from pipeline.config.home import Home
from pipeline.config.office import Office
from pipeline.digest.content import from_json
from pipeline.ingest.links import watch_of
from pipeline.ingest.rechecks import recheck_links
from pipeline.ingest.withdrawing import TIMES, is_due, is_withdrawn
from pipeline.publish.withdrawal import withdraw
from pipeline.store.models import Delivery, DeliveryState, Edition, PublishedLink, Story
from pipeline.text import format as show

_OUT = (DeliveryState.SENDING, DeliveryState.SENT, DeliveryState.UNKNOWN)


def recheck_published(
    home: Home, office: Office, *, now: datetime, allow_private: bool = False
) -> str:
    """Ask for the originals that are due and take back what their sources took back; a sentence
    for the job's record.

    Raises:
        ConfigError: sources.yaml is faulty.
    """
    follow_editions()
    standing = PublishedLink.objects.filter(story__withdrawal=None)
    due = [link for link in standing if is_due(watch_of(link), now)]
    answers = recheck_links(home, office, due, now=now, allow_private=allow_private) if due else 0
    gone = withdraw_gone(home, office, now=now)
    return f"{answers} of {len(due)} links answered, {len(gone)} stories withdrawn"


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
    for story in stories.select_related("published_link"):
        item, published_at = newest[str(story.public_id)]
        link = getattr(story, "published_link", None)
        if link is None or link.url != item.url:
            link = PublishedLink(pk=link.pk if link else None, story=story, url=item.url)
        elif link.published_at == published_at:
            continue
        link.source, link.published_at = item.outlet_key, published_at
        link.save()


def withdraw_gone(home: Home, office: Office, *, now: datetime) -> list[Story]:
    """Hide the stories whose originals are gone by the rule of ``ingest.withdrawing``. A link goes
    last: killed before, all of it is done again and nothing twice."""
    links = PublishedLink.objects.select_related("story")
    gone = [link for link in links if is_withdrawn(watch_of(link))]
    for link in gone:
        first, *_between, last = watch_of(link).gone
        reason = (
            f"Nguồn không còn bài gốc: {TIMES} lần liền trả lời không còn ({link.answer}), "
            f"từ {show.date_time(first)} đến {show.date_time(last)}"
        )
        withdraw(link.story, None, now, reason, office=office, home=home)
        link.delete()
    return [link.story for link in gone]
