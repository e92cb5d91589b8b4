"""The register, corrections and the public forms in a real browser: by keyboard, without
JavaScript, with two people at once, and with nothing for axe-core to say."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from pipeline import review
from pipeline.digest import approval
from pipeline.digest.drafting import draft_digest
from pipeline.publish import corrections
from pipeline.publish.outbox import publish_due
from pipeline.review import public_requests, register_awards, register_keeping, register_regrouping
from pipeline.store.models import (
    AwardState,
    Exemplar,
    PublicRequest,
    RequestKind,
    Stage,
    Story,
    Telephone,
    User,
)
from pipeline.text.clock import iso_week
from pipeline.web.public import sealed
from pipeline.web.reference import office
from tests.browser.conftest import NARROW, WIDE, Opens
from tests.browser.test_accessible import WCAG
from tests.factories import AWARD, PASSWORD, SUBJECT, make_story

pytestmark = [
    pytest.mark.browser,
    pytest.mark.own_database,
    pytest.mark.xdist_group("browser"),
    pytest.mark.django_db(transaction=True),
]


def accepted(by: User, **fields: object) -> Exemplar:
    story = make_story(**fields)
    review.accept(story, by, timezone.now())
    story.refresh_from_db()
    assert story.exemplar is not None
    return story.exemplar


@pytest.fixture
def found(editor: User) -> Exemplar:
    return accepted(editor, outlets=["baomot", "baohai"])


def at(found: Exemplar) -> str:
    return reverse("desk:exemplar", args=[found.public_id])


def reach(page: Page, label: str) -> None:
    """Tab on until the control of this name has the focus."""
    control = page.get_by_label(label, exact=True)
    for _press in range(150):
        page.keyboard.press("Tab")
        if control.evaluate("each => each === document.activeElement"):
            return
    raise AssertionError(f"no way to {label} by keyboard")


def test_a_stage_is_moved_by_keyboard_alone(
    open_page: Opens, editor: User, found: Exemplar
) -> None:
    page = open_page(editor)
    page.goto("/desk/register/")
    card = page.get_by_role("link", name=SUBJECT)
    card.focus()
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text(SUBJECT)
    reach(page, "Chuyển sang")
    page.keyboard.press("ArrowDown")
    reach(page, "Vì sao")
    page.keyboard.type("Hội Nông dân nhận kèm")
    page.keyboard.press("Enter")
    expect(page.locator("#flash")).to_contain_text("Đã chuyển sang khâu Tổng kết.")
    expect(page.locator("#stage")).to_contain_text("Hội Nông dân nhận kèm")
    found.refresh_from_db()
    assert found.stage == Stage.SUMMED_UP


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_a_profile_is_kept_without_javascript(
    open_page: Opens, editor: User, found: Exemplar, size: tuple[int, int]
) -> None:
    page = open_page(editor, size, javascript=False)
    page.goto(at(found))
    page.get_by_label("Ghi chú mới (chỉ trong cơ quan)").fill("Đã gọi điện.")
    page.get_by_role("button", name="Ghi", exact=True).first.click()
    expect(page.locator("#notes")).to_contain_text("Đã gọi điện.")
    page.get_by_text("Hẹn việc mới").click()
    page.get_by_label("Việc", exact=True).fill("Xin ảnh")
    page.get_by_label("Đến ngày").fill("2020-01-31")
    page.get_by_role("button", name="Hẹn", exact=True).click()
    expect(page.locator("#follow-ups")).to_contain_text("31/01/2020")
    page.goto("/desk/register/?q=lo+thi")
    expect(page.locator(".due")).to_contain_text("Xin ảnh")
    page.get_by_label("Khâu").select_option("spread")
    page.get_by_role("button", name="Lọc", exact=True).click()
    expect(page.locator(".empty")).to_contain_text("với bộ lọc này")


def test_two_people_on_one_profile_never_overwrite_each_other(
    open_page: Opens, editor: User, chief: User, found: Exemplar
) -> None:
    one, two = open_page(editor), open_page(chief)
    for page in (one, two):
        page.goto(f"{at(found)}edit/")
    one.get_by_label("Chân dung").fill("Người dạy ủ men lá.")
    one.get_by_role("button", name="Lưu").click()
    expect(one.locator(".portrait")).to_have_text("Người dạy ủ men lá.")
    two.get_by_label("Chân dung").fill("Người nuôi lợn đen.")
    two.get_by_role("button", name="Lưu").click()
    expect(two.get_by_role("alert").first).to_contain_text("Người dạy ủ men lá.")
    expect(two.get_by_label("Chân dung")).to_have_value("Người nuôi lợn đen.")
    found.refresh_from_db()
    assert found.portrait == "Người dạy ủ men lá."


def test_a_citizen_suggests_and_an_editor_accepts(
    open_page: Opens, editor: User, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(sealed, "SOONEST", timedelta(0))
    paper = tmp_path / "giay.pdf"
    paper.write_bytes(b"%PDF-1.7\n%%EOF")
    page = open_page(None, NARROW, javascript=False)
    page.goto("/portal/gioi-thieu/")
    page.get_by_label("Người, tập thể hoặc mô hình").fill("Thầy Lò Văn Hặc")
    page.get_by_label("Cá nhân").check()
    page.get_by_label("Đã làm gì, kết quả ra sao").fill("Mười hai năm dạy chữ ở bản Pa Nho.")
    page.get_by_label("Ảnh, văn bản kèm theo").set_input_files(paper)
    page.get_by_label("Họ tên người gửi").fill("Giàng A Páo")
    page.get_by_label("Điện thoại hoặc thư điện tử").fill("gì đó")
    page.get_by_label("Tôi đồng ý").check()
    page.get_by_role("button", name="Gửi giới thiệu").click()
    expect(page.locator("#contact-error")).to_contain_text("Hãy ghi số điện thoại")
    page.get_by_label("Điện thoại hoặc thư điện tử").fill("0912345678")
    page.get_by_role("button", name="Gửi giới thiệu").click()
    expect(page.locator("h1")).to_have_text("Đã nhận, cảm ơn bạn")
    desk = open_page(editor)
    desk.goto("/desk/")
    expect(desk.locator(".suggested")).to_contain_text("Mười hai năm dạy chữ")
    desk.keyboard.press("a")
    expect(desk.locator("#flash")).to_contain_text("Đã nhận")
    desk.goto("/desk/register/")
    expect(desk.locator(".card")).to_contain_text("Thầy Lò Văn Hặc")


@pytest.fixture
def everything(editor: User, chief: User, found: Exemplar) -> dict[str, str]:
    """Every page of the register with something on each of its parts; by what it shows."""
    now = timezone.now()
    digest = draft_digest(iso_week(now), office=office(), now=now, by=editor)
    approval.submit(digest, editor, now, office=office())
    edition = approval.approve(digest, chief, now, office(), publish_at=now)
    publish_due(office=office(), home=settings.HOME, now=edition.publish_at, channel="portal")
    agency = register_keeping.add_agency(editor, now, "Hội Nông dân tỉnh")
    register_keeping.write_criteria(agency, editor, now, ["Thu nhập tăng", "Giúp người khác"])
    other = accepted(editor, subject="Lò Văn Hặc")
    third = accepted(editor, subject="Người thứ ba")
    register_regrouping.merge_exemplars(found, third, editor, now)
    register_keeping.note(found, editor, now, "Đã gọi điện.")
    register_keeping.remind(found, editor, now, now.date() - timedelta(days=2), "Hỏi thăm")
    done = register_keeping.remind(found, editor, now, now.date(), "Xin ảnh")
    register_keeping.settle_follow_up(done, editor, now, done=True)
    register_keeping.adopt(found, editor, now, commune="Bản Mế", province="Lào Cai")
    given = register_awards.say(found, editor, now, "Giấy khen", state=AwardState.STANDING)
    register_awards.say(other, editor, now, AWARD, state=AwardState.REFUSED)
    row = corrections.propose(found, editor, now, text="Giấy khen đã bị thu hồi.", award=given)
    fields = {"text": "Mười năm dạy chữ.", "sender": "Páo", "contact": "0912", "consent": "Có"}
    asked = [
        public_requests.land(
            public_requests.Received(
                kind=kind, token=kind, about="Thầy Hặc", consent_version="1", **fields
            ),
            now - timedelta(days=30),
        )
        for kind in RequestKind
    ]
    Telephone.objects.create(user=chief, confirmed=False)
    suggested = Story.objects.get(public_requests=asked[0])
    ids = {each.kind: each.public_id for each in PublicRequest.objects.all()}
    return {
        "board": "/desk/register/",
        "table": "/desk/register/?view=table",
        "nobody": "/desk/register/?q=khong-co",
        "profile": at(found),
        "edit": f"{at(found)}edit/",
        "merge": f"{at(found)}merge/?words=lo",
        "nominations": "/desk/register/nominations/",
        "agencies": "/desk/register/agencies/",
        "propose": f"{at(found)}correct/",
        "correction": reverse("desk:correction", args=[row.pk]),
        "requests": "/desk/requests/?state=all",
        "suggestion": reverse("desk:request", args=[ids["suggestion"]]),
        "asked": reverse("desk:request", args=[ids["correction"]]),
        "story": reverse("desk:story", args=[suggested.public_id]),
        "audit": "/desk/audit/",
        "second step": "/desk/second-step/",
        "suggest": "/portal/gioi-thieu/",
        "correct": "/portal/dinh-chinh/",
    }


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
@pytest.mark.parametrize("language", ["vi", "en"])
def test_no_violations_and_nothing_runs_off_the_screen(
    open_page: Opens, chief: User, everything: dict[str, str], language: str, size: tuple[int, int]
) -> None:
    page, problems = open_page(chief, size), {}
    page.goto("/desk/password/")
    if language == "en":
        page.get_by_role("button", name="English").click()
        page.wait_for_selector("html[lang=en]")
    for name, address in everything.items():
        answer = page.goto(address)
        assert answer is not None
        assert answer.status == 200, name
        results = Axe().run(page, options={"runOnly": {"type": "tag", "values": WCAG}})
        said = [
            f"{each['id']}: {node['html'][:200]}"
            for each in results.response["violations"]
            for node in each["nodes"]
        ]
        root = "document.documentElement"
        if page.evaluate(f"{root}.scrollWidth > {root}.clientWidth"):
            said.append("wider than the screen")
        if said:
            problems[name] = said
    assert problems == {}


def test_recovery_codes_are_shown_once_and_readably(open_page: Opens, chief: User) -> None:
    page = open_page(chief, NARROW)
    Telephone.objects.create(user=chief, confirmed=True)
    page.goto("/desk/second-step/")
    page.get_by_label("Mật khẩu, để đổi mã dự phòng hoặc tắt").fill(PASSWORD)
    page.get_by_role("button", name="Tạo mã dự phòng mới").click()
    expect(page.locator(".recovery code")).to_have_count(10)
    results = Axe().run(page, options={"runOnly": {"type": "tag", "values": WCAG}})
    assert results.response["violations"] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW[0]
    page.goto("/desk/second-step/")
    expect(page.locator("#desk")).to_contain_text("Còn 10 mã dự phòng.")
    expect(page.locator(".recovery")).to_have_count(0)
