"""From accepted stories to a frozen edition, with four eyes."""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction

from pipeline import review
from pipeline.digest import approval
from pipeline.digest.approval import NotAllowed, Stale
from pipeline.digest.content import content_hash, fingerprint, from_json
from pipeline.digest.drafting import draft_digest
from pipeline.digest.freezing import freeze
from pipeline.digest.rules import own_work
from pipeline.store.models import (
    AuditEntry,
    Axis,
    Digest,
    DigestState,
    Edition,
    Role,
    StoryStatus,
    User,
    Withdrawal,
)
from tests.factories import NOW, make_story, make_user
from tests.publishing import (
    OFFICE,
    WEEK,
    accepted_story,
    approved_edition,
    people,
    submitted_digest,
)

pytestmark = pytest.mark.django_db


def test_a_second_draft_adds_nothing() -> None:
    for number in range(3):
        accepted_story(number)
    first = draft_digest(WEEK, office=OFFICE, now=NOW)
    before = list(first.items.values_list("story", "position"))
    accepted_story(4)
    second = draft_digest(WEEK, office=OFFICE, now=NOW + timedelta(hours=1))
    assert second.pk == first.pk
    assert list(second.items.values_list("story", "position")) == before
    assert len(before) == 3


def test_a_draft_takes_accepted_stories_of_the_horizon_only() -> None:
    good = accepted_story(0)
    make_story(subject="Người khác")  # not reviewed
    accepted_story(1, published_at=NOW - timedelta(days=40))
    accepted_story(2, status=StoryStatus.REJECTED)
    gone = accepted_story(3)
    Withdrawal.objects.create(story=gone, at=NOW, reason="nguồn gỡ")
    digest = draft_digest(WEEK, office=OFFICE, now=NOW)
    assert [item.story_id for item in digest.items.all()] == [good.pk]


def test_while_nothing_is_accepted_the_machine_proposes_and_the_checklist_says_so() -> None:
    make_story()
    make_story(label="no")
    editor, _chief = people()
    digest = draft_digest(WEEK, office=OFFICE, now=NOW)
    assert digest.items.count() == 1
    with pytest.raises(NotAllowed, match="chưa được biên tập viên nhận"):
        approval.submit(digest, editor, NOW, office=OFFICE)


def test_a_story_of_an_earlier_edition_is_not_drafted_again() -> None:
    approved_edition(2)
    fresh = accepted_story(5)
    digest = draft_digest("2026-W48", office=OFFICE, now=NOW + timedelta(days=5))
    assert [item.story_id for item in digest.items.all()] == [fresh.pk]


@pytest.mark.parametrize("week", ["2026-47", "2026-W54", "W47", "2026-W00", "2026-W471"])
def test_a_week_that_is_none_is_refused(week: str) -> None:
    with pytest.raises(ValueError, match="is not a week"):
        draft_digest(week, office=OFFICE, now=NOW)
    assert not Digest.objects.exists()


def test_an_edition_is_frozen_with_its_hash() -> None:
    edition = approved_edition()
    content = from_json(edition.content)
    assert content_hash(content) == edition.content_hash
    assert content.number == edition.number == 1
    assert content.approved_by == "Thu Hà"
    assert [item.author for item in content.items] == ["Minh Trang"] * 3
    headline = content.items[0].headline
    story = edition.digest.items.first().story  # type: ignore[union-attr]
    review.edit(story, make_user("sau"), NOW, story.version, title="Đổi tên sau khi duyệt")
    edition.refresh_from_db()
    assert from_json(edition.content).items[0].headline == headline
    with pytest.raises(TypeError):
        edition.save()


def test_published_links_carry_no_tracking() -> None:
    story = accepted_story(0, outlets=["baomot", "baohai"])
    for article in story.articles.all():
        article.url += "?utm_source=rss&utm_medium=feed"
        article.save()
    digest = draft_digest(WEEK, office=OFFICE, now=NOW)
    (item,) = freeze(digest, OFFICE, NOW).items
    links = {item.url, *(other.url for other in item.others)}
    assert links == set(story.articles.values_list("canonical_url", flat=True))
    assert len(links) == 2


