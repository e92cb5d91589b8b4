"""``python -m tests.released KEPT``: upgrade a home of a released version on PostgreSQL, and say
what became of its rows.

Such a home has the same rows in the same tables as one on SQLite, so that one file a release is
enough to test the upgrade on both.
"""

from __future__ import annotations

import json
import sys

from django.core.management.color import no_style
from django.db import DEFAULT_DB_ALIAS, connection, connections, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Model

from pipeline.cli import setup_django
from pipeline.cli.installing import migrate

KEPT = "kept"


def open_kept(path: str) -> None:
    known = {alias: connections.settings[alias] for alias in connections.settings}
    sqlite = {"ENGINE": "django.db.backends.sqlite3", "NAME": path}
    connections.settings = connections.configure_settings({**known, KEPT: sqlite})


def applied() -> list[tuple[str, str]]:
    loader = MigrationExecutor(connections[KEPT]).loader
    return [node for node in loader.applied_migrations if node in loader.graph.nodes]


def models_then() -> list[type[Model]]:
    """As the released version had them."""
    state = MigrationExecutor(connections[KEPT]).loader.project_state(applied())
    found = state.apps.get_models(include_auto_created=True)
    return [model for model in found if model._meta.managed and not model._meta.proxy]


def fill(models: list[type[Model]]) -> None:
    MigrationExecutor(connection).migrate(applied())  # without what `migrate` does after it
    with transaction.atomic(), connection.cursor() as cursor:
        for model in models:
            rows = model._base_manager.using(KEPT).all()
            model._base_manager.using(DEFAULT_DB_ALIAS).bulk_create(list(rows))
        for statement in connection.ops.sequence_reset_sql(no_style(), models):
            cursor.execute(statement)


def compare(models: list[type[Model]]) -> None:
    for model in models:
        names = [field.attname for field in model._meta.concrete_fields if not field.generated]
        was, now = (_rows(model, alias, names) for alias in (KEPT, DEFAULT_DB_ALIAS))
        if lost := was - now:
            sys.exit(f"{model._meta.db_table}: lost or changed: {str(lost)[:500]}")
        print(model._meta.db_table, len(was))


def _rows(model: type[Model], alias: str, names: list[str]) -> set[str]:
    """As text that both databases give; PostgreSQL keeps the keys of an object in its own order."""
    rows = model._base_manager.using(alias).order_by().values_list(*names)
    return {json.dumps(row, default=_plain, sort_keys=True) for row in rows}


def _plain(value: object) -> str:
    return bytes(value).hex() if isinstance(value, bytes | memoryview) else str(value)


if __name__ == "__main__":
    setup_django()
    open_kept(sys.argv[1])
    models = models_then()
    fill(models)
    migrate()
    compare(models)
