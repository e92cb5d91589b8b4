"""The digest page: sections, the checklist with its signatures, previews as they are sent."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from pipeline import review
from pipeline.digest import approval
from pipeline.digest.checklist import Level, Problem
from pipeline.digest.drafting import draft_digest
from pipeline.publish.channels import CHANNELS
from pipeline.publish.channels.base import Preview, Sheet
from pipeline.store.models import AuditEntry, Digest, Role, Story, User
from pipeline.text.clock import iso_week, utc_now
from pipeline.web.desk.digest.checks import RULES, checklist_rows
from pipeline.web.reference import office
from tests.factories import make_story, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home")]


@pytest.fixture
def digest(editor: User) -> Digest:
    now = utc_now()
    for number in range(2):
        story = make_story(
            title=f"Gương số {number}",
            subject=f"Người {number}",
            flags=["hype"] if number else [],
            score=0.9 - number / 10,
            published_at=now - timedelta(days=1),
            found_at=now - timedelta(hours=20),
        )
        review.accept(story, editor, now)
    return draft_digest(iso_week(now), office=office(), now=now, by=editor)


def change(desk: Client, digest: Digest, step: str, **fields: object) -> str:
    digest.refresh_from_db()
    address = reverse("desk:change", args=[digest.week, step])
    return desk.post(address, {"version": digest.version, **fields}, follow=True).content.decode()


def test_a_story_moves_to_another_section(desk: Client, digest: Digest) -> None:
    item = digest.items.first()
    assert item is not None
    assert "Đã đổi mục: Gương số 0" in change(desk, digest, "section", item=item.pk, section="y-te")
    item.refresh_from_db()
    assert (item.section, item.position) == ("y-te", 1)
    assert AuditEntry.objects.filter(action="digest.section_set").count() == 1
    assert "Không có mục này." in change(desk, digest, "section", item=item.pk, section="vu-tru")


def test_a_section_is_not_changed_under_an_approver(desk: Client, digest: Digest) -> None:
    item = digest.items.get(position=2)
    change(desk, digest, "sign", item=item.pk, code="flag:hype", why="Lời nhân vật")
    change(desk, digest, "submit")
    page = change(desk, digest, "section", item=item.pk, section="y-te")
    assert "đang chờ duyệt" in page
    item.refresh_from_db()
    assert item.section != "y-te"


def test_signing_needs_a_reason_and_shows_who_when_and_why(desk: Client, digest: Digest) -> None:
    item = digest.items.get(position=2)
    page = change(desk, digest, "sign", item=item.pk, code="flag:hype", why="  ")
    assert "Hãy ghi vì sao vẫn đăng." in page
    with pytest.raises(approval.NotAllowed):
        approval.submit(digest, User.objects.get(), utc_now(), office=office())
    page = change(desk, digest, "sign", item=item.pk, code="flag:hype", why="Lời nhân vật")
    assert "Lan Anh đã ký nhận" in page
    assert "“Lời nhân vật”" in page
    item.refresh_from_db()
    assert set(item.signed_warnings[0]) == {"code", "by", "at", "why"}
    assert "Lời nhân vật" not in str(AuditEntry.objects.values_list("after", flat=True))
    assert "Đã gửi bản tin" in change(desk, digest, "submit")


def test_the_checklist_is_held_below_the_view(digest: Digest, editor: User) -> None:
    """No caller gets past it: neither sending nor approving, whatever a page shows."""
    chief = make_user("thuha", Role.CHIEF)
    with pytest.raises(approval.NotAllowed, match="cường điệu"):
        approval.submit(digest, editor, utc_now(), office=office())
    item = digest.items.get(position=2)
    approval.sign_warning(digest, editor, utc_now(), item, "flag:hype", "Lời nhân vật")
    approval.submit(digest, editor, utc_now(), office=office())
    Story.objects.filter(pk=item.story_id).update(flags=["hype", "health"])
    with pytest.raises(approval.NotAllowed, match="sức khỏe"):
        approval.approve(digest, chief, utc_now(), office())


def test_every_rule_is_listed_green_signed_or_red(desk: Client, digest: Digest) -> None:
    page = desk.get(reverse("desk:digest", args=[digest.week])).content.decode()
    assert page.count('class="check-green"') == len(RULES) - 1
    assert page.count('class="check-red"') == 1
    story = digest.items.get(position=2).story.public_id
    assert f'<a href="#story-{story}"' in page
    item = digest.items.get(position=2)
    page = change(desk, digest, "sign", item=item.pk, code="flag:hype", why="Lời nhân vật")
    assert page.count('class="check-signed"') == 1
    assert "✓ Danh mục kiểm tra: đạt" in page


def test_a_problem_of_no_listed_rule_is_not_lost() -> None:
    rows = checklist_rows([Problem(Level.BLOCK, "new-rule", "Điều mới", "x")])
    assert [row.state for row in rows] == ["green"] * len(RULES) + ["red"]
    assert all(row.state == "green" for row in checklist_rows([Problem(Level.NOTE, "machine", "")]))


def test_a_letter_is_previewed_in_html_and_text_at_both_widths(
    desk: Client, digest: Digest
) -> None:
    address = reverse("desk:digest", args=[digest.week])
    page = desk.get(address, {"channel": "newsletter"}).content.decode()
    assert "Bản chữ thuần gửi kèm" in page
    assert "frame-desktop" in page
    page = desk.get(address, {"channel": "portal", "width": "phone"}).content.decode()
    assert "frame-phone" in page
    assert "Bản chữ thuần" not in page


def test_pictures_and_papers_of_a_channel_are_shown_without_knowing_it(
    desk: Client, digest: Digest, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []

    def sheet(name: str, media_type: Any) -> Sheet:
        return Sheet(name, f"Tờ {name}", media_type, lambda: made.append(name) or name.encode())  # type: ignore[func-returns-value]

    def preview(self: object, content: object, office: object) -> Preview:
        sheets = (sheet("the.png", "image/png"), sheet("ap-phich.pdf", "application/pdf"))
        return Preview("text", "Lời kèm", sheets=sheets)

    monkeypatch.setattr(type(CHANNELS["zalo"]), "preview", preview)
    page = desk.get(reverse("desk:digest", args=[digest.week]), {"channel": "zalo"})
    own = reverse("desk:preview", args=[digest.week, "zalo"])
    shown = page.content.decode()
    assert f'<img src="{own}?sheet=the.png" alt="Tờ the.png"' in shown
    assert f'<iframe src="{own}?sheet=ap-phich.pdf" title="Tờ ap-phich.pdf"' in shown
    assert "Lời kèm" in shown
    assert not made
    answer = desk.get(own, {"sheet": "ap-phich.pdf"})
    assert (answer["Content-Type"], answer.content) == ("application/pdf", b"ap-phich.pdf")
    assert made == ["ap-phich.pdf"]
    assert desk.get(own, {"sheet": "../khac.pdf"}).status_code == 404


def test_notes_stand_at_the_story_they_are_about(client: Client, digest: Digest) -> None:
    editor, chief = User.objects.get(username="lananh"), make_user("thuha", Role.CHIEF)
    item = digest.items.get(position=2)
    approval.sign_warning(digest, editor, utc_now(), item, "flag:hype", "Lời nhân vật")
    approval.submit(digest, editor, utc_now(), office=office())
    approval.send_back(digest, chief, utc_now(), "Xem lại câu cuối.", item)
    client.force_login(editor)
    page = client.get(reverse("desk:digest", args=[digest.week])).content.decode()
    own = page[page.index(f'id="item-{item.pk}"') :].partition("</ol>")[0]
    assert "Xem lại câu cuối." in own


VIETNAMESE_ONLY = re.compile(
    "[ăâđêôơưàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ]", re.I
)


@pytest.mark.parametrize("name", CHANNELS)
def test_figures_of_a_preview_are_in_the_readers_language_and_what_is_sent_is_not(
    digest: Digest, name: str
) -> None:
    content, _problems = approval.checklist(digest, office(), utc_now())
    here = CHANNELS[name].preview(content, office())
    with translation.override("en"):
        there = CHANNELS[name].preview(content, office())
    assert VIETNAMESE_ONLY.search(there.note) is None
    assert (there.kind, there.body, there.text) == (here.kind, here.body, here.text)


def test_what_just_missed_stands_nearest_first_after_what_was_taken_out(
    desk: Client, digest: Digest, editor: User
) -> None:
    now = utc_now()
    digest.near_misses = [
        {"story": story.pk, "why": [{"code": "full", "limit": 8}]}
        for story in reversed(
            [make_story(title=f"Suýt được {number}", subject=f"N {number}") for number in range(3)]
        )
    ]
    digest.save()
    fresh = make_story(title="Vừa nhận", subject="Mới")
    review.accept(fresh, editor, now)
    item = digest.items.get(position=2)
    change(desk, digest, "remove", item=item.pk)
    page = desk.get(reverse("desk:digest", args=[digest.week])).content.decode()
    shown = page[page.index('class="candidates"') :]
    places = [
        shown.index(title)
        for title in ("Vừa nhận", "Gương số 1", "Suýt được 2", "Suýt được 1", "Suýt được 0")
    ]
    assert places == sorted(places)
    assert "Lan Anh lấy ra" in shown
    assert "Bản tin đã đủ 8 tin" in shown
