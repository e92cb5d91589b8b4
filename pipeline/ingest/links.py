"""The rows of published links, as the rules of ``withdrawing`` see them."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from pipeline.apart import Apart, TooMuch
from pipeline.crawl.spool import FailureKind, LinkChecked
from pipeline.extract import soft_missing
from pipeline.ingest.withdrawing import Answer, Watch, heard
from pipeline.store.models import PublishedLink

_ANSWERS = {FailureKind.GONE: Answer.GONE, FailureKind.NOT_A_PAGE: Answer.DOUBTFUL}
"""(Of a page that was read before, "not a page" means that it leads to the front page.)"""


def watch_of(link: PublishedLink) -> Watch:
    return Watch(
        link.published_at,
        link.checked_at,
        tuple(datetime.fromisoformat(text) for text in link.gone_at),
        link.doubts,
        held=link.held_at is not None,
        kept=link.kept_at is not None,
    )


def store_answer(record: LinkChecked, reader: Apart) -> None:
    """Note what the outlet answered; the same record twice is as once."""
    answer, said = _heard_in(record, reader)
    with transaction.atomic():
        _note(record, answer, said)


def _note(record: LinkChecked, answer: Answer, said: str) -> None:
    for link in PublishedLink.objects.select_for_update().filter(url=record.url):
        before = watch_of(link)
        after = heard(before, answer, record.at)
        if after == before:
            continue
        link.checked_at, link.doubts = after.checked_at, after.doubts
        link.gone_at = [moment.isoformat() for moment in after.gone]
        link.held_at = link.held_at if after.held else None
        link.kept_at = link.kept_at if after.kept else None
        link.answer = said[:200]
        link.save()


def _heard_in(record: LinkChecked, reader: Apart) -> tuple[Answer, str]:
    if record.reason:
        return _ANSWERS.get(record.reason, Answer.UNCLEAR), record.detail
    if record.body:
        links = PublishedLink.objects.filter(url=record.url)
        title = links.values_list("story__lead__title", flat=True).first()
        try:
            doubt = reader.call(
                soft_missing,
                record.body,
                url=record.url,
                final_url=record.final_url or None,
                headers=record.headers,
                title=title,
            )
        except TooMuch as error:
            return Answer.UNCLEAR, str(error)
        if doubt:
            return Answer.DOUBTFUL, doubt
    return Answer.STANDS, f"HTTP {record.status}"
