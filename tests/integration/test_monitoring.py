from __future__ import annotations

import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.db import InterfaceError, OperationalError, connection
from django.test import Client
from prometheus_client.parser import text_string_to_metric_families

from pipeline.store.models import JobRun
from pipeline.text.clock import utc_now
from pipeline.web.monitoring import FIGURES
from tests.factories import make_story, make_user
from tests.homes import make_home

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"
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


def test_alerts_and_board_ask_for_figures_that_there_are() -> None:
    """And for no label that Prometheus would rename, being one of its own."""
    assert not {label for label, _meaning in FIGURES.values()} & {"job", "instance"}
    alerts = yaml.safe_load((DEPLOY / "alerts.yml").read_text("utf-8"))
    board = json.loads((DEPLOY / "grafana.json").read_text("utf-8"))
    asked = [(rule["expr"], "") for group in alerts["groups"] for rule in group["rules"]]
    asked += [
        (target["expr"], target["legendFormat"])
        for panel in board["panels"]
        for target in panel["targets"]
    ]
    assert len(asked) > 12
    for expression, legend in asked:
        figures = re.findall(r"(guongsang_\w+)(?:\{(\w+))?", expression)
        assert figures, expression
        for name, matched in figures:
            label = FIGURES[name][0]
            assert matched in ("", label), expression
            if "{{" in legend:
                assert f"{{{{{label}}}}}" in legend, expression


def test_figures_are_for_this_machine_alone(client: Client) -> None:
    assert client.get("/metrics", REMOTE_ADDR="203.0.113.5").status_code == 404
    forwarded = {"X-Forwarded-For": "203.0.113.5"}
    assert client.get("/metrics", headers=forwarded).status_code == 404


@pytest.mark.parametrize("error", [OperationalError("refused"), InterfaceError("closed")])
def test_while_the_database_is_away_a_page_says_so(
    client: Client, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def away(*_: object, **__: object) -> None:
        raise error

    client.raise_request_exception = False
    client.force_login(make_user("bien"))
    monkeypatch.setattr(connection, "cursor", away)
    answer = client.get("/desk/")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")
    assert "Cơ sở dữ liệu tạm thời không trả lời" in answer.content.decode()
    ready = client.get("/readyz")
    assert (ready.status_code, ready.json()["wrong"]) == (503, ["database"])
    assert client.get("/healthz").status_code == 200
