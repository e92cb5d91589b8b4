"""People's decisions on stories: versions, undo, and two editors at once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from pipeline import review
from pipeline.store.models import AuditEntry, Axis, Origin, Role, Story, StoryStatus, StoryTag
from tests.factories import NOW, make_story, make_user

pytestmark = pytest.mark.django_db


def asserted(story: Story, axis: Axis = Axis.SECTOR) -> set[str]:
    return set(story.tags.filter(axis=axis, removed=False).values_list("slug", flat=True))


def test_a_decision_is_versioned_and_audited() -> None:
    story, editor = make_story(), make_user()
    review.accept(story, editor, NOW)
    stored = Story.objects.get()
    assert (stored.status, stored.version) == (StoryStatus.ACCEPTED, 1)
    assert (stored.decided_by, stored.decided_at) == (editor, NOW)
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.actor, entry.object_id) == (
        "story.accepted",
        editor,
        str(story.pk),
    )
    assert (entry.before["status"], entry.after["status"]) == ("new", "accepted")


def test_a_rejection_needs_a_reason() -> None:
    story = make_story()
    with pytest.raises(ValueError, match="reason"):
        review.reject(story, make_user(), NOW, "  ")
    assert Story.objects.get().version == 0


def test_the_second_of_two_editors_is_told_and_changes_nothing() -> None:
    story = make_story()
    first, second = make_user("lananh"), make_user("thuha", Role.CHIEF)
    seen_by_second = Story.objects.get()
    review.edit(story, first, NOW, expected_version=0, title="Tựa của người thứ nhất")
    with pytest.raises(review.Conflict) as caught:
        review.edit(seen_by_second, second, NOW, expected_version=0, title="Tựa thứ hai")
    assert caught.value.current.headline == "Tựa của người thứ nhất"
    assert caught.value.last is not None
    assert caught.value.last.by == first
    with pytest.raises(review.Conflict):
        review.reject(seen_by_second, second, NOW, "trùng")
    stored = Story.objects.get()
    assert (stored.headline, stored.status, stored.version) == (
        "Tựa của người thứ nhất",
        "new",
        1,
    )


def test_undo_goes_back_step_by_step_to_what_the_machine_left() -> None:
    story, editor = make_story(sectors=["y-te", "nong-nghiep-nong-thon"]), make_user()
    machine = story.title
    review.set_tags(story, editor, NOW, {Axis.SECTOR: ["y-te", "giao-duc-dao-tao"]})
    review.edit(story, editor, NOW, story.version, title="Tựa mới", summary="Lời mới.")
    review.reject(story, editor, NOW, "quảng cáo")
    steps = []
    for minute in range(3):
        review.undo(story, editor, NOW + timedelta(minutes=minute))
        steps.append((story.status, story.headline, asserted(story)))
    edited = {"y-te", "giao-duc-dao-tao"}
    assert steps == [
        ("new", "Tựa mới", edited),
        ("new", machine, edited),
        ("new", machine, {"y-te", "nong-nghiep-nong-thon"}),
    ]
    assert set(story.tags.values_list("origin", flat=True)) == {Origin.MACHINE}
    assert story.decided_by is None
    with pytest.raises(review.NothingToUndo):
        review.undo(story, editor, NOW)
    assert story.version == 6


def test_undoing_a_second_decision_gives_the_first_back_with_its_time() -> None:
    story, editor = make_story(), make_user()
    review.accept(story, editor, NOW)
    review.reject(story, editor, NOW + timedelta(hours=1), "trùng")
    review.undo(story, editor, NOW + timedelta(hours=2))
    stored = Story.objects.get()
    assert (stored.status, stored.decided_at) == (StoryStatus.ACCEPTED, NOW)


def test_a_change_after_an_undo_can_itself_be_undone() -> None:
    story, editor = make_story(), make_user()
    review.accept(story, editor, NOW)
    review.undo(story, editor, NOW)
    review.hold(story, editor, NOW)
    review.undo(story, editor, NOW)
    assert story.status == "new"
    with pytest.raises(review.NothingToUndo):
        review.undo(story, editor, NOW)


def test_text_equal_to_the_machines_is_no_edit() -> None:
    story, editor = make_story(), make_user()
    assert not review.edit(story, editor, NOW, 0, title=story.title, summary=story.draft_summary)
    assert story.version == 0
    assert review.edit(story, editor, NOW, 0, summary="Lời của người.")
    assert not story.summary_is_machine_drafted
    assert story.edited_by == editor
    assert review.edit(story, editor, NOW, 1, summary=story.draft_summary)
    assert story.summary_is_machine_drafted


def test_text_is_stored_as_nfc_on_one_title_line() -> None:
    story, editor = make_story(), make_user()
    review.edit(story, editor, NOW, 0, title="Ngu\u031bo\u031b\u0300i\n  tốt")
    assert story.headline == "Người tốt"


def test_a_person_s_tags_are_marked_as_theirs_also_the_removed_ones() -> None:
    story, editor = make_story(sectors=["y-te", "nong-nghiep-nong-thon"]), make_user()
    assert review.set_tags(story, editor, NOW, {Axis.SECTOR: ["y-te"]})
    rows = {tag.slug: (tag.origin, tag.removed) for tag in StoryTag.objects.all()}
    assert rows == {
        "y-te": (Origin.PERSON, False),
        "nong-nghiep-nong-thon": (Origin.PERSON, True),
    }
    assert not review.set_tags(story, editor, NOW, {Axis.SECTOR: ["y-te"]})
    assert story.version == 1


def test_the_audit_trail_holds_no_words_of_an_edit() -> None:
    story, editor = make_story(), make_user()
    review.edit(story, editor, NOW, 0, title="Chị Mây và tổ hợp tác")
    review.reject(story, editor, NOW, "trùng bài chị Mây")
    trail = str([(entry.before, entry.after) for entry in AuditEntry.objects.all()])
    assert "Mây" not in trail


def test_restoring_a_text_makes_its_restorer_the_last_editor() -> None:
    story = make_story()
    first, second = make_user("lananh"), make_user("thuha", Role.CHIEF)
    review.edit(story, first, NOW, 0, title="Một")
    review.edit(story, first, NOW, 1, title="Hai")
    review.undo(story, second, NOW)
    assert (story.headline, story.edited_by) == ("Một", second)
