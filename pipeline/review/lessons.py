"""What the desk's decisions teach: accepted is an exemplar, rejected is none, tags as people left
them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from django.db.models import Exists, OuterRef, Q

from pipeline.judge.learning.adapting import Lesson
from pipeline.store.models import Axis, Origin, Story, StoryStatus, StoryTag
from pipeline.text.fold import fold

MOST = 2000
"""Newest decisions that are learned from: a desk's taste changes, and memory is bounded."""
SAYS_NOTHING = ("Trùng tin đã có", "Duplicate")
"""Reasons of a rejection that do not speak of the article, in the languages of the desk."""
SAYS_LITTLE = ("Chưa đủ căn cứ", "Not enough to go on")
"""Perhaps an exemplar, but the facts were not enough to print."""
_LITTLE = 0.5
_UNTOUCHED = 0.5
"""Weight of sectors that an editor accepted without touching them: seen, but not thought about.
Without them only the machine's mistakes would teach, and nothing of what it does well."""


def lessons(province_of: Callable[[str], str | None]) -> Iterator[Lesson]:
    """One per story that people decided or tagged, of the article it is told by, newest first."""
    tagged = StoryTag.objects.filter(story=OuterRef("pk"), axis=Axis.SECTOR, origin=Origin.PERSON)
    decided = Q(status__in=[StoryStatus.ACCEPTED, StoryStatus.REJECTED])
    stories = (
        Story.objects.filter(decided | Exists(tagged))
        .exclude(lead=None)
        .exclude(lead__text="")
        .select_related("lead")
        .prefetch_related("tags")
        .order_by("-found_at", "-pk")[:MOST]
    )
    for story in stories.iterator(chunk_size=50):
        lesson = _lesson(story, province_of)
        if lesson.exemplar is not None or lesson.sectors is not None:
            yield lesson


def _lesson(story: Story, province_of: Callable[[str], str | None]) -> Lesson:
    lead = story.lead
    assert lead is not None
    exemplar, weight = _decision(story)
    tags = [tag for tag in story.tags.all() if tag.axis == Axis.SECTOR]
    touched = any(tag.origin == Origin.PERSON for tag in tags)
    said = touched or story.status == StoryStatus.ACCEPTED
    return Lesson(
        article=lead.as_text(province_of(lead.source)),
        exemplar=exemplar,
        sectors=frozenset(tag.slug for tag in tags if not tag.removed) if said else None,
        exemplar_weight=weight,
        sector_weight=1.0 if touched else _UNTOUCHED,
    )


def _decision(story: Story) -> tuple[float | None, float]:
    if story.status == StoryStatus.ACCEPTED:
        return 1.0, 1.0
    if story.status != StoryStatus.REJECTED or _begins(story.reject_reason, SAYS_NOTHING):
        return None, 1.0
    return 0.0, _LITTLE if _begins(story.reject_reason, SAYS_LITTLE) else 1.0


def _begins(reason: str, known: tuple[str, ...]) -> bool:
    return fold(reason).startswith(tuple(fold(each) for each in known))
