"""Subject, places, privacy and pictures as people set them; old versions; many stories at once."""

from __future__ import annotations

import pytest

from pipeline import review
from pipeline.config.home import Home
from pipeline.ingest.stories import refresh_story
from pipeline.ingest.understanding import Understanding
from pipeline.review import PlaceNamed, Wishes
from pipeline.store.models import Axis, Origin, Story, StoryStatus, User
from tests.factories import NOW, make_story, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home")]
SA_PA = PlaceNamed("Sa Pa", "Lào Cai", "Sa Pa")


@pytest.fixture
def editor() -> User:
    return make_user()


def rebuilt(story: Story, home: Home) -> Story:
    refresh_story(story, Understanding.load(home))
    return Story.objects.get(pk=story.pk)


def test_one_save_is_one_version_whatever_it_touches(editor: User) -> None:
    story = make_story()
    wishes = Wishes(
        title="Tựa mới",
        subject="Lò Thị Mai",
        kind="household",
        places=[SA_PA],
        tags={Axis.SECTOR: ["y-te"]},
        initials_for=["Lò Thị Mai"],
        hide_schools=True,
    )
    assert review.revise(story, editor, NOW, wishes, 0)
    stored = Story.objects.get()
    assert (stored.version, stored.revisions.count()) == (1, 2)
    assert (stored.headline, stored.subject, stored.commune) == ("Tựa mới", "Lò Thị Mai", "Sa Pa")
    assert (stored.edited_by, stored.tagged_by) == (editor, editor)
    assert not review.revise(story, editor, NOW, wishes), "the same again is no change"


def test_what_a_person_set_outlives_a_rebuild_and_undo_gives_it_back(
    editor: User, home: Home
) -> None:
    story = make_story()
    refresh_story(story, Understanding.load(home))
    story.refresh_from_db()
    machine = (story.subject, story.kind, story.province, story.commune)
    review.revise(story, editor, NOW, Wishes(subject="Lò Thị Mai", places=[SA_PA]))
    stored = rebuilt(story, home)
    assert (stored.subject, stored.commune) == ("Lò Thị Mai", "Sa Pa")
    assert [place.origin for place in stored.places.all()] == [Origin.PERSON]
    review.undo(story, editor, NOW)
    stored = rebuilt(story, home)
    assert (stored.subject, stored.kind, stored.province, stored.commune) == machine
    assert stored.subject_origin == stored.place_origin == Origin.MACHINE


def test_undoing_a_decision_leaves_what_the_machine_has_learnt_since(editor: User) -> None:
    story = make_story(subject="Tên cũ")
    review.accept(story, editor, NOW)
    Story.objects.update(subject="Tên máy đọc lại")
    review.undo(story, editor, NOW)
    assert Story.objects.get().subject == "Tên máy đọc lại"


def test_any_version_can_be_restored_and_that_undone(editor: User) -> None:
    story = make_story()
    review.edit(story, editor, NOW, 0, title="Tựa một")
    review.revise(story, editor, NOW, Wishes(title="Tựa hai", places=[SA_PA]))
    review.reject(story, editor, NOW, "trùng")
    review.restore(story, make_user("thuha"), NOW, 1)
    stored = Story.objects.get()
    assert (stored.headline, stored.status, stored.commune) == ("Tựa một", "new", "Nậm Hẻn")
    assert str(stored.edited_by) == "Thu Hà", "who restores words has edited last"
    review.undo(story, editor, NOW)
    stored = Story.objects.get()
    assert (stored.headline, stored.status, stored.commune) == ("Tựa hai", "rejected", "Sa Pa")


def test_a_version_that_never_was_is_not_restored(editor: User) -> None:
    story = make_story()
    review.accept(story, editor, NOW)
    for version in (1, 7):
        with pytest.raises(review.NothingToUndo):
            review.restore(story, editor, NOW, version)
    with pytest.raises(review.Conflict):
        review.restore(story, editor, NOW, 0, expected_version=0)


def test_a_version_before_a_merge_waits_for_the_merge_to_be_undone(editor: User) -> None:
    story, other = make_story(), make_story()
    review.edit(story, editor, NOW, 0, title="Tựa một")
    kept = review.merge([story, other], editor, NOW)
    kept.refresh_from_db()
    with pytest.raises(review.CannotRegroup):
        review.restore(kept, editor, NOW, 0)


def test_a_picture_needs_an_agreement(editor: User, home: Home) -> None:
    story = make_story(outlets=["baomot", "baohai"])
    story.articles.update(image={"url": "https://baomot.example/a.jpg", "caption": "Ảnh: M.T."})
    mine = story.articles.get(source="baomot")
    with pytest.raises(review.NotAgreed) as caught:
        review.revise(story, editor, NOW, Wishes(picture=mine))
    assert caught.value.source == "baomot"
    file = home.root / "sources.yaml"
    agreed = "agreement: {number: 12/TT, date: 2026-01-15, photos: true}, key: baomot"
    file.write_text(file.read_text("utf-8").replace("key: baomot", agreed), "utf-8")
    assert review.revise(story, editor, NOW, Wishes(picture=mine))
    assert Story.objects.get().picture == mine
    with pytest.raises(review.NotAgreed):
        review.revise(story, editor, NOW, Wishes(picture=story.articles.get(source="baohai")))


def test_many_are_decided_in_one_step_and_one_undo_takes_it_back(editor: User) -> None:
    stories = [make_story() for _ in range(3)]
    late = stories[2]
    review.hold(Story.objects.get(pk=late.pk), make_user("thuha"), NOW)
    seen = {story.pk: 0 for story in stories}
    outcome = review.decide_many(
        Story.objects.order_by("pk"), editor, NOW, StoryStatus.REJECTED, "trùng", versions=seen
    )
    assert (outcome.done, outcome.skipped) == (stories[:2], [late])
    review.edit(stories[0], editor, NOW, 1, title="Sửa tiếp")
    undone = review.undo_batch(outcome.batch, editor, NOW)
    assert (undone.done, undone.skipped) == ([stories[1]], [stories[0]])
    assert list(Story.objects.order_by("pk").values_list("status", flat=True)) == [
        "rejected", "new", "held",
    ]  # fmt: skip


def test_a_batch_needs_a_reason_to_reject_and_has_an_end(editor: User) -> None:
    story = make_story()
    for status, many in ((StoryStatus.REJECTED, 1), (StoryStatus.ACCEPTED, review.MOST + 1)):
        with pytest.raises(ValueError, match=r"reason|more than"):
            review.decide_many([story] * many, editor, NOW, status, versions={})
    with pytest.raises(ValueError, match="no such"):
        review.decide_many([story], editor, NOW, StoryStatus.NEW, versions={story.pk: 0})
    assert Story.objects.get().version == 0
