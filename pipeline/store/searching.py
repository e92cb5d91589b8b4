"""Searching stories by their words, with the full-text index of whichever database there is.

``Story.search_text`` holds words without diacritics, so a word is found as whole (``dong`` finds
``Đồng``, not ``đông đúc`` under ``dongd``); a phrase is words in a row.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Lookup, TextField
from django.db.models.sql.compiler import SQLCompiler

from pipeline.text.fold import search_words

LONGEST = 200_000
"""Characters of a story's words: PostgreSQL refuses a text of more than 1 MB of words."""

_SQLITE = (
    """CREATE VIRTUAL TABLE store_story_words USING fts5(
        search_text, content='store_story', content_rowid='id',
        tokenize="unicode61 remove_diacritics 0")""",
    "INSERT INTO store_story_words(store_story_words) VALUES ('rebuild')",
)
_LEAVE = (
    "INSERT INTO store_story_words(store_story_words, rowid, search_text) "
    "VALUES ('delete', old.id, old.search_text);"
)
_ENTER = "INSERT INTO store_story_words(rowid, search_text) VALUES (new.id, new.search_text);"
_TRIGGERS = {
    "store_story_words_insert": f"AFTER INSERT ON store_story BEGIN {_ENTER} END",
    "store_story_words_delete": f"AFTER DELETE ON store_story BEGIN {_LEAVE} END",
    "store_story_words_update": (
        "AFTER UPDATE OF search_text ON store_story "
        f"WHEN old.search_text IS NOT new.search_text BEGIN {_LEAVE} {_ENTER} END"
    ),
}
_POSTGRES = (
    # Stored: a plan that walks the stories by score would else cut each one's text into words.
    "ALTER TABLE store_story ADD COLUMN IF NOT EXISTS search_words tsvector "
    "GENERATED ALWAYS AS (to_tsvector('simple', search_text)) STORED",
    "CREATE INDEX IF NOT EXISTS store_story_words ON store_story USING gin (search_words)",
)


def install(using: str = "default") -> None:
    """Make the index if it is not there. Called after every migration: SQLite drops a table's
    triggers whenever a migration changes the table."""
    connection = connections[using]
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            for statement in _POSTGRES:
                cursor.execute(statement)
    elif connection.vendor == "sqlite":
        _install_sqlite(connection)


def _install_sqlite(connection: BaseDatabaseWrapper) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM sqlite_master WHERE name LIKE 'store_story_words%%'")
        there = {name for (name,) in cursor.fetchall()}
        if not there >= {"store_story_words", *_TRIGGERS}:
            cursor.execute("DROP TABLE IF EXISTS store_story_words")
            for statement in _SQLITE:
                cursor.execute(statement)
            for name, body in _TRIGGERS.items():
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
                cursor.execute(f"CREATE TRIGGER {name} {body}")


@contextmanager
def walking() -> Iterator[None]:
    """PostgreSQL walks by an index, in its order, until it has enough. Of its own accord it would
    often find, join and sort everything first: it takes words in a row for rare."""
    connection = connections["default"]
    if connection.vendor != "postgresql":
        yield
        return
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("; ".join(f"SET LOCAL enable_{each} = off" for each in _ALL_AT_ONCE))
        yield
        cursor.execute("; ".join(f"SET LOCAL enable_{each} = on" for each in _ALL_AT_ONCE))


_ALL_AT_ONCE = ("hashjoin", "mergejoin", "sort", "bitmapscan", "seqscan")


def matching(phrases: Sequence[str], most: int) -> list[int]:
    """Primary keys of at most ``most`` stories (merged ones too) in which every phrase occurs, in
    no order; found by the full-text index whatever else is wanted of them."""
    words = list(filter(None, map(search_words, phrases)))
    connection = connections["default"]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            query = " && ".join(["phraseto_tsquery('simple', %s)"] * len(words))
            # Materialized: the limit must not tempt the planner to read the table instead.
            cursor.execute(
                "WITH found AS MATERIALIZED (SELECT id FROM store_story"  # noqa: S608 - all %s
                f" WHERE search_words @@ ({query})) SELECT id FROM found LIMIT %s",
                [*words, most],
            )
        else:
            cursor.execute(
                "SELECT rowid FROM store_story_words WHERE store_story_words MATCH %s LIMIT %s",
                [" ".join(f'"{phrase}"' for phrase in words), most],
            )
        return [key for (key,) in cursor.fetchall()]


@TextField.register_lookup
class Phrases(Lookup):
    """``search_text__phrases=["dong van", "que"]``: every phrase occurs. The right side is a
    sequence of texts as people type them; without a word in them everything matches."""

    lookup_name = "phrases"
    prepare_rhs = False

    def __init__(self, lhs: Any, rhs: Sequence[str]) -> None:
        super().__init__(lhs, tuple(filter(None, map(search_words, rhs))))

    def as_sql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper
    ) -> tuple[str, tuple[Any, ...]]:
        if not self.rhs:
            return "1 = 1", ()
        row = compiler.quote_name_unless_alias(self.lhs.alias)
        queries = " && ".join(["phraseto_tsquery('simple', %s)"] * len(self.rhs))
        return f"{row}.search_words @@ ({queries})", self.rhs

    def as_sqlite(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper
    ) -> tuple[str, tuple[Any, ...]]:
        if not self.rhs:
            return "1 = 1", ()
        row = compiler.quote_name_unless_alias(self.lhs.alias)
        found = "SELECT rowid FROM store_story_words WHERE store_story_words MATCH %s"
        # The plus keeps SQLite from fetching every match, to sort it, where it can walk by score.
        return f"+{row}.id IN ({found})", (" ".join(f'"{phrase}"' for phrase in self.rhs),)
