"""From SQLite to PostgreSQL: every table copied in one transaction, then counted and hashed on both
sides; one difference and the new database stays as empty as it was."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.apps import apps
from django.core.management import call_command
from django.core.management.color import no_style
from django.db import DEFAULT_DB_ALIAS, Error, connections, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Field, Model

from pipeline.config.variables import database_at

TARGET = "target"
WRITTEN_BY_MIGRATE = {"django_content_type", "auth_permission"}
AT_A_TIME = 200
"""Rows read at once; pages are some 100 kB each."""


class MoveFailed(Exception):
    """Nothing was moved; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Moved:
    table: str
    rows: int
    hash: str
    """Of all rows in any order, the same on both sides."""


def move(url: str, on_table: Callable[[Moved], None] | None = None) -> list[Moved]:
    """Copy the home's SQLite database into the empty PostgreSQL database ``url``.

    Nothing can be written to the source meanwhile; the desk waits. Killed or failed at any point,
    it leaves tables without rows in the target and may be repeated.

    Raises:
        MoveFailed: the source is not SQLite or lacks migrations, the target is not an empty
            PostgreSQL, a row cannot be stored there, or what arrived is not what left.
    """
    source = connections[DEFAULT_DB_ALIAS]
    if source.vendor != "sqlite":
        raise MoveFailed(f"the home uses {source.vendor} already → nothing to move")
    executor = MigrationExecutor(source)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise MoveFailed("the home's database is not up to date → run guongsang run once")
    try:
        _connect(url)
        call_command("migrate", database=TARGET, verbosity=0, interactive=False)
        with transaction.atomic(using=TARGET), transaction.atomic(using=DEFAULT_DB_ALIAS):
            _empty()
            moved = []
            for model in _models():
                each = _copied(model)
                moved.append(each)
                if on_table:
                    on_table(each)
            _set_sequences()
    except Error as error:
        raise MoveFailed(str(error).strip().replace("\n", " · ")) from error
    finally:
        if TARGET in connections.settings:
            connections[TARGET].close()
    return moved


def _connect(url: str) -> None:
    chosen = database_at(url)
    if not str(chosen.get("ENGINE", "")).endswith("postgresql"):
        raise MoveFailed("that is no PostgreSQL → postgres://user:password@host:5432/database")
    known = {alias: connections.settings[alias] for alias in connections.settings}
    connections.settings = connections.configure_settings({**known, TARGET: chosen})


def _models() -> list[type[Model]]:
    """With a table of its own, by table name; also those that only link two others."""
    found = (
        model
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy
    )
    return sorted(found, key=lambda model: model._meta.db_table)


def _empty() -> None:
    with connections[TARGET].cursor() as cursor:
        for model in _models():
            table = model._meta.db_table
            if table in WRITTEN_BY_MIGRATE:
                # Constraints are checked at the end of the transaction.
                cursor.execute(f'DELETE FROM "{table}"')  # noqa: S608 - a model's own name
            elif model._base_manager.using(TARGET).exists():
                raise MoveFailed(f"{table} holds rows there → name an empty database")


def _copied(model: type[Model]) -> Moved:
    fields: Sequence[Field[Any, Any]] = [
        field for field in model._meta.concrete_fields if not field.generated
    ]
    table, target = model._meta.db_table, connections[TARGET]
    columns = ", ".join(f'"{field.column}"' for field in fields)
    left, key = _Sum(), None
    with target.cursor() as cursor:
        statement = f'COPY "{table}" ({columns}) FROM STDIN'
        try:
            with cursor.copy(statement) as copy:
                for row in _rows(model, DEFAULT_DB_ALIAS, fields):
                    key = row[0]
                    left.add(row)
                    copy.write_row(
                        [
                            field.get_db_prep_save(value, connection=target)
                            for field, value in zip(fields, row, strict=True)
                        ]
                    )
        except Exception as error:
            raise MoveFailed(f"{table}, at or before the row {key}: {error}") from error
    arrived = _Sum()
    for row in _rows(model, TARGET, fields):
        arrived.add(row)
    if (left.rows, left.hash) != (arrived.rows, arrived.hash):
        raise MoveFailed(
            f"{table}: {left.rows} rows ({left.hash[:12]}) left, "
            f"{arrived.rows} ({arrived.hash[:12]}) arrived → please report this"
        )
    return Moved(table, left.rows, left.hash)


def _rows(
    model: type[Model], alias: str, fields: Sequence[Field[Any, Any]]
) -> Iterator[tuple[Any, ...]]:
    rows = model._base_manager.using(alias).order_by().values_list(*(f.attname for f in fields))
    return rows.iterator(chunk_size=AT_A_TIME)


class _Sum:
    """A hash of rows in any order: databases sort text differently."""

    def __init__(self) -> None:
        self.rows, self._sum = 0, 0

    def add(self, row: Sequence[Any]) -> None:
        text = json.dumps(row, default=_plain, sort_keys=True, ensure_ascii=False)
        self._sum += int.from_bytes(hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest())
        self.rows += 1

    @property
    def hash(self) -> str:
        return f"{self._sum % 2**256:064x}"


def _plain(value: object) -> str:
    if isinstance(value, bytes | memoryview):
        return hashlib.sha256(value).hexdigest()
    if isinstance(value, datetime | UUID):
        return str(value)
    return repr(value)


def _set_sequences() -> None:
    connection = connections[TARGET]
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), _models()):
            cursor.execute(statement)
