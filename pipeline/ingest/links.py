"""The rows of published links, as the rules of ``withdrawing`` see them."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from pipeline.crawl.spool import FailureKind, LinkChecked
from pipeline.ingest.withdrawing import Answer, Watch, heard
from pipeline.store.models import PublishedLink


def watch_of(link: PublishedLink) -> Watch:
    gone = tuple(datetime.fromisoformat(text) for text in link.gone_at)
    return Watch(link.published_at, link.checked_at, gone)


@transaction.atomic
def store_answer(record: LinkChecked) -> None:
    """Note what the outlet answered; the same record twice is as once."""
    said = record.detail if record.reason else f"HTTP {record.status}"
    for link in PublishedLink.objects.select_for_update().filter(url=record.url):
        before = watch_of(link)
        after = heard(before, _answer(record), record.at)
        if after != before:
            link.checked_at = after.checked_at
            link.gone_at = [moment.isoformat() for moment in after.gone]
            link.answer = said[:200]
            link.save(update_fields=["checked_at", "gone_at", "answer"])


def _answer(record: LinkChecked) -> Answer:
    if record.reason is None:
        return Answer.STANDS
    return Answer.GONE if record.reason is FailureKind.GONE else Answer.UNCLEAR
