"""The doctor says what is wrong and how to mend it, and changes nothing."""

from __future__ import annotations

import getpass
import json
import os
import re
import sqlite3
from contextlib import closing
from datetime import timedelta
from email.utils import format_datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import Mock

import dns.resolver
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from pipeline import worker
from pipeline.cli.installing import write_private
from pipeline.config.home import Home
from pipeline.config.office import Schedule
from pipeline.operate import doctor_database
from pipeline.operate.doctor import examine
from pipeline.operate.doctor_machine import backup_tool_findings
from pipeline.operate.findings import Verdict
from pipeline.publish.mail.dkim_signing import Signer
from pipeline.schedule import enqueue, jobs_of
from pipeline.store.models import JobRun, Page, SourceState
from tests.dns_server import name_server
from tests.factories import NOW
from tests.homes import make_home
from tests.loopback import Reply, loopback_site
from tests.ports import unused_port

pytestmark = pytest.mark.django_db


@pytest.fixture
def home(tmp_path: Path, settings: Any) -> Home:
    settings.HOME = make_home(tmp_path)
    settings.SECRET_KEY = "k" * 40
    return make_home(tmp_path)


def said(home: Home, about: str) -> tuple[Verdict, str]:
    found = [each for each in examine(home, NOW) if each.about == about]
    assert len(found) == 1, found
    return found[0].verdict, found[0].words


def ran(**fields: Any) -> JobRun:
    values = {"job": "crawl", "scheduled_for": NOW - timedelta(minutes=2), "finished_at": NOW}
    return JobRun.objects.create(**{**values, "started_at": NOW, "ok": True, **fields})


def test_a_sound_installation_has_nothing_broken(home: Home) -> None:
    ran()
    assert {each.verdict for each in examine(home, NOW)} <= {Verdict.GOOD, Verdict.LOOK}
    assert said(home, "nguồn tin")[0] is Verdict.GOOD


def test_a_faulty_file_is_named_with_its_line(home: Home) -> None:
    home.office_file.write_text("name: x\nprovince: Lào Cai\ncontact: a@b.vn\nprovnce: x\n")
    verdict, words = said(home, "office.yaml")
    assert verdict is Verdict.BAD
    assert "office.yaml" in words
    assert "4" in words


def test_a_scheduler_that_stopped_and_a_clock_that_runs_ahead(home: Home) -> None:
    run = ran(scheduled_for=NOW - timedelta(hours=3))
    assert said(home, "bộ hẹn giờ")[0] is Verdict.BAD
    run.scheduled_for = NOW + timedelta(hours=2)
    run.save()
    assert "NTP" in said(home, "đồng hồ")[1]


@pytest.mark.parametrize(("off", "verdict"), [(-40, "chậm 40"), (1, "khớp"), (60, "nhanh 60")])
def test_the_clock_is_held_against_those_of_the_outlets(home: Home, off: int, verdict: str) -> None:
    ran()
    for number, source in enumerate(["baomot", "baohai", "baoba"]):
        age = 30 * number  # seconds in a cache
        sent = NOW - timedelta(minutes=off, seconds=age)
        Page.objects.create(
            source=source,
            url=f"https://{source}.example/1",
            canonical_url=f"https://{source}.example/1",
            fetched_at=NOW,
            seen_at=NOW,
            status=200,
            headers={"date": format_datetime(sent), "age": str(age)},
            body_z=Page.compress(b""),
        )
    assert verdict in said(home, "đồng hồ")[1]
    Page.objects.filter(source="baomot").update(headers={"date": "hôm nay"})
    assert not [each for each in examine(home, NOW) if each.about == "đồng hồ"], "two are too few"


