"""``guongsang restore``, by processes of its own."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from pipeline.config.home import Home
from tests.homes import make_home

pytestmark = [pytest.mark.slow, pytest.mark.own_database]


def guongsang(home: Home, *words: str) -> subprocess.CompletedProcess[str]:
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("DJANGO_", "GUONGSANG_"))}
    return subprocess.run(
        [sys.executable, "-m", "pipeline.cli", "--home", str(home.root), *words],
        env=clean | {"GUONGSANG_SECRET_KEY": "k" * 40},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def kept(tmp_path: Path) -> tuple[Home, Path]:
    """A home and its backup."""
    (tmp_path / "home").mkdir()
    home = make_home(tmp_path / "home")
    for words in (["upgrade"], ["backup", str(tmp_path / "ban-sao")]):
        done = guongsang(home, *words)
        assert done.returncode == 0, done.stderr
    return home, tmp_path / "ban-sao"


def test_a_broken_database_can_be_replaced(kept: tuple[Home, Path]) -> None:
    home, folder = kept
    sound = home.database_file.read_bytes()
    for broken in (os.urandom(50_000), sound[:5000] + os.urandom(50_000) + sound[55_000:]):
        home.database_file.write_bytes(broken)
        done = guongsang(home, "restore", str(folder), "--yes")
        assert done.returncode == 0, done.stderr
        with closing(sqlite3.connect(home.database_file)) as database:
            assert database.execute("PRAGMA quick_check").fetchall() == [("ok",)]
            assert database.execute("SELECT count(*) FROM store_story").fetchall() == [(0,)]
