"""What the database itself refuses, also when the models are bypassed: a change of the audit trail
or of an approved edition (but for the words that an erasure takes out), and an edition approved by
who last worked on it.

Only who may change the database's structure could take the triggers away; the program has no code
that does.
"""

from __future__ import annotations

from django.db import connections, transaction

_REFUSED = "the audit trail is append-only"
_TABLE = "store_auditentry"
_FROZEN = "an edition is frozen once it is approved"
_EDITION = "store_edition"
# All but the time it goes out: a chief may hold it back or release it.
_KEPT = "id, digest_id, number, content_hash, approved_by_id, approved_at, four_eyes, correction_id"
# The words as well, unless an erasure took some out.
_REDACTED = "EXISTS (SELECT 1 FROM store_redaction WHERE edition_id = OLD.id)"

_OWN_WORK = "four eyes: who last worked on a digest does not approve it"
# What stays as it was once the digest is approved: an old edition can be copied to another database
# after its approver has edited one of its stories. An edition that tells a correction is another
# two people's work: who proposed the correction, and who approved it and this with it.
_WORKED_ON = """CASE WHEN NEW.correction_id IS NULL
    THEN EXISTS (SELECT 1 FROM store_digest WHERE id = NEW.digest_id
        AND NEW.approved_by_id IN (last_edited_by_id, submitted_by_id))
    ELSE NOT EXISTS (SELECT 1 FROM store_correction WHERE id = NEW.correction_id
        AND approved_by_id = NEW.approved_by_id AND by_id <> NEW.approved_by_id)
    END"""

# SQLite's INSERT OR REPLACE deletes without asking the triggers on DELETE.
_SQLITE = (
    (_TABLE, "no_update", "BEFORE UPDATE", "", _REFUSED),
    (_TABLE, "no_delete", "BEFORE DELETE", "", _REFUSED),
    (
        _TABLE,
        "no_replace",
        "BEFORE INSERT",
        "EXISTS (SELECT 1 FROM store_auditentry WHERE id = NEW.id)",
        _REFUSED,
    ),
    (_EDITION, "no_update", f"BEFORE UPDATE OF {_KEPT}", "", _FROZEN),
    (_EDITION, "no_rewriting", "BEFORE UPDATE OF content", f"NOT {_REDACTED}", _FROZEN),
    (_EDITION, "no_delete", "BEFORE DELETE", "", _FROZEN),
    (
        _EDITION,
        "no_replace",
        "BEFORE INSERT",
        "EXISTS (SELECT 1 FROM store_edition WHERE id = NEW.id OR number = NEW.number"
        " OR correction_id = NEW.correction_id)",
        _FROZEN,
    ),
    (_EDITION, "four_eyes", "BEFORE INSERT", f"NEW.four_eyes AND {_WORKED_ON}", _OWN_WORK),
)
_POSTGRES = (
    f"""CREATE OR REPLACE FUNCTION {_TABLE}_refuse() RETURNS trigger LANGUAGE plpgsql
        AS $$ BEGIN RAISE EXCEPTION '{_REFUSED}'; END $$""",
    f"""CREATE OR REPLACE TRIGGER {_TABLE}_append_only
        BEFORE UPDATE OR DELETE OR TRUNCATE ON {_TABLE}
        FOR EACH STATEMENT EXECUTE FUNCTION {_TABLE}_refuse()""",
    f"""CREATE OR REPLACE FUNCTION {_EDITION}_refuse_change() RETURNS trigger LANGUAGE plpgsql
        AS $$ BEGIN RAISE EXCEPTION '{_FROZEN}'; END $$""",
    f"""CREATE OR REPLACE TRIGGER {_EDITION}_frozen
        BEFORE UPDATE OF {_KEPT} OR DELETE OR TRUNCATE ON {_EDITION}
        FOR EACH STATEMENT EXECUTE FUNCTION {_EDITION}_refuse_change()""",
    f"""CREATE OR REPLACE FUNCTION {_EDITION}_refuse_rewriting() RETURNS trigger LANGUAGE plpgsql
        AS $$ BEGIN
            IF NOT {_REDACTED} THEN RAISE EXCEPTION '{_FROZEN}'; END IF;
            RETURN NEW;
        END $$""",
    f"""CREATE OR REPLACE TRIGGER {_EDITION}_words BEFORE UPDATE OF content ON {_EDITION}
        FOR EACH ROW EXECUTE FUNCTION {_EDITION}_refuse_rewriting()""",
    f"""CREATE OR REPLACE FUNCTION {_EDITION}_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF NEW.four_eyes AND ({_WORKED_ON}) THEN RAISE EXCEPTION '{_OWN_WORK}'; END IF;
            RETURN NEW;
        END $$""",
    f"""CREATE OR REPLACE TRIGGER {_EDITION}_four_eyes BEFORE INSERT ON {_EDITION}
        FOR EACH ROW EXECUTE FUNCTION {_EDITION}_refuse()""",
)


def install(using: str = "default") -> None:
    """Make the triggers if they are not there. Called after every migration: SQLite drops a table's
    triggers whenever a migration changes the table."""
    connection = connections[using]
    with transaction.atomic(using=using), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            for statement in _POSTGRES:
                cursor.execute(statement)
        elif connection.vendor == "sqlite":
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            there = dict(cursor.fetchall())
            for table, name, event, condition, said in _SQLITE:
                when = f"WHEN {condition} " if condition else ""
                wanted = (
                    f"CREATE TRIGGER {table}_{name} {event} ON {table} {when}"
                    f"BEGIN SELECT RAISE(ABORT, '{said}'); END"
                )
                if there.get(f"{table}_{name}") != wanted:
                    cursor.execute(f"DROP TRIGGER IF EXISTS {table}_{name}")  # an older version's
                    cursor.execute(wanted)
