"""A report that was taken says the same whatever the desk changes afterwards, and all of it."""

from __future__ import annotations

import re
import threading
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from django.db import connection
from django.test import Client
from openpyxl import load_workbook

from pipeline.config.home import Home
from pipeline.config.office import load_office
from pipeline.publish.outbox import publish_due
from pipeline.report import annex, quarterly
from pipeline.report.names import names_of
from pipeline.report.paper import paper
from pipeline.report.period import Quarter
from pipeline.store.models import Article, Exemplar, QuarterReport, Story, User
from pipeline.text.clock import VIETNAM
from pipeline.web.desk.figures import listed
from tests.factories import NOW, make_story
from tests.publishing import approved_edition

pytestmark = pytest.mark.django_db
CUT = datetime(2026, 12, 11, 8, 0, tzinfo=VIETNAM)


def taken(home: Home) -> QuarterReport:
    office = load_office(home.office_file)
    return quarterly.take(Quarter(2026, 4), office, names_of(home), CUT)


def cells(report: QuarterReport, home: Home) -> dict[str, list[tuple[Any, ...]]]:
    book = load_workbook(BytesIO(annex.workbook(report, load_office(home.office_file))))
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book}


def document(report: QuarterReport, home: Home) -> dict[str, bytes]:
    with ZipFile(BytesIO(paper(report, load_office(home.office_file), home))) as parts:
        return {name: parts.read(name) for name in parts.namelist() if name.startswith("word/")}


def test_stories_edited_afterwards_change_neither_paper_nor_annex(home: Home) -> None:
    office = load_office(home.office_file)
    approved_edition(2, office)
    publish_due(office=office, home=home, now=NOW)
    first = taken(home)
    before = (document(first, home), cells(first, home))
    assert len(before[1]["Danh sách tin"]) == 3
    later = CUT + timedelta(days=1)
    Story.every.update(
        title="Đã sửa", edited_title="Đã sửa", subject="Ai khác",
        commune="Bắc Hà", province="Sơn La", outlets=["baokhac"], published_at=later,
    )  # fmt: skip
    Article.objects.update(url="https://khac.example/")
    Exemplar.objects.update(name="Ai khác", commune="Bắc Hà")
    again = taken(home)
    assert (document(again, home), cells(again, home)) == before


def test_a_long_list_is_shown_to_its_end(
    home: Home, editor: User, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listed, "SHOWN", 2)
    known = {str(make_story(found_at=NOW, subject=f"Tổ {n}").public_id) for n in range(5)}
    taken(home)
    client.force_login(editor)
    found: list[str] = []
    address = "/desk/reports/2026Q4/seen/"
    for number in (1, 2, 3):
        page = client.get(f"{address}?page={number}").content.decode()
        found += re.findall(r'<li><a href="/desk/story/([^/]+)/', page)
        assert (f"?page={number + 1}" in page) == (number < 3)
    assert set(found) == known
    assert len(found) == 5


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has one writer at a time")
@pytest.mark.django_db(transaction=True)
def test_taken_twice_at_the_same_moment_it_is_one_report(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_story()
    both, count = threading.Barrier(2), quarterly.count
    reports: list[object] = []

    def at_the_same_moment(*args: Any) -> dict[str, Any]:
        figures = count(*args)
        both.wait(timeout=10)
        return figures

    def take() -> None:
        try:
            reports.append(taken(home).pk)
        except Exception as error:  # noqa: BLE001 - shown by the assertion below
            reports.append(error)
        finally:
            connection.close()

    monkeypatch.setattr(quarterly, "count", at_the_same_moment)
    threads = [threading.Thread(target=take) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert reports == [QuarterReport.objects.get().pk] * 2
