"""What a reader chose: sectors, provinces, one letter a week or a month; and their own data."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import LazySettings
from django.core import mail
from django.test import Client

from pipeline.config.home import Home
from pipeline.config.office import Channels, load_office
from pipeline.digest import approval
from pipeline.digest.drafting import draft_digest
from pipeline.publish import links
from pipeline.publish.channels.monthly import compiled, month_start
from pipeline.publish.channels.newsletter import LIMIT, TOLD, Newsletter, letter
from pipeline.publish.mail import subscribers
from pipeline.publish.outbox import publish_due
from pipeline.publish.planning import _told_before
from pipeline.store.models import Bounce, Delivery, Edition, Rhythm, Subscriber
from tests.factories import NOW
from tests.homes import make_home
from tests.publishing import (
    OFFICE,
    accepted_story,
    approved_edition,
    edition_content,
    item,
    people,
    subscriber,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader(tmp_path: Path, settings: LazySettings) -> Subscriber:
    settings.HOME = make_home(tmp_path)
    return subscriber("an")


def page_of(reader: Subscriber, settings: LazySettings) -> str:
    address = links.choose(load_office(settings.HOME.office_file), reader.public_id)
    return urlsplit(address).path


def test_a_reader_chooses_and_is_shown_it(
    reader: Subscriber, client: Client, settings: LazySettings
) -> None:
    address = page_of(reader, settings)
    assert "Lựa chọn của bạn" in client.get(address).content.decode()
    chosen = {"rhythm": "monthly", "sectors": ["y-te"], "provinces": ["Cà Mau", "Lào Cai"]}
    assert 'role="status"' in client.post(address, chosen).content.decode()
    reader.refresh_from_db()
    assert (reader.rhythm, reader.sectors) == (Rhythm.MONTHLY, ["y-te"])
    assert reader.provinces == ["Cà Mau", "Lào Cai"]
    again = client.get(address).content.decode()
    assert again.count(" checked") == 4


def test_the_copy_holds_letters_and_what_came_back(reader: Subscriber, tmp_path: Path) -> None:
    approved_edition()
    publish_due(office=OFFICE, home=Home(tmp_path), now=NOW)
    Bounce.objects.create(subscriber=reader, edition=1, kind=Bounce.Kind.SOFT, at=NOW)
    [held] = subscribers.export(reader.email)
    assert [(each["edition"], each["state"]) for each in held["letters"]] == [(1, "sent")]
    assert [(each["edition"], each["kind"]) for each in held["bounces"]] == [(1, "soft")]


def test_what_is_no_choice_changes_nothing(
    reader: Subscriber, client: Client, settings: LazySettings
) -> None:
    answer = client.post(page_of(reader, settings), {"rhythm": "weekly", "sectors": ["khong-co"]})
    assert answer.status_code == 400
    reader.refresh_from_db()
    assert reader.sectors == []
    assert client.get("/portal/lua-chon/gia-mao/").status_code == 404


def test_a_reader_takes_a_copy_and_is_forgotten(
    reader: Subscriber, client: Client, settings: LazySettings
) -> None:
    address = page_of(reader, settings)
    assert client.post(address, {"do": "export"}).json()["email"] == reader.email
    assert "xác nhận" in client.post(address, {"do": "erase"}).content.decode()
    assert Subscriber.objects.exists()
    assert "Đã xóa" in client.post(address, {"do": "erase", "sure": "yes"}).content.decode()
    assert not Subscriber.objects.exists()
    assert client.get(address).status_code == 404


def published(at: datetime, first: int, week: str, home: Home) -> Edition:
    """Two stories, approved and out."""
    for number in (first, first + 1):
        accepted_story(number, decided_at=at, published_at=at - timedelta(days=1), found_at=at)
    digest = draft_digest(week, office=OFFICE, now=at)
    approval.submit(digest, published.editor, at, office=OFFICE)  # type: ignore[attr-defined]
    edition = approval.approve(digest, published.chief, at, OFFICE, publish_at=at)  # type: ignore[attr-defined]
    publish_due(office=OFFICE, home=home, now=at)
    return edition


def test_a_month_comes_with_the_next_months_first_edition(tmp_path: Path) -> None:
    monthly, weekly = subscriber("thang"), subscriber("tuan")
    Subscriber.objects.filter(pk=monthly.pk).update(rhythm=Rhythm.MONTHLY)
    published.editor, published.chief = people()  # type: ignore[attr-defined]
    weeks = ["2026-W47", "2026-W48", "2026-W49", "2026-W50"]
    for number, week in enumerate(weeks):
        moment = NOW + timedelta(weeks=number)
        published(moment, 2 * number, week, Home(tmp_path))
    sent = [message for message in mail.outbox if message.to == [monthly.email]]
    assert [message.subject for message in sent][-1] == "Gương sáng tháng 11/2026"
    text = str(sent[-1].body)
    assert all(f"Người trồng rừng số {number} " in text for number in range(4))
    assert "Người trồng rừng số 4 " not in text
    assert len([message for message in mail.outbox if message.to == [weekly.email]]) == 4
    rows = Delivery.objects.filter(recipient=str(monthly.public_id)).order_by("edition__number")
    assert [row.state for row in rows][1:] == ["dropped", "sent", "dropped"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("failed", "sent"),
        ("dropped", "sent"),
        ("planned", "sent"),
        ("sending", "planned"),
        ("sent", "dropped"),
        ("unknown", "dropped"),
    ],
)
def test_a_month_comes_once_whatever_became_of_its_first_letter(
    before: str, after: str, tmp_path: Path
) -> None:
    monthly = subscriber("thang")
    Subscriber.objects.filter(pk=monthly.pk).update(rhythm=Rhythm.MONTHLY)
    published.editor, published.chief = people()  # type: ignore[attr-defined]
    rows = Delivery.objects.filter(channel="newsletter").order_by("edition__number")
    for number, week in enumerate(["2026-W47", "2026-W49", "2026-W50"]):
        if number == 2:
            mail.outbox.clear()
            later = NOW + timedelta(weeks=3)
            rows.filter(edition__number=2).update(
                state=before,
                due_at=later,
                claimed_at=later,
                next_try_at=later + timedelta(hours=1),
            )
        published(NOW + timedelta(weeks=number and number + 1), 2 * number, week, Home(tmp_path))
    assert rows.last().state == after  # type: ignore[union-attr]
    assert len(mail.outbox) == (after == "sent")
    publish_due(office=OFFICE, home=Home(tmp_path), now=NOW + timedelta(weeks=3, hours=2))
    assert len(mail.outbox) <= 1
    if before == "planned":
        assert [row.state for row in rows][1:] == ["dropped", "sent"]


def test_a_month_has_each_story_once_and_starts_at_midnight_here() -> None:
    first, second = edition_content(item(1), number=1), edition_content(item(1), item(2), number=2)
    month = compiled(second, [first, second], [], month_start(NOW))
    assert [each.public_id for each in month.items] == [item(1).public_id, item(2).public_id]
    assert month.number == 0
    assert month_start(NOW).isoformat().endswith("-01T00:00:00+07:00")


def test_a_long_letter_is_shortened_before_it_is_cut_off() -> None:
    long = item(1, summary="Chị Lò Thị Mây mở lớp dạy ủ men lá. " * 600)
    whole = edition_content(*(item(n, summary=long.summary) for n in range(1, 60)))
    html, text = letter(whole, OFFICE)
    assert len(html.encode()) < LIMIT
    assert html.count("mở lớp dạy ủ men lá") == 600
    assert text.count("mở lớp dạy ủ men lá") == TOLD * 600


def test_who_had_a_story_with_the_month_is_told_of_its_correction(tmp_path: Path) -> None:
    monthly, weekly = subscriber("thang"), subscriber("tuan")
    Subscriber.objects.filter(pk=monthly.pk).update(rhythm=Rhythm.MONTHLY)
    published.editor, published.chief = people()  # type: ignore[attr-defined]
    for number, week in enumerate(["2026-W47", "2026-W49"]):
        published(NOW + timedelta(weeks=2 * number), 2 * number, week, Home(tmp_path))
    told = _told_before(
        edition_content(corrects=(1,)), {"newsletter": Newsletter().recipients(OFFICE)}
    )
    assert set(told["newsletter"]) == {str(monthly.public_id), str(weekly.public_id)}
    told = _told_before(
        edition_content(corrects=(2,)), {"newsletter": Newsletter().recipients(OFFICE)}
    )
    assert set(told["newsletter"]) == {str(weekly.public_id), str(monthly.public_id)}


def test_the_plan_keeps_the_pace_of_each_provider(tmp_path: Path) -> None:
    newsletter = OFFICE.channels.newsletter.model_copy(
        update={"per_minute": {"docgia.example.vn": 2}}
    )
    office = OFFICE.model_copy(update={"channels": Channels(newsletter=newsletter)})
    for name in "abcde":
        subscriber(name)
    Subscriber.objects.create(email="x@khac.example.vn", state="active", created_at=NOW)
    edition = approved_edition(office=office)
    publish_due(office=office, home=Home(tmp_path), now=NOW)
    rows = edition.deliveries.filter(channel="newsletter").order_by("id")
    assert [(row.due_at - NOW).total_seconds() for row in rows] == [0, 0, 60, 60, 120, 0]
    assert len(mail.outbox) == 3
    publish_due(office=office, home=Home(tmp_path), now=NOW + timedelta(minutes=1))
    assert len(mail.outbox) == 5
