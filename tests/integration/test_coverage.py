"""Who has reported nothing: the rows, what they count, the list behind each, page = CSV = JSON."""

from __future__ import annotations

import csv
import re
from datetime import timedelta
from html import unescape
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from openpyxl import load_workbook

from pipeline import review
from pipeline.config.home import Home
from pipeline.config.office import load_office
from pipeline.publish.outbox import publish_due
from pipeline.report import quarterly
from pipeline.report.coverage import Coverage, coverage
from pipeline.report.names import Names, names_of
from pipeline.report.period import Period, Quarter
from pipeline.review import register_keeping
from pipeline.store.models import Agency, Exemplar, Role, Story, User
from tests.factories import NOW, make_story, make_user
from tests.publishing import approved_edition

pytestmark = pytest.mark.django_db
PERIOD = Period((NOW - timedelta(days=9)).date(), NOW.date())


@pytest.fixture
def names(home: Home) -> Names:
    return names_of(home)


@pytest.fixture
def editor() -> User:
    return make_user("canbo", Role.BOARD)


def accepted(by: User, **fields: Any) -> Story:
    story = make_story(**fields)
    review.accept(story, by, NOW)
    story.refresh_from_db()
    return story


def covered(home: Home, names: Names) -> Coverage:
    return coverage(PERIOD, load_office(home.office_file), names)


def told(rows: Any) -> dict[str, tuple[int | None, ...]]:
    return {row.name: tuple(row.numbers().values()) for row in rows if not row.empty}


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        ("den=9999-12-31", "2000 đến 2099"),
        ("tu=0001-01-01", "2000 đến 2099"),
        ("tu=x", "không đọc được"),
        ("tu=2026-11-22&den=2026-11-02", "Từ ngày 22/11/2026 lại sau đến ngày 02/11/2026"),
        ("tu=2027-01-02&den=2026-12-31", "Từ ngày 02/01/2027 lại sau đến ngày 31/12/2026"),
    ],
)
def test_what_is_no_period_is_told(
    asked: str, why: str, home: Home, editor: User, client: Client
) -> None:
    client.force_login(editor)
    page = client.get(f"/desk/coverage/?{asked}")
    assert page.status_code == 200
    assert re.search(rf'role="alert"><p>[^<]*{why}[^<]*90 ngày', page.content.decode())
    for form in ("json", "csv", "xlsx"):
        refused = client.get(f"/desk/coverage/?{asked}&format={form}")
        assert (refused.status_code, why in refused.content.decode()) == (400, True)
    row = f"/desk/coverage/commune/accepted/?name=Si Ma Cai&{asked}"
    assert client.get(row).status_code == 404


def test_who_has_reported_nothing(home: Home, names: Names, editor: User) -> None:
    accepted(editor, commune="Si Ma Cai")
    office = load_office(home.office_file)
    period = Period((NOW - timedelta(days=9)).date(), NOW.date())
    found = coverage(period, office, names)
    assert (found.communes[0].name, found.communes[0].numbers()["accepted"]) == ("Si Ma Cai", 1)
    assert len(found.without) == len(found.communes) - 1
    assert "Si Ma Cai" not in found.without
    assert {row.name: row.numbers()["accepted"] for row in found.sectors}[
        "Nông nghiệp - nông thôn"
    ] == 1


def test_coverage_as_page_csv_and_json(home: Home, editor: User, client: Client) -> None:
    client.force_login(editor)
    assert "99 xã, phường chưa có gương nào" in client.get("/desk/coverage/").content.decode()
    table = client.get("/desk/coverage/?format=csv").content.decode("utf-8-sig")
    assert table.count("\n") > 99
    told = client.get("/desk/coverage/?format=json&tu=2026-01-01&den=2026-11-22").json()
    assert len(told["communes"]) == 99
    assert (told["first_day"], told["last_day"]) == ("2026-01-01", "2026-11-22")


def test_what_names_no_commune_has_a_row_of_its_own(home: Home, names: Names, editor: User) -> None:
    accepted(editor, province="Lào Cai", commune="")
    accepted(editor, province="Lào Cai", commune="Xã Không Còn", subject="Tổ Hai")
    accepted(editor, province="Sơn La", commune="Mường Bú", subject="Tổ Ba")
    found = covered(home, names)
    assert told(found.communes) == {"Chưa rõ": (1, 0, 1), "Xã Không Còn": (1, 0, 1)}
    assert [row.name for row in found.communes[-2:]] == ["Chưa rõ", "Xã Không Còn"]
    assert found.asked == len(found.without) == 99


