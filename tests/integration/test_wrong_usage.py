"""What was typed wrong is told in words, with exit code 2, before anything is done."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from pipeline.cli import cli


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("report coverage --since 0001-01-01", "'0001-01-01' is not between 2000 and 2099"),
        ("report coverage --until 9999-12-31", "'9999-12-31' is not between 2000 and 2099"),
        ("report coverage --until 31/31/2026", "is not a day"),
        ("digest draft --week 0001-W01", "'0001-W01' is no week"),
        ("digest show --week 2026-W99", "'2026-W99' is no week"),
        ("digest show --week 2025-W53", "'2025-W53' is no week"),
        ("web --port 99999", "99999 is not in the range"),
        ("run --port 0", "0 is not in the range"),
    ],
)
def test_a_value_that_is_none(words: str, told: str, tmp_path: Path) -> None:
    done = CliRunner().invoke(cli, ["--home", str(tmp_path), *words.split()])
    assert (done.exit_code, told in done.output) == (2, True), done.output
