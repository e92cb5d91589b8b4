"""Many stories at once, saved filters, versions and the edit page: with a keyboard, with a mouse,
and without JavaScript."""

from __future__ import annotations

import re

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone
from playwright.sync_api import Page, expect

from pipeline import review
from pipeline.digest.drafting import draft_digest
from pipeline.store.models import Axis, Digest, SavedView, Story, User
from pipeline.text.clock import iso_week
from pipeline.web.reference import office
from tests.browser.conftest import NARROW, WIDE, Opens, fresh_story
from tests.factories import PASSWORD, make_story

pytestmark = [
    pytest.mark.browser,
    pytest.mark.own_database,
    pytest.mark.xdist_group("browser"),
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture
def stories() -> list[Story]:
    return [
        fresh_story(number, sectors=["y-te"] if number == 3 else ["nong-nghiep-nong-thon"])
        for number in range(4)
    ]


def statuses() -> list[str]:
    return list(Story.objects.order_by("pk").values_list("status", flat=True))


def choose(page: Page, *titles: str) -> None:
    for title in titles:
        page.get_by_role("checkbox", name=f"Chọn: {title}").check()


def test_many_are_decided_by_keyboard_and_the_choice_survives_filtering(
    open_page: Opens, editor: User, stories: list[Story]
) -> None:
    page = open_page(editor)
    page.keyboard.press("x")
    expect(page.locator("#bulk-count")).to_have_text("1 tin đã chọn")
    page.keyboard.press("j")
    expect(page.locator("#story-title")).to_have_text("Gương số 1")
    page.keyboard.press("x")
    page.goto("/desk/?sector=y-te")
    expect(page.locator("#bulk-count")).to_have_text("2 tin đã chọn, 2 tin ngoài bộ lọc")
    page.keyboard.press("x")
    expect(page.locator("#bulk-count")).to_have_text("3 tin đã chọn, 2 tin ngoài bộ lọc")
    page.locator("#bulk").get_by_role("button", name="Giữ").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#flash")).to_contain_text("Đã giữ lại 3 tin.")
    assert statuses() == ["held", "held", "new", "held"]
    page.keyboard.press("u")
    expect(page.locator("#flash")).to_contain_text("Đã hoàn tác 3 tin.")
    assert statuses() == ["new"] * 4
    page.goto("/desk/")
    expect(page.locator("#bulk-count")).to_contain_text("Đánh dấu tin")


def test_all_shown_are_chosen_and_rejected_with_a_reason(
    open_page: Opens, editor: User, stories: list[Story]
) -> None:
    page = open_page(editor)
    page.get_by_label("Chọn cả 4 tin đang hiện").check()
    page.get_by_role("checkbox", name="Chọn: Gương số 2").uncheck()
    expect(page.locator("#bulk-count")).to_have_text("3 tin đã chọn")
    page.locator("#bulk summary", has_text="Từ chối").click()
    page.locator("#bulk").get_by_label("Quảng cáo").check()
    page.get_by_role("button", name="Từ chối các tin đã chọn").click()
    expect(page.locator("#flash")).to_contain_text("Đã từ chối 3 tin.")
    assert statuses() == ["rejected", "rejected", "new", "rejected"]
    assert Story.objects.first().reject_reason == "Quảng cáo"  # type: ignore[union-attr]


def test_undo_takes_back_the_many_before_anything_of_the_story_on_screen(
    open_page: Opens, editor: User, stories: list[Story]
) -> None:
    review.set_tags(stories[0], editor, timezone.now(), {Axis.SECTOR: ["y-te"]})
    page = open_page(editor)
    choose(page, "Gương số 1")
    page.keyboard.press("j")
    expect(page.locator("#story-title")).to_have_text("Gương số 1")
    page.wait_for_timeout(200)  # htmx settles
    page.locator("#bulk").get_by_role("button", name="Giữ").click()
    expect(page.locator("#flash")).to_contain_text("Đã giữ lại 1 tin.")
    expect(page.locator("#story-title")).to_have_text("Gương số 0")
    page.keyboard.press("u")
    expect(page.locator("#flash")).to_contain_text("Đã hoàn tác 1 tin.")
    assert statuses() == ["new"] * 4
    assert stories[0].tags.get(removed=False).slug == "y-te"


def test_many_are_decided_without_javascript(
    open_page: Opens, editor: User, stories: list[Story]
) -> None:
    page = open_page(editor, javascript=False)
    choose(page, "Gương số 0", "Gương số 1")
    page.locator("#bulk").get_by_role("button", name="Nhận").click()
    expect(page.locator("#flash")).to_contain_text("Đã nhận 2 tin.")
    page.locator("#flash").get_by_role("button", name="Hoàn tác").click()
    assert statuses() == ["new"] * 4


@pytest.mark.parametrize("javascript", [True, False], ids=["keyboard", "without-javascript"])
def test_filters_are_saved_and_used_again(
    open_page: Opens, editor: User, stories: list[Story], javascript: bool
) -> None:
    page = open_page(editor, javascript=javascript)
    page.goto("/desk/?sector=y-te")
    if javascript:
        page.keyboard.press("v")
        page.keyboard.press("Tab")
    else:
        page.locator(".saved > summary").click()
    page.fill("#view-name", "Y tế chưa duyệt")
    page.keyboard.press("Enter")
    expect(page.locator("#flash")).to_contain_text("Đã lưu bộ lọc “Y tế chưa duyệt”.")
    assert SavedView.objects.get().query == "?sector=y-te"
    page.goto("/desk/")
    page.locator(".saved > summary").click()
    page.get_by_role("link", name="Y tế chưa duyệt").click()
    expect(page.locator(".row")).to_have_count(1)


@pytest.mark.parametrize("javascript", [True, False], ids=["with-javascript", "without"])
def test_a_story_is_edited_kept_private_and_restored(
    open_page: Opens, editor: User, stories: list[Story], javascript: bool
) -> None:
    story = stories[0]
    Story.objects.filter(pk=story.pk).update(flags=["minor"])
    page = open_page(editor, javascript=javascript)
    page.goto(f"/desk/story/{story.public_id}/")
    page.get_by_role("link", name="Sửa").click()
    page.get_by_label("Viết tắt thêm tên khác").fill("Lò Thị Mây")
    page.get_by_label("Không đăng tên trường").check()
    if javascript:
        expect(page.locator(".as-told")).to_contain_text("Chị L.T.M. mở lớp")
    page.locator("input[name=place]").first.fill("si ma cai")
    page.locator("input[name=more_sector]").first.fill("giao duc - dao tao")
    page.get_by_role("button", name="Lưu", exact=True).click()
    expect(page.locator("#flash")).to_contain_text("Đã lưu: Gương số 0")
    story.refresh_from_db()
    assert (story.commune, story.initials_for, story.hide_schools) == (
        "Si Ma Cai", ["Lò Thị Mây"], True,
    )  # fmt: skip
    page.goto(f"/desk/story/{story.public_id}/history/")
    expect(page.locator(".versions ins").filter(has_text="Si Ma Cai")).to_be_visible()
    page.get_by_role("button", name="Khôi phục").click()
    expect(page.locator("#flash")).to_contain_text("Đã khôi phục")
    story.refresh_from_db()
    assert (story.commune, story.initials_for) == ("Nậm Hẻn", [])


def test_outlets_are_compared_within_the_story(open_page: Opens, editor: User) -> None:
    story = make_story(outlets=["baomot", "baohai"])
    copy = story.articles.get(source="baohai")
    copy.text = copy.text.replace("45 tấn", "54 tấn")
    copy.save()
    page = open_page(editor)
    page.goto(f"/desk/story/{story.public_id}/")
    page.locator(".version summary", has_text="Báo Hai").click()
    page.get_by_role("link", name="Khác gì bài gốc?").click()
    expect(page.locator(".against .prose ins")).to_have_text(" 54")
    assert f"/story/{story.public_id}/" in page.url
    assert "differences" not in page.url


@pytest.fixture
def digest(editor: User, stories: list[Story]) -> Digest:
    now = timezone.now()
    for story in stories:
        review.accept(story, editor, now)
    return draft_digest(iso_week(now), office=office(), now=now, by=editor)


def order(digest: Digest) -> list[str]:
    return [item.story.title for item in digest.items.order_by("position")]


def test_a_digest_is_reordered_by_keyboard_and_by_dragging(
    open_page: Opens, editor: User, digest: Digest
) -> None:
    before = order(digest)
    page = open_page(editor)
    page.goto(f"/desk/digests/{digest.week}/")
    page.get_by_role("button", name=f"Đưa xuống: {before[0]}").focus()
    page.keyboard.press("Alt+ArrowDown")
    expect(page.locator(".item h3").nth(1)).to_have_text(before[0])
    expect(page.locator(".item:focus h3")).to_have_text(before[0])
    page.keyboard.press("Alt+ArrowUp")
    expect(page.locator(".item h3").first).to_have_text(before[0])
    assert order(digest) == before
    page.locator(".item .item-number").last.drag_to(page.locator(".item h3").first)
    expect(page.locator(".item h3").first).to_have_text(before[-1])
    assert order(digest) == [before[-1], *before[:-1]]


def test_a_warning_is_signed_for_with_a_reason(
    open_page: Opens, editor: User, stories: list[Story], digest: Digest
) -> None:
    Story.objects.filter(pk=stories[0].pk).update(flags=["hype"])
    page = open_page(editor, javascript=False)
    page.goto(f"/desk/digests/{digest.week}/")
    expect(page.locator(".check-red")).to_have_count(1)
    page.locator("summary", has_text="Ký nhận").click()
    page.get_by_label("Vì sao vẫn đăng?").fill("Lời của nhân vật")
    page.get_by_role("button", name="Tôi đã xem, vẫn đăng").click()
    expect(page.locator(".check-signed")).to_have_count(1)
    expect(page.locator(".problem-signed").last).to_contain_text("Lan Anh đã ký nhận")


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_very_long_words_stay_within_the_window(
    open_page: Opens, editor: User, size: tuple[int, int]
) -> None:
    story = make_story(
        title="Từ-rất-dài-không-cách" * 20,
        subject="Ngườirấtdài" * 20,
        commune="Xãrấtdài" * 9,
        draft_summary="Mộttừdài" * 120,
        outlets=["b" * 60, "baohai"],
        flags=["minor", "health", "poverty", "syndicated", "hype", "advert"],
    )
    review.accept(story, editor, timezone.now())
    review.edit(story, editor, timezone.now(), 1, title="Khác-không-cách" * 19)
    SavedView.objects.create(owner=editor, name="Tênrấtdài" * 8, query="?q=" + "a" * 150)
    copy = story.articles.get(source="baohai")
    page = open_page(editor, size)
    base = f"/desk/story/{story.public_id}"
    for address in (
        "/desk/?status=any", f"{base}/?status=any", f"{base}/edit/", f"{base}/history/",
        f"{base}/differences/{copy.pk}/", "/desk/overview/",
    ):  # fmt: skip
        page.goto(address)
        page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true })")
        wider = page.evaluate(
            """width => [...document.querySelectorAll("main *")]
                .filter(each => each.getBoundingClientRect().right > width + 1)
                .map(each => each.outerHTML.slice(0, 90))""",
            size[0],
        )
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0], (address, wider)


