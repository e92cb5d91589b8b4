"""The quarter's report: what it counts, that it stays so, the paper, the list behind a figure."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest
from click.testing import CliRunner
from django.core import mail
from django.test import Client
from docx import Document
from openpyxl import load_workbook

from pipeline import review
from pipeline.cli import cli
from pipeline.config.home import Home
from pipeline.config.office import load_office
from pipeline.publish.mail.sending import Mailer
from pipeline.publish.outbox import publish_due
from pipeline.publish.outcomes import NotSent
from pipeline.publish.withdrawal import withdraw
from pipeline.report import annex, quarterly
from pipeline.report.coverage import coverage
from pipeline.report.names import Names, names_of
from pipeline.report.paper import paper
from pipeline.report.period import Period, Quarter
from pipeline.report.reminding import keep_in_time
from pipeline.review import register, register_keeping
from pipeline.review.register_nominations import Candidate
from pipeline.store.models import (
    Article,
    AuditEntry,
    Exemplar,
    QuarterReport,
    Role,
    Stage,
    Story,
    User,
)
from pipeline.text.clock import VIETNAM
from tests.factories import NOW, make_story, make_user
from tests.homes import make_home
from tests.publishing import approved_edition

pytestmark = pytest.mark.django_db
Q4 = Quarter(2026, 4)
CUT = datetime(2026, 12, 11, 8, 0, tzinfo=VIETNAM)
"""The morning after the cut-off."""


@pytest.fixture
def home(tmp_path: Path, settings: Any) -> Home:
    settings.HOME = make_home(tmp_path)
    return make_home(tmp_path)


@pytest.fixture
def names(home: Home) -> Names:
    return names_of(home)


@pytest.fixture
def editor() -> User:
    return make_user("canbo", Role.BOARD)


def accepted(by: User, at: datetime = NOW, **fields: Any) -> Story:
    story = make_story(**fields)
    review.accept(story, by, at)
    story.refresh_from_db()
    return story


def take(home: Home, names: Names, at: datetime = CUT) -> QuarterReport:
    return quarterly.take(Q4, load_office(home.office_file), names, at)


def numbers(report: QuarterReport) -> dict[str, int]:
    return {name: len(ids) for name, ids in report.figures["counts"].items()}


def test_what_is_counted(home: Home, names: Names, editor: User) -> None:
    office = load_office(home.office_file)
    edition = approved_edition(3, office)  # three accepted, one edition
    publish_due(office=office, home=home, now=NOW)
    make_story(label="no", score=0.1)
    make_story(found_at=NOW - timedelta(days=100))
    elsewhere = accepted(editor, province="Sơn La", commune="Mường Bú", subject="Đội Bản Lúa")
    assert elsewhere.exemplar is not None
    register.move(elsewhere.exemplar, editor, NOW, 0, Stage.NURTURED, "Phân công hội dìu dắt")
    report = take(home, names)
    counted = numbers(report)
    assert counted["accepted"] == 4
    assert counted["published"] == 3
    assert counted["nurtured"] == 1
    assert counted["summed_up"] == counted["spread"] == 0
    assert counted["seen"] == Story.objects.exclude(label="no").count() - 1  # one is too old
    outlets = {row["key"]: len(row["accepted"]) for row in report.figures["tables"]["outlet"]}
    assert outlets == {"bao0": 1, "bao1": 1, "bao2": 1, "baomot": 1}
    communes = [row["name"] for row in report.figures["tables"]["commune"]]
    assert "Mường Bú" not in communes  # of another province
    assert report.figures["gaps"]["communes_of"] == 99
    assert [row["key"] for row in report.figures["channels"]] == [
        *("portal", "radio", "sms", "poster", "brief", "press"),  # no dry run of posts
    ]
    assert edition.number in report.figures["channels"][0]["editions"]


def test_rows_alike_stand_in_the_order_of_the_alphabet(
    home: Home, names: Names, editor: User
) -> None:
    for name in ("Y Tý", "Đồng Cuông", "Bắc Hà", "Âu Lâu"):
        story = accepted(editor, commune=name, subject=name)
        assert story.lead is not None
        story.lead.url += "?utm_source=zalo"
        story.lead.save(update_fields=["url"])
    figures = take(home, names).figures
    communes = [row["name"] for row in figures["tables"]["commune"]]
    assert communes == ["Âu Lâu", "Bắc Hà", "Đồng Cuông", "Y Tý"]
    assert not any("utm_" in told["url"] for told in figures["stories"].values())


@pytest.mark.parametrize(
    ("moves", "counted"),
    [
        (["nurtured", "summed_up"], {"nurtured": 1, "summed_up": 1, "spread": 0}),
        (["spread"], {"nurtured": 0, "summed_up": 0, "spread": 1}),
        (["spread", "found"], {"nurtured": 0, "summed_up": 0, "spread": 0}),
        (["spread", "nurtured"], {"nurtured": 1, "summed_up": 0, "spread": 0}),
        (["nurtured", "found", "nurtured"], {"nurtured": 1, "summed_up": 0, "spread": 0}),
    ],
)
def test_a_step_that_was_undone_within_the_period_is_none(
    home: Home, names: Names, editor: User, moves: list[str], counted: dict[str, int]
) -> None:
    exemplar = accepted(editor).exemplar
    assert exemplar is not None
    for version, stage in enumerate(moves):
        moment = NOW + timedelta(hours=version)
        register.move(exemplar, editor, moment, version, Stage(stage), "Theo biên bản")
    after = CUT - timedelta(hours=1)  # the period ended at midnight
    register.move(exemplar, editor, after, len(moves), Stage.SUMMED_UP, "Sau kỳ báo cáo")
    found = numbers(take(home, names))
    assert {name: found[name] for name in counted} == counted


def test_a_source_that_gives_only_the_day_says_nothing_about_hours(
    home: Home, names: Names, editor: User
) -> None:
    story = accepted(editor)
    assert take(home, names).figures["hours"]["found"] == 0.3  # twenty minutes
    QuarterReport.objects.all().delete()
    Article.objects.filter(story=story).update(date_precision="day")
    assert take(home, names).figures["hours"]["found"] is None


def test_a_story_taken_back_is_not_reported_as_spread(home: Home, names: Names) -> None:
    office = load_office(home.office_file)
    edition = approved_edition(2, office)
    publish_due(office=office, home=home, now=NOW)
    story = Story.objects.get(public_id=edition.content["items"][0]["public_id"])
    withdraw(story, None, NOW, "nguồn đã gỡ", office=office, home=home)
    assert numbers(take(home, names))["published"] == 1


def test_asked_twice_it_is_the_same_report(home: Home, names: Names, editor: User) -> None:
    accepted(editor)
    first = take(home, names)
    accepted(editor)
    again = take(home, names, CUT + timedelta(days=3))
    assert (again.pk, again.figures) == (first.pk, first.figures)
    with pytest.raises(TypeError, match="frozen"):
        first.save()


def test_before_the_cut_off_nothing_is_frozen(home: Home, names: Names, editor: User) -> None:
    accepted(editor)
    with pytest.raises(ValueError, match=r"10/12/2026.*--so-far"):
        take(home, names, NOW)
    office = load_office(home.office_file)
    draft = quarterly.so_far(Q4, office, names, NOW)
    assert numbers(draft)["accepted"] == 1
    said = words(Document(BytesIO(paper(draft, office, home))))
    assert f"(số liệu tạm tính đến ngày {NOW.astimezone(VIETNAM):%d/%m/%Y})" in said
    assert not QuarterReport.objects.exists()


def test_a_quarter_before_anything_was_found_is_not_frozen(
    home: Home, editor: User, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_story(found_at=datetime(2026, 11, 2, tzinfo=VIETNAM))
    monkeypatch.setenv("GUONGSANG_HOME", str(home.root))
    monkeypatch.setattr("pipeline.cli.reporting.utc_now", lambda: CUT)
    done = CliRunner().invoke(cli, ["report", "quarter", "2001Q1", "--json"])
    assert done.exit_code == 2
    assert "xem lại năm và quý" in done.output
    client.force_login(editor)
    page = client.post("/desk/reports/2001Q1/take/", follow=True).content.decode()
    assert "đến hết kỳ báo cáo 2001Q1 (10/03/2001) chưa có tin nào được ghi nhận" in page
    assert not QuarterReport.objects.exists()


def test_the_next_report_begins_where_this_one_ends(home: Home, names: Names) -> None:
    make_story()
    take(home, names)
    office = load_office(home.office_file)
    coming = quarterly.coming(Quarter(2027, 1), office)
    assert f"{coming.first:%d/%m/%Y}–{coming.last:%d/%m/%Y}" == "11/12/2026–10/03/2027"


def words(document: Any) -> str:
    """All text, in its order, tables and links too."""
    body = document.element.body
    return "\n".join(
        "".join(node.text or "" for node in paragraph.iter() if node.tag.endswith("}t"))
        for paragraph in body.iter()
        if paragraph.tag.endswith("}p")
    )


def test_the_paper(home: Home, names: Names, editor: User) -> None:
    office = load_office(home.office_file)
    accepted(editor, title="Tổ <đỏ> & xanh", campaigns=["nong-thon-moi"])
    report = take(home, names)
    document = Document(BytesIO(paper(report, office, home)))
    section = document.sections[0]
    lengths = (
        *(section.page_width, section.page_height, section.top_margin, section.bottom_margin),
        *(section.left_margin, section.right_margin),
    )
    assert [round(each.mm) for each in lengths if each] == [210, 297, 20, 20, 30, 20]
    assert section.different_first_page_header_footer
    text = words(document)
    for line in (
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "Số:          /BC-TĐKT",
        "Kính gửi: Ủy ban nhân dân tỉnh Lào Cai",
        "quý IV năm 2026",
        "từ ngày 11/09/2026 đến ngày 10/12/2026 (số liệu chốt ngày 11/12/2026)",
        "tiếp nhận 1 tin, bài",
        "5. Tính kịp thời",
        "trong vòng chưa đầy 01 giờ kể từ khi báo đăng",
        "Trong kỳ chưa có điển hình được đưa vào diện bồi dưỡng.",
        "99/99 xã, phường chưa có điển hình",
        "Nơi nhận:",
        "QUYỀN HẠN, CHỨC VỤ CỦA NGƯỜI KÝ",
    ):
        assert line in text
    assert not re.search(r"\{[{%]|None|\[\[", text)
    links = {each.target_ref for each in document.part.rels.values() if each.is_external}
    assert f"{office.site_url}/desk/reports/2026Q4/accepted/" in links


def test_exemplars_of_other_provinces_are_told_apart(
    home: Home, names: Names, editor: User, client: Client
) -> None:
    accepted(editor, commune="Bắc Hà", subject="Tổ Một")
    accepted(editor, province="Sơn La", commune="Mường Bú", subject="Tổ Hai")
    report, office = take(home, names), load_office(home.office_file)
    text = words(Document(BytesIO(paper(report, office, home))))
    assert "theo dõi 2 điển hình mới, trong đó 1 điển hình ở Lào Cai." in text
    assert "cộng các dòng không ra tổng số" in text
    del report.figures["counts"]["exemplars_here"]  # as a version before froze it
    QuarterReport.objects.filter(pk=report.pk).update(figures=report.figures)
    client.force_login(editor)
    assert client.get(f"/desk/reports/{report.quarter}/").status_code == 200
    assert client.get(f"/desk/reports/{report.quarter}/exemplars_here/").status_code == 404
    text = words(Document(BytesIO(paper(report, office, home))))
    assert "theo dõi 2 điển hình mới." in text


def test_an_office_edits_the_template(home: Home, names: Names, editor: User) -> None:
    accepted(editor)
    report, office = take(home, names), load_office(home.office_file)
    folder = home.root / "templates" / "report"
    folder.mkdir(parents=True)
    own = Document()
    own.add_paragraph("Đã nhận {{ plain.accepted }} ({{ in_words.accepted }}) tin.")
    own.save(str(folder / "quarter.docx"))
    assert "Đã nhận 1 (một) tin." in words(Document(BytesIO(paper(report, office, home))))


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("{% for x in %}", "bị thiếu hay sai"),
        ("Từ ngày {{ first }", "bị thiếu hay sai"),
        ("Kỳ này nhận {{ frist }} tin.", "“frist”, ở đoạn: “Kỳ này nhận {{ frist }} tin.”"),
        ("Có {{ plain.frist }} tin.", "“frist”, ở đoạn: “Có {{ plain.frist }} tin.”"),
        ("{% for x in frist %}{% endfor %}", "ở đoạn: “{% for x in frist %}{% endfor %}”"),
        ("{{ first|khong }}", "khong"),
        ("{{ 1/0 }}", "không tính được"),
        (None, "không phải tệp Word"),
    ],
)
def test_the_office_hears_of_faults_in_its_template(
    home: Home, names: Names, editor: User, client: Client, typed: str | None, told: str
) -> None:
    make_story()
    report, office = take(home, names), load_office(home.office_file)
    folder = home.root / "templates" / "report"
    folder.mkdir(parents=True)
    if typed is None:
        (folder / "quarter.docx").write_bytes(b"PK no zip")
    else:
        own = Document()
        own.add_paragraph(typed)
        own.save(str(folder / "quarter.docx"))
    with pytest.raises(ValueError, match=r"quarter\.docx.* → ") as fault:
        paper(report, office, home)
    assert told in str(fault.value)
    client.force_login(editor)
    page = client.get("/desk/reports/2026Q4/bao-cao.docx", follow=True)
    assert "quarter.docx" in page.content.decode()


def test_every_figure_of_the_paper_leads_to_its_list(
    home: Home, names: Names, editor: User, client: Client
) -> None:
    office = load_office(home.office_file)
    approved_edition(2, office)
    publish_due(office=office, home=home, now=NOW)
    report = take(home, names)
    document = Document(BytesIO(paper(report, office, home)))
    links = {each.target_ref for each in document.part.rels.values() if each.is_external}
    ours = f"{office.site_url}/desk/"
    assert f"{ours}reports/2026Q4/channel/0/" in links
    client.force_login(editor)
    for address in links:
        assert address.startswith(ours)
        shown = client.get(address.removeprefix(office.site_url))
        assert shown.status_code == 200, address
    listed = client.get("/desk/reports/2026Q4/channel/0/").content.decode()
    assert "1 lượt phát" in listed
    assert client.get("/desk/reports/2026Q4/channel/99/").status_code == 404


def test_only_our_own_province_is_proposed(
    home: Home, names: Names, editor: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = accepted(editor, province="Lào Cai", subject="Lò Thị Mẫu")
    theirs = accepted(editor, province="Sơn La", subject="Cà Văn Mẫu")
    made = [Candidate(each.exemplar_id, (), 39) for each in (theirs, ours) if each.exemplar_id]
    assert len(made) == 2
    monkeypatch.setattr("pipeline.report.figures.candidates", lambda _now: made)
    assert [each["name"] for each in take(home, names).figures["proposals"]] == ["Lò Thị Mẫu"]


def test_the_paper_proposes_by_name_with_a_link(home: Home, names: Names, editor: User) -> None:
    make_story()
    office, report = load_office(home.office_file), take(home, names)
    report.figures["proposals"] = [
        {"id": "a1", "name": name, "kind": "individual", "place": "", "days": 39, "stories": ["x"]}
        for name in ("Bà Lò Thị Mẫu", "Tổ hợp tác Bản Mẫu")
    ]
    document = Document(BytesIO(paper(report, office, home)))
    assert "1. Bà Lò Thị Mẫu: 1 tin, bài; phát hiện cách đây 39 ngày;\n2. Tổ" in words(document)
    links = {each.target_ref for each in document.part.rels.values() if each.is_external}
    assert f"{office.site_url}/desk/register/a1/" in links


def test_the_tables_hold_what_the_paper_says(home: Home, names: Names, editor: User) -> None:
    accepted(editor, title="=HYPERLINK(1)")
    report, office = take(home, names), load_office(home.office_file)
    book = load_workbook(BytesIO(annex.workbook(report, office)))
    assert book["Lĩnh vực"]["B2"].value == 1
    assert book["Danh sách tin"]["A2"].value == "'=HYPERLINK(1)"


def test_every_figure_of_the_page_leads_to_its_list(
    home: Home, names: Names, editor: User, client: Client, django_assert_max_num_queries: Any
) -> None:
    story = accepted(editor)
    take(home, names)
    client.force_login(editor)
    page = client.get("/desk/reports/2026Q4/").content.decode()
    lists = set(re.findall(r'href="(/desk/reports/2026Q4/[^"]+/)"', page)) - {
        "/desk/reports/2026Q4/sent/"
    }
    assert len(lists) >= 5
    for address in lists:
        with django_assert_max_num_queries(20):
            listed = client.get(address).content.decode()
        assert story.headline in listed or story.subject in listed, address
    assert client.get("/desk/reports/2026Q4/bao-cao.docx").content[:2] == b"PK"
    assert client.get("/desk/reports/2026Q4/phu-luc.xlsx").content[:2] == b"PK"
    for wrong in ("2026Q5/", "2026Q4/khong-co/", "2026Q4/sector/99/accepted/", "2030Q1/"):
        assert client.get(f"/desk/reports/{wrong}").status_code == 404


def test_the_owner_is_reminded_until_it_went_out(home: Home, names: Names, editor: User) -> None:
    office = load_office(home.office_file)

    def day(number: int) -> str:
        return keep_in_time(office, names, datetime(2026, 12, number, 7, tzinfo=VIETNAM))

    assert day(11) == "nothing due", "an office that was not at work in the period"
    make_story(found_at=datetime(2026, 11, 2, tzinfo=VIETNAM))
    assert day(10) == "nothing due"
    assert day(11) == "2026Q4 taken"
    # On the 12th the server was off, on the 16th it was not.
    for number in (13, 13, 14, 16):
        day(number)
    assert [letter.to for letter in mail.outbox] == [["baochi@tinh.example"]] * 2
    assert "chậm nhất 19/12/2026" in mail.outbox[0].subject
    assert "/desk/reports/2026Q4/" in str(mail.outbox[0].body)
    assert quarterly.mark_sent(QuarterReport.objects.get(), editor, CUT)
    assert not quarterly.mark_sent(QuarterReport.objects.get(), editor, CUT)
    day(18)
    assert len(mail.outbox) == 2


def test_what_was_said_to_be_sent_by_mistake_is_taken_back(
    home: Home, names: Names, editor: User, client: Client
) -> None:
    make_story()
    report = take(home, names)
    address = f"/desk/reports/{report.quarter}/"
    client.force_login(editor)

    def undo() -> str:
        return client.post(f"{address}sent/", {"undo": "yes"}, follow=True).content.decode()

    assert "Đã ký và gửi" in undo()
    assert not AuditEntry.objects.filter(action="report.unsent").exists()
    assert "Bấm nhầm, chưa gửi" in client.post(f"{address}sent/", follow=True).content.decode()
    report.refresh_from_db()
    assert (report.sent_by, report.sent_at is None) == (editor, False)
    assert "Đã ký và gửi" in undo()
    report.refresh_from_db()
    assert (report.sent_by, report.sent_at) == (None, None)
    assert AuditEntry.objects.filter(action="report.unsent", actor=editor).count() == 1
    office = load_office(home.office_file)
    keep_in_time(office, names, datetime(2026, 12, 18, 7, tzinfo=VIETNAM))
    assert len(mail.outbox) == 1


def test_a_mail_server_that_is_away_costs_no_reminder(
    home: Home, names: Names, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_story(found_at=datetime(2026, 11, 2, tzinfo=VIETNAM))
    office, twelfth = load_office(home.office_file), datetime(2026, 12, 12, 7, tzinfo=VIETNAM)
    with monkeypatch.context() as patch:
        patch.setattr(Mailer, "__enter__", refuses)
        with pytest.raises(NotSent):
            keep_in_time(office, names, twelfth)
    assert keep_in_time(office, names, twelfth) == "2026Q4 stands, reminded"


@pytest.mark.parametrize(("again", "next_day"), [(True, "reminded"), (False, "reminded before")])
def test_a_reminder_that_is_turned_away_for_now_is_still_owed(
    again: bool, next_day: str, home: Home, names: Names, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_story(found_at=datetime(2026, 11, 2, tzinfo=VIETNAM))
    office, twelfth = load_office(home.office_file), datetime(2026, 12, 12, 7, tzinfo=VIETNAM)
    turned_away = Mock(side_effect=NotSent("Máy chủ thư từ chối", again=again))
    with monkeypatch.context() as patch:
        patch.setattr(Mailer, "send", turned_away)
        for _ in range(2):  # the second finds the note of the first
            with suppress(NotSent):
                keep_in_time(office, names, twelfth)
    assert turned_away.call_count == (2 if again else 1)
    thirteenth = twelfth + timedelta(days=1)
    assert keep_in_time(office, names, thirteenth) == f"2026Q4 stands, {next_day}"
    assert keep_in_time(office, names, thirteenth) == "2026Q4 stands, reminded before"


def refuses(mailer: object) -> None:
    raise NotSent("Máy chủ thư không trả lời", again=True)


def test_a_quarter_whose_end_nobody_ran_is_taken_later(home: Home, names: Names) -> None:
    make_story(found_at=datetime(2026, 11, 2, tzinfo=VIETNAM))
    keep_in_time(load_office(home.office_file), names, datetime(2027, 1, 5, 7, tzinfo=VIETNAM))
    assert QuarterReport.objects.get().quarter == "2026Q4"


def test_no_day_is_counted_twice_when_a_quarter_is_made_up_for(
    home: Home, names: Names, editor: User, client: Client
) -> None:
    office, late = load_office(home.office_file), datetime(2027, 1, 5, tzinfo=VIETNAM)
    make_story(found_at=datetime(2026, 6, 1, tzinfo=VIETNAM))
    quarterly.take(Quarter(2026, 2), office, names, late)
    fourth = quarterly.take(Quarter(2026, 4), office, names, late)
    assert f"{fourth.first_day:%d/%m/%Y}" == "11/06/2026"
    text = words(Document(BytesIO(paper(fourth, office, home))))
    assert "gồm cả số liệu quý III/2026, chưa có báo cáo riêng" in text
    with pytest.raises(ValueError, match="2026Q3 đã nằm trong các báo cáo khác"):
        quarterly.take(Quarter(2026, 3), office, names, late)
    client.force_login(editor)
    assert "2026Q3" in client.get("/desk/reports/2026Q4/").content.decode()
    assert client.get("/desk/reports/2026Q3/").status_code == 404


def test_what_was_only_prepared_is_no_channel_of_the_paper(
    home: Home, names: Names, editor: User, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [
        {"key": key, "name": name, "prepared": ready, "editions": [1], "messages": 1, "each": [1]}
        for key, name, ready in (("sms", "SMS", True), ("portal", "Cổng", False))
    ]
    monkeypatch.setattr("pipeline.report.figures._channels", lambda inside: rows)
    make_story()
    report, office = take(home, names), load_office(home.office_file)
    text = words(Document(BytesIO(paper(report, office, home))))
    assert "Phát qua 1 kênh" in text
    assert "Soạn sẵn để các đơn vị sử dụng: SMS (1 kỳ)." in text
    book = load_workbook(BytesIO(annex.workbook(report, office)))
    assert [row[0].value for row in book["Kênh"].iter_rows(min_row=2)] == ["Cổng"]
    assert [row[0].value for row in book["Tài liệu soạn sẵn"].iter_rows(min_row=2)] == ["SMS"]
    client.force_login(editor)
    page = client.get("/desk/reports/2026Q4/").content.decode()
    assert "không tính là kênh đã phát" in page
    assert client.get("/desk/reports/2026Q4/channel/1/").status_code == 200


def test_an_exemplar_without_an_accepted_story_counts_nowhere(
    home: Home, names: Names, editor: User
) -> None:
    story = accepted(editor, province="Lào Cai", commune="Si Ma Cai")
    assert story.exemplar is not None
    register.move(story.exemplar, editor, NOW, 0, Stage.NURTURED, "Phân công hội dìu dắt")
    agency = register_keeping.add_agency(editor, NOW, "Hội Nông dân tỉnh")
    Exemplar.objects.update(agency=agency)
    office = load_office(home.office_file)
    period = Period((NOW - timedelta(days=9)).date(), NOW.date())
    before = coverage(period, office, names)
    assert before.agencies_without == []
    assert "Si Ma Cai" not in before.without
    review.reject(story, editor, NOW, "không phải gương")
    found = coverage(period, office, names)
    assert found.agencies_without == ["Hội Nông dân tỉnh"]
    assert "Si Ma Cai" in found.without
    counted = numbers(take(home, names))
    assert counted["exemplars"] == counted["nurtured"] == 0


def test_the_command(home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GUONGSANG_HOME", str(home.root))
    monkeypatch.setattr("pipeline.cli.reporting.utc_now", lambda: CUT)
    file = tmp_path / "q4.docx"
    make_story()

    def run(*arguments: str) -> Any:
        return CliRunner().invoke(cli, ["report", *arguments])

    done = run("quarter", "2026Q4", "-o", str(file), "--json")
    assert json.loads(done.stdout)["last_day"] == "2026-12-10"
    assert file.read_bytes()[:2] == b"PK"
    assert run("quarter", "2026Q9").exit_code == 2
    assert run("quarter", "2027Q3").exit_code == 1
    assert json.loads(run("coverage", "--json").stdout)["without"]
    table = run("coverage").stdout
    assert table.startswith("commune")
    assert "99 of 99 communes without any" in table
