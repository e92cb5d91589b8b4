"""What the database itself refuses, also when the models are bypassed: a change of the audit trail,
and a digest approved by who last edited it or sent it for approval.

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

_OWN_WORK = "four eyes: who last worked on a digest does not approve it"
# What stays as it was once the digest is approved: an old edition can be copied to another database
# after its approver has edited one of its stories.
_WORKED_ON = """EXISTS (SELECT 1 FROM store_digest WHERE id = NEW.digest_id
    AND NEW.approved_by_id IN (last_edited_by_id, submitted_by_id))"""
_FOUR_EYES_SQLITE = f"""CREATE TRIGGER IF NOT EXISTS store_edition_four_eyes
    BEFORE INSERT ON store_edition
    WHEN NEW.four_eyes AND COALESCE(json_array_length(NEW.content, '$.corrects'), 0) = 0
    AND {_WORKED_ON}
    BEGIN SELECT RAISE(ABORT, '{_OWN_WORK}'); END"""
_FOUR_EYES_POSTGRES = (
    f"""CREATE OR REPLACE FUNCTION store_edition_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF NEW.four_eyes AND COALESCE(jsonb_array_length(NEW.content -> 'corrects'), 0) = 0
                AND {_WORKED_ON}
            THEN RAISE EXCEPTION '{_OWN_WORK}'; END IF;
            RETURN NEW;
        END $$""",
    """CREATE OR REPLACE TRIGGER store_edition_four_eyes BEFORE INSERT ON store_edition
        FOR EACH ROW EXECUTE FUNCTION store_edition_refuse()""",
)


def install(using: str = "default") -> None:
    """Make the triggers if they are not there. Called after every migration: SQLite drops a table's
    triggers whenever a migration changes the table."""
    connection = connections[using]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            for statement in (*_POSTGRES, *_FOUR_EYES_POSTGRES):
                cursor.execute(statement)
        elif connection.vendor == "sqlite":
            for name, when in _SQLITE.items():
                cursor.execute(
                    f"CREATE TRIGGER IF NOT EXISTS {name} {when} "
                    f"BEGIN SELECT RAISE(ABORT, '{_REFUSED}'); END"
                )
            cursor.execute(_FOUR_EYES_SQLITE)
