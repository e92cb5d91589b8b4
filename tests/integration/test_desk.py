"""The desk's pages: who sees what, what a press of a button does, how many queries it costs."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.db import connection
from django.template.backends.jinja2 import Jinja2
from django.test import Client
from django.urls import reverse

from pipeline import review
from pipeline.config.home import Home
from pipeline.digest.drafting import draft_digest
from pipeline.store.models import (
    AuditEntry,
    Digest,
    Edition,
    Page,
    Role,
    SourceState,
    Story,
    StoryStatus,
    User,
)
from pipeline.text.clock import iso_week, utc_now
from pipeline.web.desk.permissions import ROLES, Action
from pipeline.web.reference import office
from tests.factories import DEED, NOW, PASSWORD, make_story, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home")]
Queries = Callable[..., object]


def decide(client: Client, story: Story, step: str, **fields: object) -> str:
    """POST one step as the page's own form does and return the page that follows."""
    story.refresh_from_db()
    data = {"version": story.version, **fields}
    address = reverse("desk:decide", args=[story.public_id, step])
    return client.post(address, data, follow=True).content.decode()


def test_the_story_says_of_which_level_an_award_is_and_to_whom(
    client: Client, editor: User
) -> None:
    story = make_story()
    judgement = story.articles.get().judgement
    judgement.data["awards"] = [{"text": "Bằng khen", "level": "province", "to": "chị Mây"}]
    judgement.save()
    client.force_login(editor)
    page = client.get(reverse("desk:story", args=[story.public_id])).content.decode()
    assert "Bằng khen: Tỉnh, cho “chị Mây”" in page


# Who may come in


def test_every_page_asks_for_a_log_in(client: Client) -> None:
    story = make_story()
    pages = ["inbox", "digests", "overview", "sources", "audit"]
    addresses = [reverse(f"desk:{name}") for name in pages]
    addresses += [reverse(f"desk:{name}", args=[story.public_id]) for name in ("story", "edit")]
    for address in addresses:
        answer = client.get(address)
        assert answer.status_code == 302
        assert answer["Location"].startswith(reverse("desk:login"))


def test_log_in_and_out(client: Client, editor: User) -> None:
    form = {"username": editor.username, "password": PASSWORD}
    assert client.post(reverse("desk:login"), form)["Location"] == reverse("desk:inbox")
    assert client.get(reverse("desk:inbox")).status_code == 200
    client.post(reverse("desk:logout"))
    assert client.get(reverse("desk:inbox")).status_code == 302


def test_too_many_wrong_passwords_lock_the_door(client: Client, editor: User) -> None:
    wrong = {"username": editor.username, "password": "không phải"}
    answers = [client.post(reverse("desk:login"), wrong).status_code for _ in range(8)]
    assert answers == [200] * 7 + [429]
    right = {"username": editor.username, "password": PASSWORD}
    assert client.post(reverse("desk:login"), right).status_code == 429


def test_the_permission_table_names_every_action() -> None:
    assert set(ROLES) == set(Action)


def test_a_board_officer_reads_and_decides_nothing(client: Client) -> None:
    story = make_story()
    client.force_login(make_user("canbo", Role.BOARD))
    page = client.get(reverse("desk:story", args=[story.public_id])).content.decode()
    assert story.title in page
    assert reverse("desk:decide", args=[story.public_id, "accept"]) not in page
    answer = client.post(reverse("desk:decide", args=[story.public_id, "accept"]), {"version": 0})
    assert answer.status_code == 403
    assert client.get(reverse("desk:audit")).status_code == 403
    assert client.post(reverse("desk:draft")).status_code == 403
    assert Story.objects.get().status == StoryStatus.NEW


# Triage


def test_the_inbox_shows_what_the_machine_found_best_first(desk: Client) -> None:
    make_story(title="Thấp hơn", score=0.5)
    make_story(title="Cao nhất", score=0.9)
    make_story(title="Không phải gương", score=0.99, label="no")
    page = desk.get(reverse("desk:inbox")).content.decode()
    assert page.index("Cao nhất") < page.index("Thấp hơn")
    assert "Không phải gương" not in page
    everything = desk.get(reverse("desk:inbox"), {"label": "any"}).content.decode()
    assert "Không phải gương" in everything