def test_credit_link_author_and_time_are_those_of_the_storys_lead() -> None:
    story = accepted_story(0, outlets=["baomot", "baohai"])
    lead = story.articles.get(source="baohai")
    lead.author, lead.credit = "Hoàng Yến", "Theo Báo Ba"
    lead.published_at = NOW - timedelta(days=1)
    lead.save()
    story.lead = lead
    story.save()
    digest = draft_digest(WEEK, office=OFFICE, now=NOW)
    (item,) = freeze(digest, OFFICE, NOW).items
    assert (item.outlet_key, item.author, item.credit) == ("baohai", "Hoàng Yến", "Theo Báo Ba")
    assert (item.url, item.published_at) == (lead.url, lead.published_at)
    assert [other.url for other in item.others] == [story.articles.get(source="baomot").url]


def edition_by(approver: User, digest: Digest) -> Edition:
    return Edition(
        digest=digest,
        number=1,
        content={},
        approved_by=approver,
        approved_at=NOW,
        publish_at=NOW,
    )


class TestFourEyes:
    def test_the_last_editor_of_the_digest_may_not_approve(self) -> None:
        chief = make_user("thuha", Role.CHIEF)
        digest = submitted_digest(chief)
        with pytest.raises(NotAllowed, match="Bốn mắt"):
            approval.approve(digest, chief, NOW, OFFICE)
        assert not Edition.objects.exists()

    def test_nor_who_only_submitted_it(self) -> None:
        editor, chief = people()
        accepted_story(0)
        digest = draft_digest(WEEK, office=OFFICE, now=NOW)
        approval.edit_text(digest, editor, NOW, intro="Lời dẫn")
        approval.submit(digest, chief, NOW, office=OFFICE)
        with pytest.raises(NotAllowed, match="gửi duyệt"):
            approval.approve(digest, chief, NOW, OFFICE)

    def test_nor_who_last_edited_a_story_of_it(self) -> None:
        editor, chief = people()
        digest = submitted_digest(editor)
        story = digest.items.last().story  # type: ignore[union-attr]
        review.edit(story, chief, NOW, story.version, title="Tên mới của tin")
        with pytest.raises(NotAllowed, match="Tên mới của tin"):
            approval.approve(digest, chief, NOW, OFFICE)

    def test_nor_who_last_set_or_restored_its_sectors_and_campaigns(self) -> None:
        editor, chief = people()
        digest = submitted_digest(editor)
        story = digest.items.last().story  # type: ignore[union-attr]
        review.set_tags(story, chief, NOW, {Axis.CAMPAIGN: ["hien-mau"]})
        with pytest.raises(NotAllowed, match="gắn nhãn"):
            approval.approve(digest, chief, NOW, OFFICE)
        review.set_tags(story, editor, NOW, {Axis.CAMPAIGN: ["xoa-ngheo"]})
        assert not own_work(digest, chief)
        review.undo(story, chief, NOW)
        with pytest.raises(NotAllowed, match="gắn nhãn"):
            approval.approve(digest, chief, NOW, OFFICE)
        assert not Edition.objects.exists()

    def test_the_model_refuses_what_does_not_ask_the_rules(self) -> None:
        editor, chief = people()
        digest = submitted_digest(editor)
        with pytest.raises(PermissionDenied, match="four eyes"):
            edition_by(editor, digest).save()
        story = digest.items.last().story  # type: ignore[union-attr]
        review.edit(story, chief, NOW, story.version, title="Tên mới của tin")
        with pytest.raises(PermissionDenied, match="four eyes"):
            edition_by(chief, digest).save()
        edition_by(make_user("quang", Role.CHIEF), digest).save()
        assert Edition.objects.get().four_eyes

    def test_the_database_refuses_what_bypasses_the_model(self) -> None:
        editor, chief = people()
        digest = submitted_digest(editor)
        with pytest.raises(DatabaseError, match="four eyes"), transaction.atomic():
            Edition.objects.bulk_create([edition_by(editor, digest)])
        Edition.objects.bulk_create([edition_by(chief, digest)])

    def test_a_small_office_switches_it_off_and_the_audit_says_so(self) -> None:
        chief = make_user("thuha", Role.CHIEF)
        small = OFFICE.model_copy(update={"four_eyes": False})
        digest = submitted_digest(chief, office=small)
        approval.approve(digest, chief, NOW, small)
        entry = AuditEntry.objects.get(action="digest.approved")
        assert entry.after["four_eyes"] == "switched off in office.yaml"
        assert not Edition.objects.get().four_eyes

    def test_another_person_approves_and_the_audit_says_it_was_kept(self) -> None:
        approved_edition()
        entry = AuditEntry.objects.get(action="digest.approved")
        assert entry.after["four_eyes"] == "kept"
        assert entry.actor is not None
        assert entry.actor.username == "thuha"

    @pytest.mark.parametrize("role", [Role.EDITOR, Role.BOARD])
    def test_only_a_chief_or_an_administrator_approves(self, role: Role) -> None:
        editor, _chief = people()
        digest = submitted_digest(editor)
        with pytest.raises(NotAllowed, match="Chỉ lãnh đạo"):
            approval.approve(digest, make_user("khac", role), NOW, OFFICE)

    def test_nor_a_chief_whose_account_was_closed(self) -> None:
        editor, _chief = people()
        digest = submitted_digest(editor)
        closed = make_user("cu", Role.CHIEF, is_active=False)
        with pytest.raises(NotAllowed):
            approval.approve(digest, closed, NOW, OFFICE)


