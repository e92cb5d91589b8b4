"""Searching stories by their words, with the full-text index of whichever database there is.

``Story.search_text`` holds words without diacritics, so a word is found as whole (``dong`` finds
``Đồng``, not ``đông đúc`` under ``dongd``); a phrase is words in a row. It also holds a *term* for
each tag, place, outlet and month of a story: so one look into the index answers for all that is
asked at once, however many stories meet each condition alone.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise
from typing import Any

from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Lookup, TextField
from django.db.models.sql.compiler import SQLCompiler

from pipeline.text.fold import search_words

FAR = 10
"""So many times more are expected than looked for that there is no need to count."""
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
POSTGRES_TERMS = (
    "to_tsvector('simple', search_text) || array_to_tsvector(store_story_pairs(search_text))"
)
"""The words, and every two in a row as one: syllables are so common that the index alone could not
tell a name from stories that hold its syllables somewhere."""
_POSTGRES = (
    """CREATE OR REPLACE FUNCTION store_story_pairs(words text) RETURNS text[]
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
        SELECT coalesce(array_agg(DISTINCT pair), '{}') FROM (
            SELECT word || '_' || lead(word) OVER (ORDER BY place) AS pair
            FROM unnest(string_to_array(words, ' ')) WITH ORDINALITY AS each(word, place)
        ) AS pairs WHERE pair IS NOT NULL
    $$""",
    # Stored: a plan that walks the stories by score would else cut each one's text into words.
    "ALTER TABLE store_story ADD COLUMN IF NOT EXISTS search_terms tsvector "
    f"GENERATED ALWAYS AS ({POSTGRES_TERMS}) STORED",
    "CREATE INDEX IF NOT EXISTS store_story_words ON store_story USING gin (search_terms)",
)


def forget(using: str = "default") -> None:
    """SQLite's index keeps words that are gone in its older parts until these are merged; merge
    them. (PostgreSQL's goes with the next vacuum.)"""
    connection = connections[using]
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO store_story_words(store_story_words) VALUES ('optimize')")


def term(kind: str, value: str) -> str:
    """One word, that no text holds, for what else a story is found by (``place``, ``Bắc Hà``)."""
    return f"zz{kind}{search_words(value).replace(' ', '')}"


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


def few_with(
    phrases: Sequence[str], terms: Sequence[Collection[str]], most: int
) -> list[int] | None:
    """Primary keys of the stories (merged ones too) in which every phrase occurs and of each
    collection of terms at least one, in no order; None: they are more than ``most``. In stories
    found for a phrase of more than two words these may stand apart (``apart_too``)."""
    words = list(filter(None, map(search_words, phrases)))
    if not all(terms):
        return []
    connection = connections["default"]
    if connection.vendor == "postgresql":
        return _few_in_postgres(connection, _lexemes(words, terms), most)
    asked = [f'"{phrase}"' for phrase in words]
    asked += [f"({' OR '.join(sorted(each))})" for each in terms]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rowid FROM store_story_words WHERE store_story_words MATCH %s LIMIT %s",
            [" AND ".join(asked), most + 1],
        )
        found = [key for (key,) in cursor.fetchall()]
    return found if len(found) <= most else None


def _few_in_postgres(connection: BaseDatabaseWrapper, query: str, most: int) -> list[int] | None:
    found = "SELECT id FROM store_story WHERE search_terms @@ %s::tsquery"
    with transaction.atomic(), connection.cursor() as cursor:
        # It knows how common words are, and takes those of one query for independent: what it
        # expects so often need not be counted, however long that would take.
        cursor.execute(f"EXPLAIN (FORMAT JSON) {found}", [query])
        (plan,) = cursor.fetchone()
        if plan[0]["Plan"]["Plan Rows"] > FAR * most:
            return None
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL work_mem = '32MB'")
        # Materialized: the limit must not tempt the planner to read the table instead.
        cursor.execute(
            f"WITH found AS MATERIALIZED ({found}), first AS (SELECT id FROM found LIMIT %s)"  # noqa: S608
            " SELECT CASE WHEN count(*) <= %s THEN array_agg(id) END, count(*) FROM first",
            [query, most + 1, most],
        )
        keys, count = cursor.fetchone()
        cursor.execute("SET LOCAL enable_seqscan = on; RESET work_mem")
    return keys or (None if count else [])


def apart_too(phrase: str) -> bool:
    """Whether the index alone may take words that stand apart for ``phrase``."""
    return len(search_words(phrase).split()) > 2


def _lexemes(words: Sequence[str], terms: Sequence[Collection[str]]) -> str:
    """A ``tsquery`` that needs no look at the stories themselves."""
    asked = [" | ".join(sorted(each)) for each in terms]
    for phrase in words:
        each = phrase.split()
        asked += [f"{one}_{two}" for one, two in pairwise(each)] or each
    return " & ".join(f"({each})" for each in asked)


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
        longer = list(filter(apart_too, self.rhs))
        query = " && ".join(["%s::tsquery", *["phraseto_tsquery('simple', %s)"] * len(longer)])
        return f"{row}.search_terms @@ ({query})", (_lexemes(self.rhs, ()), *longer)

    def as_sqlite(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper
    ) -> tuple[str, tuple[Any, ...]]:
        if not self.rhs:
            return "1 = 1", ()
        row = compiler.quote_name_unless_alias(self.lhs.alias)
        found = "SELECT rowid FROM store_story_words WHERE store_story_words MATCH %s"
        # The plus keeps SQLite from fetching every match, to sort it, where it can walk by score.
        return f"+{row}.id IN ({found})", (" ".join(f'"{phrase}"' for phrase in self.rhs),)
