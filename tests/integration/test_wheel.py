"""The wheel carries its defaults: installed into an empty environment, the demo runs from it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
UV = REPOSITORY / ".uvenv" / "bin" / "uv"


def run(*command: str | Path, cwd: Path, **environment: str) -> str:
    clean = {
        key: value
        for key, value in os.environ.items()
        if key not in ("DJANGO_SETTINGS_MODULE", "DATABASE_URL", "PYTHONPATH", "VIRTUAL_ENV")
        and not key.startswith("GUONGSANG")
    }
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env={**clean, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


@pytest.mark.slow
@pytest.mark.own_database
@pytest.mark.xdist_group("demo")  # two demos at once would want the same ports
def test_the_wheel_runs_the_demo_from_an_empty_environment(tmp_path: Path) -> None:
    assert UV.exists(), "made by `make install`"
    run(UV, "build", "--wheel", "--quiet", "--out-dir", tmp_path, REPOSITORY, cwd=tmp_path)
    wheel = next(tmp_path.glob("*.whl"))
    locked = run(
        UV, "export", "--frozen", "--no-dev", "--no-emit-project", "--no-hashes", cwd=REPOSITORY
    )
    (tmp_path / "constraints.txt").write_text(locked, "utf-8")
    environment = tmp_path / "venv"
    run(UV, "venv", "--quiet", "--python", sys.executable, environment, cwd=tmp_path)
    python = environment / "bin" / "python"
    run(
        UV, "pip", "install", "--quiet", "--python", python,
        "--constraint", tmp_path / "constraints.txt", wheel, cwd=tmp_path,
    )  # fmt: skip
    home, guongsang = tmp_path / "home", environment / "bin" / "guongsang"
    counts = json.loads(run(guongsang, "--home", home, "demo", "--once", "--json", cwd=tmp_path))
    assert counts["articles"] >= 30
    assert counts["deliveries"] > 0
    portal = home / "output" / "portal"
    assert all((portal / name).is_file() for name in ("index.html", "atom.xml", "so/1.html"))
    shipped = run(
        python, "-c", "from pipeline.config.home import defaults_dir as d; print(d())", cwd=tmp_path
    )
    assert Path(shipped.strip()).is_relative_to(environment)
