"""A PostgreSQL backup is brought back whole or not at all, also under a newer version's tables."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from pipeline.operate import dumping
from pipeline.operate.dumping import DUMP, BackupFailed, dump, load
from pipeline.store.models import Story
from tests.factories import make_story

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("dump_tools")]


@pytest.fixture(autouse=True)
def _on_postgresql() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite's file is replaced whole")


def tables() -> set[str]:
    connection.ensure_connection()
    return set(connection.introspection.table_names())


def test_tables_that_came_later_do_not_stand_in_its_way(tmp_path: Path) -> None:
    make_story(title="Trước khi sao")
    dump(tmp_path)
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE store_later (story bigint REFERENCES store_story (id))")
        cursor.execute("INSERT INTO store_later SELECT id FROM store_story")
        cursor.execute("CREATE VIEW seen AS SELECT title FROM store_story")
    make_story(title="Sau khi sao")
    load(tmp_path)
    assert list(Story.objects.values_list("title", flat=True)) == ["Trước khi sao"]
    assert "store_later" not in tables()
    make_story(title="Tin mới")


@pytest.mark.parametrize("keep", [0, 0.5, 0.98])
def test_a_torn_dump_changes_nothing(tmp_path: Path, keep: float) -> None:
    for number in range(50):
        make_story(title=f"Tin {number}")
    dump(tmp_path)
    whole = (tmp_path / DUMP).read_bytes()
    (tmp_path / DUMP).write_bytes(whole[: int(len(whole) * keep)])
    make_story(title="Sau khi sao")
    with pytest.raises(BackupFailed, match=f"^{DUMP}: "):
        load(tmp_path)
    assert Story.objects.count() == 51
    assert "store_story" in tables()


def test_a_statement_that_is_refused_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_story()
    dump(tmp_path)
    make_story(title="Sau khi sao")
    monkeypatch.setattr(dumping, "_DROP_ALL", "DROP TABLE store_story CASCADE; SELECT 1/0;")
    with pytest.raises(BackupFailed, match="division by zero"):
        load(tmp_path)
    assert Story.objects.count() == 2


def test_without_the_tool_it_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dump(tmp_path)

    def which(name: str) -> Any:
        return None if name == "psql" else found(name)

    found = dumping.shutil.which
    monkeypatch.setattr(dumping.shutil, "which", which)
    with pytest.raises(BackupFailed, match="psql is not installed"):
        load(tmp_path)
