"""The register on the desk: pages, filters, forms, what each costs."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO, StringIO

import docx
import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from pipeline import review
from pipeline.review import register, register_awards, register_keeping
from pipeline.review.register_nominations import Candidate, Reason, candidates
from pipeline.store.models import (
    Agency,
    AwardState,
    Exemplar,
    JudgementRecord,
    Role,
    Stage,
    Story,
    User,
)
from pipeline.web.desk.register import nominations as pages
from tests.factories import AWARD, DEED, NOW, RESULT, SUBJECT, make_story, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home")]
Queries = Callable[..., object]
REGISTER = "/desk/register/"


@pytest.fixture
def officer() -> User:
    return make_user("canbo", Role.BOARD, full_name="Hoàng Minh")


@pytest.fixture
def desk(client: Client, officer: User) -> Client:
    client.force_login(officer)
    return client


def exemplar(by: User, **fields: object) -> Exemplar:
    story = make_story(**fields)
    review.accept(story, by, NOW)
    story.refresh_from_db()
    assert story.exemplar is not None
    return story.exemplar


def shown(desk: Client, query: str = "") -> str:
    return desk.get(f"{REGISTER}{query}").content.decode()


def do(desk: Client, found: Exemplar, step: str, **fields: object) -> str:
    address = reverse("desk:change_exemplar", args=[found.public_id, step])
    return desk.post(address, fields, follow=True).content.decode()


def address(found: Exemplar) -> str:
    return reverse("desk:exemplar", args=[found.public_id])


# The list


def test_an_empty_register_says_why(desk: Client) -> None:
    assert "Mỗi tin được nhận ở Hộp tin mở một hồ sơ ở đây." in shown(desk)
    assert "với bộ lọc này" in shown(desk, "?stage=spread")


def test_the_board_has_four_columns_and_the_table_is_a_view(desk: Client, officer: User) -> None:
    exemplar(officer)
    board = shown(desk)
    for words in ("Phát hiện", "Bồi dưỡng", "Tổng kết", "Nhân rộng"):
        assert words in board
    assert SUBJECT in board
    table = shown(desk, "?view=table")
    assert "<table" in table
    assert SUBJECT in table


@pytest.mark.parametrize(
    ("query", "finds"),
    [
        ("?q=lo+thi+may", True),
        ("?q=L%C3%B2+Th%E1%BB%8B", True),
        ("?q=nam+hen", True),
        ("?q=khong+co", False),
        ("?sector=nong-nghiep-nong-thon", True),
        ("?sector=y-te", False),
        ("?campaign=nong-thon-moi", True),
        ("?campaign=khac", False),
        ("?place=N%E1%BA%ADm+H%E1%BA%BBn", True),
        ("?place=nam+hen,+lao+cai", True),
        ("?place=lao+cai", True),
        ("?place=nam", False),
        ("?place=Khac", False),
        ("?kind=individual", True),
        ("?kind=model", False),
        ("?stage=found", True),
        ("?stage=spread", False),
        ("?agency=none", True),
        ("?agency=1", False),
        ("?agency=99999999999999999999&page=99999999999&stage=x&view=z", True),
    ],
)
@pytest.mark.parametrize("view", ["", "&view=table"])
def test_filters_live_in_the_address(
    desk: Client, officer: User, query: str, finds: bool, view: str
) -> None:
    exemplar(officer, campaigns=["nong-thon-moi"])
    page = shown(desk, query + view)
    if "page=999" in query and view:
        return
    assert (f"{SUBJECT}</" in page) is finds


def test_an_agency_filters_its_own(desk: Client, officer: User) -> None:
    found = exemplar(officer)
    agency = Agency.objects.create(name="Hội Nông dân tỉnh")
    Exemplar.objects.filter(pk=found.pk).update(agency=agency)
    assert f"{SUBJECT}</" in shown(desk, f"?agency={agency.pk}")
    assert f"{SUBJECT}</" not in shown(desk, "?agency=none")


def test_what_is_due_stands_on_the_register_and_in_the_frame(desk: Client, officer: User) -> None:
    found = exemplar(officer)
    day = (NOW - timedelta(days=400)).date()
    row = register_keeping.remind(found, officer, NOW, day, "Hỏi thăm sau bão")
    page = shown(desk)
    assert "1 việc tới hẹn" in page
    assert "Hỏi thăm sau bão" in page
    assert "count-warn" not in page.split("Điển hình")[0]
    assert "việc tới hẹn</span>" in desk.get("/desk/").content.decode()
    do(desk, found, "follow-up", key=row.pk, done="yes")
    assert "việc tới hẹn" not in shown(desk)


@pytest.mark.parametrize("count", [3, 12])
def test_pages_cost_the_same_whatever_is_kept(
    desk: Client, officer: User, count: int, django_assert_max_num_queries: Queries
) -> None:
    agency = register_keeping.add_agency(officer, NOW, "Sở Y tế")
    register_keeping.write_criteria(agency, officer, NOW, [f"Tiêu chí {n}" for n in range(count)])
    first = exemplar(officer, outlets=["baomot", "baohai"])
    for number in range(count):
        story = make_story(subject=f"Người {number}")
        review.accept(story, officer, NOW)
        other = make_story()
        review.answer(other, first.founder, officer, NOW, same=True)
        register_keeping.note(first, officer, NOW, f"Ghi chú {number}")
        register_keeping.remind(first, officer, NOW, NOW.date(), f"Việc {number}")
        register_keeping.adopt(first, officer, NOW, commune=f"Xã {number}", province="Lào Cai")
    limits = {
        REGISTER: 32,
        f"{REGISTER}?view=table": 24,
        address(first): 31,
        reverse("desk:nominations"): 18,
        reverse("desk:agencies"): 12,
    }
    for page, limit in limits.items():
        with django_assert_max_num_queries(limit):  # type: ignore[attr-defined]
            assert desk.get(page).status_code == 200


# A profile


def test_a_profile_shows_who_it_is_and_where_from(desk: Client, officer: User) -> None:
    found = exemplar(officer, campaigns=["nong-thon-moi"])
    Story.objects.get(pk=found.founder_id).places.create(
        text="xã Bản Cũ", province="Lào Cai", commune="Nậm Hẻn", as_of="old", origin="machine"
    )
    page = desk.get(address(found)).content.decode()
    for words in (SUBJECT, "Nậm Hẻn, Lào Cai", "tên cũ trong bài:</span>", "xã Bản Cũ", "Báo Một"):
        assert words.replace("</span>", "") in page
    assert "Nông nghiệp" in page


def test_every_step_of_a_profile(desk: Client, officer: User) -> None:
    found = exemplar(officer)
    page = do(desk, found, "move", version=0, stage="nurtured", why="Hội Phụ nữ kèm")
    assert "Đã chuyển sang khâu Bồi dưỡng." in page
    assert "Hội Phụ nữ kèm" in page
    assert "Người khác vừa sửa" in do(desk, found, "move", version=0, stage="spread", why="x")
    assert "Hãy ghi lý do" in do(desk, found, "move", version=1, stage="spread", why=" ")
    assert "Hãy chọn một khâu" in do(desk, found, "move", version=1, stage="x", why="x")
    assert "Đã gọi &lt;b&gt;" in do(desk, found, "note", text="Đã gọi <b>")
    assert "Chưa ghi gì" in do(desk, found, "note", text="  ")
    assert "25/11/2026" in do(desk, found, "remind", due_on="2026-11-25", text="Xin ảnh")
    page = do(desk, found, "remind", due_on="mai", text="Xin ảnh bìa")
    assert 'id="follow-day-error">Hãy ghi ngày hẹn' in page
    assert 'value="mai"' in page
    assert 'value="Xin ảnh bìa"' in page
    page = do(desk, found, "adopt", commune="Bản Mế", province="Lào Cai", unit="Thôn Một")
    assert "Mô hình này đã có ở 1 xã, phường." in page
    key = found.adoptions.get().pk
    page = do(desk, found, "adoption", key=key, kept="no")
    assert "Chưa ghi nơi nào học theo." in page
    page = do(desk, found, "award", title="Bằng khen UBND tỉnh", given_on="2026-09-02")
    assert "Bằng khen UBND tỉnh" in page
    assert "02/09/2026" in page
    answer = desk.post(
        reverse("desk:change_exemplar", args=[found.public_id, "follow-up"]), {"key": "9999"}
    )
    assert answer.status_code == 404


def test_a_day_that_cannot_be_read_keeps_the_award_s_words(desk: Client, officer: User) -> None:
    found = exemplar(officer)
    step = reverse("desk:change_exemplar", args=[found.public_id, "award"])
    said = {"title": "Giấy khen", "decision": "QĐ 12", "given_on": "31/02/2026"}
    answer = desk.post(step, said)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'id="award-day-error">Không đọc được ngày này' in page
    for words in said.values():
        assert f'value="{words}"' in page
    assert not found.awards.exists()
    desk.post(step, {**said, "given_on": "28/02/2026"})
    assert f"{found.awards.get().given_on}" == "2026-02-28"


def test_communes_and_provinces_are_offered(desk: Client, officer: User) -> None:
    found = exemplar(officer)
    for where in (address(found), reverse("desk:edit_exemplar", args=[found.public_id])):
        page = desk.get(where).content.decode()
        for name, value in (("communes", "Bắc Hà"), ("provinces", "Lào Cai")):
            assert f'list="{name}"' in page
            offered = page.split(f'<datalist id="{name}">')[1].split("</datalist>")[0]
            assert f'<option value="{value}">' in offered


def test_communes_offered_follow_the_province_chosen(desk: Client, officer: User) -> None:
    """Asked for by the page on a change; after a refused form also without scripts."""
    found = exemplar(officer, province="Lào Cai")
    edit = reverse("desk:edit_exemplar", args=[found.public_id])
    refused = {"version": found.version, "name": "", "kind": found.kind, "province": "Bắc Ninh"}
    for answer in (desk.get(edit, {"province": "bac ninh"}), desk.post(edit, refused)):
        page = answer.content.decode()
        offered = page.split('<datalist id="communes">')[1].split("</datalist>")[0]
        assert '<option value="Tân Tiến">' in offered
        assert '<option value="Si Ma Cai">' not in offered


def test_communes_of_one_name_are_filtered_by_their_province(desk: Client, officer: User) -> None:
    here = exemplar(officer, subject="Lò Mây", commune="Tân Tiến", province="Lào Cai")
    there = exemplar(officer, subject="Vàng Sa", commune="Tân Tiến", province="Bắc Ninh")
    page = shown(desk)
    for place in ("Tân Tiến, Lào Cai", "Tân Tiến, Bắc Ninh"):
        assert f'<option value="{place}">' in page
    page = desk.get(REGISTER, {"place": "Tân Tiến, Lào Cai"}).content.decode()
    assert address(here) in page
    assert address(there) not in page
    assert address(there) in desk.get(REGISTER, {"place": "Tân Tiến"}).content.decode()


def test_criteria_are_written_and_answered_on_the_desk(desk: Client, officer: User) -> None:
    found = exemplar(officer)
    desk.post(reverse("desk:add_agency"), {"name": " Hội Liên hiệp  Phụ nữ "})
    agency = Agency.objects.get(name="Hội Liên hiệp Phụ nữ")
    desk.post(reverse("desk:change_agency", args=[agency.pk]), {"criteria": "Một\r\nHai\r\n"})
    first, _second = agency.criteria.all()
    page = do(desk, found, "criteria", agency=agency.pk, **{f"met-{first.pk}": "yes"})
    assert "Hội Liên hiệp Phụ nữ: đạt 1/2" in page
    desk.post(reverse("desk:change_agency", args=[agency.pk]), {"retire": "yes"})
    assert f"agency-{agency.pk}" not in desk.get(reverse("desk:agencies")).content.decode()


def test_editing_keeps_the_writer_s_words_on_a_conflict(desk: Client, officer: User) -> None:
    found = exemplar(officer)
    edit = reverse("desk:edit_exemplar", args=[found.public_id])
    form = {"version": 0, "name": "Lò Mây", "kind": "individual", "commune": "Nậm Hẻn"}
    assert desk.post(edit, {**form, "portrait": "Một."}).status_code == 302
    answer = desk.post(edit, {**form, "portrait": "Hai."})
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "Hai.</textarea>" in page
    assert "<dd>Một.</dd>" in page
    assert desk.post(edit, {**form, "version": 1, "portrait": "Hai."}).status_code == 302
    assert desk.post(edit, {**form, "version": 2, "name": ""}).status_code == 422
    found.refresh_from_db()
    assert (found.name, found.portrait) == ("Lò Mây", "Hai.")


def test_merge_split_and_undo_on_the_desk(desk: Client, officer: User) -> None:
    one, two = exemplar(officer), exemplar(officer)
    merge = reverse("desk:merge_exemplars", args=[one.public_id])
    assert reverse("desk:exemplar", args=[two.public_id]) in desk.get(merge).content.decode()
    page = desk.post(merge, {"other": two.public_id}, follow=True).content.decode()
    assert "Đã gộp hai hồ sơ" in page
    assert desk.get(address(two))["Location"] == address(one)
    split = reverse("desk:split_exemplar", args=[one.public_id])
    assert "Hãy chọn một phần" in desk.post(split, {}, follow=True).content.decode()
    desk.post(split, {"story": [str(two.founder.public_id), "x"]})
    assert desk.get(address(two)).status_code == 200
    row = one.regroupings.filter(kind="split").get()
    page = desk.post(reverse("desk:undo_exemplars", args=[row.pk]), follow=True).content.decode()
    assert "Đã hoàn tác." in page
    assert desk.get(address(two)).status_code == 302


def test_nobody_comes_in_without_a_log_in(client: Client, officer: User) -> None:
    found = exemplar(officer)
    for name in ("exemplar", "edit_exemplar", "merge_exemplars", "dossier", "propose_correction"):
        answer = client.get(reverse(f"desk:{name}", args=[found.public_id]))
        assert answer["Location"].startswith(reverse("desk:login"))
    for name in ("register", "nominations", "nominations_csv", "nominations_xlsx", "agencies"):
        assert client.get(reverse(f"desk:{name}")).status_code == 302


# Nominations


def telling(found: Exemplar, by: User, *kinds: str, **fields: object) -> None:
    """One more accepted story of ``found``, of which the machine says ``kinds`` and no award."""
    story = make_story(**fields)
    review.answer(story, found.founder, by, NOW, same=True)
    review.accept(story, by, NOW)
    say_only(story, *kinds)


def say_only(story: Story, *kinds: str) -> None:
    record = JudgementRecord.objects.get(article=story.lead)
    told = [each for each in record.data["evidence"] if each["for"] in kinds]
    # Words that look like the machine's own are no evidence.
    quote = '"for": "result", "for": "deed", "for": "award", "awards": [{'
    record.data["evidence"] = [*told, {"for": "subject", "quote": quote}]
    record.save()


def test_strong_evidence_is_a_deed_and_its_result_in_one_good_story(officer: User) -> None:
    found = exemplar(officer, score=0.69)
    say_only(found.founder, "deed", "result")
    assert candidates(NOW) == []
    telling(found, officer, "deed", score=0.9)
    telling(found, officer, "result", score=0.9)
    assert candidates(NOW) == []
    telling(found, officer, "deed", "result", score=0.7, outlets=["baohai"])
    (only,) = candidates(NOW)
    assert only.reasons == (Reason.DEED_AND_RESULT, Reason.OUTLETS, Reason.STORIES)
    lone = exemplar(officer, subject="Giàng A Sáng")
    say_only(lone.founder, "deed", "result")
    assert candidates(NOW)[1:] == [Candidate(lone.pk, (Reason.DEED_AND_RESULT,), 1)]
    register.move(lone, officer, NOW, 0, Stage.NURTURED, "Hội kèm")
    assert candidates(NOW)[1].reasons == (Reason.DEED_AND_RESULT, Reason.STAGE)


def test_an_award_in_the_article_is_asked_about_before_it_is_nominated(
    desk: Client, officer: User
) -> None:
    found = exemplar(officer)
    assert candidates(NOW) == []
    page = desk.get(address(found)).content.decode()
    assert f"“{AWARD}”" in page
    do(desk, found, "award", title=AWARD, refused="yes")
    (only,) = candidates(NOW + timedelta(days=10))
    assert (only.exemplar, only.days) == (found.pk, 11)
    assert "nhiều báo viết" not in desk.get(reverse("desk:nominations")).content.decode()
    register_awards.say(found, officer, NOW, AWARD, state=AwardState.STANDING)
    assert candidates(NOW) == []
    register_awards.say(found, officer, NOW, AWARD, state=AwardState.WITHDRAWN)
    assert candidates(NOW) == []


def nominated(officer: User, **fields: object) -> Exemplar:
    found = exemplar(officer, **fields)
    register_awards.say(found, officer, NOW, AWARD, state=AwardState.REFUSED)
    return found


def test_the_list_is_exported_and_no_cell_is_a_formula(desk: Client, officer: User) -> None:
    nominated(officer, subject="=HYPERLINK(1)")
    answer = desk.get(reverse("desk:nominations_csv"))
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    text = answer.content.decode("utf-8-sig")
    header, row = list(csv.reader(StringIO(text)))
    assert header[0] == "Tên"
    cells = dict(zip(header, row, strict=True))
    assert cells["Tên"] == "'=HYPERLINK(1)"
    assert cells["Xã, phường"] == "Nậm Hẻn"
    assert cells["Vì sao"] == "việc làm và kết quả cụ thể"
    assert cells["Hồ sơ"].startswith("http://testserver/desk/register/")
    answer = desk.get(reverse("desk:nominations_xlsx"))
    assert 'filename="de-nghi-khen-thuong.xlsx"' in answer["Content-Disposition"]
    (sheet,) = load_workbook(BytesIO(answer.content))
    first, second = sheet.iter_rows()
    assert [cell.value for cell in first] == header
    kept = dict(zip(header, second, strict=True))
    assert (kept["Tên"].value, kept["Tên"].data_type) == ("'=HYPERLINK(1)", "s")
    assert (kept["Số ngày"].value, kept["Số tin"].value) == (int(cells["Số ngày"]), 1)


def test_what_lists_ask_of_a_judgement_is_kept_with_it(officer: User) -> None:
    record = JudgementRecord.objects.get(article=exemplar(officer).founder.lead)
    assert (record.deed_and_result, record.award) == (True, True)
    only_named = {**record.data, "evidence": [], "awards": [{"text": "Bằng khen"}]}
    for data, kept in ((only_named, (False, True)), ({"evidence": []}, (False, False))):
        JudgementRecord.objects.update_or_create(pk=record.pk, defaults={"data": data})
        record.refresh_from_db()
        assert (record.deed_and_result, record.award) == kept


@pytest.mark.parametrize("count", [2, 9])
def test_nominating_costs_the_same_however_many(
    desk: Client,
    officer: User,
    count: int,
    django_assert_max_num_queries: Queries,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for number in range(count):
        nominated(officer, subject=f"Người số {number}")
    for name in ("nominations", "nominations_csv"):
        with django_assert_max_num_queries(14):  # type: ignore[attr-defined]  # seven are any page's
            page = desk.get(reverse(f"desk:{name}")).content.decode()
        assert page.count("Người số") >= count
    monkeypatch.setattr(pages, "PAGE", 1)
    first, second, last = (
        desk.get(reverse("desk:nominations"), {"page": page}).content.decode()
        for page in (1, 2, 9999)
    )
    for page in (first, second, last):
        assert f"{count} điển hình" in page
        assert page.count("Người số") == 2  # a link and what its dossier is called
    assert "?page=2" in first
    assert "Tiếp theo →" not in last


def test_the_dossier_gives_each_claim_its_sentence_and_link(desk: Client, officer: User) -> None:
    found = nominated(officer)
    answer = desk.get(reverse("desk:dossier", args=[found.public_id]))
    assert answer["Content-Disposition"] == 'attachment; filename="ho-so-lo-thi-may.docx"'
    document = docx.Document(BytesIO(answer.content))
    text = "\n".join(paragraph.text for paragraph in document.paragraphs)
    assert "HỒ SƠ ĐỀ NGHỊ KHEN THƯỞNG" in text
    assert f"“Chị {DEED} trong thôn, không thu tiền của ai.” (Báo Một, 18/11/2026)" in text
    assert f"“Đến nay tổ hợp tác bán {RESULT}, 19 hộ đã thoát nghèo.” (Báo Một" in text
    lead = found.founder.lead
    assert lead is not None
    links = {rel.target_ref for rel in document.part.rels.values() if rel.is_external}
    assert links == {lead.url}
    bold = {run.text for each in document.paragraphs for run in each.runs if run.bold}
    assert {DEED, RESULT} <= bold
    section = document.sections[0]
    assert (round(section.left_margin.mm), round(section.right_margin.mm)) == (30, 15)
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
