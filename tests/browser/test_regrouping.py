"""Splitting and merging stories with the keyboard alone, and without JavaScript."""

from __future__ import annotations

import pytest

from pipeline.store.models import Story, User
from tests.browser.conftest import Opens
from tests.factories import make_story

pytestmark = [
    pytest.mark.browser,
    pytest.mark.xdist_group("browser"),
    pytest.mark.django_db(transaction=True),
]


@pytest.mark.parametrize("javascript", [True, False], ids=["keyboard", "without-javascript"])
def test_two_stories_become_one_and_two_again(
    open_page: Opens, editor: User, javascript: bool
) -> None:
    story, other = make_story(title="Tin thứ nhất"), make_story(title="Tin thứ hai")
    page = open_page(editor, javascript=javascript)
    page.goto(f"/desk/story/{story.public_id}/")
    if javascript:
        page.keyboard.press("g")
    else:
        page.get_by_role("link", name="Gộp…").click()
    page.get_by_label("Từ trong tiêu đề").fill("tin thu hai")
    page.keyboard.press("Enter")
    page.locator(".offers button", has_text="Tin thứ hai").first.focus()
    page.keyboard.press("Enter")
    page.get_by_text("Đã gộp thành").wait_for()
    page.get_by_role("button", name="Tách bài này thành tin riêng").first.wait_for(state="attached")
    assert Story.objects.get() == story
    if javascript:
        page.keyboard.press("u")
    else:
        page.get_by_role("button", name="Hoàn tác").first.click()
    page.get_by_text("Đã hoàn tác").wait_for()
    assert set(Story.objects.all()) == {story, other}


@pytest.mark.parametrize("javascript", [True, False], ids=["keyboard", "without-javascript"])
def test_an_article_is_split_off(open_page: Opens, editor: User, javascript: bool) -> None:
    story = make_story(outlets=["baomot", "baohai"])
    page = open_page(editor, javascript=javascript)
    page.goto(f"/desk/story/{story.public_id}/")
    page.locator("details.version > summary").last.click()
    page.locator(".part button", has_text="Báo Hai").focus()
    page.keyboard.press("Enter")
    page.get_by_text("Đã tách thành tin riêng").wait_for()
    assert Story.objects.count() == 2


@pytest.mark.parametrize("javascript", [True, False], ids=["keyboard", "without-javascript"])
def test_a_person_says_who_is_the_same(open_page: Opens, editor: User, javascript: bool) -> None:
    other, story = make_story(subject_key="lò thị mây"), make_story(subject_key="lò thị mây")
    page = open_page(editor, javascript=javascript)
    page.goto(f"/desk/story/{story.public_id}/")
    page.locator(".ask button", has_text=f"Đúng: {other.title}").focus()
    page.keyboard.press("Enter")
    page.get_by_text("Đã ghi: cùng một gương").wait_for()
    story.refresh_from_db()
    assert story.exemplar is not None
