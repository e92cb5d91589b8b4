"""Erasing a story: taken back from every channel first, then its words out of the archive, the
register and the approved editions. It cannot be undone, and no backup undoes it."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction

from pipeline.config.home import Home
from pipeline.config.office import Office
from pipeline.digest.content import ItemContent, content_hash, from_json, to_json
from pipeline.ingest.joining import one_at_a_time
from pipeline.publish.channels import portal
from pipeline.publish.withdrawal import withdraw
from pipeline.review import erasing
from pipeline.store import erasures
from pipeline.store.audit import record
from pipeline.store.models import (
    Article,
    Edition,
    Erasure,
    Exemplar,
    Redaction,
    Story,
    User,
    Withdrawal,
)
from pipeline.text.urls import address_mark

REASON = "Xóa khỏi kho theo yêu cầu"


@dataclass(frozen=True, slots=True)
class Plan:
    """What erasing a story would take away, and what of the register would stay."""

    articles: int
    editions: list[int]
    """Numbers of the approved ones that tell it."""
    going: list[Exemplar]
    staying: list[Exemplar]
    """An award was given."""


def plan(story: Story) -> Plan:
    with transaction.atomic():
        stories = erasing.merged_with(story)
    going, staying = erasing.profiles(stories)
    ids = {str(each.public_id) for each in stories}
    articles = Article.objects.filter(story__in=stories).count()
    return Plan(articles, [edition.number for edition in _with(ids)], going, staying)


def erase(story: Story, by: User | None, at: datetime, *, office: Office, home: Home) -> list[str]:
    """Take all words of ``story``, and of what was merged into it, away for good; ``by`` None: once
    more, after a backup was brought back.

    Killed at any point it may be repeated; a second call changes nothing. Returns the names of
    channels that carried it and cannot take it back.
    """
    left: list[str] = []
    with transaction.atomic():
        ids = {str(each.public_id): each for each in erasing.merged_with(story)}
    out = {key for edition in _with(ids) for key in _items(edition) if key in ids}
    for key in sorted(out):
        if not Withdrawal.objects.filter(story=ids[key]).exists():
            left += withdraw(ids[key], by, at, REASON, office=office, home=home)
    with transaction.atomic():
        one_at_a_time()  # no copy joins it meanwhile
        stories = erasing.merged_with(story)
        if Erasure.objects.filter(story=story).exists():
            return []
        marks = {address_mark(url) for url in erasing.addresses_of(stories)}
        for each in stories:
            erasures.note(home, str(each.public_id), at, marks)
        erasures.keep_away(marks, at)
        taken = erasing.take_out(stories, by, at)
        redacted = _redact({str(each.public_id) for each in stories}, at)
        Erasure.objects.bulk_create(Erasure(story=each, at=at, by=by) for each in stories)
        after = {
            "pages": taken.pages,
            "exemplars": taken.exemplars,
            "editions": redacted,
        }
        record("story.erased", story, actor=by, at=at, after=after)
    portal.rebuild(office, home)
    return list(dict.fromkeys(left))


def erase_again(
    public_ids: Collection[str],
    marks: Collection[str],
    at: datetime,
    *,
    office: Office,
    home: Home,
) -> int:
    """Erase what an older database shows again. Returns how many stories that were."""
    addresses, told = erasing.marked(marks) if marks else (set(), [])
    named = Story.every.filter(public_id__in=public_ids)
    stories = {each.standing for each in (*named, *told)}
    gone = [each for each in stories if not Erasure.objects.filter(story=each).exists()]
    for story in gone:
        erase(story, None, at, office=office, home=home)
    erasures.keep_away(marks, at)
    erasing.forget(addresses)
    return len(gone)


def _with(public_ids: Collection[str]) -> Iterator[Edition]:
    """Editions that tell any of these stories; their content alone knows."""
    return (
        edition
        for edition in Edition.objects.order_by("pk").iterator(chunk_size=20)
        if any(key in public_ids for key in _items(edition))
    )


def _items(edition: Edition) -> list[str]:
    return [item["public_id"] for item in edition.content["items"]]


def _redact(public_ids: Collection[str], at: datetime) -> list[int]:
    """Take the words of these stories out of all approved editions. Returns their numbers."""
    numbers = []
    for edition in list(_with(public_ids)):
        content = from_json(edition.content)
        items = tuple(
            _without_words(item) if item.public_id in public_ids else item for item in content.items
        )
        content = replace(content, items=items)
        Redaction.objects.update_or_create(
            edition=edition, defaults={"content_hash": content_hash(content), "at": at}
        )
        Edition.objects.filter(pk=edition.pk).update(content=to_json(content))
        numbers.append(edition.number)
    return numbers


def _without_words(item: ItemContent) -> ItemContent:
    return replace(
        item,
        headline=erasing.STORY,
        summary="",
        url="",
        author="",
        subject="",
        others=(),
        picture=None,
        correction="",
    )