def test_what_goes_wrong_on_the_way_is_said(
    open_page: Opens, editor: User, stories: list[Story]
) -> None:
    """The server fails, the session ends: an editor reads words, never an empty screen."""
    page = open_page(editor, errors_expected=True)
    address = re.compile(r"/desk/story/")
    page.route(address, lambda route: route.abort())
    page.keyboard.press("j")
    expect(page.locator("#offline")).to_be_visible()
    page.unroute(address)
    page.context.clear_cookies()
    page.keyboard.press("j")
    expect(page.get_by_label("Tên đăng nhập")).to_be_visible()


def test_a_save_that_fails_leaves_the_words_where_they_were_typed(
    open_page: Opens, editor: User, stories: list[Story]
) -> None:
    page = open_page(editor, errors_expected=True)
    address = f"/desk/story/{stories[0].public_id}/edit/"
    page.goto(address)
    error = '<main id="desk">Máy chủ gặp lỗi.</main>'
    page.route(f"**{address}", lambda route: route.fulfill(status=500, body=error))
    page.fill("#summary", "Lời viết rất lâu.")
    page.get_by_role("button", name="Lưu", exact=True).click()
    expect(page.locator("#offline")).to_be_visible()
    expect(page.locator("#summary")).to_have_value("Lời viết rất lâu.")
    page.unroute(f"**{address}")
    page.get_by_role("button", name="Lưu", exact=True).click()
    expect(page.locator(".summary")).to_contain_text("Lời viết rất lâu.")


