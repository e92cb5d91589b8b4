"""The two public forms: what comes through, what is turned away, and where it lands."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import docx
import pytest
from django.conf import LazySettings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from pipeline import review
from pipeline.digest.drafting import draft_digest
from pipeline.review import public_requests
from pipeline.review.working_days import after_working_days, is_working_day
from pipeline.store.models import AuditEntry, PublicRequest, Role, Story, User
from pipeline.text.clock import VIETNAM, utc_now
from pipeline.web.public import sealed
from pipeline.web.public.uploads import LARGEST_REQUEST, NotTaken, take
from pipeline.web.reference import office
from tests.factories import NOW, make_story, make_user
from tests.homes import make_home

pytestmark = pytest.mark.django_db
Queries = Callable[..., object]
SUGGEST, CORRECT = "/portal/gioi-thieu/", "/portal/dinh-chinh/"
GOOD: dict[str, Any] = {
    "about": "Lò Thị Mây",
    "subject_kind": "individual",
    "commune": "Nậm Hẻn",
    "province": "Lào Cai",
    "text": "Bảy năm nay chị Mây dạy ủ men lá cho 31 phụ nữ trong thôn.",
    "link": "https://baomot.example/bai.html",
    "organisation": "",
    "sender": "Giàng A Páo",
    "contact": "0912 345 678",
    "agree": "on",
}
WRONG: dict[str, Any] = {
    "about": "http://127.0.0.1:8000/portal/tin/x.html",
    "wish": "correct",
    "text": "Tổ hợp tác có 30 hộ chứ không phải 31 hộ.",
    "sender": "Giàng A Páo",
    "contact": "pao@example.vn",
    "agree": "on",
}


@pytest.fixture(autouse=True)
def home(tmp_path: Path, settings: LazySettings) -> None:
    settings.HOME = make_home(tmp_path)


def post(address: str, fields: dict[str, Any], age: float = 60, **extra: Any) -> Any:
    """As a browser that was shown the form ``age`` seconds ago."""
    token = sealed.seal(utc_now() - timedelta(seconds=age))
    return Client().post(address, {"token": token, **fields}, **extra)


def png() -> bytes:
    out = BytesIO()
    Image.new("RGB", (4, 4), "red").save(out, "PNG")
    return out.getvalue()


# What comes through


def test_a_suggestion_lands_in_the_queue_with_its_origin(desk: Client, editor: User) -> None:
    answer = post(SUGGEST, GOOD)
    assert answer.status_code == 200
    assert "Đã nhận, cảm ơn bạn" in answer.content.decode()
    row = PublicRequest.objects.get()
    assert str(row.public_id)[:8].upper() in answer.content.decode()
    assert (row.kind, row.due_at, row.sender) == ("suggestion", None, "Giàng A Páo")
    assert "chỉ để kiểm tra và trả lời" in row.consent
    queue = desk.get("/desk/").content.decode()
    assert "Lò Thị Mây" in queue
    assert "Người dân giới thiệu" in queue
    assert "Lò Thị Mây" in desk.get("/desk/?flag=public").content.decode()
    assert "Lò Thị Mây" in desk.get("/desk/?q=lo+thi+may").content.decode()
    story = row.story
    assert story is not None
    page = desk.get(reverse("desk:story", args=[story.public_id])).content.decode()
    assert "31 phụ nữ trong thôn" in page
    assert reverse("desk:request", args=[row.public_id]) in page
    for private in ("Giàng A Páo", "0912 345 678"):
        assert private not in page


def test_an_accepted_suggestion_is_in_the_register_and_cannot_be_published_without_a_source(
    editor: User,
) -> None:
    post(SUGGEST, GOOD)
    story = Story.objects.get()
    review.accept(story, editor, NOW)
    story.refresh_from_db()
    assert story.exemplar is not None
    assert story.exemplar.name == "Lò Thị Mây"
    digest = draft_digest("2026-W47", office=office(), now=utc_now())
    assert not digest.items.filter(story=story).exists()


def test_the_same_form_sent_twice_lands_once() -> None:
    token = sealed.seal(utc_now() - timedelta(minutes=1))
    for _press in range(2):
        answer = Client().post(SUGGEST, {**GOOD, "token": token})
        assert answer.status_code == 200
    assert PublicRequest.objects.count() == Story.objects.count() == 1


def test_going_back_and_naming_another_lands_both() -> None:
    token = sealed.seal(utc_now() - timedelta(minutes=1))
    for name in ("Lò Thị Mây", "Tẩn A Phử"):
        Client().post(SUGGEST, {**GOOD, "about": name, "token": token})
    assert {row.about for row in PublicRequest.objects.all()} == {"Lò Thị Mây", "Tẩn A Phử"}


def test_a_correction_starts_a_clock_and_finds_its_story(desk: Client) -> None:
    story = make_story()
    begun = Client().get(f"{CORRECT}?tin={story.public_id}").content.decode()
    about = f"http://127.0.0.1:8000/portal/tin/{story.public_id}.html"
    assert f'value="{about}"' in begun
    post(CORRECT, {**WRONG, "about": about})
    row = PublicRequest.objects.get()
    assert row.story == story
    assert row.due_at == after_working_days(row.received_at, 2)
    assert Story.objects.count() == 1
    assert '1<span class="unseen"> đơn chờ trả lời' in desk.get("/desk/").content.decode()
    listed = desk.get(reverse("desk:requests")).content.decode()
    assert about[:60] in listed
    PublicRequest.objects.update(due_at=utc_now() - timedelta(hours=1))
    assert "quá hạn" in desk.get(reverse("desk:requests")).content.decode()


def test_a_correction_is_linked_to_its_story_by_hand(desk: Client, editor: User) -> None:
    story, other = make_story(), make_story()
    post(CORRECT, WRONG)
    row = PublicRequest.objects.get()
    assert row.story is None
    link, page = (
        reverse(f"desk:{name}", args=[row.public_id]) for name in ("link_request", "request")
    )
    assert link in desk.get(page).content.decode()
    for words in ("", "x", "http://127.0.0.1/desk/story/00000000-0000-4000-8000-000000000000/"):
        answer = desk.post(link, {"story": words}, follow=True).content.decode()
        assert "Không có tin nào ở địa chỉ này" in answer
    typed = f"http://127.0.0.1:8000{reverse('desk:story', args=[story.public_id])}?status=any"
    assert "Đã gắn với tin" in desk.post(link, {"story": typed}, follow=True).content.decode()
    shown = desk.get(page).content.decode()
    assert f"<b>{story.headline}</b>" in shown
    assert "Gắn nhầm tin?" in shown
    for code in (str(story.public_id), str(other.public_id)):
        desk.post(link, {"story": code})
    row.refresh_from_db()
    assert row.story == other
    entries = AuditEntry.objects.filter(action="request.linked").order_by("pk")
    assert [(each.actor, each.before, each.after) for each in entries] == [
        (editor, {"story": None}, {"story": story.pk}),
        (editor, {"story": story.pk}, {"story": other.pk}),
    ]


def test_a_suggestion_stays_with_the_story_that_it_became(desk: Client) -> None:
    post(SUGGEST, GOOD)
    row = PublicRequest.objects.get()
    desk.post(reverse("desk:link_request", args=[row.public_id]), {"story": make_story().public_id})
    assert PublicRequest.objects.get().story == row.story
    assert (
        "Gắn nhầm tin?"
        not in desk.get(reverse("desk:request", args=[row.public_id])).content.decode()
    )


def test_it_is_answered_once(desk: Client) -> None:
    post(CORRECT, WRONG)
    row = PublicRequest.objects.get()
    handle = reverse("desk:handle_request", args=[row.public_id])
    assert "Hãy ghi đã trả lời" in desk.post(handle, follow=True).content.decode()
    assert "Đã ghi" in desk.post(handle, {"outcome": "Đã sửa"}, follow=True).content.decode()
    again = desk.post(handle, {"outcome": "Khác"}, follow=True).content.decode()
    assert "Đã có người trả lời" in again
    row.refresh_from_db()
    assert (row.outcome, str(row.handled_by)) == ("Đã sửa", "Lan Anh")
    assert "Đã sửa" in desk.get(reverse("desk:request", args=[row.public_id])).content.decode()
    assert about_in(desk, "?state=all")
    assert not about_in(desk, "")


def about_in(desk: Client, query: str) -> bool:
    return WRONG["about"] in desk.get(reverse("desk:requests") + query).content.decode()


def test_audit_and_queue_hold_no_sender(desk: Client) -> None:
    post(SUGGEST, GOOD)
    post(CORRECT, WRONG)
    told = str(list(AuditEntry.objects.values_list("before", "after")))
    stored = str(list(Story.objects.values()))
    for private in ("Páo", "0912", "pao@", "Mây"):
        assert private not in told
    assert "Páo" not in stored


def test_the_sender_is_erased_for_good(client: Client) -> None:
    post(CORRECT, {**WRONG, "files": SimpleUploadedFile("a.png", png())})
    row = PublicRequest.objects.get()
    erase = reverse("desk:erase_request", args=[row.public_id])
    client.force_login(make_user("lananh"))
    assert client.post(erase).status_code == 403
    client.force_login(make_user("thuha", Role.CHIEF))
    client.post(erase)
    row.refresh_from_db()
    assert (row.sender, row.contact, row.ip_hash, row.attachments.count()) == ("", "", "", 0)
    assert row.text == WRONG["text"]


# What is turned away


@pytest.mark.parametrize("age", [0, 13 * 3600])
def test_too_fast_or_too_old_is_shown_again_with_all_its_words(age: float) -> None:
    answer = post(SUGGEST, GOOD, age=age)
    page = answer.content.decode()
    assert answer.status_code == 400
    assert GOOD["text"] in page
    assert "bấm gửi lần nữa" in page
    assert not PublicRequest.objects.exists()


@pytest.mark.parametrize("token", ["", "x", "abc.123:sai", "\u2603"])
def test_a_forged_token_lands_nothing(token: str) -> None:
    answer = Client().post(SUGGEST, {**GOOD, "token": token})
    assert answer.status_code == 400
    assert not PublicRequest.objects.exists()


def test_the_trap_says_thank_you_and_keeps_nothing() -> None:
    answer = post(SUGGEST, {**GOOD, "website": "http://x"})
    assert answer.status_code == 200
    assert "Đã nhận" in answer.content.decode()
    assert not PublicRequest.objects.exists()


def test_a_sender_is_slowed_down_and_another_is_not() -> None:
    for number in range(public_requests.PER_SENDER):
        post(SUGGEST, {**GOOD, "about": f"Người {number}"}, REMOTE_ADDR="198.51.100.7")
    answer = post(SUGGEST, GOOD, REMOTE_ADDR="198.51.100.7")
    assert answer.status_code == 429
    assert GOOD["text"] in answer.content.decode()
    assert post(SUGGEST, GOOD, REMOTE_ADDR="198.51.100.8").status_code == 200
    assert PublicRequest.objects.count() == public_requests.PER_SENDER + 1
    hashes = set(PublicRequest.objects.values_list("ip_hash", flat=True))
    assert len(hashes) == 2
    assert not any("198.51" in each for each in hashes)


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"agree": ""}, "Hãy đánh dấu nếu đồng ý."),
        ({"contact": "gì đó"}, "Hãy ghi số điện thoại"),
        ({"text": "ngắn"}, "ít nhất một câu"),
        ({"about": ""}, "Hãy điền mục này."),
        ({"link": "javascript:alert(1)"}, "phải bắt đầu bằng http"),
        ({"subject_kind": "king"}, 'id="subject_kind-error"'),
    ],
)
def test_what_is_missing_is_said_beside_its_field(fields: dict[str, str], says: str) -> None:
    answer = post(SUGGEST, {**GOOD, **fields})
    assert answer.status_code == 400
    assert says in answer.content.decode()
    assert "còn 1 mục cần điền hoặc sửa" in answer.content.decode()
    assert not PublicRequest.objects.exists()


def test_files_have_to_be_chosen_again_and_the_page_says_so() -> None:
    chosen = SimpleUploadedFile("a.png", png())
    again = "Hãy chọn lại tệp"
    assert again in post(SUGGEST, {**GOOD, "agree": "", "files": chosen}).content.decode()
    assert again not in post(SUGGEST, {**GOOD, "agree": ""}).content.decode()


def test_hostile_words_are_shown_as_words(desk: Client) -> None:
    post(
        SUGGEST,
        {**GOOD, "about": "<script>alert(1)</script>", "text": "<img src=x onerror=alert(1)> " * 2},
    )
    row = PublicRequest.objects.get()
    for address in ("/desk/", reverse("desk:request", args=[row.public_id])):
        page = desk.get(address).content.decode()
        assert "<script>alert" not in page
        assert "<img src=x" not in page


# Files


def word() -> bytes:
    out = BytesIO()
    docx.Document().save(out)
    return out.getvalue()


def test_files_are_known_by_their_bytes_and_only_downloaded(desk: Client) -> None:
    files = [
        SimpleUploadedFile("../../anh.html", png(), "text/html"),
        SimpleUploadedFile("đơn.exe", word(), "application/x-msdownload"),
        SimpleUploadedFile("giấy.pdf", b"%PDF-1.7\n%x"),
    ]
    answer = post(SUGGEST, {**GOOD, "files": files})
    assert answer.status_code == 200
    row = PublicRequest.objects.get()
    kept = list(row.attachments.order_by("pk"))
    assert [each.name for each in kept] == ["anh.png", "đơn.docx", "giấy.pdf"]
    address = reverse("desk:attachment", args=[row.public_id, kept[0].pk])
    got = desk.get(address)
    assert got.content == png()
    assert got["Content-Type"] == "application/octet-stream"
    assert got["Content-Disposition"].startswith("attachment;")
    assert got["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in got["Content-Security-Policy"]
    assert (
        Client().get(reverse("desk:attachment", args=[row.public_id, kept[0].pk])).status_code
        == 302
    )
    board = Client()
    board.force_login(make_user("canbo", Role.BOARD))
    assert (
        board.get(reverse("desk:attachment", args=[row.public_id, kept[0].pk])).status_code == 403
    )


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
        ("a.png", b"<html><script>alert(1)</script>"),
        ("a.pdf", b"MZ\x90\x00" + b"\0" * 64),
        ("a.docx", b"PK\x03\x04" + b"\0" * 64),
        ("a.jpg", b""),
    ],
)
def test_other_kinds_are_refused_whatever_they_are_called(name: str, body: bytes) -> None:
    answer = post(SUGGEST, {**GOOD, "files": SimpleUploadedFile(name, body, "image/png")})
    assert answer.status_code == 400
    assert "không phải ảnh JPEG" in answer.content.decode()
    assert not PublicRequest.objects.exists()


def test_too_many_or_too_large_is_refused() -> None:
    many = [SimpleUploadedFile(f"{n}.png", png()) for n in range(4)]
    assert "nhiều nhất 3 tệp" in post(SUGGEST, {**GOOD, "files": many}).content.decode()
    large = SimpleUploadedFile("a.png", png() + b"\0" * 5_000_000)
    assert "lớn hơn 5 MB" in post(SUGGEST, {**GOOD, "files": large}).content.decode()
    huge = SimpleUploadedFile("a.png", png() + b"\0" * LARGEST_REQUEST)
    answer = post(SUGGEST, {**GOOD, "files": huge})
    assert answer.status_code == 413
    assert "chọn tệp nhỏ hơn" in answer.content.decode()
    assert "/desk/" not in answer.content.decode()
    assert not PublicRequest.objects.exists()


# The clock


@pytest.mark.parametrize(
    ("received", "due"),
    [
        ("2026-11-20 10:00", "2026-11-25 17:00"),  # Friday; Tuesday 24/11 is Culture Day
        ("2026-11-16 23:59", "2026-11-18 17:00"),
        ("2026-11-21 09:00", "2026-11-25 17:00"),  # Saturday
        ("2026-02-13 10:00", "2026-02-24 17:00"),  # the Friday before Tết
        ("2026-12-31 10:00", "2027-01-05 17:00"),
        ("2026-08-28 10:00", "2026-09-04 17:00"),  # the Friday before the National Day
        ("2026-08-20 10:00", "2026-08-22 17:00"),  # that Saturday is worked for 31/08
    ],
)
def test_two_working_days_as_the_calendar_of_viet_nam_has_them(received: str, due: str) -> None:
    def moment(text: str) -> datetime:
        return datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=VIETNAM)

    found = after_working_days(moment(received).astimezone(UTC), 2)
    assert found == moment(due)
    assert is_working_day(moment(due).date())


@pytest.mark.parametrize("count", [2, 9])
def test_the_list_costs_the_same_whatever_waits(
    desk: Client, count: int, django_assert_max_num_queries: Queries
) -> None:
    for number in range(count):
        address = {"REMOTE_ADDR": f"198.51.100.{number}"}
        post(SUGGEST, {**GOOD, "about": f"Người {number}"}, **address)
        post(CORRECT, WRONG, **address)
    with django_assert_max_num_queries(12):  # type: ignore[attr-defined]
        desk.get(reverse("desk:requests"))
    with django_assert_max_num_queries(13):  # type: ignore[attr-defined]
        desk.get(reverse("desk:requests") + "?state=all")


@pytest.mark.parametrize(
    ("part", "refused"), [("word/vbaProject.bin", True), ("word/styles.xml", False), (None, True)]
)
def test_a_word_file_with_macros_is_refused_whatever_its_ending(
    part: str | None, refused: bool
) -> None:
    body = BytesIO()
    with ZipFile(body, "w") as parts:
        for name in filter(None, ("[Content_Types].xml", "word/document.xml", part)):
            parts.writestr(name, "<x/>")
    # None: the list of its parts is cut off.
    sent = body.getvalue() if part else body.getvalue()[:-30]
    file = SimpleUploadedFile("a.docx", sent)
    if refused:
        with pytest.raises(NotTaken, match="macro"):
            take([file])
    else:
        assert take([file])[0].name == "a.docx"
