"""The week of an office in a real browser, by keyboard: find, accept, compose, send, approve,
publish, and read it back from the portal's feed."""

from __future__ import annotations

import re
import time

import feedparser
import pytest
from playwright.sync_api import Page, Route, expect

from pipeline.config.home import Home
from pipeline.publish.outbox import publish_due
from pipeline.store.models import Digest, Edition, Story, User
from pipeline.web.reference import office
from tests.browser.conftest import NARROW, WIDE, Opens, fresh_story

pytestmark = [
    pytest.mark.browser,
    pytest.mark.xdist_group("browser"),
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture
def stories() -> list[Story]:
    return [
        fresh_story(
            number,
            commune=f"Xã {number}",
            outlets=["baohai", "baomot"] if number == 0 else ["baomot"],
        )
        for number in range(4)
    ]


def title(page: Page) -> str:
    return page.text_content("#story-title") or ""


def press(page: Page, key: str, then: str) -> None:
    """Press ``key`` and wait until the story is ``then``."""
    page.keyboard.press(key)
    expect(page.locator("#story-title")).to_have_text(then)


def test_a_week_by_keyboard(
    open_page: Opens, editor: User, chief: User, stories: list[Story], home: Home
) -> None:
    page = open_page(editor)
    assert title(page) == "Gương số 0"
    press(page, "j", "Gương số 1")
    press(page, "k", "Gương số 0")
    press(page, "a", "Gương số 1")
    press(page, "a", "Gương số 2")
    page.keyboard.press("r")
    expect(page.locator("details.panel[open] input:focus")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.locator("#story-title")).to_have_text("Gương số 3")
    expect(page.locator("#flash")).to_contain_text("Đã từ chối: Gương số 2")
    press(page, "u", "Gương số 2")
    press(page, "h", "Gương số 3")
    assert [story.status for story in Story.objects.order_by("pk")] == [
        "accepted", "accepted", "held", "new",
    ]  # fmt: skip

    page.goto("/desk/digests/")
    page.get_by_role("button", name=re.compile("Lập bản tin tuần")).click()
    expect(page.locator(".item")).to_have_count(2)
    page.goto("/desk/")
    page.keyboard.press("d")
    expect(page.locator("#flash")).to_contain_text("Đã đưa vào bản tin: Gương số 3")
    week = Digest.objects.get().week
    page.goto(f"/desk/digests/{week}/")
    page.get_by_role("button", name="Đưa lên: Gương số 3").click()
    expect(page.locator(".item h3").nth(1)).to_have_text("Gương số 3")
    page.fill("#intro", "Ba gương của tuần.")
    page.get_by_role("button", name="Lưu lời bản tin").click()
    expect(page.locator("#flash")).to_contain_text("Đã lưu lời bản tin.")
    in_use = page.get_by_role("navigation", name="Kênh", exact=True)
    for tab in in_use.get_by_role("link").all_text_contents():
        in_use.get_by_role("link", name=tab, exact=True).click()
        expect(page.locator(".tabs a[aria-current]")).to_have_text(tab)
    page.get_by_text("Kênh đang tắt").click()
    page.get_by_role("link", name="Mastodon").click()
    expect(page.locator(".tabs a[aria-current]")).to_have_text("Mastodon")
    page.get_by_role("button", name="Gửi Thu Hà duyệt").click()
    expect(page.locator("#desk")).to_contain_text("Đang chờ lãnh đạo duyệt.")

    page = open_page(chief)
    page.goto(f"/desk/digests/{week}/")
    page.get_by_role("button", name=re.compile("Duyệt và hẹn phát 16:00 thứ Sáu")).click()
    expect(page.locator("#flash")).to_contain_text("Đã duyệt bản tin số 1.")
    edition = Edition.objects.get()
    publish_due(office=office(), home=home, now=edition.publish_at, channel="portal")
    feed = feedparser.parse(page.request.get("/portal/atom.xml").body())
    assert not feed.bozo
    assert {entry.title for entry in feed.entries} >= {"Gương số 0", "Gương số 1", "Gương số 3"}
    page.goto(f"/portal/tin/{stories[0].public_id}.html")
    page.emulate_media(media="print")
    original = page.locator(".original a")
    expect(original).to_be_visible()
    printed = original.evaluate("each => getComputedStyle(each, '::after').content")
    assert str(original.get_attribute("href")) in printed


def test_a_key_pressed_the_moment_a_story_appears_is_heard(
    open_page: Opens, editor: User, stories: list[Story]
) -> None:
    """A story on screen whose links are not yet htmx's would load the whole page anew instead, and
    the keys pressed meanwhile would be lost."""
    page = open_page(editor)
    page.evaluate(
        """() => {
          window.kept = true;
          new MutationObserver((_, observer) => {
            if (document.getElementById("story-title")?.textContent !== "Gương số 1") return;
            observer.disconnect();
            document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "a", bubbles: true }));
          }).observe(document.body, { childList: true, subtree: true });
        }"""
    )
    press(page, "j", "Gương số 2")
    assert page.evaluate("() => window.kept")
    assert [story.status for story in Story.objects.order_by("pk")][:2] == ["new", "accepted"]


def test_the_same_decisions_without_javascript(
    open_page: Opens, editor: User, stories: list[Story]
) -> None:
    page = open_page(editor, javascript=False)
    page.locator(".actions").get_by_role("button", name="Nhận").click()
    expect(page.locator("#story-title")).to_have_text("Gương số 1")
    page.locator(".actions summary", has_text="Từ chối").click()
    page.locator(".actions").get_by_role("radio", name="Quảng cáo").check()
    page.get_by_role("button", name="Từ chối tin này").click()
    expect(page.locator("#story-title")).to_have_text("Gương số 2")
    page.locator("#flash").get_by_role("button", name="Hoàn tác").click()
    expect(page.locator("#story-title")).to_have_text("Gương số 1")
    page.get_by_role("link", name="Sửa").click()
    page.fill("#title", "Tựa sửa tay")
    page.get_by_role("button", name="Lưu", exact=True).click()
    expect(page.locator("#story-title")).to_have_text("Tựa sửa tay")
    page.goto("/desk/digests/")
    page.get_by_role("button", name=re.compile("Lập bản tin tuần")).click()
    expect(page.locator(".item")).to_have_count(1)


def test_shortcuts_can_be_switched_off(
    open_page: Opens, editor: User, stories: list[Story]
) -> None:
    page = open_page(editor)
    page.keyboard.press("?")
    page.get_by_label("Dùng phím tắt trên máy này").uncheck()
    page.keyboard.press("Escape")
    page.locator("#queue-title").click()
    page.keyboard.press("a")
    page.goto("/desk/")
    assert title(page) == "Gương số 0"
    assert not Story.objects.exclude(status="new").exists()


def test_letters_typed_into_a_field_do_nothing_else(
    open_page: Opens, editor: User, stories: list[Story]
) -> None:
    page = open_page(editor)
    page.keyboard.press("/")
    page.keyboard.type("guong so a")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("q=guong"))
    assert not Story.objects.exclude(status="new").exists()


