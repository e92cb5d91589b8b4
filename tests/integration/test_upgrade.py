"""What every released version left in its database is taken over whole (``tools/released.py``)."""

from __future__ import annotations

import hashlib
import lzma
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from tests import postgres
from tests.homes import make_home

RELEASED = sorted((Path(__file__).parents[1] / "released").glob("*.sqlite3.xz"))
OURS_TO_CHANGE = {"django_migrations", "django_content_type", "auth_permission"}
"""Bookkeeping that an upgrade may add to."""

pytestmark = pytest.mark.own_database
Content = dict[str, tuple[list[str], int, str]]


def tables(path: Path) -> Content:
    """Columns, number of rows and a hash of them, of every table with rows of its own."""
    found: Content = {}
    with closing(sqlite3.connect(path)) as database:
        names = database.execute(
            "select name from pragma_table_list"
            " where schema = 'main' and type in ('table', 'shadow') and name not like 'sqlite_s%'"
        ).fetchall()
        for (name,) in names:
            columns = [row[1] for row in database.execute(f'pragma table_info("{name}")')]
            found[name] = (columns, *content(database, name, columns))
    return found


def content(database: sqlite3.Connection, name: str, columns: list[str]) -> tuple[int, str]:
    quoted = ", ".join(f'"{each}"' for each in columns)
    rows = sorted(repr(row) for row in database.execute(f'select {quoted} from "{name}"'))
    return len(rows), hashlib.sha256("\n".join(rows).encode()).hexdigest()


def laws(path: Path) -> set[tuple[str, ...]]:
    """Columns, indexes and triggers: what a database of this version allows."""
    with closing(sqlite3.connect(path)) as database:
        made = database.execute("select type, name, tbl_name from sqlite_master").fetchall()
        columns = {
            ("column", name, *map(str, row[1:4]))
            for kind, name, _table in made
            if kind == "table"
            for row in database.execute(f'pragma table_info("{name}")')
        }
    return columns | {row for row in made if not row[1].startswith("sqlite_autoindex")}


def guongsang(home: Path, *words: str, **more: str) -> str:
    return python("-m", "pipeline.cli", "--home", str(home), *words, **more)


def python(*words: str, **more: str) -> str:
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("DJANGO_", "GUONGSANG_"))}
    done = subprocess.run(
        [sys.executable, *words],
        env=clean | {"GUONGSANG_SECRET_KEY": "k" * 40, **more},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


def new_home(folder: Path, database: bytes = b"") -> Path:
    folder.mkdir()
    home = make_home(folder)
    if database:
        home.database_file.write_bytes(database)
    guongsang(folder, "upgrade")
    return home.database_file


@pytest.mark.parametrize("kept", RELEASED, ids=lambda path: path.name.removesuffix(".sqlite3.xz"))
def test_nothing_of_a_released_version_is_lost(kept: Path, tmp_path: Path) -> None:
    before = tmp_path / "before.sqlite3"
    before.write_bytes(lzma.decompress(kept.read_bytes()))
    was = tables(before)
    assert was["store_story"][1] > 30
    assert was["store_delivery"][1] > 10
    upgraded = new_home(tmp_path / "home", before.read_bytes())
    with closing(sqlite3.connect(upgraded)) as database:
        for name in was.keys() - OURS_TO_CHANGE:
            columns, *rows = was[name]
            assert [*content(database, name, columns)] == rows, name
    assert laws(upgraded) == laws(new_home(tmp_path / "new")), "as a home begun today"
    guongsang(tmp_path / "home", "upgrade")
    assert tables(upgraded)["store_story"] == was["store_story"]


@pytest.mark.parametrize("kept", RELEASED, ids=lambda path: path.name.removesuffix(".sqlite3.xz"))
def test_nothing_is_lost_on_postgresql_either(kept: Path, tmp_path: Path) -> None:
    before = tmp_path / "before.sqlite3"
    before.write_bytes(lzma.decompress(kept.read_bytes()))
    make_home(tmp_path)
    with postgres.server() as server, postgres.database(server) as address:
        there = {"DATABASE_URL": address, "GUONGSANG_HOME": str(tmp_path)}
        told = python("-m", "tests.released", str(before), **there)
        asked = postgres.ask(address, "SELECT count(*) FROM store_story")
    was = tables(before)["store_story"][1]
    assert f"store_story {was}\n" in told
    assert asked == [(was,)]


def test_the_version_that_is_out_is_kept() -> None:
    """``make migration`` adds; it never makes anew what somebody may have run."""
    assert RELEASED
