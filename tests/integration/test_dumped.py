"""What PostgreSQL dumped comes back in one transaction, whatever has come to the database since."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from pipeline.cli.installing import migrate
from pipeline.config.home import Home
from pipeline.operate import backup
from pipeline.operate.backup import bring_back, take
from pipeline.operate.dumping import Unchanged
from pipeline.operate.running import marker_of
from pipeline.store.models import Story
from tests.factories import NOW, make_story
from tests.homes import make_home

pytestmark = [
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite's file is replaced whole"),
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("dump_tools"),
]


@pytest.fixture
def home(tmp_path: Path, settings: Any) -> Home:
    (tmp_path / "home").mkdir()
    settings.HOME = make_home(tmp_path / "home")
    return make_home(tmp_path / "home")


def sql(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def tables() -> set[str]:
    with connection.cursor() as cursor:
        return {each.name for each in connection.introspection.get_table_list(cursor)}


def test_what_came_to_the_database_since_does_not_stand_in_the_way(
    home: Home, tmp_path: Path
) -> None:
    make_story(title="Trước")
    sql("CREATE VIEW own_view AS SELECT title FROM store_story")
    folder = take(home, tmp_path / "ban-sao", NOW).folder
    before = tables()
    Story.objects.update(title="Sau")
    sql('CREATE TABLE "Newer one" (id int PRIMARY KEY, by_id bigint REFERENCES store_user)')
    sql('CREATE TABLE newer_still (id int REFERENCES "Newer one")')
    sql("CREATE VIEW newer_view AS SELECT title FROM store_story")
    bring_back(home, folder, migrate, NOW)
    assert tables() == before
    with connection.cursor() as cursor:
        cursor.execute("SELECT title FROM own_view")
        assert cursor.fetchall() == [("Trước",)]
    sql("DROP VIEW own_view")


@pytest.mark.parametrize("left", [0.2, 0.6, 0.95])
def test_a_torn_dump_changes_nothing(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, left: float
) -> None:
    for number in range(40):
        make_story(title=f"Trước {number} {os.urandom(2000).hex()}")
    folder = take(home, tmp_path / "ban-sao", NOW).folder
    dumped = folder / backup.DUMP
    dumped.write_bytes(dumped.read_bytes()[: int(dumped.stat().st_size * left)])
    refused(home, folder, "pg_restore: error", monkeypatch)


@pytest.mark.parametrize(
    ("dumped", "expected"),
    [
        ("echo 'SELECT 1;'; echo 'no room for more' >&2; exit 1", "no room for more"),
        ("echo 'SELECT 1/0;'; yes 'SELECT 1;' | head -n 90000", "division by zero"),
        ("echo 'SELECT 1/0;'", "division by zero"),
        ("echo 'COPY nothing FROM stdin;'; kill -9 $$", "not take it back: "),
    ],
)
def test_half_of_it_is_nothing(
    home: Home,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    dumped: str,
    expected: str,
) -> None:
    folder = take(home, tmp_path / "ban-sao", NOW).folder
    monkeypatch.setenv("PATH", str(program(tmp_path, dumped)), prepend=os.pathsep)
    refused(home, folder, expected, monkeypatch)


def test_a_missing_tool_is_named(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = take(home, tmp_path / "ban-sao", NOW).folder
    monkeypatch.setenv("PATH", str(program(tmp_path, "exit 0")))
    refused(home, folder, "psql is not installed → apt install", monkeypatch)


def refused(home: Home, folder: Path, words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    before = tables()
    stories = [make_story(title="Sau").pk, *Story.objects.values_list("pk", flat=True)]
    monkeypatch.setattr(backup, "check", unchecked)
    with pytest.raises(Unchanged, match=words):
        bring_back(home, folder, migrate, NOW)
    assert tables() == before
    assert set(Story.objects.values_list("pk", flat=True)) == set(stories)
    assert not marker_of(home).exists()


def unchecked(folder: Path) -> dict[str, Any]:
    return {"database": "postgresql", "files": {}, "taken_at": NOW.isoformat()}


def program(tmp_path: Path, does: str) -> Path:
    """A folder with a ``pg_restore`` of that kind."""
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "pg_restore").write_text(f"#!/bin/sh\n{does}\n")
    (folder / "pg_restore").chmod(0o755)
    return folder