def test_filters_narrow_the_queue_and_live_in_the_url(desk: Client) -> None:
    make_story(
        title="Tin đúng",
        sectors=["y-te"],
        campaigns=["nong-thon-moi"],
        commune="Si Ma Cai",
        outlets=["baohai"],
        flags=["minor"],
    )
    make_story(title="Tin khác", flags=["hype"])
    for name, value in {
        "sector": "y-te",
        "campaign": "nong-thon-moi",
        "place": "Si Ma Cai",
        "outlet": "baohai",
        "flag": "minor",
    }.items():
        page = desk.get(reverse("desk:inbox"), {name: value}).content.decode()
        assert "Tin đúng" in page, name
        assert "Tin khác" not in page, name
        assert f"?{name}=" in page, name


@pytest.mark.parametrize("words", ["dong", "Đồng", "ĐỒNG", '"dong van"', "van dong"])
def test_search_needs_no_diacritics(desk: Client, words: str) -> None:
    make_story(title="Cô giáo ở Đồng Văn")
    make_story(title="Người trồng quế")
    page = desk.get(reverse("desk:inbox"), {"q": words}).content.decode()
    assert "Cô giáo ở Đồng Văn" in page
    assert "Người trồng quế" not in page


def test_a_phrase_in_quotes_is_a_phrase(desk: Client) -> None:
    make_story(title="Cô giáo ở Đồng Văn")
    page = desk.get(reverse("desk:inbox"), {"q": '"van dong"'}).content.decode()
    assert "Không có tin nào khớp" in page


def test_a_decision_moves_on_to_the_next_story_and_keeps_the_filters(desk: Client) -> None:
    first = make_story(title="Thứ nhất", score=0.9, sectors=["y-te"])
    make_story(title="Ngoài bộ lọc", score=0.85)
    second = make_story(title="Thứ hai", score=0.8, sectors=["y-te"])
    answer = desk.post(
        reverse("desk:decide", args=[first.public_id, "accept"]),
        {"version": 0, "sector": "y-te"},
    )
    assert answer["Location"] == reverse("desk:story", args=[second.public_id]) + "?sector=y-te"
    first.refresh_from_db()
    assert first.status == StoryStatus.ACCEPTED


def test_the_last_decision_ends_at_an_inbox_that_says_so(desk: Client) -> None:
    page = decide(desk, make_story(), "hold")
    assert "Đã duyệt hết." in page


def test_reject_keeps_the_reason_and_undo_takes_it_back(desk: Client) -> None:
    story = make_story()
    decide(desk, story, "reject", reason="Quảng cáo", words="bán phân bón")
    story.refresh_from_db()
    assert (story.status, story.reject_reason) == ("rejected", "Quảng cáo: bán phân bón")
    decide(desk, story, "undo")
    story.refresh_from_db()
    assert (story.status, story.reject_reason) == ("new", "")


def test_a_rejection_without_reason_is_asked_for_one(desk: Client) -> None:
    story = make_story()
    assert "lý do từ chối" in decide(desk, story, "reject")
    story.refresh_from_db()
    assert story.status == StoryStatus.NEW


def test_tags_are_corrected_and_unknown_ones_ignored(desk: Client) -> None:
    story = make_story(sectors=["nong-nghiep-nong-thon"])
    decide(desk, story, "tags", tag_sector=["y-te", "khong-co"], tag_campaign=["nong-thon-moi"])
    kept = story.tags.filter(removed=False).values_list("axis", "slug")
    assert set(kept) == {("sector", "y-te"), ("campaign", "nong-thon-moi")}
    story.refresh_from_db()
    assert story.version == 1, "one press, one step to undo"
    decide(desk, story, "undo")
    kept = story.tags.filter(removed=False).values_list("axis", "slug")
    assert set(kept) == {("sector", "nong-nghiep-nong-thon")}