class TestStates:
    def test_a_draft_cannot_be_approved_nor_an_edition_twice(self) -> None:
        editor, chief = people()
        accepted_story(0)
        digest = draft_digest(WEEK, office=OFFICE, now=NOW)
        with pytest.raises(NotAllowed, match="chưa được gửi"):
            approval.approve(digest, chief, NOW, OFFICE)
        approval.submit(digest, editor, NOW, office=OFFICE)
        approval.approve(digest, chief, NOW, OFFICE)
        with pytest.raises(NotAllowed, match="đã được duyệt"):
            approval.approve(digest, chief, NOW, OFFICE)
        assert Edition.objects.count() == 1

    def test_a_submitted_digest_is_closed_until_it_is_sent_back(self) -> None:
        editor, chief = people()
        digest = submitted_digest(editor)
        with pytest.raises(NotAllowed, match="chờ duyệt"):
            approval.edit_text(digest, editor, NOW, intro="Khác")
        with pytest.raises(NotAllowed, match="lý do"):
            approval.send_back(digest, chief, NOW, "  ")
        approval.send_back(digest, chief, NOW, "Bớt một tin.", digest.items.first())
        assert digest.state == DigestState.RETURNED
        approval.edit_text(digest, editor, NOW, intro="Khác")
        assert digest.intro == "Khác"

    def test_words_changed_since_they_were_shown_are_not_approved(self) -> None:
        editor, chief = people()
        digest = submitted_digest(editor)
        content, _problems = approval.checklist(digest, OFFICE, NOW)
        shown = fingerprint(content)
        story = digest.items.first().story  # type: ignore[union-attr]
        review.edit(story, editor, NOW, story.version, title="Lén đổi sau khi gửi")
        with pytest.raises(Stale):
            approval.approve(digest, chief, NOW, OFFICE, expected_fingerprint=shown)

    def test_a_stale_version_is_refused(self) -> None:
        editor, _chief = people()
        accepted_story(0)
        digest = draft_digest(WEEK, office=OFFICE, now=NOW)
        approval.edit_text(digest, editor, NOW, intro="Một", expected_version=0)
        with pytest.raises(Stale):
            approval.edit_text(digest, editor, NOW, intro="Hai", expected_version=0)
        assert Digest.objects.get().intro == "Một"

    def test_nothing_goes_out_sooner_than_the_sources_delay(self) -> None:
        editor, chief = people()
        accepted_story(0, published_at=NOW - timedelta(minutes=60))
        digest = draft_digest(WEEK, office=OFFICE, now=NOW)
        approval.submit(digest, editor, NOW, office=OFFICE)  # the usual time is far enough away
        with pytest.raises(NotAllowed, match="180 phút"):
            approval.approve(digest, chief, NOW, OFFICE, publish_at=NOW)
        later = NOW + timedelta(minutes=120)
        assert approval.approve(digest, chief, NOW, OFFICE, publish_at=later).publish_at == later

    def test_a_warning_must_be_signed_for_and_only_for_these_words(self) -> None:
        editor, _chief = people()
        story = accepted_story(0, draft_summary="Chị Lò Thị Mây dạy nghề cho 99 phụ nữ.")
        digest = draft_digest(WEEK, office=OFFICE, now=NOW)
        with pytest.raises(NotAllowed, match="99"):
            approval.submit(digest, editor, NOW, office=OFFICE)
        _content, problems = approval.checklist(digest, OFFICE, NOW)
        code = next(problem.code for problem in problems if problem.stops)
        row = digest.items.get()
        approval.sign_warning(digest, editor, NOW, row, code, "Đã xem lại")
        review.edit(story, editor, NOW, story.version, summary="Chị dạy nghề cho 77 phụ nữ.")
        with pytest.raises(NotAllowed, match="77"):
            approval.submit(digest, editor, NOW, office=OFFICE)
        review.undo(story, editor, NOW)
        approval.submit(digest, editor, NOW, office=OFFICE)
        assert digest.state == DigestState.SUBMITTED