def test_an_agency_that_is_retired_is_asked_no_more(home: Home, names: Names, editor: User) -> None:
    """It keeps its row while it looks after somebody found in the period."""
    for name in ("Hội Cũ", "Hội Bỏ", "Hội Mới"):
        register_keeping.add_agency(editor, NOW, name)
    Agency.objects.exclude(name="Hội Mới").update(retired=True)
    cared = accepted(editor, subject="Tổ Một").exemplar
    accepted(editor, subject="Tổ Hai")
    assert cared is not None
    Exemplar.objects.filter(pk=cared.pk).update(agency=Agency.objects.get(name="Hội Cũ"))
    found = covered(home, names)
    assert [row.name for row in found.agencies] == ["Hội Mới", "Hội Cũ", "Chưa giao đơn vị nào"]
    assert told(found.agencies) == {
        "Hội Cũ": (None, None, 1),
        "Chưa giao đơn vị nào": (None, None, 1),
    }
    assert found.agencies_without == ["Hội Mới"]


def test_a_commune_with_something_published_only_is_not_without(home: Home, names: Names) -> None:
    """Found and accepted before the period, out within it: the report says so, too."""
    office = load_office(home.office_file)
    approved_edition(1, office)
    publish_due(office=office, home=home, now=NOW)
    before = NOW - timedelta(days=200)
    Story.objects.update(
        found_at=before, decided_at=before, province="Lào Cai", commune="Si Ma Cai"
    )
    Exemplar.objects.update(found_at=before)
    found = covered(home, names)
    assert told(found.communes) == {"Si Ma Cai": (0, 1, 0)}
    assert "Si Ma Cai" not in found.without
    report = quarterly.so_far(Quarter(2026, 4), office, names, NOW)
    assert report.figures["gaps"]["communes"] == found.without


def test_page_csv_json_and_workbook_say_the_same_and_every_figure_leads_to_its_list(
    home: Home, editor: User, client: Client
) -> None:
    office = load_office(home.office_file)
    approved_edition(2, office)
    publish_due(office=office, home=home, now=NOW)
    Story.objects.update(province="Lào Cai", commune="Si Ma Cai")
    accepted(editor, province="Lào Cai", commune="", subject="Tổ Không Rõ")
    agency = register_keeping.add_agency(editor, NOW, '=HYPERLINK("x")&')
    Exemplar.objects.update(agency=agency)
    client.force_login(editor)
    days = f"tu={PERIOD.first}&den={PERIOD.last}"
    page = client.get(f"/desk/coverage/?{days}").content.decode()
    told = client.get(f"/desk/coverage/?{days}&format=json").json()
    table = client.get(f"/desk/coverage/?{days}&format=csv").content.decode("utf-8-sig")
    data = client.get(f"/desk/coverage/?{days}&format=xlsx").content
    book = load_workbook(BytesIO(data))

    listed = [
        (name.lstrip("'"), *(int(cell) if cell else None for cell in cells))
        for _kind, name, *cells in list(csv.reader(table.splitlines()))[1:]
    ]
    kinds = [*told["communes"], *told["agencies"], *told["sectors"]]
    figures = ("accepted", "published", "exemplars")
    assert listed == [(row["name"], *(row[name] for name in figures)) for row in kinds]
    sheets = [book[name].iter_rows(min_row=2, values_only=True) for name in book.sheetnames[:3]]
    assert [(str(name).lstrip("'"), *cells) for rows in sheets for name, *cells in rows] == listed
    assert book["Đơn vị theo dõi"]["A2"].data_type == "s"
    assert len(list(book["Chưa có gương nào"].iter_rows(min_row=2))) == len(told["without"]) == 98

    links = re.findall(r'href="(/desk/coverage/[^"]+)">(\d+)<', page)
    assert sorted(int(number) for _link, number in links) == sorted(
        row[name] for row in kinds for name in figures if row[name]
    )
    for link, number in links:
        behind = client.get(unescape(link)).content.decode()
        items = re.findall(r'<li><a href="/desk/(?:story|register)/', behind)
        assert len(items) == int(number), link
    for wrong in ("commune/khong/?name=Si+Ma+Cai", "commune/accepted/?name=x", "x/accepted/"):
        assert client.get(f"/desk/coverage/{wrong}").status_code == 404
    assert client.get("/desk/coverage/agency/accepted/?name=Chưa+giao").status_code == 404