def test_a_tag_that_the_queue_is_filtered_by_can_be_taken_away_and_the_filter_stays(
    desk: Client,
) -> None:
    story = make_story(sectors=["y-te", "giao-duc-dao-tao"])
    address = reverse("desk:decide", args=[story.public_id, "tags"])
    answer = desk.post(address, {"version": 0, "sector": "y-te", "tag_sector": "giao-duc-dao-tao"})
    assert answer["Location"] == reverse("desk:story", args=[story.public_id]) + "?sector=y-te"
    assert [tag.slug for tag in story.tags.filter(removed=False)] == ["giao-duc-dao-tao"]


@pytest.mark.parametrize("accepted", [True, False], ids=["accepted before", "accepted by it"])
def test_undo_of_adding_to_the_digest_takes_the_story_out_again(
    desk: Client, editor: User, accepted: bool
) -> None:
    digest = Digest.objects.create(week=iso_week(NOW), title="Tuần này", drafted_at=NOW)
    story = make_story(published_at=utc_now() - timedelta(days=1))
    if accepted:
        review.accept(story, editor, NOW)
    page = decide(desk, story, "digest")
    assert digest.items.count() == 1
    form = re.search(r'<form action="(\S+/take_out/)" method="post".*?</form>', page, re.DOTALL)
    assert form
    desk.post(form[1], dict(re.findall(r'name="(version|accepted)" value="(\d+)"', form[0])))
    assert digest.items.count() == 0
    story.refresh_from_db()
    assert story.status == ("accepted" if accepted else "new")


def test_a_stale_page_overwrites_nothing_and_says_who_was_first(desk: Client) -> None:
    story = make_story()
    review.hold(story, make_user("thuha", Role.CHIEF), NOW)
    page = decide(desk, story, "accept", version=0)
    assert "Thu Hà vừa thay đổi tin này (nay: Giữ lại)" in page
    story.refresh_from_db()
    assert story.status == StoryStatus.HELD


# Reading and editing


def test_evidence_is_highlighted_and_everything_is_escaped(desk: Client) -> None:
    story = make_story(
        title="<script>alert(1)</script>", subject="<b>ai</b>", draft_summary="<i>lời</i>"
    )
    article = story.articles.get()
    article.text = article.text + "\n<img src=x onerror=alert(1)>"
    article.sapo = "<u>sapo</u>"
    article.save()
    page = desk.get(reverse("desk:story", args=[story.public_id])).content.decode()
    assert f'<mark class="ev ev-deed" title="Việc làm">{DEED}</mark>' in page
    for unsafe in ("<script>alert", "<b>ai", "<i>lời", "<img src=x", "<u>sapo"):
        assert unsafe not in page
    assert "&lt;img src=x onerror=alert(1)&gt;" in page


def test_the_archived_page_comes_as_fetched_and_can_do_nothing(desk: Client) -> None:
    story = make_story()
    article = story.articles.get()
    body = "<script>alert(1)</script><p>Nguyên văn</p>".encode()
    article.page = Page.objects.create(
        source="baomot",
        url=article.url,
        canonical_url=article.canonical_url,
        fetched_at=NOW,
        seen_at=NOW,
        status=200,
        headers={"Content-Type": "text/html; charset=utf-8"},
        sha256="0" * 64,
        body_z=Page.compress(body),
    )
    article.save()
    address = reverse("desk:archived", args=[story.public_id, article.pk])
    assert address in desk.get(reverse("desk:story", args=[story.public_id])).content.decode()
    answer = desk.get(address)
    assert answer.content == body
    policy = answer["Content-Security-Policy"]
    assert policy.startswith("sandbox; default-src 'none'")
    assert "script" not in policy
    other = make_story()
    assert desk.get(reverse("desk:archived", args=[other.public_id, article.pk])).status_code == 404


