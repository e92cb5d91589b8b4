"""Other services over apprise, and notices to our own people."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from email.header import Header
from pathlib import Path

import pytest
from pydantic import ValidationError

from pipeline.config.home import Home
from pipeline.config.office import Services
from pipeline.publish import links
from pipeline.publish.channels import CHANNELS, notice, others
from pipeline.publish.outbox import publish_due
from pipeline.publish.services.through_apprise import Service
from pipeline.store.models import Delivery
from tests.factories import NOW
from tests.publishing import OFFICE, approved_edition, edition_content, item, later
from tests.social_apis import Hook, served

pytestmark = [pytest.mark.django_db]

TELEGRAM = "tgram://123456789:abcdefghijklmnopqrstuvwxyz0123456789/1234/"
SERVICES = Services(mode="live", to=("toa-soan",))
POSTING = OFFICE.model_copy(
    update={"channels": OFFICE.channels.model_copy(update={"others": SERVICES})}
)
NOTICING = OFFICE.model_copy(
    update={"channels": OFFICE.channels.model_copy(update={"notice": SERVICES})}
)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


@pytest.fixture
def hook(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hook]:
    api = Hook()
    with served(api) as address:
        # Its owner asks for repetitions: we do not repeat.
        ours = address.replace("http://", "json://ai:khoa-bi-mat@") + "/?retry=3"
        monkeypatch.setenv("APPRISE_TOA_SOAN", ours)
        yield api


def round_of(home: Home, minutes: float = 0) -> Delivery:
    publish_due(office=POSTING, home=home, now=NOW, channel="portal")
    publish_due(office=POSTING, home=home, now=later(minutes=minutes), channel="others")
    return Delivery.objects.get(channel="others")


def test_posted_once_with_credit_and_links(home: Home, hook: Hook) -> None:
    edition = approved_edition(2, POSTING)
    rows = [round_of(home, minutes) for minutes in (0, 5, 30)]
    assert [(row.state, row.recipient) for row in rows] == [("sent", "toa-soan")] * 3
    (post,) = hook.posts
    story = edition.content["items"][0]
    assert post["title"] == edition.content["title"]
    for part in (story["headline"], story["summary"], story["outlet"], story["url"]):
        assert part in post["message"]
    assert f"{links.digest(POSTING, 1)}?utm_source=others" in post["message"]


@pytest.mark.parametrize("fault", ["cut", "500", "refuse"])
def test_without_its_word_nobody_knows(fault: str, home: Home, hook: Hook) -> None:
    approved_edition(1, POSTING)
    hook.fault = fault
    for minutes in (0, 5, 30):
        assert round_of(home, minutes).state == "unknown"
    assert len(hook.posts) == (fault != "refuse")


def test_missing_and_faulty_addresses_are_told(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    approved_edition(1, POSTING)
    monkeypatch.delenv("APPRISE_TOA_SOAN", raising=False)
    row = round_of(home)
    assert (row.state, row.detail) == ("planned", "Thiếu APPRISE_TOA_SOAN trong .env")
    monkeypatch.setenv("APPRISE_TOA_SOAN", "khong-phai-dia-chi")
    assert round_of(home, 2).detail == "Không hiểu địa chỉ trong APPRISE_TOA_SOAN"


def test_telegram_is_for_our_own_people_only(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("APPRISE_TOA_SOAN", TELEGRAM)
    approved_edition(1, POSTING)
    row = round_of(home)
    assert row.state == "failed"
    assert "nội bộ" in row.detail
    assert Service("toa-soan", public=False).most < 4096


def test_a_notice_says_what_went_where(home: Home, hook: Hook) -> None:
    approved_edition(1, NOTICING)
    publish_due(office=NOTICING, home=home, now=NOW)
    (told,) = hook.posts
    assert "portal" in told["message"]
    assert links.digest(NOTICING, 1) in told["message"]
    assert Delivery.objects.get(channel="notice").state == "sent"


def test_a_dry_run_writes_a_file_for_each(home: Home, hook: Hook) -> None:
    for name in ("others", "notice"):
        ours = OFFICE.channels.model_copy(update={name: Services(mode="dry-run", to=("a", "b"))})
        office = OFFICE.model_copy(update={"channels": ours})
        Delivery.objects.all().delete()
        if name == "others":
            approved_edition(1, office)
        publish_due(office=office, home=home, now=NOW)
        for recipient in ("a", "b"):
            assert (home.output_dir / f"social/1/{name}-{recipient}.txt").read_text()
    assert hook.posts == []


@pytest.mark.parametrize("most", [1000, 400, 250, 140, 60])
def test_a_post_keeps_to_the_services_limit_by_whole_sentences(most: int) -> None:
    sentence = "Chị Lò Thị Mây mở lớp dạy ủ men lá cho 31 phụ nữ trong bản."
    content = edition_content(item(summary=" ".join([sentence] * 20)))
    text = others.post(content, OFFICE, most)
    assert len(text) <= max(most, len(links.digest(OFFICE, 1)))
    assert links.digest(OFFICE, 1) in text
    if most >= 400:
        assert sentence in text
        assert "…" not in text


def test_without_a_name_nobody_is_sent_anything() -> None:
    assert not others.Others().enabled(OFFICE)
    assert not notice.Notice().enabled(OFFICE)


def test_an_address_does_not_belong_in_office_yaml() -> None:
    with pytest.raises(ValidationError, match=r"belongs in \.env"):
        Services(to=("mmosts://host/khoa",))


def test_secrets_stay_out_of_logs_and_the_database(
    home: Home, hook: Hook, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    approved_edition(1, POSTING)
    hook.fault = "cut"
    row = round_of(home)
    assert row.state == "unknown"
    assert "khoa-bi-mat" not in caplog.text + row.detail


def test_previews_tell_their_size() -> None:
    preview = CHANNELS["others"].preview(edition_content(), OFFICE)
    assert preview.note.endswith("/1.000 ký tự")


def test_letters_look_the_same_after_a_service_was_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("APPRISE_TOA_SOAN", TELEGRAM)
    Service("toa-soan", public=False)
    assert Header("Gương sáng", "utf-8").encode().startswith("=?utf-8?b?")
