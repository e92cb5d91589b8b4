"""A correction goes where the story went, once each, and only after a second person's word."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core import mail
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from pipeline import review
from pipeline.digest.content import content_hash, from_json
from pipeline.digest.rules import NotAllowed
from pipeline.publish import corrections
from pipeline.publish.channels.portal import folder_of
from pipeline.publish.outbox import publish_due
from pipeline.publish.withdrawal import withdraw
from pipeline.review import register_awards
from pipeline.review.identity import settle
from pipeline.review.register_nominations import candidates
from pipeline.review.register_regrouping import merge_exemplars
from pipeline.store.models import (
    AuditEntry,
    AwardState,
    Correction,
    Delivery,
    Edition,
    Exemplar,
    Role,
    Story,
    User,
)
from pipeline.web.reference import office
from tests.factories import NOW, make_story, make_user
from tests.homes import make_home
from tests.publishing import OFFICE, approved_edition, edition_content, item, subscriber

pytestmark = pytest.mark.django_db
TEXT = "Bằng khen nêu trong bản tin số 1 đã bị thu hồi theo Quyết định 12/QĐ-UBND."
LATER = NOW + timedelta(days=3)


@pytest.fixture
def out(tmp_path: Path, settings: LazySettings) -> Edition:
    """An edition that is out, with one reader; another reader came later."""
    settings.HOME = make_home(tmp_path)
    subscriber("cu")
    edition = approved_edition()
    publish_due(office=OFFICE, home=settings.HOME, now=NOW)
    subscriber("moi")
    mail.outbox.clear()
    return edition


@pytest.fixture
def editor(out: Edition) -> User:
    return User.objects.get(username="lananh")


@pytest.fixture
def chief(out: Edition) -> User:
    return User.objects.get(username="thuha")


@pytest.fixture
def found(out: Edition) -> Exemplar:
    first = out.digest.items.first()
    assert first is not None
    settle([first.story_id])
    first.story.refresh_from_db()
    assert first.story.exemplar is not None
    return first.story.exemplar


def page(settings: LazySettings, name: str) -> str:
    return (folder_of(settings.HOME) / name).read_text("utf-8")


def test_nothing_leaves_before_a_second_person_approves(
    found: Exemplar, editor: User, chief: User, settings: LazySettings
) -> None:
    row = corrections.propose(found, editor, LATER, text=TEXT)
    publish_due(office=OFFICE, home=settings.HOME, now=LATER)
    assert not mail.outbox
    assert TEXT not in page(settings, f"tin/{found.founder.public_id}.html")
    with pytest.raises(NotAllowed, match="Chỉ lãnh đạo"):
        corrections.approve(row, editor, LATER, OFFICE)
    own = corrections.propose(found, chief, LATER, text=TEXT)
    with pytest.raises(NotAllowed, match="Bốn mắt"):
        corrections.approve(own, chief, LATER, OFFICE)
    with pytest.raises(IntegrityError, match="approved_by_another"), transaction.atomic():
        Correction.objects.filter(pk=own.pk).update(approved_by=chief)
    assert Edition.objects.count() == 1


def test_every_channel_that_carried_it_gets_it_once(
    found: Exemplar, editor: User, chief: User, settings: LazySettings
) -> None:
    before = {(d.channel, d.recipient) for d in Delivery.objects.all()}
    row = corrections.propose(found, editor, LATER, text=TEXT, reason="Công văn 3")
    edition = corrections.approve(row, chief, LATER, OFFICE)
    assert edition is not None
    for _round in range(2):
        publish_due(office=OFFICE, home=settings.HOME, now=LATER)
    sent = edition.deliveries.all()
    assert {(d.channel, d.recipient) for d in sent} == before
    assert {d.state for d in sent} == {"sent"}
    (letter,) = mail.outbox
    assert letter.to == ["cu@docgia.example.vn"]
    assert letter.subject == f"Đính chính: {found.name}"
    assert TEXT in letter.body
    assert "Công văn 3" not in letter.body
    posted = settings.HOME.output_dir / "social" / str(edition.number) / "zalo.txt"
    assert TEXT in posted.read_text("utf-8")


def test_the_portal_shows_the_note_wherever_the_story_stands(
    found: Exemplar, editor: User, chief: User, out: Edition, settings: LazySettings
) -> None:
    front = page(settings, "index.html")
    row = corrections.propose(found, editor, LATER, text=TEXT)
    edition = corrections.approve(row, chief, LATER, OFFICE)
    publish_due(office=OFFICE, home=settings.HOME, now=LATER)
    assert edition is not None
    own = f"tin/{found.founder.public_id}.html"
    for name in (own, f"so/{out.number}.html", f"so/{edition.number}.html", "atom.xml", "rss.xml"):
        assert TEXT in page(settings, name), name
    assert f"Bản tin số {out.number}" in page(settings, own)
    entries = json.loads(page(settings, "feed.json"))["items"]
    (entry,) = [each for each in entries if each["id"].endswith(str(found.founder.public_id))]
    assert TEXT in entry["content_html"]
    assert entry["date_modified"] > entry["date_published"]
    # The week's edition stays on the front page, now with the note.
    assert out.digest.title in page(settings, "index.html")
    assert f"Đính chính: {found.name}" not in page(settings, "index.html")
    assert out.digest.title in front
    others = [each for each in entries if each is not entry]
    assert all(TEXT not in each["content_html"] for each in others)


def test_it_carries_the_words_as_the_desk_has_them_now(
    found: Exemplar, editor: User, chief: User, out: Edition, settings: LazySettings
) -> None:
    story = Story.objects.get(pk=found.founder_id)
    review.edit(story, editor, LATER, story.version, summary="Chị mở lớp dạy ủ men lá.")
    row = corrections.propose(found, editor, LATER, text=TEXT)
    edition = corrections.approve(row, chief, LATER, OFFICE)
    assert edition is not None
    content = from_json(edition.content)
    assert content_hash(content) == edition.content_hash
    assert [each.summary for each in content.items] == ["Chị mở lớp dạy ủ men lá."]
    assert content.corrects == (out.number,)


def test_what_a_story_keeps_private_is_private_in_its_correction(
    found: Exemplar, editor: User
) -> None:
    Story.objects.filter(pk=found.founder_id).update(initials_for=[found.name], hide_schools=True)
    text = f"Em {found.name}, Trường Tiểu học Nậm Hẻn, chưa được tặng Bằng khen."
    row = corrections.propose(found, editor, LATER, text=text)
    shown = corrections.content(row, corrections.editions_with(found), OFFICE, LATER)
    assert shown is not None
    words = " ".join((shown.title, shown.intro, *(each.correction for each in shown.items)))
    assert found.name not in words
    assert "Tiểu học Nậm Hẻn" not in words
    assert "chưa được tặng Bằng khen" in shown.intro


def test_who_edited_the_story_may_not_approve(found: Exemplar, editor: User, chief: User) -> None:
    story = Story.objects.get(pk=found.founder_id)
    review.edit(story, chief, LATER, story.version, summary="Chị mở lớp dạy ủ men lá.")
    row = corrections.propose(found, editor, LATER, text=TEXT)
    with pytest.raises(NotAllowed, match="người sửa lần cuối"):
        corrections.approve(row, chief, LATER, OFFICE)
    small = OFFICE.model_copy(update={"four_eyes": False})
    assert corrections.approve(row, chief, LATER, small)
    entry = AuditEntry.objects.get(action="exemplar.correction_approved")
    assert entry.after["four_eyes"] == "switched off in office.yaml"


def test_nobody_approves_other_words_than_those_shown(
    found: Exemplar, editor: User, chief: User
) -> None:
    row = corrections.propose(found, editor, LATER, text=TEXT)
    with pytest.raises(NotAllowed, match="thay đổi"):
        corrections.approve(row, chief, LATER, OFFICE, expected_fingerprint="0" * 64)


def test_a_withdrawn_award_is_marked_at_once_and_given_back_when_dropped(
    found: Exemplar, editor: User, chief: User
) -> None:
    award = register_awards.say(found, editor, NOW, "Bằng khen", state=AwardState.STANDING)
    row = corrections.propose(found, editor, LATER, text=TEXT, award=award)
    award.refresh_from_db()
    assert (award.state, row.kind) == (AwardState.WITHDRAWN, "award")
    assert corrections.drop(row, editor, LATER)
    assert not corrections.drop(row, editor, LATER)
    award.refresh_from_db()
    assert award.state == AwardState.STANDING
    with pytest.raises(NotAllowed):
        corrections.approve(row, chief, LATER, OFFICE)


def test_a_correction_reaches_readers_of_a_story_taken_back_meanwhile(
    found: Exemplar, editor: User, chief: User, settings: LazySettings
) -> None:
    row = corrections.propose(found, editor, LATER, text=TEXT)
    corrections.approve(row, chief, LATER, OFFICE)
    withdraw(found.founder, editor, LATER, "Sai", office=OFFICE, home=settings.HOME)
    publish_due(office=OFFICE, home=settings.HOME, now=LATER)
    (letter,) = mail.outbox
    assert TEXT in letter.body


def test_what_was_never_out_needs_no_channel(chief: User, editor: User) -> None:
    story = make_story(subject="Lý Văn Tơ")
    review.accept(story, editor, NOW)
    story.refresh_from_db()
    assert story.exemplar is not None
    row = corrections.propose(story.exemplar, editor, LATER, text=TEXT)
    assert corrections.approve(row, chief, LATER, OFFICE) is None
    assert row.approved_at == LATER
    assert Edition.objects.count() == 1


def test_one_whose_error_was_corrected_is_not_nominated(editor: User, chief: User) -> None:
    story = make_story(subject="Lý Văn Tơ")
    review.accept(story, editor, NOW)
    story.refresh_from_db()
    assert story.exemplar is not None
    register_awards.say(story.exemplar, editor, NOW, "Bằng khen", state=AwardState.REFUSED)
    assert [each.exemplar for each in candidates(LATER)] == [story.exemplar_id]
    proposed = corrections.propose(story.exemplar, editor, LATER, text=TEXT)
    assert candidates(LATER) == []
    corrections.drop(proposed, editor, LATER)
    assert len(candidates(LATER)) == 1
    corrections.approve(
        corrections.propose(story.exemplar, editor, LATER, text=TEXT), chief, LATER, OFFICE
    )
    assert candidates(LATER) == []


def test_an_error_of_one_merged_into_it_counts_as_its_own(editor: User) -> None:
    elder, younger = (make_story(subject=name) for name in ("Lý Văn Tơ", "Lý Văn Tờ"))
    for story in (elder, younger):
        review.accept(story, editor, NOW)
        story.refresh_from_db()
        assert story.exemplar is not None
        register_awards.say(story.exemplar, editor, NOW, "Bằng khen", state=AwardState.REFUSED)
    assert elder.exemplar
    assert younger.exemplar
    corrections.propose(younger.exemplar, editor, LATER, text=TEXT)
    assert [each.exemplar for each in candidates(LATER)] == [elder.exemplar_id]
    merge_exemplars(elder.exemplar, younger.exemplar, editor, LATER)
    assert candidates(LATER) == []


def test_an_edition_without_corrections_is_hashed_as_before() -> None:
    content = edition_content(item())
    assert content_hash(content) == content_hash(from_json(json.loads(json.dumps(_old(content)))))
    assert "corrects" not in _old(content)


def _old(content: object) -> dict[str, object]:
    from pipeline.digest.content import to_json

    return to_json(content)  # type: ignore[arg-type]


# On the desk


def test_proposed_shown_and_approved_on_the_desk(
    client: Client, found: Exemplar, editor: User, chief: User, settings: LazySettings
) -> None:
    award = register_awards.say(found, editor, NOW, "Bằng khen", state=AwardState.STANDING)
    client.force_login(editor)
    address = reverse("desk:propose_correction", args=[found.public_id])
    shown = client.get(f"{address}?award={award.pk}").content.decode()
    for words in ("bản tin số 1", "Cổng", "Thư", "Zalo", "Facebook"):
        assert words in shown
    assert client.post(address, {"text": " "}).status_code == 422
    client.post(address, {"text": TEXT, "reason": "CV 3", "award": award.pk})
    row = Correction.objects.get()
    own = reverse("desk:correction", args=[row.pk])
    seen = client.get(own).content.decode()
    assert "Duyệt và phát" not in seen
    approve = reverse("desk:approve_correction", args=[row.pk])
    assert client.post(approve).status_code == 403
    profile = client.get(reverse("desk:exemplar", args=[found.public_id])).content.decode()
    assert "Chưa duyệt: chưa kênh nào được báo." in profile
    client.force_login(chief)
    seen = client.get(own).content.decode()
    fingerprint = seen.split('name="fingerprint" value="')[1].split('"')[0]
    for channel in ("portal", "newsletter", "zalo", "facebook"):
        preview = reverse("desk:preview_correction", args=[row.pk, channel])
        assert TEXT in client.get(preview).content.decode()
    for channel in ("radio", "sms"):  # in other words: spelled out, or cut to the room
        preview = reverse("desk:preview_correction", args=[row.pk, channel])
        assert "Bằng khen nêu trong bản tin số" in client.get(preview).content.decode()
    client.post(approve, {"fingerprint": fingerprint})
    publish_due(office=OFFICE, home=settings.HOME, now=LATER + timedelta(days=4000))
    seen = client.get(own).content.decode()
    assert "Thu Hà đã duyệt" in seen
    assert "Duyệt và phát" not in seen


def test_a_channel_no_longer_used_is_left_to_a_person(
    client: Client, found: Exemplar, editor: User, chief: User, settings: LazySettings
) -> None:
    own = settings.HOME.office_file
    own.write_text(own.read_text("utf-8") + "channels: {zalo: 'off'}\n", "utf-8")
    row = corrections.propose(found, editor, LATER, text=TEXT)
    client.force_login(chief)
    address = reverse("desk:correction", args=[row.pk])
    seen = client.get(address).content.decode()
    assert "Đã phát qua Zalo, nay không dùng nữa" in seen
    edition = corrections.approve(row, chief, LATER, office())
    publish_due(office=office(), home=settings.HOME, now=LATER)
    assert edition is not None
    assert "zalo" not in edition.deliveries.values_list("channel", flat=True)
    assert "Đã phát qua Zalo, nay không dùng nữa" in client.get(address).content.decode()


def test_the_digest_page_still_shows_its_own_edition(
    client: Client, found: Exemplar, editor: User, chief: User, out: Edition
) -> None:
    corrections.approve(corrections.propose(found, editor, LATER, text=TEXT), chief, LATER, OFFICE)
    client.force_login(make_user("canbo", Role.BOARD))
    week = client.get(reverse("desk:digest", args=[out.digest.week]))
    assert week.status_code == 200
    listed = client.get(reverse("desk:digests")).content.decode()
    assert f"số {out.number}," in listed
