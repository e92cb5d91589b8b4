"""The digest between an editor and a chief editor, without JavaScript: composed, signed, sent,
returned with notes, mended, approved, published."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from pipeline.config.home import Home
from pipeline.publish.outbox import publish_due
from pipeline.store.models import Edition, Story, StoryStatus, User
from pipeline.text.clock import utc_now
from pipeline.web.reference import office
from tests.browser.conftest import Opens, fresh_story

pytestmark = [
    pytest.mark.browser,
    pytest.mark.xdist_group("browser"),
    pytest.mark.django_db(transaction=True),
]


SECTORS = ("nong-nghiep-nong-thon", "giao-duc-dao-tao", "y-te")


@pytest.fixture
def stories() -> list[Story]:
    return [
        fresh_story(
            number,
            status=StoryStatus.ACCEPTED,
            commune=f"Xã {number}",
            outlets=["baomot"],
            sectors=[SECTORS[number]],
            flags=["hype"] if number == 1 else [],
        )
        for number in range(3)
    ]


def draft(page: Page) -> str:
    page.goto("/desk/digests/")
    page.get_by_role("button", name=re.compile("Lập bản tin tuần")).click()
    expect(page.locator(".item")).to_have_count(3)
    return page.url


def test_sent_returned_and_approved_without_javascript(
    open_page: Opens, editor: User, chief: User, stories: list[Story], home: Home
) -> None:
    desk, above = open_page(editor, javascript=False), open_page(chief, javascript=False)
    week = draft(desk)
    desk.get_by_role("button", name="Đưa xuống: Gương số 0").click()
    expect(desk.locator(".item h3").first).to_have_text("Gương số 1")
    last = desk.locator(".item").nth(2)
    last.locator("summary", has_text="Mục").click()
    last.get_by_label("Đứng ở mục").select_option("giao-duc-dao-tao")
    last.get_by_role("button", name="Đổi mục").click()
    expect(desk.locator(".item-kicker").nth(2)).to_contain_text("Giáo dục")
    desk.fill("#intro", "Ba gương của tuần.")
    desk.fill("#closing", "Hẹn tuần sau.")
    desk.get_by_role("button", name="Lưu lời bản tin").click()
    expect(desk.locator("#closing")).to_have_value("Hẹn tuần sau.")
    desk.get_by_role("button", name="Gửi Thu Hà duyệt").click()
    expect(desk.locator("#flash")).to_contain_text("Có lời lẽ cường điệu.")
    desk.locator("details.sign summary").click()
    desk.get_by_label("Vì sao vẫn đăng?").fill("Lời của nhân vật")
    desk.get_by_role("button", name="Tôi đã xem, vẫn đăng").click()
    desk.get_by_role("button", name="Gửi Thu Hà duyệt").click()
    expect(desk.locator("#desk")).to_contain_text("Đang chờ lãnh đạo duyệt.")

    above.goto(week)
    expect(above.locator("#desk")).to_contain_text("Lan Anh đã ký nhận")
    expect(above.locator("#desk")).to_contain_text("“Lời của nhân vật”")
    above.locator("summary", has_text="Trả lại kèm ghi chú").click()
    above.get_by_label("Ghi chú về").select_option(label="3. Gương số 2")
    above.get_by_label("Cần sửa gì?").fill("Tin này để tuần sau.")
    above.get_by_role("button", name="Trả lại cho biên tập").click()
    expect(above.locator("#flash")).to_contain_text("Đã trả lại")

    desk.goto(week)
    expect(desk.locator(".item").nth(2).locator(".pin")).to_contain_text("Tin này để tuần sau.")
    desk.get_by_role("button", name="Lấy ra: Gương số 2").click()
    expect(desk.locator(".item")).to_have_count(2)
    desk.get_by_role("button", name="Gửi Thu Hà duyệt").click()

    above.goto(week)
    expect(above.locator("details.history")).to_contain_text("Lan Anh lấy tin khỏi bản tin")
    expect(above.locator("#desk")).to_contain_text("Tin này để tuần sau.")
    above.get_by_role("button", name="Duyệt và phát ngay").click()
    expect(above.locator("#flash")).to_contain_text("Đã duyệt bản tin số 1")
    publish_due(office=office(), home=home, now=utc_now(), channel="portal")
    assert len(Edition.objects.get().content["items"]) == 2
    above.goto("/portal/so/1.html")
    expect(above.locator("main")).to_contain_text("Hẹn tuần sau.")


def test_the_language_is_switched_where_one_is(
    open_page: Opens, editor: User, stories: list[Story]
) -> None:
    """The frame was loaded with another page."""
    page = open_page(editor)
    page.get_by_role("link", name="Bản tin").first.click()
    page.get_by_role("button", name=re.compile("Lập bản tin tuần")).click()
    expect(page.locator(".item")).to_have_count(3)
    week = page.url
    page.get_by_role("button", name="English").click()
    expect(page.locator("html[lang=en]")).to_have_count(1)
    expect(page).to_have_url(week)
    expect(page.locator(".item").first).to_contain_text("Score 90")
