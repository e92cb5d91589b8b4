"""The report and who has reported nothing, on a telephone."""

from __future__ import annotations

import pytest
from django.utils import timezone

from pipeline import review
from pipeline.store.models import User
from tests.browser.conftest import NARROW, Opens, fresh_story

pytestmark = [
    pytest.mark.browser,
    pytest.mark.xdist_group("browser"),
    pytest.mark.django_db(transaction=True),
]
BROKEN = """() => [...document.querySelectorAll("thead th")].flatMap(cell =>
    [...cell.firstChild.data.matchAll(/\\S+/g)].filter(word => {
        const range = document.createRange();
        range.setStart(cell.firstChild, word.index);
        range.setEnd(cell.firstChild, word.index + word[0].length);
        return range.getClientRects().length > 1;
    }).map(word => word[0]))"""
"""Words of tables' headings that a line's end cuts in two."""


@pytest.mark.parametrize("language", ["vi", "en"])
def test_no_heading_is_cut_within_a_word(open_page: Opens, chief: User, language: str) -> None:
    named = {"sectors": ["xay-dung-dang-dan-van"], "campaigns": ["nong-thon-moi"]}
    review.accept(fresh_story(0, **named), chief, timezone.now())
    page = open_page(chief, NARROW)
    page.goto("/desk/coverage/")
    if language == "en":
        page.get_by_role("button", name="English").click()
        page.wait_for_selector("html[lang=en]")
    quarter = f"{timezone.now().year}Q{(timezone.now().month + 2) // 3}"
    for address in ("/desk/coverage/", f"/desk/reports/{quarter}/"):
        page.goto(address)
        assert page.locator("thead th").count() >= 2
        assert page.evaluate(BROKEN) == [], address
        assert page.evaluate("document.documentElement.scrollWidth") <= NARROW[0], address
