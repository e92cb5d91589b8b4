from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from prometheus_client.parser import text_string_to_metric_families

from pipeline.store.models import JobRun
from pipeline.text.clock import utc_now
from tests.factories import make_story
from tests.homes import make_home

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def home(tmp_path: Path, settings: Any) -> None:
    settings.HOME = make_home(tmp_path)


def test_alive_and_ready(client: Client, settings: Any) -> None:
    assert client.get("/healthz").content == b"ok\n"
    assert client.get("/readyz").json() == {"ready": True, "wrong": []}
    settings.HOME.office_file.unlink()
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["wrong"]) == (503, ["office.yaml"])
    assert client.get("/healthz").status_code == 200


def test_figures_that_prometheus_reads(client: Client) -> None:
    make_story()
    make_story(status="accepted")
    before = utc_now() - timedelta(minutes=5)
    JobRun.objects.create(job="crawl", scheduled_for=before, finished_at=before, ok=True)
    text = client.get("/metrics").content.decode()
    read = {
        (sample.name, tuple(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }
    assert read["guongsang_stories", ("new",)] == 1
    assert read["guongsang_stories", ("accepted",)] == 1
    assert read["guongsang_sources_failing", ()] == 0
    assert 299 < read["guongsang_job_success_age_seconds", ("crawl",)] < 600


def test_figures_are_for_this_machine_alone(client: Client) -> None:
    assert client.get("/metrics", REMOTE_ADDR="203.0.113.5").status_code == 404
    forwarded = {"X-Forwarded-For": "203.0.113.5"}
    assert client.get("/metrics", headers=forwarded).status_code == 404