def test_two_editors_on_one_story(
    open_page: Opens, editor: User, chief: User, stories: list[Story]
) -> None:
    first, second = open_page(editor), open_page(chief)
    address = f"/desk/story/{stories[0].public_id}/edit/"
    for page in (first, second):
        page.goto(address)
    first.fill("#summary", "Lời của Lan Anh.")
    first.get_by_role("button", name="Lưu", exact=True).click()
    expect(first.locator(".summary")).to_contain_text("Lời của Lan Anh.")
    second.fill("#summary", "Lời của Thu Hà.")
    second.get_by_role("button", name="Lưu", exact=True).click()
    expect(second.locator(".conflict")).to_contain_text("Lời của Lan Anh.")
    expect(second.locator("#summary")).to_have_value("Lời của Thu Hà.")
    assert Story.objects.get(pk=stories[0].pk).summary == "Lời của Lan Anh."


def test_a_check_of_what_was_typed_does_not_stop_a_slow_save(
    open_page: Opens, editor: User, stories: list[Story]
) -> None:
    page = open_page(editor)
    address = f"/desk/story/{stories[0].public_id}/edit/"
    page.goto(address)

    def slowly(route: Route) -> None:
        if route.request.method == "POST":
            time.sleep(1.5)  # the check is due 0.6 s after the last letter
        route.continue_()

    page.route(f"**{address}", slowly)
    page.fill("#summary", "Lời của Lan Anh.")
    page.get_by_role("button", name="Lưu", exact=True).click()
    expect(page.locator(".summary")).to_contain_text("Lời của Lan Anh.")


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_nothing_is_wider_than_the_window(
    open_page: Opens, chief: User, stories: list[Story], size: tuple[int, int]
) -> None:
    page = open_page(chief, size)
    page.goto("/desk/digests/")
    page.get_by_role("button", name=re.compile("Lập bản tin tuần")).click()
    page.wait_for_url(re.compile(r"W\d\d"))
    story = stories[0].public_id
    digest = page.url
    for address in (
        "/desk/", f"/desk/story/{story}/", f"/desk/story/{story}/edit/", digest,
        "/desk/digests/", "/desk/sources/", "/desk/overview/", "/desk/audit/",
    ):  # fmt: skip
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0], address