def test_a_story_without_article_judgement_or_summary_can_be_read(desk: Client) -> None:
    story = make_story(draft_summary="", published_at=None, outlets=["baomot", "baohai"])
    article = story.articles.first()
    assert article is not None
    article.judgement.delete()
    page = desk.get(reverse("desk:story", args=[story.public_id]))
    assert page.status_code == 200
    assert "Chưa có tóm tắt" in page.content.decode()
    story.articles.all().delete()
    assert desk.get(reverse("desk:story", args=[story.public_id])).status_code == 200


def test_editing_saves_and_the_machine_mark_goes(desk: Client) -> None:
    story = make_story()
    address = reverse("desk:edit", args=[story.public_id])
    assert "máy soạn" in desk.get(reverse("desk:story", args=[story.public_id])).content.decode()
    form = {"version": 0, "title": "Tựa mới", "summary": "Chị Mây dạy nghề cho 31 phụ nữ."}
    page = desk.post(address, form, follow=True).content.decode()
    assert "Tựa mới" in page
    assert "máy soạn" not in page


def test_a_conflicting_edit_shows_both_and_loses_neither(desk: Client) -> None:
    story = make_story()
    review.edit(story, make_user("thuha", Role.CHIEF), NOW, 0, summary="Lời của Thu Hà.")
    form = {"version": 0, "title": story.title, "summary": "Lời của Lan Anh."}
    answer = desk.post(reverse("desk:edit", args=[story.public_id]), form)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Lời của Thu Hà." in page
    assert "Lời của Lan Anh." in page
    assert 'name="version" value="1"' in page
    story.refresh_from_db()
    assert story.summary == "Lời của Thu Hà."


def test_the_live_check_finds_a_number_the_source_has_not(desk: Client) -> None:
    story = make_story()
    address = reverse("desk:findings", args=[story.public_id])
    wrong = desk.post(address, {"summary": "Tổ hợp tác bán 450 tấn thịt mỗi năm."})
    assert "450" in wrong.content.decode()
    right = desk.post(address, {"summary": "Tổ hợp tác bán 45 tấn thịt mỗi năm."})
    assert "45" not in right.content.decode()


# Digest


def accepted(editor: User, count: int = 3) -> list[Story]:
    stories = []
    for number in range(count):
        story = make_story(
            title=f"Gương số {number}",
            subject=f"Người thứ {number}",
            commune=f"Xã {number}",
            score=0.9 - number / 100,
            published_at=utc_now() - timedelta(days=1, hours=number),
            found_at=utc_now() - timedelta(hours=20),
        )
        review.accept(story, editor, utc_now())
        stories.append(story)
    return stories


def step(client: Client, digest: Digest, name: str, **fields: object) -> str:
    digest.refresh_from_db()
    data = {"version": digest.version, **fields}
    address = reverse("desk:change", args=[digest.week, name])
    return client.post(address, data, follow=True).content.decode()


@pytest.fixture
def digest(editor: User) -> Digest:
    accepted(editor)
    return draft_digest(iso_week(utc_now()), office=office(), now=utc_now(), by=editor)


def test_a_week_is_composed_sent_returned_and_approved(
    desk: Client, digest: Digest, client: Client
) -> None:
    chief = make_user("thuha", Role.CHIEF)
    first, second, *_ = digest.items.all()
    step(desk, digest, "move", item=second.pk, position=1)
    assert [item.pk for item in digest.items.all()][:2] == [second.pk, first.pk]
    step(desk, digest, "text", title=digest.title, intro="Tuần này có ba gương.", closing="")
    for item in digest.items.all():
        for warning in ("no-author",):
            step(desk, digest, "sign", item=item.pk, code=warning)
    page = step(desk, digest, "submit")
    assert "Đã gửi bản tin chờ duyệt." in page
    assert "Đang chờ lãnh đạo duyệt." in page
    client.force_login(chief)
    page = client.get(reverse("desk:digest", args=[digest.week])).content.decode()
    assert "Duyệt và hẹn phát 16:00" in page
    page = step(client, digest, "send-back", text="Xem lại câu cuối.", item=first.pk)
    assert "Xem lại câu cuối." in page
    digest.refresh_from_db()
    assert digest.state == "returned"
    client.force_login(User.objects.get(username="lananh"))
    step(client, digest, "text", title=digest.title, intro="Ba gương.", closing="Hẹn tuần sau.")
    step(client, digest, "submit")
    client.force_login(chief)
    page = client.get(reverse("desk:digest", args=[digest.week])).content.decode()
    assert "sửa lời bản tin" in page
    mark = 'name="fingerprint" value="'
    fingerprint = page[page.index(mark) + len(mark) :].split('"')[0]
    page = step(client, digest, "approve", fingerprint=fingerprint, publish_at="now")
    assert "Đã duyệt bản tin số 1." in page
    assert Edition.objects.get().approved_by == chief