class TestEditing:
    def test_items_are_added_moved_and_removed_and_stay_numbered(self) -> None:
        editor, _chief = people()
        for number in range(3):
            accepted_story(number)
        digest = draft_digest(WEEK, office=OFFICE, now=NOW)
        extra = accepted_story(7)
        added = approval.add_item(digest, editor, NOW, extra)
        again = approval.add_item(digest, editor, NOW, extra)
        assert (added.pk, added.position) == (again.pk, 4)
        approval.move_item(digest, editor, NOW, added, 1)
        second = digest.items.all()[1]
        approval.remove_item(digest, editor, NOW, second)
        rows = list(digest.items.values_list("story", "position"))
        assert [position for _story, position in rows] == [1, 2, 3]
        assert rows[0][0] == extra.pk
        assert digest.near_misses[0]["story"] == second.story_id
        assert digest.last_edited_by == editor
        actions = list(AuditEntry.objects.order_by("id").values_list("action", flat=True))
        assert actions == [
            "digest.drafted",
            "digest.item_added",
            "digest.item_moved",
            "digest.item_removed",
        ]

    def test_the_audit_trail_proves_the_words_and_does_not_hold_them(self) -> None:
        editor, _chief = people()
        digest = draft_digest(WEEK, office=OFFICE, now=NOW)
        approval.edit_text(digest, editor, NOW, intro="Bà Lù Thị Mẩy, 0912 345 678")
        approval.edit_text(digest, editor, NOW, intro="Ba người")
        first, second = AuditEntry.objects.filter(action="digest.text_edited").order_by("id")
        words = sha256("Bà Lù Thị Mẩy, 0912 345 678".encode()).hexdigest()
        assert first.after == second.before == {"intro": words}
        assert list(first.before) == ["intro"]

    def test_an_unreviewed_story_cannot_be_added(self) -> None:
        editor, _chief = people()
        digest = draft_digest(WEEK, office=OFFICE, now=NOW)
        with pytest.raises(NotAllowed, match="đã nhận"):
            approval.add_item(digest, editor, NOW, make_story())

    def test_a_board_officer_does_not_edit(self) -> None:
        digest = draft_digest(WEEK, office=OFFICE, now=NOW)
        with pytest.raises(NotAllowed, match="Vai trò"):
            approval.edit_text(digest, make_user("ban", Role.BOARD), NOW, intro="x")
