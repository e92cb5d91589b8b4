"""``pytest --hypothesis-profile=many`` searches longer than every commit can."""

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import settings

settings.register_profile("ordinary", deadline=None)
settings.register_profile("many", deadline=None, max_examples=4000)
settings.load_profile("ordinary")

pytest_plugins = ["tests.forking"]


@pytest.fixture(autouse=True, scope="session")
def _emptied_between_tests() -> Iterator[None]:
    """Tests with real transactions are cleaned up by emptying every table: those, too, whose
    triggers refuse it. Only here are they taken away for a moment."""
    from django.db.backends.base.operations import BaseDatabaseOperations

    from pipeline.store import guarding

    empty = BaseDatabaseOperations.execute_sql_flush

    def emptied(self: Any, statements: list[str]) -> None:
        guards = (("store_auditentry", "append_only"), ("store_edition", "frozen"))
        with self.connection.cursor() as cursor:
            for table, name in guards:
                if self.connection.vendor == "postgresql":
                    cursor.execute(f"DROP TRIGGER IF EXISTS {table}_{name} ON {table}")
                else:
                    for act in ("update", "delete", "replace"):
                        cursor.execute(f"DROP TRIGGER IF EXISTS {table}_no_{act}")
        empty(self, statements)
        guarding.install(self.connection.alias)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BaseDatabaseOperations, "execute_sql_flush", emptied)
        yield
