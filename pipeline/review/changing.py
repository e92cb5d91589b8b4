"""How a person's change to a story is written: locked, compared, versioned, audited."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef

from pipeline.config.reference import Reference, load_reference
from pipeline.ingest.stories import search_text
from pipeline.review import snapshot
from pipeline.store.audit import record
from pipeline.store.models import Erasure, Regrouping, Story, StoryRevision, User

SAVED = ["version", "status", "reject_reason", "decided_by", "decided_at"]
SAVED += ["edited_title", "edited_summary", "edited_by", "tagged_by", "merged_into"]
SAVED += ["subject", "subject_key", "kind", "subject_origin", "province", "commune"]
SAVED += ["place_origin", "initials_for", "hide_schools", "picture", "search_text"]
FOUND_BY = ("edited_title", "edited_summary", "subject", "province", "commune", "places", "tags")
"""What of a person's work a story is found by."""


class Conflict(Exception):
    """Someone else changed the story meanwhile; ``current`` is what stands now (another story, if
    it was merged into that) and ``last`` the revision that made it so (None when no person's change
    is on record). ``merged``: it was merged into ``current``."""

    def __init__(self, current: Story, last: StoryRevision | None, *, merged: bool = False) -> None:
        super().__init__(f"story {current.pk} is at version {current.version}")
        self.current = current
        self.last = last
        self.merged = merged


class NothingToUndo(Exception):
    """The story is as the machine left it."""


@dataclass(slots=True)
class Change:
    story: Story
    """The locked row, to be changed and not to be saved."""
    restores: int | None = None
    """The version an undo goes back to."""
    regrouping: Regrouping | None = None
    """The merge or split that this is part of."""
    batch: UUID | None = None
    """Shared by the changes of one step on many stories."""
    codes: dict[str, Any] = field(default_factory=dict)
    """More for the audit entry: ids and codes."""


@contextmanager
def changing(
    story: Story,
    by: User,
    at: datetime,
    action: str,
    expected_version: int | None,
    *,
    merged: bool = False,
) -> Iterator[Change]:
    """Lock, compare, let the caller change the locked story, then write what came of it.

    ``merged``: the story may have been merged into another.

    Raises:
        Conflict: the story is no longer at the version, no longer stands by itself, or is erased.
    """
    expected = story.version if expected_version is None else expected_version
    with transaction.atomic():
        erased = Exists(Erasure.objects.filter(story=OuterRef("pk")))
        rows = Story.every.annotate(is_erased=erased)
        locked = rows.select_for_update().get(pk=story.pk)
        moved = locked.merged_into_id and not merged
        if locked.version != expected or moved or locked.is_erased:
            current = locked.standing
            last = current.revisions.order_by("-version").first()
            raise Conflict(current, last, merged=current != locked)
        before, loaded = snapshot.take(locked), _saved(locked)
        change = Change(locked)
        yield change
        touched = [name for name, value in _saved(locked).items() if value != loaded[name]]
        if change.regrouping:  # which rewrites the machine's layer beside the locked object
            locked.refresh_from_db(fields=[name for name in SAVED if name not in touched])
        after = snapshot.take(locked)
        if after == before and change.regrouping is None:
            return
        StoryRevision.objects.get_or_create(
            story=locked, version=locked.version, defaults={"at": at, "state": before}
        )
        locked.version += 1
        if any(before[name] != after[name] for name in FOUND_BY):
            outlets = Outlets(load_reference(settings.HOME))
            locked.search_text = search_text(locked, list(locked.articles.order_by("pk")), outlets)
            touched.append("search_text")
        locked.save(update_fields=["version", *touched])
        StoryRevision.objects.create(
            story=locked,
            version=locked.version,
            at=at,
            by=by,
            restores=change.restores,
            regrouping=change.regrouping,
            batch=change.batch,
            state=after,
        )
        codes = _codes(after) | change.codes
        record(action, locked, actor=by, at=at, before=_codes(before), after=codes)
    story.refresh_from_db(fields=SAVED)


def _saved(story: Story) -> dict[str, Any]:
    return {name: story.serializable_value(name) for name in SAVED}


def newest(story: Story) -> StoryRevision | None:
    """The newest change that is not taken back; None when no person has changed the story."""
    current = story.revisions.filter(version=story.version).first()
    if current is None or current.restores is None:
        return current
    return story.revisions.filter(version=current.restores).first()


def before(story: Story) -> StoryRevision:
    """What stood before the newest change.

    Raises:
        NothingToUndo: nobody has changed the story, or all is undone.
    """
    last = newest(story)
    earlier = story.revisions.filter(version=last.version - 1).first() if last else None
    if earlier is None:
        raise NothingToUndo
    return earlier


def restored_by(earlier: StoryRevision) -> int:
    """The version to note as restored when ``earlier`` is put back."""
    return earlier.version if earlier.restores is None else earlier.restores


def _codes(state: dict[str, Any]) -> dict[str, Any]:
    """What of a snapshot the audit trail may hold: codes. Words stay in the revisions, which an
    erasure can reach."""
    return {
        "status": state["status"],
        "title_edited": bool(state["edited_title"]),
        "summary_edited": bool(state["edited_summary"]),
        "subject": state["subject_origin"],
        "place": state["place_origin"],
        "initials": len(state["initials_for"]),
        "hide_schools": state["hide_schools"],
        "picture": state["picture_id"],
        "tags": [f"{axis}:{slug}" for axis, slug, _, _, removed in state["tags"] if not removed],
    }


class Outlets:
    """What ``pipeline.ingest.stories`` must know of outlets."""

    def __init__(self, known: Reference) -> None:
        self._sources = known.sources

    def province_of(self, source: str) -> str | None:
        return self._sources[source].province if source in self._sources else None

    def outlet_name(self, source: str) -> str:
        return self._sources[source].name if source in self._sources else source
