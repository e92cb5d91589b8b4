"""What deploy/ and the pages about operation name is there."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import click
import pytest
import yaml
from click.testing import CliRunner
from django.core.management import call_command
from django.test import Client

from pipeline.cli import COMMANDS, cli
from pipeline.cli.serving import worker as worker_command
from pipeline.config.home import Home
from pipeline.config.office import Schedule
from pipeline.schedule import jobs_of
from pipeline.store.models import Article, JobRun, SourceState, Story
from pipeline.worker import QUEUES, TASKS
from tests.factories import NOW, make_story
from tests.publishing import approved_edition, subscriber
from tools.audit import verdict

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
NAME = re.compile(r"guongsang_[a-z_]+")


@pytest.mark.django_db
def test_the_page_names_every_metric_and_alerts_use_no_other(home: Home, client: Client) -> None:
    approved_edition(2)
    subscriber("hoa")
    SourceState.objects.create(key="baomot")
    JobRun.objects.create(job="fetch", scheduled_for=NOW, finished_at=NOW, ok=True)
    told = client.get("/metrics").content.decode()
    families = set(re.findall(r"^# TYPE (\w+)", told, re.MULTILINE))
    page = (ROOT / "docs/reference/metrics.md").read_text("utf-8")
    assert set(re.findall(r"^\| `(\w+)`", page, re.MULTILINE)) == families
    for name in ("alerts.yml", "grafana.json"):
        assert set(NAME.findall((DEPLOY / name).read_text("utf-8"))) <= families, name


def test_units_and_containers_call_commands_that_exist() -> None:
    text = "\n".join(path.read_text("utf-8") for path in DEPLOY.iterdir())
    called = set(re.findall(r"bin/guongsang ([a-z-]+)|guongsang (upgrade|web) ", text))
    names = {name for pair in called for name in pair if name}
    assert names <= COMMANDS.keys()
    assert {"run", "web", "scheduler", "worker", "doctor", "upgrade"} <= names
    services = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))["services"]
    for service in services.values():
        command = service.get("command", [])
        if service.get("image") == "guongsang" and command[0] != "-c":
            assert command[0] in COMMANDS
    assert json.loads((DEPLOY / "grafana.json").read_text("utf-8"))["panels"]


def test_every_job_has_a_queue_and_every_queue_a_name_on_the_command_line() -> None:
    (option,) = [each for each in worker_command.params if each.name == "queues"]
    assert isinstance(option.type, click.Choice)
    assert list(option.type.choices) == list(QUEUES)
    assert {job.name for job in jobs_of(Schedule())} < TASKS.keys()


@pytest.mark.django_db(transaction=True)
def test_an_upgrade_that_is_not_one_changes_nothing(home: Home) -> None:
    """Empty or filled, twice is as once, and the migrations make what the models say."""
    make_story()
    before = list(Article.objects.values()), list(Story.objects.values())
    for _ in range(2):
        call_command("migrate", verbosity=0, interactive=False)
    assert (list(Article.objects.values()), list(Story.objects.values())) == before
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


@pytest.mark.parametrize("command", [["doctor"], ["jobs"], ["backup", "copy"]], ids=" ".join)
def test_a_home_that_is_none_is_named(tmp_path: Path, command: list[str]) -> None:
    home = tmp_path / "none"
    done = CliRunner().invoke(cli, ["--home", str(home), *command])
    assert done.exit_code == 2
    assert f"{home} does not exist" in done.output


def test_help_loads_nothing_large_and_cuts_no_word_off() -> None:
    code = (
        "import sys; from click.testing import CliRunner; from pipeline.cli import cli\n"
        "print(CliRunner().invoke(cli, ['--help']).output)\n"
        "large = {'numpy', 'sklearn', 'scrapy', 'spacy', 'django'}\n"
        "print(*large & sys.modules.keys(), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr.strip() == ""
    _usage, listed = done.stdout.split("Commands:")
    assert "..." not in listed
    assert all(f"  {name} " in listed for name in COMMANDS)


def test_upgrade_of_a_new_home(tmp_path: Path) -> None:
    assert CliRunner().invoke(cli, ["--home", str(tmp_path), "upgrade"]).exit_code != 0


def test_a_known_hole_stops_a_merge_and_silence_does_not(
    capsys: pytest.CaptureFixture[str],
) -> None:
    hole = {"id": "PYSEC-1", "fix_versions": ["2"]}
    sound = {"name": "a", "version": "1", "vulns": []}
    assert verdict([sound, {"name": "b", "version": "1", "vulns": [hole]}]) == 1
    assert "b 1: PYSEC-1, mended in 2" in capsys.readouterr().err
    assert verdict([sound]) == 0
    assert verdict([{"name": "a", "version": "1", "skip_reason": "not on PyPI"}]) == 0
    assert "NOT AUDITED" in capsys.readouterr().err
