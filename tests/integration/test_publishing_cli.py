"""``digest``, ``publish`` and ``subscribers`` from the command line, in a home of their own."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pipeline import review
from pipeline.cli import cli
from pipeline.config.home import Home
from pipeline.config.office import load_office
from pipeline.digest import approval, drafting
from pipeline.store.models import Delivery, Digest, Subscriber
from pipeline.text.clock import iso_week, utc_now
from tests.publishing import accepted_story, people

pytestmark = pytest.mark.django_db
WEEK = iso_week(utc_now())


@pytest.fixture
def home(tmp_path: Path, settings: object, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GUONGSANG_HOME", str(tmp_path))
    settings.HOME = Home(tmp_path)  # type: ignore[attr-defined]
    (tmp_path / "office.yaml").write_text(
        "name: Tổ Gương sáng\nprovince: Lào Cai\ncontact: to@namhen.example.vn\n"
        "digest: {horizon: 3650d}\n"
        "channels: {poster: false, brief: false, press: false}\n"
    )
    return tmp_path


def run(*arguments: str, code: int = 0, text: str | None = None) -> Result:
    result = CliRunner().invoke(cli, list(arguments), input=text)
    assert result.exit_code == code, result.output
    return result


def test_the_week_from_draft_to_feed(home: Path) -> None:
    people()
    now = utc_now()
    for number in range(2):
        accepted_story(number, published_at=now.replace(year=now.year - 1), found_at=now)
    run("digest", "draft")
    assert "2 items" in run("digest", "draft").output
    shown = json.loads(run("digest", "show", "--json").output)
    assert shown["week"] == WEEK
    assert not [problem for problem in shown["problems"] if problem["level"] != "note"]
    assert "Lò Văn" not in run("digest", "list").output
    run("digest", "submit", "--as", "lananh")
    assert "Bốn mắt" not in run("digest", "show").output
    refused = run("digest", "approve", "--as", "lananh", code=1)
    assert "Chỉ lãnh đạo" in refused.output
    run("digest", "reject", "--as", "thuha", "--note", "Thêm lời dẫn")
    run("digest", "submit", "--as", "lananh")
    moment = utc_now().isoformat()
    run("digest", "approve", "--as", "thuha", "--publish-at", moment)
    rows = [
        json.loads(line)
        for line in run("publish", "--due", "--dry-run", "--json").output.splitlines()
    ]
    assert {row["channel"] for row in rows} == {"portal", "zalo", "facebook", "radio", "sms"}
    posted = next(row for row in rows if row["channel"] == "facebook")
    assert "utm_source=facebook" in posted["text"]
    assert posted["note"].endswith("/160 chữ")
    assert not Delivery.objects.exists()
    sent = [json.loads(line) for line in run("publish", "--due", "--json").output.splitlines()]
    assert {row["state"] for row in sent} == {"sent"}
    assert "nothing is due" in run("publish", "--due").output
    assert (home / "output/portal/feed.json").exists()


def test_what_is_approved_was_read_or_is_printed(home: Path) -> None:
    editor, _chief = people()
    now = utc_now()
    story = accepted_story(0, published_at=now - timedelta(days=1), found_at=now)
    run("digest", "draft")
    run("digest", "submit", "--as", "lananh")
    shown = run("digest", "show").output
    assert story.summary in shown
    seen = json.loads(run("digest", "show", "--json").output)["fingerprint"]
    assert f"fingerprint: {seen}" in shown
    review.edit(story, editor, now, story.version, summary="Chị dạy nghề cho 31 phụ nữ.")
    refused = run("digest", "approve", "--as", "thuha", "--fingerprint", seen, code=1)
    assert "vừa được người khác sửa" in refused.output
    approved = run("digest", "approve", "--as", "thuha").output
    assert "Chị dạy nghề cho 31 phụ nữ." in approved
    assert "fingerprint: " in approved
    assert seen not in approved


def test_an_edition_may_be_sent_before_its_time_by_a_person(home: Path) -> None:
    editor, chief = people()
    now = utc_now()
    accepted_story(0, published_at=now.replace(year=now.year - 1), found_at=now)
    office = load_office(home / "office.yaml")
    digest = drafting.draft_digest(WEEK, office=office, now=now)
    approval.submit(digest, editor, now, office=office)
    edition = approval.approve(digest, chief, now, office)
    assert edition.publish_at > now
    assert "nothing is due" in run("publish", "--due").output
    early = run("publish", "--edition", "1", "--channel", "zalo").output
    assert "until their edition's portal is out" in early
    assert "sent" in run("publish", "--edition", "1", "--channel", "portal").output
    assert "sent" in run("publish", "--edition", "1", "--channel", "zalo").output
    sent = Delivery.objects.filter(state="sent").values_list("channel", flat=True)
    assert set(sent) == {"portal", "zalo"}


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["publish"], 2, "--due"),
        (["publish", "--edition", "7"], 2, "no edition 7"),
        (["publish", "--due", "--channel", "fax"], 2, "no channel 'fax'"),
        (["digest", "draft", "--week", "46"], 2, "write 2026-W47"),
        (["digest", "show", "--week", "2025-W01"], 1, "no digest of week 2025-W01"),
        (["digest", "submit", "--as", "ai"], 1, "no digest of week"),
        (["subscribers", "export", "--email", "x@y.example.vn"], 1, "nobody"),
    ],
)
def test_wrong_use_is_told_in_one_line(
    home: Path, arguments: list[str], code: int, said: str
) -> None:
    assert said in run(*arguments, code=code).output


def test_readers_are_imported_exported_and_erased(home: Path) -> None:
    lines = "an@docgia.example.vn\n\nkhong-phai\nBINH@docgia.example.vn\n"
    told = run("subscribers", "import", "-", "--consent", "Phiếu giấy", code=1, text=lines).output
    assert "line 3" in told
    assert "2 added" in told
    exported = [json.loads(line) for line in run("subscribers", "export").output.splitlines()]
    assert [person["email"] for person in exported] == [
        "an@docgia.example.vn",
        "binh@docgia.example.vn",
    ]
    run("subscribers", "erase", "an@docgia.example.vn")
    assert Subscriber.objects.count() == 1
    assert not Digest.objects.exists()