@pytest.mark.parametrize(
    ("tool", "expected"),
    [
        ("", ["chưa có pg_dump"]),
        ("15.18 (Debian 15.18-0+deb12u1)", ["pg_dump 15 cũ hơn máy chủ PostgreSQL 17"]),
        ("17.6", []),
        ("18.1", []),
    ],
)
def test_whether_the_database_can_be_dumped(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, tool: str, expected: list[str]
) -> None:
    """``pg_dump`` refuses a server newer than itself."""
    server = SimpleNamespace(vendor="postgresql", get_database_version=lambda: (17, 2))
    monkeypatch.setattr("pipeline.operate.doctor_machine.connection", server)
    monkeypatch.setenv("PATH", str(tmp_path))
    if tool:
        program = tmp_path / "pg_dump"
        program.write_text(f"#!/bin/sh\necho 'pg_dump (PostgreSQL) {tool}'\n")
        program.chmod(0o755)
    found = list(backup_tool_findings())
    assert [each.words.split(",")[0] for each in found] == expected


def test_files_that_the_service_cannot_use_and_others_can(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran()
    home.root.chmod(0o755)
    home.env_file.write_text("")
    home.env_file.chmod(0o644)
    home.output_dir.mkdir()
    verdict, words = said(home, "bí mật")
    assert (verdict, "chmod 600 .env" in words) == (Verdict.LOOK, True)
    home.root.chmod(0o700)
    assert {"bí mật", "quyền tệp"}.isdisjoint(each.about for each in examine(home, NOW))
    access = os.access
    monkeypatch.setattr(os, "access", lambda p, mode: p != home.output_dir and access(p, mode))
    verdict, words = said(home, "quyền tệp")
    assert verdict is Verdict.BAD
    assert "output →" in words
    assert f"chown -R {getpass.getuser()} {home.root}" in words


def test_work_that_nobody_does_and_work_that_failed(home: Home) -> None:
    ran()
    ran(job="draft", scheduled_for=NOW - timedelta(hours=1), started_at=None, finished_at=None)
    assert "worker" in said(home, "worker")[1]
    JobRun.objects.filter(job="draft").update(finished_at=NOW, ok=False, detail="đĩa đầy")
    verdict, words = said(home, "worker")
    assert (verdict, "đĩa đầy" in words) == (Verdict.LOOK, True)


def test_ailing_outlets_and_a_dead_mail_server(home: Home, settings: Any) -> None:
    ran()
    state = SourceState.objects.create(key="baomot", failing_since=NOW)
    assert "baomot" in said(home, "nguồn tin")[1]
    state.failing_since, state.error_detail = NOW - timedelta(days=2), "403"
    state.save()
    verdict, words = said(home, "nguồn baomot")
    assert (verdict, "403" in words) == (Verdict.BAD, True)

    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", unused_port()
    verdict, words = said(home, "thư")
    assert verdict is Verdict.BAD
    assert "EMAIL_URL" in words
    # Without a newsletter alerts still have to go out.
    with home.office_file.open("a") as file:
        file.write("administrator: it@tinh.example\nchannels: {newsletter: {enabled: false}}\n")
    assert said(home, "thư") == (verdict, words)


def test_the_key_of_letters_is_held_against_the_dns(
    home: Home, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", unused_port()
    assert said(home, "DKIM")[0] is Verdict.LOOK
    settings.DKIM_SELECTOR, settings.DKIM_KEY_FILE = "guongsang", "secrets/dkim.pem"
    verdict, words = said(home, "DKIM")
    assert (verdict, "DKIM_KEY_FILE" in words) == (Verdict.BAD, True)
    key = rsa.generate_private_key(65537, 2048)
    file = home.root / "secrets" / "dkim.pem"
    file.parent.mkdir()
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    write_private(file, pem.decode())
    signer = Signer.from_settings()
    assert signer is not None
    zone: dict[str, list[str]] = {}
    with name_server(zone) as resolver:
        monkeypatch.setattr(dns.resolver, "default_resolver", resolver)
        verdict, words = said(home, "DKIM")
        assert verdict is Verdict.BAD
        name, _, record = words.partition("→ bản ghi TXT của ")[2].partition(": ")
        assert name == "guongsang._domainkey.tinh.example"
        # What it tells to publish is what it then finds.
        zone[name] = ["".join(re.findall(r'"([^"]{1,255})"', record))]
        assert said(home, "DKIM") == (Verdict.GOOD, f"{name} khớp")
        assert zone[name] == [signer.record]
        zone[name] = [signer.record.replace("k=rsa;", "k=rsa; t=y;")]
        assert said(home, "DKIM")[0] is Verdict.LOOK
        zone[name] = ["v=DKIM1; k=rsa; p="]
        assert "không nêu khóa" in said(home, "DKIM")[1]
        zone[name] = [signer.record[:-9] + "AAAAAAAAA"]
        assert "khóa khác" in said(home, "DKIM")[1]
        settings.DKIM_KEY_FILE = ""
        assert said(home, "DKIM") == (Verdict.GOOD, f"{name} có khóa")
    file.chmod(0o644)
    settings.DKIM_KEY_FILE = "secrets/dkim.pem"
    assert "chmod 600" in said(home, "khóa DKIM")[1]


def test_a_live_channel_without_its_secrets(home: Home) -> None:
    ran()
    with home.office_file.open("a") as file:
        file.write(
            "channels: {facebook: live, zalo: live, mastodon: live, wordpress: live,\n"
            "  others: {mode: live, to: [mattermost]}}\n"
        )
    assert "FACEBOOK_PAGE_TOKEN" in said(home, "Facebook")[1]
    assert "ZALO_APP_SECRET" in said(home, "Zalo")[1]
    assert "MASTODON_TOKEN" in said(home, "Mastodon")[1]
    assert "WORDPRESS_PASSWORD" in said(home, "WordPress")[1]
    assert "APPRISE_MATTERMOST" in said(home, "mattermost")[1]


@pytest.mark.parametrize("valid", [True, False])
def test_services_are_asked_whether_they_know_our_keys(
    home: Home, settings: Any, valid: bool
) -> None:
    ran()
    with home.office_file.open("a") as file:
        file.write(
            "channels: {facebook: live, zalo: live, mastodon: live, wordpress: live,\n"
            '  zalo_cover: "https://anh.example.vn/bia.png"}\n'
        )
    (home.root / "secrets").mkdir()
    kept = {"access_token": "za", "expires_at": (NOW + timedelta(hours=1)).isoformat()}
    (home.root / "secrets" / "zalo.json").write_text(json.dumps(kept))
    answers: dict[str, tuple[dict[str, Any], int, dict[str, Any]]] = {
        "/fb/77": ({"name": "Trang"}, 400, {"error": {"code": 190}}),
        "/zalo/v2.0/oa/getoa": ({"error": 0, "data": {"name": "OA"}}, 200, {"error": -216}),
        "/masto/api/v1/accounts/verify_credentials": ({"username": "x"}, 401, {"error": "no"}),
        "/wp/wp-json/wp/v2/users/me": ({"name": "y"}, 401, {"code": "rest_not_logged_in"}),
    }
    with loopback_site() as site:
        for path, (good, status, bad) in answers.items():
            reply = Reply(json.dumps(good)) if valid else Reply(json.dumps(bad), status)
            site.pages[path] = reply
        settings.FACEBOOK_API, settings.FACEBOOK_PAGE_ID = f"{site.url}/fb", "77"
        settings.ZALO_API = f"{site.url}/zalo"
        settings.ZALO_APP_ID = settings.ZALO_APP_SECRET = "z"
        settings.MASTODON_URL, settings.WORDPRESS_URL = f"{site.url}/masto", f"{site.url}/wp"
        settings.WORDPRESS_USER = settings.WORDPRESS_PASSWORD = "w"
        settings.FACEBOOK_PAGE_TOKEN = settings.MASTODON_TOKEN = "ma"
        for name in ("Facebook", "Zalo", "Mastodon", "WordPress"):
            verdict, words = said(home, name)
            assert (verdict, "→" in words) == (
                (Verdict.GOOD, False) if valid else (Verdict.BAD, True)
            ), words
        assert sorted({each.path for each in site.log}) == sorted(answers)
    # A service that is away is no broken key: nobody is called at night.
    assert said(home, "Mastodon")[0] is Verdict.LOOK


def test_a_token_of_zalo_is_never_renewed_by_looking(home: Home, settings: Any) -> None:
    ran()
    with home.office_file.open("a") as file:
        file.write('channels: {zalo: live, zalo_cover: "https://anh.example.vn/bia.png"}\n')
    settings.ZALO_APP_ID = settings.ZALO_APP_SECRET = "z"
    settings.ZALO_API = settings.ZALO_OAUTH = f"http://127.0.0.1:{unused_port()}"
    (home.root / "secrets").mkdir()
    file = home.root / "secrets" / "zalo.json"
    for days, verdict in ((2, Verdict.GOOD), (85, Verdict.LOOK)):
        file.write_text(json.dumps({"expires_at": (NOW - timedelta(days=days)).isoformat()}))
        before = file.read_bytes()
        assert said(home, "Zalo")[0] is verdict
        assert file.read_bytes() == before


def test_a_weekly_job_that_failed_is_told(home: Home) -> None:
    failed = {"ok": False, "detail": "KeyError: x"}
    JobRun.objects.create(job="draft", scheduled_for=NOW, finished_at=NOW, **failed)
    verdict, words = said(home, "việc draft")
    assert (verdict, "KeyError" in words) == (Verdict.BAD, True)
    later = NOW + timedelta(minutes=1)
    JobRun.objects.create(job="draft", scheduled_for=later, finished_at=later, ok=True)
    assert all(each.about != "việc draft" for each in examine(home, NOW))


def test_a_new_home_s_jobs_are_not_told_as_failed(home: Home) -> None:
    for job in jobs_of(Schedule()):
        enqueue(job, NOW)
    assert JobRun.objects.filter(job="draft", ok=None).exclude(finished_at=None).exists()
    told = [each for each in examine(home, NOW) if each.about.startswith("việc ")]
    assert told == []


def test_each_job_that_waits_is_told_by_itself(home: Home) -> None:
    """The administrator hears of each thing once a day: of a second one, too, on the same day."""
    for minute, (job, why) in enumerate(
        [("judge", "đĩa đầy"), ("judge", "đĩa lại đầy"), ("report", "mẫu có lỗi")]
    ):
        at = NOW - timedelta(minutes=9 - minute)
        JobRun.objects.create(job=job, scheduled_for=at, started_at=at, detail=why)
    waiting = {each.about: each for each in examine(home, NOW) if "phải chờ" in each.about}
    assert {about: each.words for about, each in waiting.items()} == {
        "việc judge phải chờ": "đĩa đầy",
        "việc report phải chờ": "mẫu có lỗi",
    }
    assert {each.verdict for each in waiting.values()} == {Verdict.BAD}


@pytest.mark.django_db(transaction=True)
def test_a_damaged_file_is_read_at_night_and_told(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "torn.sqlite3"
    with closing(sqlite3.connect(path)) as made:
        made.execute("create table t (a text)")
        made.executemany("insert into t values (?)", [("x" * 500,)] * 100)
        made.commit()
    whole = path.read_bytes()
    path.write_bytes(whole[:8192] + b"\xff" * 4096 + whole[12288:])
    torn = SimpleNamespace(vendor="sqlite", cursor=lambda: closing(sqlite3.connect(path).cursor()))
    with monkeypatch.context() as patch:
        patch.setattr(doctor_database, "connection", torn)
        with pytest.raises(doctor_database.Damaged, match="restore") as damaged:
            doctor_database.read_whole()
    monkeypatch.setattr(worker, "read_whole", Mock(side_effect=damaged.value))
    run = JobRun.objects.create(job="upkeep", scheduled_for=NOW)
    assert worker.perform(run, home) is False
    verdict, words = said(home, "việc upkeep")
    assert verdict is Verdict.BAD
    assert "guongsang restore" in words


def test_a_missing_secret_key_is_named(home: Home, settings: Any) -> None:
    settings.SECRET_KEY = ""
    verdict, words = said(home, "khóa bí mật")
    assert verdict is Verdict.BAD
    assert "GUONGSANG_SECRET_KEY" in words
