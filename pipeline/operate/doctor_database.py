"""Whether the database answers, has the tables of this version, and is whole."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor

from pipeline.operate.findings import Finding, Verdict

NAME = "cơ sở dữ liệu"


class Damaged(Exception):
    """The database file is not whole; the message says what to do."""


def database_findings(*, whole: bool) -> Iterator[Finding]:
    try:
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
        if whole:
            read_whole()
    except Damaged as error:
        yield Finding(NAME, Verdict.BAD, str(error))
    except Error as error:
        words = f"không trả lời: {error} → xem DATABASE_URL và máy chủ dữ liệu"
        yield Finding(NAME, Verdict.BAD, words.replace("\n", " "))
    else:
        if waiting:
            words = f"thiếu {len(waiting)} bước cập nhật → guongsang upgrade"
            yield Finding(NAME, Verdict.BAD, words)
        else:
            yield Finding(NAME, Verdict.GOOD, connection.vendor)


def read_whole() -> None:
    """Read every page of a SQLite file; PostgreSQL looks after its own.

    Raises:
        Damaged: a page is not what it was written as.
    """
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA quick_check(1)")
        said = cursor.fetchone()[0]
    if said != "ok":
        raise Damaged(f"hỏng ({said}) → dừng mọi tiến trình, guongsang restore bản sao gần nhất")
