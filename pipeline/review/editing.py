"""What people write about a story: its texts, tags, subject and places, and what of it is not
published. One save is one version, whatever it touches."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from django.conf import settings

from pipeline.config.reference import load_reference
from pipeline.group import subject_key
from pipeline.review.changing import changing
from pipeline.review.snapshot import set_places
from pipeline.store.models import Article, Axis, Origin, Story, StoryTag, User
from pipeline.text.fold import nfc


class NotAgreed(Exception):
    """The outlet has not agreed to have its picture published; ``source`` is its key."""

    def __init__(self, source: str) -> None:
        super().__init__(f"no agreement on photos with {source}")
        self.source = source


@dataclass(frozen=True, slots=True)
class PlaceNamed:
    """One of today's places, and how the person wrote it."""

    text: str
    province: str
    commune: str = ""


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a story is to be; None leaves it as it is."""

    title: str | None = None
    summary: str | None = None
    tags: Mapping[Axis, Collection[str]] | None = None
    subject: str | None = None
    kind: str | None = None
    places: Sequence[PlaceNamed] | None = None
    """The first is where it plays."""
    initials_for: Collection[str] | None = None
    hide_schools: bool | None = None
    picture: Article | Literal["as it is"] | None = "as it is"
    """None: no picture."""


def revise(
    story: Story,
    by: User,
    at: datetime,
    wishes: Wishes,
    expected_version: int | None = None,
    batch: UUID | None = None,
) -> bool:
    """Make of the story what is wished, as one change; ``batch`` as of ``decisions.accept``.

    Text equal to the machine's takes the person's version away again, and the "machine-drafted"
    mark returns with it. On an axis of tags that changes, all become a person's word: those kept
    and added, and those taken away, which no rebuild asserts again.

    Returns whether anything changed.

    Raises:
        Conflict: the story is no longer at the expected version.
        NotAgreed: the picture is of an outlet without an agreement on photos.
    """
    with changing(story, by, at, _action(wishes), expected_version) as change:
        locked, change.batch = change.story, batch
        told = [
            _set_texts(locked, wishes),
            _set_subject(locked, wishes),
            _set_places(locked, wishes.places),
            _set_care(locked, wishes),
        ]
        tagged = [_set_axis(locked, axis, set(tags)) for axis, tags in (wishes.tags or {}).items()]
        if any(told):
            locked.edited_by = by
        if any(tagged):
            locked.tagged_by = by
    return any(told) or any(tagged)


def edit(
    story: Story,
    by: User,
    at: datetime,
    expected_version: int,
    title: str | None = None,
    summary: str | None = None,
) -> bool:
    """``revise`` of the texts alone."""
    return revise(story, by, at, Wishes(title=title, summary=summary), expected_version)


def set_tags(
    story: Story,
    by: User,
    at: datetime,
    tags: Mapping[Axis, Collection[str]],
    expected_version: int | None = None,
) -> bool:
    """``revise`` of the tags alone; axes not in ``tags`` stay as they are."""
    return revise(story, by, at, Wishes(tags=tags), expected_version)


def add_tags(
    story: Story,
    by: User,
    at: datetime,
    tags: Mapping[Axis, Collection[str]],
    expected_version: int,
    batch: UUID | None = None,
) -> bool:
    """``revise`` that keeps the tags the story has beside ``tags``."""
    rows = story.tags.filter(removed=False).values_list("axis", "slug")
    kept = [(Axis(axis), slug) for axis, slug in rows]
    wanted = {
        axis: {slug for each, slug in kept if each == axis} | set(slugs)
        for axis, slugs in tags.items()
        if slugs
    }
    return revise(story, by, at, Wishes(tags=wanted), expected_version, batch)


def _action(wishes: Wishes) -> str:
    return "story.tagged" if wishes == Wishes(tags=wishes.tags) else "story.edited"


def _set_texts(story: Story, wishes: Wishes) -> bool:
    before = (story.edited_title, story.edited_summary)
    if wishes.title is not None:
        title = " ".join(nfc(wishes.title).split())
        story.edited_title = "" if title == story.title else title
    if wishes.summary is not None:
        summary = nfc(wishes.summary).replace("\r\n", "\n").strip()
        story.edited_summary = "" if summary == story.draft_summary else summary
    return before != (story.edited_title, story.edited_summary)


def _set_subject(story: Story, wishes: Wishes) -> bool:
    subject = story.subject if wishes.subject is None else " ".join(nfc(wishes.subject).split())
    kind = story.kind if wishes.kind is None else wishes.kind
    if (subject, kind) == (story.subject, story.kind):
        return False
    story.subject, story.kind, story.subject_origin = subject[:300], kind, Origin.PERSON
    story.subject_key = subject_key(story.subject)[:120]
    return True


def _set_places(story: Story, places: Sequence[PlaceNamed] | None) -> bool:
    if places is None:
        return False
    wanted = [(place.province, place.commune) for place in places]
    first = wanted[0] if wanted else ("", "")
    rows = [(row.province, row.commune) for row in story.places.order_by("pk")]
    if first == (story.province, story.commune) and set(wanted) == {*rows, first} - {("", "")}:
        return False
    story.province, story.commune = first
    story.place_origin = Origin.PERSON
    named = {(place.province, place.commune): place.text[:200] for place in reversed(places)}
    set_places(
        story,
        [(named[where], *where, "new", Origin.PERSON) for where in dict.fromkeys(wanted)],
    )
    return True


def _set_care(story: Story, wishes: Wishes) -> bool:
    before = (story.initials_for, story.hide_schools, story.picture_id)
    if wishes.initials_for is not None:
        names = (" ".join(nfc(name).split()) for name in wishes.initials_for)
        story.initials_for = sorted(set(filter(None, names)))
    if wishes.hide_schools is not None:
        story.hide_schools = wishes.hide_schools
    if wishes.picture != "as it is":
        story.picture = _agreed(story, wishes.picture)
    return before != (story.initials_for, story.hide_schools, story.picture_id)


def _agreed(story: Story, article: Article | None) -> Article | None:
    if article is None:
        return None
    if article.story_id != story.pk or not article.image:
        raise ValueError("no picture of this story")
    if not photos_agreed(article.source):
        raise NotAgreed(article.source)
    return article


def photos_agreed(source: str) -> bool:
    """Whether ``sources.yaml`` records an agreement that covers the outlet's own photos."""
    known = load_reference(settings.HOME).sources.get(source)
    return bool(known and known.agreement and known.agreement.photos)


def _set_axis(story: Story, axis: Axis, slugs: set[str]) -> bool:
    rows = {tag.slug: tag for tag in story.tags.filter(axis=axis)}
    if {slug for slug, tag in rows.items() if not tag.removed} == slugs:
        return False
    for slug in {*rows, *slugs}:
        StoryTag.objects.update_or_create(
            story=story,
            axis=axis,
            slug=slug,
            defaults={"origin": Origin.PERSON, "removed": slug not in slugs},
        )
    return True
