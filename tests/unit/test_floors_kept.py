"""Every aim has a pinned floor, and no floor is lowered or dropped but by the explicit flag."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from pipeline.cli import WorkFailed
from pipeline.cli.floors import hold, read_floors, silently_lowered

ROOT = Path(__file__).parents[2]
FLOORS = ROOT / "tests" / "floors"
AIMS = {
    "judge": {
        "all": {"ap", "f1", "kind", "subject", "sectors_f1", "campaigns_f1"},
        "natural": {"ap", "f1", "top_fifth", "sectors_f1", "campaigns_f1"},
    },
    "group": {"pairs": {"f1", "reached"}},
    "fidelity": {
        "seed": {"caught", "quiet"},
        "exchanged": {"caught"},
        "hand": {"caught", "quiet"},
        "hand2": {"caught", "quiet"},
        "hand3": {"caught", "quiet"},
    },
    "awards": {"mentions": {"found", "level", "recipient", "silent"}},
}


@pytest.mark.parametrize("name", AIMS)
def test_every_aim_has_a_floor(name: str) -> None:
    floors, _ = read_floors((FLOORS / f"{name}.json").read_text("utf-8"))
    assert {part: set(several) for part, several in floors.items()} == AIMS[name]
    assert all(0 < floor <= 1 for several in floors.values() for floor in several.values())


@pytest.mark.parametrize("name", AIMS)
def test_no_version_in_the_history_had_a_higher_floor(name: str) -> None:
    path = f"tests/floors/{name}.json"
    if git("rev-parse", "--is-shallow-repository").strip() != "false":
        pytest.skip("no whole history here")
    now = (ROOT / path).read_text("utf-8")
    for commit in git("log", "--format=%H", "--", path).split():
        assert silently_lowered(now, git("show", f"{commit}:{path}")) == [], commit


def git(*arguments: str) -> str:
    try:
        told = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True)
    except FileNotFoundError:
        return ""
    return told.stdout


def test_a_floor_lowered_or_gone_is_told() -> None:
    before = '{"all": {"ap": 0.96, "f1": 0.9}}'
    assert silently_lowered('{"all": {"ap": 0.97, "f1": 0.9}}', before) == []
    assert silently_lowered('{"all": {"ap": 0.96}}', before) == ["all f1 (0.9) is gone"]
    assert silently_lowered('{"all": {"ap": 0.95, "f1": 0.9}}', before) == [
        "all ap fell from 0.96 to 0.95"
    ]


def test_the_flag_lowers_and_leaves_the_reason_for_good(tmp_path: Path) -> None:
    file = tmp_path / "floors.json"
    before = '{"all": {"ap": 0.96, "f1": 0.9}}'
    file.write_text(before, "utf-8")
    figures = {"all": {"ap": 0.9512, "f1": 0.915}}
    with pytest.raises(WorkFailed, match=r"all ap: 0\.951 < 0\.960"):
        hold(figures, file, raise_=True, lower=None)
    assert file.read_text("utf-8") == before
    hold(figures, file, raise_=True, lower="nhãn được sửa")
    lowered = file.read_text("utf-8")
    assert json.loads(lowered) == {
        "all": {"ap": 0.951, "f1": 0.915},
        "lowered": [{"figure": "all ap", "before": 0.96, "to": 0.951, "why": "nhãn được sửa"}],
    }
    assert silently_lowered(lowered, before) == []
    hold({"all": {"ap": 0.94, "f1": 0.92}}, file, raise_=True, lower="và lần nữa")
    assert silently_lowered(file.read_text("utf-8"), before) == []
    # A further step down by hand, a fall from a higher floor and a ledger wiped are seen.
    assert silently_lowered(lowered.replace('"ap": 0.951', '"ap": 0.9'), before)
    assert silently_lowered(lowered, '{"all": {"ap": 0.97}}')
    assert silently_lowered('{"all": {"ap": 0.951, "f1": 0.915}}', lowered)


def test_floors_are_raised(tmp_path: Path) -> None:
    file = tmp_path / "floors.json"
    file.write_text('{"all": {"ap": 0.96}}', "utf-8")
    hold({"all": {"ap": 0.9719}}, file, raise_=True, lower=None)
    assert json.loads(file.read_text("utf-8")) == {"all": {"ap": 0.971}}
