"""The database as a file of a backup, and back: SQLite's backup API, PostgreSQL's own tools."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path

from django.db import DatabaseError, OperationalError, connection

from pipeline.operate.running import InUse
from pipeline.store.due import STALE

SQLITE, DUMP = "guongsang.sqlite3", "guongsang.dump"
SESSIONS = "django_session"
"""Left out: whoever holds a session's key is logged in with it."""


class BackupFailed(Exception):
    """It cannot be taken or brought back; the message says why and what to do."""


class Unchanged(BackupFailed):
    """It could not be brought back, and the database is what it was."""


def dump(folder: Path) -> None:
    """Write the database as of one moment into ``folder``, beside writers.

    Raises:
        BackupFailed: PostgreSQL's tool is missing or refuses.
    """
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        copy = sqlite3.connect(folder / SQLITE)
        try:
            connection.connection.backup(copy)  # page by page, beside writers
            copy.execute("PRAGMA secure_delete = ON")
            copy.execute(f"DELETE FROM {SESSIONS}")  # noqa: S608 - a constant
            copy.commit()
        finally:
            copy.close()
        (folder / SQLITE).chmod(0o600)
        return
    without = f"--exclude-table-data={SESSIONS}"
    _run(["pg_dump", "--format=custom", "--no-owner", without, f"--file={folder / DUMP}"])
    (folder / DUMP).chmod(0o600)


def load(folder: Path) -> None:
    """Make the database what ``dump`` wrote into ``folder``; what it was before may be broken.

    Raises:
        Unchanged: it is in use or there is no room, or PostgreSQL's tool is missing or refuses.
    """
    if connection.vendor == "sqlite":
        try:
            _overwrite(folder / SQLITE)
        except (OperationalError, sqlite3.OperationalError) as error:  # the file is sound
            raise Unchanged(f"the database cannot be replaced: {error}") from error
        except (DatabaseError, sqlite3.DatabaseError):  # no database any more: nothing to overwrite
            connection.close()
            for end in ("", "-wal", "-shm"):
                Path(f"{connection.settings_dict['NAME']}{end}").unlink(missing_ok=True)
            _overwrite(folder / SQLITE)
        connection.close()
        return
    connection.close()
    _replay(folder / DUMP)


def refuse_others() -> None:
    """Processes on other machines are seen by what they ask of PostgreSQL; workers ask all the
    time. (An idle connection proves nothing: pgbouncer keeps some.)

    Raises:
        InUse: another connection of our account was used within ``STALE``.
    """
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT coalesce(host(client_addr), 'this machine') FROM pg_stat_activity"
            " WHERE datname = current_database() AND usename = current_user"
            " AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
            " AND (state <> 'idle' OR state_change > now() - %s::interval)",
            [f"{STALE.seconds} seconds"],
        )
        users = sorted(row[0] for row in cursor.fetchall())
    if users:
        raise InUse(
            f"the database is in use from {', '.join(users)}: stop every process first, on every"
            f" machine; within {STALE.seconds} seconds of their end it is free"
        )


def _overwrite(dumped: Path) -> None:
    connection.ensure_connection()
    source = sqlite3.connect(dumped)
    try:
        source.backup(connection.connection)
    finally:
        source.close()


_EMPTIED = b"""\
BEGIN;
SET LOCAL client_min_messages = warning;
DO $$
DECLARE own name;
BEGIN
    FOR own IN
        SELECT relname FROM pg_class
        WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p')
            AND pg_get_userbyid(relowner) = current_user
            AND NOT EXISTS (
                SELECT FROM pg_depend
                WHERE classid = 'pg_class'::regclass AND objid = pg_class.oid AND deptype = 'e'
            )
    LOOP
        EXECUTE format('DROP TABLE IF EXISTS %I CASCADE', own);
    END LOOP;
END $$;
"""
"""``pg_restore --clean`` drops what the dump holds, and stumbles over newer tables that refer to
that. Extensions' own tables stay."""


_REFUSED = 3
"""How psql ends when the server answered a statement with an error: nothing of it is kept."""


def _replay(dumped: Path) -> None:
    """All in one transaction: killed half way it has changed nothing.

    Raises:
        Unchanged: a tool is missing, the dump is torn, or PostgreSQL refuses it.
        BackupFailed: the same, and it is not known whether the last word arrived.
    """
    kinds = ["--clean", "--if-exists", "--no-owner", "--no-acl"]
    committing = False
    with tempfile.TemporaryFile() as said:
        try:
            pg_restore, psql = _program("pg_restore"), _program("psql")
        except BackupFailed as error:
            raise Unchanged(str(error)) from error
        with (
            subprocess.Popen(  # noqa: S603 - as in _run
                [pg_restore, *kinds, "--file=-", str(dumped)],
                env=_environment(),
                stdout=subprocess.PIPE,
                stderr=said,
            ) as source,
            subprocess.Popen(  # noqa: S603
                [psql, "--no-psqlrc", "--no-password", "--quiet", "--set=ON_ERROR_STOP=1"],
                env=_environment(),
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=said,
            ) as target,
        ):
            assert source.stdout
            assert target.stdin
            try:
                target.stdin.write(_EMPTIED)
                shutil.copyfileobj(source.stdout, target.stdin)
                if source.wait() == 0:
                    target.stdin.flush()
                    committing = True
                    target.stdin.write(b"COMMIT;\n")
                    target.stdin.flush()
            except BrokenPipeError:  # psql ended, and has said why
                pass
            finally:
                source.kill()
                if not committing:
                    target.kill()
                with suppress(BrokenPipeError):
                    target.stdin.close()
        if target.returncode == 0 and committing:
            return
        said.seek(0)
        words = " ".join(said.read().decode("utf-8", "replace").split())
    words = words or f"pg_restore ended with {source.returncode}, psql with {target.returncode}"
    unknown = committing and target.returncode != _REFUSED
    raise (BackupFailed if unknown else Unchanged)(
        f"PostgreSQL does not take it back: {words[:400]}"
    )


def _run(command: list[str]) -> None:
    """PostgreSQL's own tool."""
    done = subprocess.run(  # noqa: S603 - a fixed program with our own arguments
        [_program(command[0]), *command[1:]],
        env=_environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        said = " ".join(done.stderr.split()) or "no message"
        raise BackupFailed(f"{command[0]}: {said[:400]}")


def _program(name: str) -> str:
    program = shutil.which(name)
    if program is None:
        raise BackupFailed(f"{name} is not installed → apt install postgresql-client")
    return program


def _environment() -> dict[str, str]:
    """The password goes by the environment, never by the command line."""
    chosen = connection.get_connection_params()
    given = {
        "PGHOST": "host",
        "PGPORT": "port",
        "PGUSER": "user",
        "PGPASSWORD": "password",
        "PGDATABASE": "dbname",
        "PGSSLMODE": "sslmode",
        "PGSSLROOTCERT": "sslrootcert",
        "PGOPTIONS": "options",
    }
    return {
        **os.environ,
        **{key: str(chosen[name]) for key, name in given.items() if chosen.get(name)},
    }
