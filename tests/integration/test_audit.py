"""The audit trail: nothing alters it, whoever may read it finds and exports it."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse

import pipeline
from pipeline import review
from pipeline.store.audit import record
from pipeline.store.models import AuditEntry, Role, User
from pipeline.web.desk.audit_labels import ACTIONS, OBJECTS
from tests.factories import NOW, make_story, make_user
from tests.homes import make_home

pytestmark = pytest.mark.django_db
Queries = Callable[..., object]


@pytest.fixture(autouse=True)
def home(tmp_path: Path, settings: LazySettings) -> None:
    settings.HOME = make_home(tmp_path)


@pytest.fixture
def chief() -> User:
    return make_user("thuha", Role.CHIEF)


@pytest.fixture
def desk(client: Client, chief: User) -> Client:
    client.force_login(chief)
    return client


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE store_auditentry SET action = 'nothing'",
        "UPDATE store_auditentry SET at = at WHERE id > 0",
        "DELETE FROM store_auditentry",
        "TRUNCATE store_auditentry",
        "INSERT OR REPLACE INTO store_auditentry (id, at, action, object_type, object_id) "
        "SELECT id, at, 'nothing', object_type, object_id FROM store_auditentry",
    ],
)
def test_the_database_refuses_what_bypasses_the_models(chief: User, statement: str) -> None:
    record("person.added", chief, actor=None, at=NOW)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert AuditEntry.objects.get().action == "person.added"


def test_the_models_low_ways_are_refused_as_well(chief: User) -> None:
    entry = record("person.added", chief, actor=chief, at=NOW)
    rows = AuditEntry.objects.all()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        rows._raw_delete(rows.db)
    with pytest.raises((DatabaseError, TypeError)), transaction.atomic():
        AuditEntry.objects.bulk_update([entry], ["action"])
    AuditEntry.objects.filter(pk=entry.pk).get()


def page(desk: Client, query: str = "") -> str:
    return desk.get(f"/desk/audit/{query}").content.decode()


def test_what_changed_is_told_in_words(desk: Client, chief: User) -> None:
    before, after = {"stage": "found", "late": False}, {"stage": "nurtured", "late": True}
    record("exemplar.moved", chief, actor=chief, at=NOW, before=before, after=after)
    shown = page(desk)
    assert "<td>quá hạn: có; khâu: Phát hiện → Bồi dưỡng</td>" in shown


def test_filters_find_an_action_a_person_an_object_and_days(desk: Client, chief: User) -> None:
    editor, story, other = make_user("lananh"), make_story(), make_story()
    review.hold(story, editor, NOW)
    review.reject(other, chief, NOW - timedelta(days=5), "Quảng cáo")
    record("story.withdrawn", other, actor=None, at=NOW)
    held, rejected, machine = "<td>giữ tin lại</td>", "<td>từ chối tin</td>", "<td>Máy</td>"
    every = page(desk)
    assert held in every
    assert rejected in every
    for query, shows, hides in (
        ("?action=story.held", held, rejected),
        (f"?who={chief.pk}", rejected, held),
        ("?who=machine", machine, held),
        (f"?kind=story&key={story.pk}", held, rejected),
        ("?since=2026-11-18", held, rejected),
        ("?until=15/11/2026", rejected, held),
        ("?since=x&until=99/99/9999&who=99999999999999999999", held, "Chưa có việc"),
    ):
        shown = page(desk, query)
        assert shows in shown, query
        assert hides not in shown, query
    assert "Chưa có việc nào khớp." in page(desk, "?action=khong")
    assert f">tin {story.pk}</a>" in every
    assert '<option value="story">tin</option>' in every


def test_the_export_holds_ids_and_is_itself_on_record(desk: Client, chief: User) -> None:
    story = make_story()
    review.reject(story, chief, NOW, "=HYPERLINK(1)")
    answer = desk.get(reverse("desk:audit_csv") + "?action=story.rejected")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    body = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    header, row = list(csv.reader(StringIO(body)))
    cells = dict(zip(header, row, strict=True))
    assert cells["Lúc"] == "2026-11-20T10:00:00+07:00"
    assert (cells["Mã người"], cells["Người"]) == (str(chief.pk), "Thu Hà")
    assert (cells["Việc"], cells["Đối tượng"]) == ("story.rejected", "story")
    assert '"status": "rejected"' in cells["Sau"]
    assert "HYPERLINK" not in body
    entry = AuditEntry.objects.get(action="audit.exported")
    assert (entry.actor, entry.after) == (chief, {"filters": "action=story.rejected"})


@pytest.mark.parametrize("role", [Role.EDITOR, Role.BOARD])
def test_only_who_approves_reads_it(client: Client, role: Role) -> None:
    client.force_login(make_user("khac", role))
    for name in ("audit", "audit_csv"):
        assert client.get(reverse(f"desk:{name}")).status_code == 403


@pytest.mark.parametrize("count", [3, 40])
def test_the_page_costs_the_same_however_much_it_holds(
    desk: Client, chief: User, count: int, django_assert_max_num_queries: Queries
) -> None:
    for number in range(count):
        record("story.held", make_user(f"nguoi{number}"), actor=chief, at=NOW)
    with django_assert_max_num_queries(13):  # type: ignore[attr-defined]
        page(desk)


def test_a_session_ends_after_a_working_day(client: Client, chief: User) -> None:
    client.force_login(chief)
    assert client.session.get_expiry_age() == 12 * 3600
    session = client.session
    session.set_expiry(-1)
    session.save()
    assert client.get("/desk/").status_code == 302


def test_every_action_that_is_recorded_has_words() -> None:
    code = Path(pipeline.__file__).parent.rglob("*.py")
    named = {
        action
        for file in code
        for action in re.findall(r'"([a-z]+\.[a-z_]+)"', file.read_text("utf-8"))
        if action.partition(".")[0] in {*OBJECTS, "person", "report", "request"}
    }
    assert {"story.accepted", "report.taken", "subscriber.erased"} <= named
    assert named - ACTIONS.keys() == set()
