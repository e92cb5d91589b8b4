"""The tutorial's commands, run as they stand there."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
pytestmark = [pytest.mark.slow, pytest.mark.own_database, pytest.mark.xdist_group("demo")]


def test_the_tutorial_ends_with_a_digest(tmp_path: Path) -> None:
    page = (ROOT / "docs/tutorial.md").read_text("utf-8")
    first, *blocks = re.findall(r"^```sh\n(.*?)^```", page, re.DOTALL | re.MULTILINE)
    assert first == "make install\n"  # has been done: this is run by what it installs
    environment = {
        k: v for k, v in os.environ.items() if not k.startswith(("DJANGO_", "GUONGSANG_"))
    }
    environment.pop("DATABASE_URL", None)
    (tmp_path / ".venv/bin").mkdir(parents=True)
    program = tmp_path / ".venv/bin/guongsang"
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -m pipeline.cli "$@"\n')
    program.chmod(0o755)
    said = ""
    for block in blocks:
        done = subprocess.run(
            ["sh", "-eu", "-c", block],
            cwd=tmp_path,
            env=environment | {"PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
        )
        assert done.returncode == 0, f"{block}{done.stderr}"
        said += done.stdout
    assert "approved, edition 1" in said
    assert "Kính thưa" in said or "loa" in said.lower()
    assert (tmp_path / "first-office/output/portal/index.html").exists()
