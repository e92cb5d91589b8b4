"""The database as a file of a backup, and back: SQLite's backup API, PostgreSQL's own tools."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

from django.db import DatabaseError, OperationalError, connection

from pipeline.operate.running import InUse
from pipeline.store.due import STALE

SQLITE, DUMP = "guongsang.sqlite3", "guongsang.dump"
SESSIONS = "django_session"
"""Left out: whoever holds a session's key is logged in with it."""


class BackupFailed(Exception):
    """It cannot be taken or brought back; the message says why and what to do."""


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
        BackupFailed: PostgreSQL's tool is missing or refuses.
    """
    if connection.vendor == "sqlite":
        try:
            _overwrite(folder / SQLITE)
        except (OperationalError, sqlite3.OperationalError):  # locked, no room: the file is sound
            raise
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


_DROP_ALL = """DO $$ DECLARE mine record; BEGIN
    FOR mine IN SELECT tablename FROM pg_tables
        WHERE schemaname = current_schema() AND tableowner = current_user
    LOOP EXECUTE format('DROP TABLE %I CASCADE', mine.tablename); END LOOP;
END $$;"""
"""A newer version's tables, of which the dump knows nothing, hang on those that it replaces."""


def _replay(dumped: Path) -> None:
    """In one transaction, ended when all of the dump has been read: killed half way it has changed
    nothing."""
    read = ["pg_restore", "--clean", "--if-exists", "--no-owner", "--no-acl", "--file=-"]
    write = ["psql", "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--output=/dev/null"]
    pipe = subprocess.PIPE
    with (
        tempfile.TemporaryFile() as said,
        _started([*read, str(dumped)], stdout=pipe, stderr=said) as reader,
        _started(write, stdin=pipe, stderr=said) as writer,
    ):
        assert reader.stdout
        assert writer.stdin
        with suppress(BrokenPipeError):  # it refused a statement
            writer.stdin.write(f"BEGIN;\nSET client_min_messages = error;\n{_DROP_ALL}\n".encode())
            shutil.copyfileobj(reader.stdout, writer.stdin)
            if reader.wait():
                writer.kill()
            writer.stdin.write(b"COMMIT;\n")
        with suppress(BrokenPipeError):  # of what it had not taken yet
            writer.stdin.close()
        if writer.wait():
            reader.kill()
            raise BackupFailed(f"{dumped.name}: {_words(said)}")


def _run(command: list[str]) -> None:
    with tempfile.TemporaryFile() as said, _started(command, stderr=said) as program:
        if program.wait():
            raise BackupFailed(f"{command[0]}: {_words(said)}")


def _started(command: list[str], **files: Any) -> subprocess.Popen[bytes]:
    """PostgreSQL's own tool; the password goes by the environment, never by the command line."""
    chosen = connection.get_connection_params()
    given = {
        "PGHOST": "host",
        "PGPORT": "port",
        "PGUSER": "user",
        "PGPASSWORD": "password",
        "PGDATABASE": "dbname",
        "PGSSLMODE": "sslmode",
        "PGSSLROOTCERT": "sslrootcert",
    }
    secrets = {key: str(chosen[name]) for key, name in given.items() if chosen.get(name)}
    program = shutil.which(command[0])
    if program is None:
        raise BackupFailed(f"{command[0]} is not installed → apt install postgresql-client")
    return subprocess.Popen(  # noqa: S603 - a fixed program with our own arguments
        [program, *command[1:]], env={**os.environ, **secrets}, **files
    )


def _words(said: IO[bytes]) -> str:
    said.seek(0)
    return " ".join(said.read().decode(errors="replace").split())[:400] or "no message"
