"""All that people have decided about one story, as one JSON value that can be put back."""

from __future__ import annotations

from typing import Any

from pipeline.store.models import Origin, Story, StoryTag, User

FIELDS = ("status", "reject_reason", "edited_title", "edited_summary")
STAMPS = ("decided_by_id", "decided_at", "edited_by_id", "tagged_by_id")


def take(story: Story) -> dict[str, Any]:
    """The people's layer of ``story`` and every tag on it, machine's tags included, so that a
    tag a person took from the machine can be handed back to it."""
    state: dict[str, Any] = {name: str(getattr(story, name)) for name in FIELDS}
    state["decided_by_id"] = story.decided_by_id
    state["decided_at"] = story.decided_at.isoformat() if story.decided_at else None
    state["edited_by_id"] = story.edited_by_id
    state["tagged_by_id"] = story.tagged_by_id
    state["tags"] = _tags(story)
    return state


def _tags(story: Story) -> list[list[Any]]:
    return [[tag.axis, tag.slug, tag.score, tag.origin, tag.removed] for tag in story.tags.all()]


def put_back(story: Story, state: dict[str, Any], by: User) -> None:
    """Make the people's layer of ``story`` what ``state`` says. The caller saves the story.

    Whoever restores texts or tags is the last to have worked on them: the four-eyes rule reads
    ``edited_by`` and ``tagged_by``.
    """
    texts = (story.edited_title, story.edited_summary)
    for name in (*FIELDS, *STAMPS):
        setattr(story, name, state[name])
    if texts != (story.edited_title, story.edited_summary):
        story.edited_by = by
    if _shown(_tags(story)) != _shown(state["tags"]):
        story.tagged_by = by
    kept = {(axis, slug) for axis, slug, *_ in state["tags"]}
    for tag in story.tags.filter(origin=Origin.PERSON):
        if (tag.axis, tag.slug) not in kept:
            tag.delete()
    for axis, slug, score, origin, removed in state["tags"]:
        StoryTag.objects.update_or_create(
            story=story,
            axis=axis,
            slug=slug,
            defaults={"score": score, "origin": origin, "removed": removed},
        )


def _shown(tags: list[list[Any]]) -> set[tuple[str, str]]:
    return {(axis, slug) for axis, slug, _, _, removed in tags if not removed}
