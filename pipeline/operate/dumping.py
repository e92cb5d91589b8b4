"""The database as a file of a backup, and back: SQLite's backup API, PostgreSQL's own tools."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from pathlib import Path

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
    name = str(connection.settings_dict["NAME"])
    _run(
        [
            "pg_restore",
            "--clean",
            "--if-exists",
            "--no-owner",
            "--no-acl",
            "--single-transaction",  # killed half way it has changed nothing
            f"--dbname={name}",
            str(folder / DUMP),
        ]
    )


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


def _run(command: list[str]) -> None:
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
    environment = {**os.environ, **secrets}
    program = shutil.which(command[0])
    if program is None:
        raise BackupFailed(f"{command[0]} is not installed → apt install postgresql-client")
    done = subprocess.run(  # noqa: S603 - a fixed program with our own arguments
        [program, *command[1:]], env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        said = " ".join(done.stderr.split()) or "no message"
        raise BackupFailed(f"{command[0]}: {said[:400]}")
