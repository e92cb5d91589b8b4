"""What people changed of a story from one version to another, for reading."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from django.utils.translation import gettext as _

from pipeline import review
from pipeline.store.models import Axis, Story, StoryRevision, StoryStatus
from pipeline.text.differing import Piece, differences
from pipeline.web.desk.labels import KINDS
from pipeline.web.reference import reference


@dataclass(frozen=True, slots=True)
class FieldChange:
    label: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """A revision and what it changed."""

    revision: StoryRevision
    changes: tuple[FieldChange, ...]
    newest: bool
    others: int
    """Stories still as the same step on many left them."""


def steps(story: Story, most: int = 40) -> list[Step]:
    """The newest ``most`` versions that people made, the newest first. One query, and one
    more where a step was on many stories."""
    revisions = list(story.revisions.select_related("by", "regrouping")[: most + 1])
    standing = review.standing_in({each.batch for each in revisions if each.batch})
    return [
        Step(
            revision,
            changes(earlier.state, revision.state, story) if earlier else (),
            revision.version == story.version,
            standing.get(revision.batch, 0) if revision.batch else 0,
        )
        for revision, earlier in zip_longest(revisions, revisions[1:])
    ][:most]


def changes_since(story: Story, version: int) -> tuple[FieldChange, ...]:
    """What others changed since ``version``, as far as versions are kept."""
    seen = story.revisions.filter(version=version).first()
    now = story.revisions.filter(version=story.version).first()
    return changes(seen.state, now.state, story) if seen and now else ()


def changes(
    before: Mapping[str, Any], after: Mapping[str, Any], story: Story
) -> tuple[FieldChange, ...]:
    """Field by field; what is alike in both is left out."""
    old, new = _shown(before, story), _shown(after, story)
    return tuple(
        FieldChange(label, differences(old[label], new[label]))
        for label in old
        if old[label] != new[label]
    )


def _shown(state: Mapping[str, Any], story: Story) -> dict[str, str]:
    """A snapshot as an editor reads it."""
    known = reference()
    tags = [(axis, slug) for axis, slug, _score, _origin, removed in state["tags"] if not removed]
    status = str(dict(StoryStatus.choices)[state["status"]])
    picture = _("bài số %s") % state["picture_id"] if state["picture_id"] else ""
    return {
        _("Tình trạng"): ": ".join(filter(None, (status, state["reject_reason"]))),
        _("Tiêu đề"): state["edited_title"] or story.title,
        _("Tóm tắt"): state["edited_summary"] or story.draft_summary,
        _("Lĩnh vực"): _lines(known.sector(slug) for axis, slug in tags if axis == Axis.SECTOR),
        _("Phong trào"): _lines(
            known.campaign(slug) for axis, slug in tags if axis == Axis.CAMPAIGN
        ),
        _("Chủ thể"): state["subject"],
        _("Loại"): str(KINDS.get(state["kind"], state["kind"])),
        _("Địa bàn"): _lines(
            ", ".join(filter(None, (commune, province)))
            for _text, province, commune, *_rest in state["places"]
        ),
        _("Viết tắt tên"): _lines(state["initials_for"]),
        _("Tên trường"): _("không đăng") if state["hide_schools"] else "",
        _("Ảnh"): picture,
    }


def _lines(values: Iterable[str]) -> str:
    return "\n".join(values)
