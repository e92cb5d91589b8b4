"""``guongsang init`` as an administrator runs it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ARGUMENTS = "init --province yen-bai --office Thử --contact a@b.vn --admin quantri --password-stdin"


def init(home: Path, **extra: str) -> subprocess.CompletedProcess[str]:
    kept = ("DJANGO_SETTINGS_MODULE", "DATABASE_URL", "GUONGSANG_SECRET_KEY", "GUONGSANG_HOME")
    clean = {key: value for key, value in os.environ.items() if key not in kept}
    return subprocess.run(
        [sys.executable, "-m", "pipeline.cli", "--home", str(home), *ARGUMENTS.split()],
        env={**clean, **extra},
        input="mot-mat-khau-dai-9\n",
        capture_output=True,
        text=True,
        check=False,
    )


def test_it_can_be_repeated_once_the_database_answers(tmp_path: Path) -> None:
    wrong = init(tmp_path, DATABASE_URL="postgres://nobody@127.0.0.1:1/none")
    assert wrong.returncode == 1
    assert len(wrong.stderr.strip().splitlines()) == 1 or "OperationalError" in wrong.stderr
    assert not (tmp_path / "office.yaml").exists()
    assert init(tmp_path).returncode == 0
    again = init(tmp_path)
    assert again.returncode == 1
    assert "already set up" in again.stderr


def test_secrets_and_readers_are_for_the_owner_only(tmp_path: Path) -> None:
    assert init(tmp_path).returncode == 0
    for name in (".env", "guongsang.sqlite3"):
        assert (tmp_path / name).stat().st_mode & 0o077 == 0, name
