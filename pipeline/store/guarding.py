"""The audit trail is append-only in the database itself: what bypasses the models is refused, too.

Only who may change the database's structure could take the triggers away; the program has no code
that does.
"""

from __future__ import annotations

from django.db import connections

_REFUSED = "the audit trail is append-only"
_TABLE = "store_auditentry"
_SQLITE = {
    f"{_TABLE}_no_update": f"BEFORE UPDATE ON {_TABLE}",
    f"{_TABLE}_no_delete": f"BEFORE DELETE ON {_TABLE}",
    # INSERT OR REPLACE deletes without asking the trigger above.
    f"{_TABLE}_no_replace": (
        "BEFORE INSERT ON store_auditentry "
        "WHEN EXISTS (SELECT 1 FROM store_auditentry WHERE id = NEW.id)"
    ),
}
_POSTGRES = (
    f"""CREATE OR REPLACE FUNCTION {_TABLE}_refuse() RETURNS trigger LANGUAGE plpgsql
        AS $$ BEGIN RAISE EXCEPTION '{_REFUSED}'; END $$""",
    f"""CREATE OR REPLACE TRIGGER {_TABLE}_append_only
        BEFORE UPDATE OR DELETE OR TRUNCATE ON {_TABLE}
        FOR EACH STATEMENT EXECUTE FUNCTION {_TABLE}_refuse()""",
)


def install(using: str = "default") -> None:
    """Make the triggers if they are not there. Called after every migration: SQLite drops a table's
    triggers whenever a migration changes the table."""
    connection = connections[using]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            for statement in _POSTGRES:
                cursor.execute(statement)
        elif connection.vendor == "sqlite":
            for name, when in _SQLITE.items():
                cursor.execute(
                    f"CREATE TRIGGER IF NOT EXISTS {name} {when} "
                    f"BEGIN SELECT RAISE(ABORT, '{_REFUSED}'); END"
                )
