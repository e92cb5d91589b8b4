"""The doctor says what is wrong and how to mend it, and changes nothing."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from pipeline.config.home import Home
from pipeline.operate.doctor import Verdict, examine
from pipeline.store.models import JobRun, SourceState
from tests.factories import NOW
from tests.homes import make_home
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


def test_work_that_nobody_does_and_work_that_failed(home: Home) -> None:
    ran()
    ran(job="draft", scheduled_for=NOW - timedelta(hours=1), started_at=None, finished_at=None)
    assert "worker" in said(home, "worker")[1]
    JobRun.objects.filter(job="draft").update(finished_at=NOW, ok=False, detail="đĩa đầy")
    verdict, words = said(home, "worker")
    assert (verdict, "đĩa đầy" in words) == (Verdict.LOOK, True)


def test_ailing_outlets_and_a_dead_mail_server(home: Home, settings: Any) -> None:
    ran()
    SourceState.objects.create(key="baomot", failing_since=NOW)
    assert "baomot" in said(home, "nguồn tin")[1]
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", unused_port()
    verdict, words = said(home, "thư")
    assert verdict is Verdict.BAD
    assert "EMAIL_URL" in words


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
