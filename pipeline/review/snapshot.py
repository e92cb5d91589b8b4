"""All that people have decided about one story, as one JSON value that can be put back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from pipeline.group import subject_key
from pipeline.store.models import Origin, Story, StoryPlace, StoryTag, User

FIELDS = ("status", "reject_reason", "edited_title", "edited_summary")
STAMPS = ("decided_by_id", "decided_at", "edited_by_id", "tagged_by_id")
CARE = ("initials_for", "hide_schools", "picture_id")
"""What is published of whom."""
SUBJECT = ("subject_origin", "subject", "kind")
PLACE = ("place_origin", "province", "commune", "places")


def take(story: Story) -> dict[str, Any]:
    """The people's layer of ``story`` and every tag, subject and place of it, the machine's
    included, so that what a person took from the machine can be handed back to it."""
    state: dict[str, Any] = {name: str(getattr(story, name)) for name in FIELDS}
    state["decided_by_id"] = story.decided_by_id
    state["decided_at"] = story.decided_at.isoformat() if story.decided_at else None
    state["edited_by_id"] = story.edited_by_id
    state["tagged_by_id"] = story.tagged_by_id
    state["tags"] = _tags(story)
    state |= {name: getattr(story, name) for name in CARE}
    state |= {name: str(getattr(story, name)) for name in (*SUBJECT, *PLACE[:-1])}
    state["places"] = _places(story)
    return state


def _tags(story: Story) -> list[list[Any]]:
    return [[tag.axis, tag.slug, tag.score, tag.origin, tag.removed] for tag in story.tags.all()]


def _places(story: Story) -> list[list[str]]:
    rows = story.places.order_by("pk")
    return [[row.text, row.province, row.commune, row.as_of, str(row.origin)] for row in rows]


def put_back(story: Story, state: dict[str, Any], by: User) -> None:
    """Make the people's layer of ``story`` what ``state`` says. The caller saves the story.

    Whoever restores texts or tags is the last to have worked on them: the four-eyes rule reads
    ``edited_by`` and ``tagged_by``.
    """
    before = take(story)
    for name in (*FIELDS, *STAMPS, *CARE):
        setattr(story, name, state[name])
    if state["decided_at"]:
        story.decided_at = datetime.fromisoformat(state["decided_at"])
    # What is the machine's in both stays: it may have learnt better since.
    for names in (SUBJECT, PLACE):
        if {before[names[0]], state[names[0]]} != {Origin.MACHINE}:
            for name in names:
                if name != "places":
                    setattr(story, name, state[name])
    story.subject_key = subject_key(story.subject)[:120]
    if {before["place_origin"], state["place_origin"]} != {Origin.MACHINE}:
        set_places(story, state["places"])
    texts = ("edited_title", "edited_summary", *CARE)
    if any(before[name] != state[name] for name in texts) or any(
        before[name] != str(getattr(story, name)) for name in ("subject", "province", "commune")
    ):
        story.edited_by = by
    if _shown(_tags(story)) != _shown(state["tags"]):
        story.tagged_by = by
    _put_tags_back(story, state["tags"])


def set_places(story: Story, rows: Iterable[Sequence[str]]) -> None:
    """Make ``rows`` (text, province, commune, as_of, origin) the places of ``story``."""
    story.places.all().delete()
    StoryPlace.objects.bulk_create(
        StoryPlace(
            story=story, text=text, province=province, commune=commune, as_of=as_of, origin=origin
        )
        for text, province, commune, as_of, origin in rows
    )


def _put_tags_back(story: Story, tags: list[list[Any]]) -> None:
    kept = {(axis, slug) for axis, slug, *_ in tags}
    for tag in story.tags.filter(origin=Origin.PERSON):
        if (tag.axis, tag.slug) not in kept:
            tag.delete()
    for axis, slug, score, origin, removed in tags:
        StoryTag.objects.update_or_create(
            story=story,
            axis=axis,
            slug=slug,
            defaults={"score": score, "origin": origin, "removed": removed},
        )


def _shown(tags: list[list[Any]]) -> set[tuple[str, str]]:
    return {(axis, slug) for axis, slug, _, _, removed in tags if not removed}