def test_nobody_approves_words_they_were_not_shown(client: Client, digest: Digest) -> None:
    client.force_login(User.objects.get(username="lananh"))
    step(client, digest, "submit")
    client.force_login(make_user("thuha", Role.CHIEF))
    page = step(client, digest, "approve", fingerprint="0" * 64, publish_at="now")
    assert "vừa được người khác sửa" in page
    assert not Edition.objects.exists()


def test_an_editor_cannot_approve(desk: Client, digest: Digest) -> None:
    step(desk, digest, "submit")
    step(desk, digest, "approve")
    assert not Edition.objects.exists()


def test_two_people_on_one_digest_do_not_overwrite_each_other(desk: Client, digest: Digest) -> None:
    step(desk, digest, "text", title="Tựa một", intro="", closing="")
    page = step(desk, digest, "text", version=0, title="Tựa hai", intro="", closing="")
    assert "vừa được người khác sửa" in page
    digest.refresh_from_db()
    assert digest.title == "Tựa một"


def test_add_from_the_inbox_accepts_and_adds(desk: Client, digest: Digest) -> None:
    story = make_story(title="Thêm từ hộp tin", subject="Người mới")
    page = decide(desk, story, "digest")
    assert "Đã đưa vào bản tin: Thêm từ hộp tin" in page
    assert digest.items.filter(story=story).exists()


def test_a_preview_is_sandboxed(desk: Client, digest: Digest) -> None:
    answer = desk.get(reverse("desk:preview", args=[digest.week, "portal"]))
    assert answer.status_code == 200
    assert answer["Content-Security-Policy"].startswith("sandbox")
    assert "script-src" not in answer["Content-Security-Policy"]
    assert answer["X-Frame-Options"] == "SAMEORIGIN"
    answer = desk.get(reverse("desk:preview", args=[digest.week, "zalo"]))
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert answer["Content-Security-Policy"].startswith("sandbox")
    assert desk.get(reverse("desk:preview", args=[digest.week, "fax"])).status_code == 404


# Frame


def test_every_page_has_a_policy_without_foreign_or_inline_code(client: Client) -> None:
    policy = client.get(reverse("desk:login"))["Content-Security-Policy"]
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy


def test_vietnamese_first_whatever_the_browser_speaks(client: Client) -> None:
    page = client.get(reverse("desk:login"), headers={"accept-language": "en-US"})
    assert '<html lang="vi">' in page.content.decode()
    client.post(reverse("set_language"), {"language": "en", "next": reverse("desk:login")})
    page = client.get(reverse("desk:login"))
    assert '<html lang="en">' in page.content.decode()
    assert "Log in" in page.content.decode()


def test_a_faulty_file_is_shown_with_its_line_to_the_office_only(
    client: Client, editor: User, home: Home
) -> None:
    (home.root / "sources.yaml").write_text("sources:\n- {kye: a}\n", "utf-8")
    client.force_login(editor)
    answer = client.get(reverse("desk:inbox"))
    assert answer.status_code == 503
    assert "sources.yaml:2" in answer.content.decode()


