"""Erasing a story: taken back from every channel first, then its words out of the archive, the
register and the approved editions. It cannot be undone, and no backup undoes it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from django.db import transaction

from pipeline.config.home import Home
from pipeline.config.office import Office
from pipeline.digest.content import ItemContent, content_hash, from_json, to_json
from pipeline.ingest.joining import one_at_a_time
from pipeline.publish.amending import ask_for_story
from pipeline.publish.channels import portal
from pipeline.publish.paper.yearly import files_of
from pipeline.publish.withdrawal import carried_by, forget_reasons, withdraw
from pipeline.review import erasing, separating
from pipeline.store import erasures
from pipeline.store.audit import record
from pipeline.store.models import (
    Article,
    Correction,
    Digest,
    Edition,
    Erasure,
    Exemplar,
    Redaction,
    Story,
    User,
    Withdrawal,
)
from pipeline.text.clock import VIETNAM
from pipeline.text.urls import address_marks


@dataclass(frozen=True, slots=True)
class Plan:
    """What erasing a story would take away, and what of the register would stay."""

    articles: int
    editions: list[int]
    """Numbers of the approved ones that tell it."""
    going: list[Exemplar]
    staying: list[Exemplar]
    """An award was given."""
    files: list[Path]
    """Yearbooks and quizzes that may tell it; made anew they do not."""


def plan(story: Story, home: Home) -> Plan:
    stories = erasing.merged_with(story)
    going, staying = erasing.profiles(stories)
    ids = {str(each.public_id) for each in stories}
    articles = Article.objects.filter(story__in=stories).count()
    editions = [edition.number for edition in _with(ids)]
    return Plan(articles, editions, going, staying, _yearly(ids, home))


def erase(story: Story, by: User | None, at: datetime, *, office: Office, home: Home) -> list[str]:
    """Take all words of ``story``, and of what was merged into it, away for good; ``by`` None: once
    more, after a backup was brought back.

    Killed at any point it may be repeated; a second call changes nothing. Returns the names of
    channels that carried it and cannot take it back.
    """
    while True:
        for each in _out(erasing.merged_with(story)):
            withdraw(each, by, at, erasing.REASON, office=office, home=home)
        ids = {str(each.public_id) for each in erasing.merged_with(story)}
        forget_reasons(home, ids, erasing.REASON)
        for path in _yearly(ids, home):
            path.unlink(missing_ok=True)
        with transaction.atomic():
            _nothing_is_approved_meanwhile(story)
            stories = erasing.merged_with(story)
            if not _left(stories):
                return []
            if _out(stories):
                continue
            told = _told(stories)
            for each in told:  # also what was given up when it was taken back earlier
                ask_for_story(each, at)
            _take_out(story, stories, by, at, home)
        erasures.shred()
        portal.rebuild(office, home)
        return list(dict.fromkeys(name for each in told for name in carried_by(each, office)))


def _left(stories: Sequence[Story]) -> bool:
    """Whether anything is to be erased."""
    erased = Erasure.objects.filter(story__in=stories).count()
    words = Article.objects.filter(story__in=stories).exists()
    return erased < len(stories) or words or bool(erasing.profiles(stories)[0])


def _nothing_is_approved_meanwhile(story: Story) -> None:
    """Until the end of the transaction no copy joins the story, and no digest with it and no
    correction about it becomes an edition: what just did so is waited for and seen."""
    one_at_a_time()
    keys = [each.pk for each in erasing.merged_with(story)]
    exemplars = Story.every.filter(pk__in=keys).values("exemplar")
    list(Digest.objects.select_for_update().filter(items__story__in=keys))
    list(Correction.objects.select_for_update().filter(exemplar__in=exemplars))
    list(Story.every.select_for_update().filter(pk__in=keys).order_by("pk"))


def _out(stories: Sequence[Story]) -> list[Story]:
    """Those of which an edition tells and that are not taken back."""
    gone = set(Withdrawal.objects.filter(story__in=stories).values_list("story", flat=True))
    return [each for each in _told(stories) if each.pk not in gone]


def _told(stories: Sequence[Story]) -> list[Story]:
    ids = {str(each.public_id): each for each in stories}
    told = {key for edition in _with(ids) for key in _items(edition)} & ids.keys()
    return [each for key, each in ids.items() if key in told]


def _take_out(
    story: Story, stories: Sequence[Story], by: User | None, at: datetime, home: Home
) -> None:
    """The journal first: what it names and the database does not show erased is erased again."""
    marks = {mark for url in erasing.addresses_of(stories) for mark in address_marks(url)}
    for each in stories:
        erasures.note(home, str(each.public_id), at, marks)
    erasures.keep_away(marks, at)
    taken = erasing.take_out(stories, by, at)
    redacted = _redact({str(each.public_id) for each in stories}, at)
    rows = [Erasure(story=each, at=at, by=by) for each in stories]
    Erasure.objects.bulk_create(rows, ignore_conflicts=True)  # what was merged into may have one
    after = {"pages": taken.pages, "exemplars": taken.exemplars, "editions": redacted}
    record("story.erased", story, actor=by, at=at, after=after)


def erase_again(
    public_ids: Collection[str],
    marks: Collection[str],
    at: datetime,
    *,
    office: Office,
    home: Home,
) -> int:
    """Erase what an older database shows again. Returns how many stories that were."""
    addresses = erasing.marked(marks) if marks else set()
    with transaction.atomic():
        one_at_a_time()
        parts = separating.erased_parts(public_ids, addresses)
    for story in parts:
        erase(story, None, at, office=office, home=home)
    erasures.keep_away(marks, at)
    erasing.forget(addresses)
    return len(parts)


def _with(public_ids: Collection[str]) -> Iterator[Edition]:
    """Editions that tell any of these stories; their content alone knows."""
    return (
        edition
        for edition in Edition.objects.order_by("pk").iterator(chunk_size=20)
        if any(key in public_ids for key in _items(edition))
    )


def _yearly(public_ids: Collection[str], home: Home) -> list[Path]:
    told = map(from_json, (edition.content for edition in _with(public_ids)))
    moments = (content.publish_at or content.frozen_at for content in told)
    years = sorted({moment.astimezone(VIETNAM).year for moment in moments})
    return [path for year in years for path in files_of(home, year) if path.exists()]


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
        if content.corrects and all(item.headline == erasing.STORY for item in items):
            content = replace(content, title="Đính chính", intro="")  # they name whom it is about
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
