"""axe-core finds nothing on any page, in both languages, on an office PC and on a phone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Page

from pipeline import review
from pipeline.config.home import Home
from pipeline.digest import approval
from pipeline.digest.drafting import draft_digest
from pipeline.publish.outbox import publish_due
from pipeline.store.models import Delivery, Digest, Role, SavedView, SourceState, Story, User
from pipeline.text.clock import iso_week
from pipeline.web.desk.accounts import rules
from pipeline.web.reference import office
from tests.browser.conftest import NARROW, WIDE, Opens
from tests.factories import PASSWORD, make_story, make_user

pytestmark = [
    pytest.mark.browser,
    pytest.mark.own_database,  # one database shows the pages that the other would
    pytest.mark.xdist_group("browser"),
    pytest.mark.django_db(transaction=True),
]
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture
def admin() -> User:
    """Sees every page."""
    return make_user("quantri", Role.ADMIN)


@pytest.fixture
def digests(chief: User, admin: User, home: Home) -> list[Digest]:
    """One of last week, approved and published; one of this week, returned with a note."""
    editor, now = make_user("lananh"), timezone.now()
    found = []
    for weeks in (1, 0):
        at = now - timedelta(weeks=weeks)
        for number in range(3):
            story = make_story(
                title=f"Gương số {weeks}{number}",
                subject=f"Người {weeks}{number}",
                commune=f"Xã {weeks}{number}",
                outlets=["baomot", "baohai"],
                flags=["hype"] if number and not weeks else [],
                campaigns=["nong-thon-moi"],
                published_at=at - timedelta(days=1),
                found_at=at - timedelta(hours=20),
            )
            review.accept(story, editor, at)
        digest = draft_digest(iso_week(at), office=office(), now=at, by=editor)
        approval.edit_text(digest, editor, at, intro="Ba gương của tuần.")
        found.append(digest)
    old, new = found
    approval.submit(old, editor, now - timedelta(weeks=1), office=office())
    edition = approval.approve(old, chief, now - timedelta(weeks=1), office())
    publish_due(office=office(), home=home, now=edition.publish_at, channel="portal")
    for state in ("unknown", "expired", "failed"):
        Delivery.objects.create(
            edition=edition, channel=state, state=state, due_at=now, detail="Máy chủ thư từ chối"
        )
    item = new.items.first()
    for each in new.items.all():
        approval.sign_warning(new, editor, now, each, "flag:hype", "Lời của nhân vật")
    approval.submit(new, editor, now, office=office())
    approval.send_back(new, chief, now, "Xem lại câu cuối.", item)
    approval.edit_text(new, editor, now, closing="Hẹn tuần sau.")
    SourceState.objects.create(key="baomot", last_success_at=now)
    SourceState.objects.create(
        key="baohai", failures=3, error_kind="http", error_detail="403", failing_since=now
    )
    named = {"flags": ["minor", "syndicated"], "outlets": ["baomot", "baohai"]}
    for title in ("Cùng một gương", "Không phải gương này", "Chưa duyệt"):
        story = make_story(title=title, subject_key="lò thị mây", **named)
    first, second, last = Story.objects.filter(subject_key=story.subject_key).order_by("pk")
    review.answer(first, last, admin, now, same=True)
    review.answer(second, last, admin, now, same=False)
    make_story(title="Có thể cùng một gương", subject_key=story.subject_key)
    return found


def violations(page: Page) -> list[str]:
    results = Axe().run(page, options={"runOnly": {"type": "tag", "values": WCAG}})
    return [
        f"{each['id']}: {node['html'][:200]}"
        for each in results.response["violations"]
        for node in each["nodes"]
    ]


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
@pytest.mark.parametrize("language", ["vi", "en"])
def test_no_violations(
    open_page: Opens,
    admin: User,
    digests: list[Digest],
    language: str,
    size: tuple[int, int],
) -> None:
    page = open_page(None, size)
    problems = {}

    def look(address: str) -> None:
        answer = page.goto(address)
        assert answer is not None
        assert answer.status == 200, address
        assert page.get_attribute("html", "lang") == language or "/portal/" in address
        page.evaluate(
            "document.querySelectorAll('details:not(.panel, .who, .keys)')"
            ".forEach(each => { each.open = true })"
        )
        if found := violations(page):
            problems[address] = found

    page.goto("/desk/login/")
    if language == "en":
        page.get_by_role("button", name="English").click()
        page.wait_for_selector("html[lang=en]")
    look("/desk/login/")
    page.fill("#id_username", admin.username)
    page.fill("#id_password", PASSWORD)
    page.click("button.main")
    page.wait_for_url("**/desk/")
    story = Story.objects.get(title="Chưa duyệt").public_id
    invited = make_user("moi")
    invited.set_unusable_password()
    invited.save()
    old, new = digests
    edited = old.items.first().story.public_id
    copy = Story.objects.get(public_id=story).articles.get(source="baohai")
    for view in ("Y tế", "Của cả phòng"):
        SavedView.objects.create(owner=admin, name=view, query="?sector=y-te", shared=True)
    for address in (
        "/desk/",
        "/desk/?q=khong-co-gi",
        f"/desk/story/{story}/",
        f"/desk/story/{story}/edit/",
        f"/desk/story/{story}/merge/?words=guong",
        f"/desk/story/{edited}/history/",
        f"/desk/story/{story}/differences/{copy.pk}/",
        "/desk/?sector=y-te&since=2026-11-01",
        "/desk/digests/",
        *(f"/desk/digests/{digest.week}/" for digest in (old, new)),
        f"/desk/digests/{new.week}/?channel=zalo",
        f"/desk/digests/{new.week}/?channel=poster",
        f"/desk/digests/{new.week}/?channel=newsletter&width=phone",
        "/desk/overview/?week=2026-W01",
        "/desk/sources/",
        "/desk/overview/",
        "/desk/learning/",
        "/desk/reports/",
        "/desk/reports/2026Q4/",
        "/desk/reports/2026Q4/accepted/",
        "/desk/coverage/",
        "/desk/audit/",
        "/desk/password/",
        "/desk/deliveries/1/unknown/again/",
        "/desk/deliveries/1/unknown/now/",
        f"/desk/digests/{old.week}/publish/",
        f"/desk/story/{old.items.first().story.public_id}/withdraw/",
        "/desk/people/",
        "/desk/people/add/",
        f"/desk/people/{invited.pk}/",
        f"/desk/people/{User.objects.get(username='lananh').pk}/",
        rules.invitation(invited),
        "/desk/invitation/x/y/",
        "/portal/",
        "/portal/dang-ky/",
    ):
        look(address)
    assert problems == {}


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_no_violations_where_something_is_refused(
    open_page: Opens, editor: User, size: tuple[int, int]
) -> None:
    """No page, none for this person, a form that needs another word (the page of errors is one)."""
    page = open_page(editor, size, errors_expected=True)
    for address, status in (("/desk/khong-co/", 404), ("/desk/people/", 403)):
        answer = page.goto(address)
        assert answer is not None
        assert answer.status == status
        assert violations(page) == []
    page.goto("/desk/password/")
    page.fill("#id_old_password", "sai")
    page.fill("#id_new_password1", "ngan")
    page.fill("#id_new_password2", "khac")
    page.click("form.narrow button")
    page.wait_for_selector(".errorlist, .errors, [aria-invalid=true]")
    assert violations(page) == []