def test_what_was_typed_outlives_the_session(
    open_page: Opens, editor: User, chief: User, stories: list[Story]
) -> None:
    page = open_page(editor)
    page.goto(f"/desk/story/{stories[0].public_id}/edit/")
    Session.objects.all().delete()
    with page.expect_response(re.compile("/login/")):
        page.fill("#summary", "Lời viết rất lâu.")
    expect(page.locator("#findings")).to_be_attached()
    page.get_by_label("Không đăng tên trường").check()
    page.get_by_role("button", name="Lưu", exact=True).click()
    review.edit(stories[0], chief, timezone.now(), 0, summary="Lời của người khác.")
    log_in_again(page, editor)
    expect(page.locator("#typed-again")).to_be_visible()
    expect(page.locator("#summary")).to_have_value("Lời viết rất lâu.")
    expect(page.get_by_label("Không đăng tên trường")).to_be_checked()
    page.get_by_role("button", name="Lưu", exact=True).click()
    expect(page.locator(".conflict")).to_contain_text("Lời của người khác.")
    expect(page.locator("#summary")).to_have_value("Lời viết rất lâu.")


def test_what_was_typed_is_its_writers_alone(
    open_page: Opens, editor: User, chief: User, stories: list[Story]
) -> None:
    page = open_page(editor)
    page.goto(f"/desk/story/{stories[0].public_id}/edit/")
    page.fill("#summary", "Lời của Lan Anh.")
    Session.objects.all().delete()
    page.get_by_role("button", name="Lưu", exact=True).click()
    log_in_again(page, chief)
    expect(page.locator("#summary")).not_to_have_value("Lời của Lan Anh.")
    expect(page.locator("#typed-again")).to_be_hidden()
    assert page.evaluate("sessionStorage.getItem('gs-typed')") is None


def log_in_again(page: Page, user: User) -> None:
    page.wait_for_url("**/login/**")
    page.fill("#id_username", user.username)
    page.fill("#id_password", PASSWORD)
    page.click("button.main")
    page.wait_for_url("**/edit/")


def test_the_current_tab_is_in_view_on_a_phone(open_page: Opens, chief: User) -> None:
    page = open_page(chief, NARROW)
    page.locator("#nav").get_by_role("link", name="Nguồn").click()
    expect(page.get_by_role("heading", name="Nguồn")).to_be_visible()
    here = page.locator('#nav [aria-current="page"]')
    expect(here).to_have_text(re.compile("Nguồn"))
    box = here.bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= NARROW[0]