def test_an_unknown_address_says_so_in_our_dress(client: Client) -> None:
    answer = client.get("/desk/khong-co/")
    assert answer.status_code == 404
    assert "Không có trang này." in answer.content.decode()


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/desk/?page=" + "9" * 40, 200),
        ("/desk/?page=0", 200),
        ("/desk/?page=%D9%A3", 200),
        ("/desk/?q=%00", 400),
        ("/desk/?place=a%00b", 400),
        ("/portal/%00", 400),
        ("/portal/" + "a" * 300, 404),
        ("/portal/tin/../../.env", 404),
    ],
)
def test_a_crafted_address_breaks_nothing(desk: Client, address: str, status: int) -> None:
    assert desk.get(address).status_code == status


def test_a_template_of_the_home_replaces_one_and_leaves_the_others(tmp_path: Path) -> None:
    (tmp_path / "templates" / "web").mkdir(parents=True)
    (tmp_path / "templates" / "web" / "login.html").write_text("Phòng ta", "utf-8")
    engine = Jinja2(
        {
            "NAME": "t",
            "DIRS": Home(tmp_path).template_dirs,
            "APP_DIRS": False,
            "OPTIONS": {"environment": "pipeline.web.jinja.environment"},
        }
    )
    assert engine.get_template("web/login.html").render() == "Phòng ta"
    assert engine.get_template("web/error.html")


def test_the_audit_page_lists_what_was_done(client: Client) -> None:
    chief = make_user("thuha", Role.CHIEF)
    review.accept(make_story(), chief, NOW)
    client.force_login(chief)
    page = client.get(reverse("desk:audit"), {"action": "story.accepted"}).content.decode()
    assert "nhận tin" in page
    assert AuditEntry.objects.count() == 1
    nothing = client.get(reverse("desk:audit"), {"action": "story.held"}).content.decode()
    assert "Chưa có việc nào khớp." in nothing


# A constant number of queries

PLANNER = 4
"""PostgreSQL only: its planner is set, and set back, around two look-ups."""
LIMITS = {"inbox": 20, "story": 20, "edit": 18, "digest": 29, "digests": 12, "overview": 22}


@pytest.mark.parametrize("count", [5, 50])
def test_pages_cost_a_constant_number_of_queries(
    desk: Client, editor: User, count: int, django_assert_max_num_queries: Queries
) -> None:
    for number in range(count):
        make_story(
            title=f"Tin {number}",
            subject=f"Người {number}",
            commune=f"Xã {number}",
            score=0.9 - number / 1000,
            flags=["minor"],
            outlets=["baomot", "baohai"] if number % 2 else ["baomot"],
            published_at=utc_now() - timedelta(hours=number + 4),
        )
        SourceState.objects.get_or_create(key=f"bao-{number}")
    for story in Story.objects.order_by("pk")[: count // 2]:
        review.accept(story, editor, utc_now())
    week = iso_week(utc_now())
    draft_digest(week, office=office(), now=utc_now(), by=editor)
    one = Story.objects.filter(status="new").first()
    assert one is not None
    addresses = {
        "inbox": reverse("desk:inbox"),
        "story": reverse("desk:story", args=[one.public_id]),
        "edit": reverse("desk:edit", args=[one.public_id]),
        "digest": reverse("desk:digest", args=[week]),
        "digests": reverse("desk:digests"),
        "overview": reverse("desk:overview"),
    }
    for name, address in addresses.items():
        most = LIMITS[name] + (PLANNER if connection.vendor == "postgresql" else 0)
        with django_assert_max_num_queries(most):  # type: ignore[attr-defined]
            assert desk.get(address).status_code == 200, name


def test_empty_fields_of_the_filter_form_leave_the_address(desk: Client) -> None:
    given = {"status": "any", "sector": "", "place": "Bắc Hà", "since": ""}
    answer = desk.get(reverse("desk:inbox"), given)
    assert answer.status_code == 302
    kept = dict(parse_qsl(urlsplit(answer["Location"]).query))
    assert kept == {"status": "any", "place": "Bắc Hà"}
    assert desk.get(answer["Location"]).status_code == 200
