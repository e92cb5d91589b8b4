"""The register: what an acceptance, an answer and a person's word make of an exemplar."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from pipeline import review
from pipeline.review import register, register_keeping, register_regrouping
from pipeline.review.register_regrouping import CannotRegroup
from pipeline.store.models import (
    AuditEntry,
    Exemplar,
    RegisterRegrouping,
    Role,
    Stage,
    Story,
    StoryStatus,
    User,
)
from tests.factories import NOW, SUBJECT, make_story, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer() -> User:
    return make_user("canbo", Role.BOARD)


def accepted(by: User, **fields: object) -> Story:
    story = make_story(**fields)
    review.accept(story, by, NOW)
    story.refresh_from_db()
    return story


def exemplar_of(story: Story) -> Exemplar:
    story.refresh_from_db()
    assert story.exemplar is not None
    return story.exemplar


# What makes an exemplar


def test_an_accepted_story_brings_its_exemplar_into_the_register(editor: User) -> None:
    assert not register.registered().exists()
    story = accepted(editor)
    exemplar = register.registered().get()
    assert exemplar == exemplar_of(story)
    assert (exemplar.name, exemplar.kind) == (SUBJECT, "individual")
    assert (exemplar.province, exemplar.commune) == ("Lào Cai", "Nậm Hẻn")
    assert exemplar.found_at == story.found_at
    assert (exemplar.stage, exemplar.search_text.split("\n")[0]) == (Stage.FOUND, "lo thi may")


def test_a_story_without_a_subject_is_registered_by_its_headline(editor: User) -> None:
    story = accepted(editor, subject="", title="Con đường bản tự làm")
    assert exemplar_of(story).name == "Con đường bản tự làm"


@pytest.mark.parametrize("step", ["hold", "undo"])
def test_a_taken_back_acceptance_takes_it_out_and_a_new_one_brings_it_back(
    editor: User, step: str
) -> None:
    story = accepted(editor)
    exemplar = exemplar_of(story)
    register_keeping.note(exemplar, editor, NOW, "Đã gọi điện.")
    getattr(review, step)(story, editor, NOW)
    assert not register.registered().exists()
    review.accept(story, editor, NOW)
    assert register.registered().get() == exemplar
    assert Exemplar.objects.count() == 1
    assert exemplar.notes.count() == 1


def test_an_answer_links_a_second_story_to_the_elder_exemplar(editor: User) -> None:
    first, second = accepted(editor), accepted(editor)
    assert register.registered().count() == 2
    review.answer(first, second, editor, NOW, same=True)
    assert register.registered().get() == exemplar_of(first) == exemplar_of(second)
    review.forget(first, second, editor, NOW)
    assert register.registered().count() == 2


def test_a_second_story_of_an_exemplar_founds_no_other(editor: User) -> None:
    first, second = make_story(), make_story()
    review.answer(first, second, editor, NOW, same=True)
    review.accept(second, editor, NOW)
    assert register.registered().get().founder == first


# What people say of it


def profile(exemplar: Exemplar, **fields: object) -> register.Profile:
    values = {
        name: getattr(exemplar, name)
        for name in ("name", "kind", "province", "commune", "portrait", "agency")
    }
    return register.Profile(**{**values, **fields})


def test_a_person_describes_it_and_the_machine_never_again(editor: User, officer: User) -> None:
    story = accepted(editor)
    exemplar = exemplar_of(story)
    said = profile(exemplar, name="  Lò Thị  Mây ", portrait="Người dạy ủ men lá.", commune="Đồng")
    assert register.describe(exemplar, officer, NOW, 0, said)
    assert (exemplar.name, exemplar.version) == ("Lò Thị Mây", 1)
    assert "dong" in exemplar.search_text
    assert not register.describe(exemplar, officer, NOW, 1, said)
    review.undo(story, editor, NOW)
    review.accept(story, editor, NOW)
    exemplar.refresh_from_db()
    assert exemplar.portrait == "Người dạy ủ men lá."
    entry = AuditEntry.objects.get(action="exemplar.described")
    assert entry.after == {"fields": ["commune", "portrait"], "version": 1}


def test_two_people_never_overwrite_each_other(editor: User, officer: User) -> None:
    exemplar = exemplar_of(accepted(editor))
    register.describe(exemplar, officer, NOW, 0, profile(exemplar, portrait="Một."))
    for act in (
        lambda: register.describe(exemplar, editor, NOW, 0, profile(exemplar, portrait="Hai.")),
        lambda: register.move(exemplar, editor, NOW, 0, Stage.SPREAD, "Đã có nơi học"),
    ):
        with pytest.raises(register.Stale) as caught:
            act()
        assert caught.value.current.portrait == "Một."
    exemplar.refresh_from_db()
    assert (exemplar.portrait, exemplar.stage) == ("Một.", Stage.FOUND)


def test_a_stage_is_moved_with_a_reason_and_its_history_stays(editor: User, officer: User) -> None:
    exemplar = exemplar_of(accepted(editor))
    with pytest.raises(ValueError, match="reason"):
        register.move(exemplar, officer, NOW, 0, Stage.NURTURED, "  ")
    assert register.move(exemplar, officer, NOW, 0, Stage.NURTURED, "Hội Phụ nữ  nhận kèm")
    assert register.move(exemplar, editor, NOW, 1, Stage.FOUND, "Nhầm hồ sơ")
    assert not register.move(exemplar, editor, NOW, 2, Stage.FOUND, "Nữa")
    told = [(each.before, each.after, each.why, each.by) for each in exemplar.stage_changes.all()]
    assert told == [
        ("nurtured", "found", "Nhầm hồ sơ", editor),
        ("found", "nurtured", "Hội Phụ nữ nhận kèm", officer),
    ]
    assert AuditEntry.objects.filter(action="exemplar.moved").count() == 2


# What is kept of it


def test_follow_ups_come_due_and_are_done(editor: User) -> None:
    exemplar = exemplar_of(accepted(editor))
    today = date(2026, 11, 20)
    late = register_keeping.remind(exemplar, editor, NOW, today - timedelta(days=3), "Hỏi thăm")
    register_keeping.remind(exemplar, editor, NOW, today + timedelta(days=1), "Xin ảnh")
    assert list(register_keeping.due_follow_ups(today)) == [late]
    assert register_keeping.settle_follow_up(late, editor, NOW, done=True)
    assert not register_keeping.settle_follow_up(late, editor, NOW, done=True)
    assert not register_keeping.due_follow_ups(today)
    assert register_keeping.settle_follow_up(late, editor, NOW, done=False)
    assert list(register_keeping.due_follow_ups(today)) == [late]
    with pytest.raises(ValueError, match="nothing"):
        register_keeping.remind(exemplar, editor, NOW, today, " ")


def test_adoptions_are_counted_by_commune(editor: User) -> None:
    exemplar = exemplar_of(accepted(editor))
    for commune, unit in (("Bản Mế", "Thôn Một"), ("Bản Mế", "Thôn Hai"), ("Lùng Vai", "")):
        row = register_keeping.adopt(
            exemplar, editor, NOW, commune=commune, province="Lào Cai", unit=unit
        )
    assert register_keeping.adopters(list(exemplar.adoptions.all())) == 2
    register_keeping.settle_adoption(row, editor, NOW, kept=False)
    assert register_keeping.adopters(list(exemplar.adoptions.all())) == 1
    assert register_keeping.settle_adoption(row, editor, NOW, kept=True)
    assert register_keeping.adopters(list(exemplar.adoptions.all())) == 2


def test_a_commune_counts_once_however_it_is_typed(editor: User) -> None:
    exemplar = exemplar_of(accepted(editor))
    for commune in ("Xuân Hoà", "xã Xuân Hòa", "XUÂN HÒA", "Phường 1", "Phường 2"):
        register_keeping.adopt(exemplar, editor, NOW, commune=commune, province="Lào Cai")
    assert register_keeping.adopters(list(exemplar.adoptions.all())) == 3


def test_each_agency_writes_its_own_criteria(editor: User, officer: User) -> None:
    exemplar = exemplar_of(accepted(editor))
    women = register_keeping.add_agency(officer, NOW, "Hội Liên hiệp Phụ nữ tỉnh")
    farmers = register_keeping.add_agency(officer, NOW, "Hội Nông dân tỉnh")
    register_keeping.write_criteria(
        women, officer, NOW, ["Giúp phụ nữ khác", "", "Có kết quả đo được"]
    )
    register_keeping.write_criteria(farmers, officer, NOW, ["Thu nhập tăng"])
    one, two = women.criteria.filter(retired=False)
    assert [one.text, two.text] == ["Giúp phụ nữ khác", "Có kết quả đo được"]
    assert register_keeping.answer_criteria(exemplar, officer, NOW, {one: True, two: False}) == 2
    assert register_keeping.answer_criteria(exemplar, officer, NOW, {one: True, two: True}) == 1
    given = register_keeping.answers_of([exemplar.pk])
    assert {key: answer.met for key, answer in given.items()} == {one.pk: True, two.pk: True}
    assert exemplar.answers.count() == 3


def test_a_criterion_taken_out_comes_back_with_its_answers(editor: User, officer: User) -> None:
    exemplar = exemplar_of(accepted(editor))
    agency = register_keeping.add_agency(officer, NOW, "Sở Y tế")
    register_keeping.write_criteria(agency, officer, NOW, ["Một", "Hai"])
    first = agency.criteria.get(text="Một")
    register_keeping.answer_criteria(exemplar, officer, NOW, {first: True})
    register_keeping.write_criteria(agency, officer, NOW, ["Hai"])
    assert [row.text for row in agency.criteria.filter(retired=False)] == ["Hai"]
    register_keeping.write_criteria(agency, officer, NOW, ["Hai", "Một"])
    assert [row.text for row in agency.criteria.filter(retired=False)] == ["Hai", "Một"]
    assert register_keeping.answers_of([exemplar.pk])[first.pk].met
    assert not register_keeping.write_criteria(agency, officer, NOW, ["Hai", "Một"])


# Merge and split


def test_a_merge_shows_both_as_one_and_is_undone(editor: User, officer: User) -> None:
    first, second = accepted(editor), accepted(editor, subject="Lò Thị Mây (Nậm Hẻn)")
    elder, younger = exemplar_of(first), exemplar_of(second)
    register_keeping.note(younger, officer, NOW, "Ghi chú của hồ sơ thứ hai.")
    kept = register_regrouping.merge_exemplars(younger, elder, officer, NOW)
    assert kept == elder == exemplar_of(second)
    assert register.family(elder) == [elder.pk, younger.pk]
    younger.refresh_from_db()
    assert younger.standing == elder
    assert register.registered().get() == elder
    with pytest.raises(CannotRegroup):
        register_regrouping.merge_exemplars(younger, elder, officer, NOW)
    done = RegisterRegrouping.objects.get()
    register_regrouping.undo_regrouping(done, editor, NOW)
    assert exemplar_of(second) == younger
    assert register.registered().count() == 2
    assert register.family(elder) == [elder.pk]
    with pytest.raises(CannotRegroup):
        register_regrouping.undo_regrouping(done, editor, NOW)


def test_a_merge_gives_way_to_no_earlier_refusal_and_an_undo_brings_it_back(
    editor: User,
) -> None:
    first, second = accepted(editor), accepted(editor)
    review.answer(first, second, editor, NOW, same=False)
    register_regrouping.merge_exemplars(exemplar_of(first), exemplar_of(second), editor, NOW)
    assert exemplar_of(first) == exemplar_of(second)
    register_regrouping.undo_regrouping(RegisterRegrouping.objects.get(), editor, NOW)
    assert review.answers_of(first) == [(second, False)]
    assert exemplar_of(first) != exemplar_of(second)


def test_an_answer_brings_none_together_that_a_person_told_apart(editor: User) -> None:
    first, second, third = (accepted(editor) for _ in range(3))
    told_apart = review.answer(first, third, editor, NOW, same=False)
    review.answer(first, second, editor, NOW, same=True)
    with pytest.raises(review.AlreadyAnswered) as refusal:
        review.answer(second, third, editor, NOW, same=True)
    assert refusal.value.given == told_apart
    assert exemplar_of(first) == exemplar_of(second) != exemplar_of(third)
    assert review.answers_of(third) == [(first, False)], "what was refused is not kept"
    review.forget(first, third, editor, NOW)
    review.answer(second, third, editor, NOW, same=True)
    assert exemplar_of(first) == exemplar_of(third)


def test_a_split_takes_stories_out_and_is_undone(editor: User) -> None:
    first, second, third = (accepted(editor) for _ in range(3))
    review.answer(first, second, editor, NOW, same=True)
    review.answer(first, third, editor, NOW, same=True)
    whole = exemplar_of(first)
    new = register_regrouping.split_exemplar(whole, [second, third], editor, NOW)
    assert new != whole
    assert exemplar_of(second) == exemplar_of(third) == new
    assert exemplar_of(first) == whole
    assert first not in [each.story for each in review.proposals(second)]
    register_regrouping.undo_regrouping(RegisterRegrouping.objects.get(), editor, NOW)
    assert exemplar_of(second) == exemplar_of(third) == whole == exemplar_of(first)
    assert register.registered().get() == whole
    again = register_regrouping.split_exemplar(whole, [third], editor, NOW)
    assert exemplar_of(third) == again
    assert exemplar_of(second) == whole


def test_a_split_leaves_the_founder_and_something(editor: User) -> None:
    first, second = accepted(editor), accepted(editor)
    review.answer(first, second, editor, NOW, same=True)
    whole = exemplar_of(first)
    for part in ([], [first], [first, second], [make_story()]):
        with pytest.raises(CannotRegroup):
            register_regrouping.split_exemplar(whole, part, editor, NOW)
    assert exemplar_of(second) == whole


def test_an_answer_given_since_stops_the_undo(editor: User) -> None:
    first, second = accepted(editor), accepted(editor)
    register_regrouping.merge_exemplars(exemplar_of(first), exemplar_of(second), editor, NOW)
    review.forget(first, second, editor, NOW)
    with pytest.raises(CannotRegroup):
        register_regrouping.undo_regrouping(RegisterRegrouping.objects.get(), editor, NOW)


def test_the_machine_undoes_neither(editor: User) -> None:
    first, second = accepted(editor), accepted(editor)
    register_regrouping.merge_exemplars(exemplar_of(first), exemplar_of(second), editor, NOW)
    for story in (first, second):
        review.hold(story, editor, NOW)
        review.accept(story, editor, NOW)
    assert exemplar_of(first) == exemplar_of(second)
    assert Story.objects.filter(status=StoryStatus.ACCEPTED).count() == 2


def test_stories_merged_into_each_other_are_not_split_by_profile(editor: User) -> None:
    first, second, third = (accepted(editor) for _ in range(3))
    review.answer(first, third, editor, NOW, same=True)
    review.merge([second, third], editor, NOW)
    whole = exemplar_of(first)
    new = register_regrouping.split_exemplar(
        whole, Story.objects.filter(exemplar=whole).exclude(pk=first.pk), editor, NOW
    )
    assert {exemplar_of(story) for story in Story.every.filter(pk__in=[second.pk, third.pk])} == {
        new
    }
