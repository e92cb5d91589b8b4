"""How long a new article takes to find its story among a million stored ones.

    python -m bench.joining [--postgres] [--stored 1000000] [--new 200] [--texts FILE.jsonl ...]

Stored articles, their stories and the index rows of their signatures are written in bulk into a
database made of the project's own models (SQLite, or a PostgreSQL of its own); then new articles
join one by one through the project's own code: a look-up by index, ``compare`` on the best
candidates, their own index rows written. Half of them retell a stored article. Stored keys are
drawn so that two articles share one as often as two of the sample do: from FILEs (articles as JSON
Lines), else at an assumed rate.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import tempfile
import time
from collections.abc import Mapping
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from bench.joining_postgres import fill as fill_postgres
from bench.joining_postgres import server
from pipeline.group import Signature, signature
from pipeline.group.profile import profile
from pipeline.shapes import ArticleText

BANDS, NAMES = 32, 8
SHARED_BAND, SHARED_NAME = 1 / 11_000, 1 / 60_000
"""How likely two unrelated articles share one given band or name key. Assumed; ``--texts`` measures
it on articles of one's own."""
YEARS = 5
NOW = datetime(2026, 11, 20, tzinfo=UTC)
_SPAN = timedelta(days=365 * YEARS)
_LENGTH = 1800


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--stored", type=int, default=1_000_000)
    parser.add_argument("--new", type=int, default=200)
    parser.add_argument("--postgres", action="store_true")
    parser.add_argument("--texts", type=Path, nargs="*", default=[])
    options = parser.parse_args()
    rates = measured(options.texts) if options.texts else (SHARED_BAND, SHARED_NAME)
    with (
        tempfile.TemporaryDirectory(dir=os.environ.get("TMPDIR")) as folder,
        server(folder) if options.postgres else nullcontext(f"sqlite:///{folder}/j.sqlite3") as url,
    ):
        os.environ["DATABASE_URL"] = url
        os.environ.setdefault("GUONGSANG_SECRET_KEY", "bench")
        os.environ["DJANGO_SETTINGS_MODULE"] = "pipeline.settings"
        import django

        django.setup()
        run(options.stored, options.new, rates, Path(folder))


def measured(files: list[Path]) -> tuple[float, float]:
    """How often two articles of the sample share a given band (the mean square of their Jaccard
    similarity, two rows making a band) and a given name."""
    rng = random.Random(1)
    texts = [json.loads(line) for file in files for line in file.open(encoding="utf-8")]
    sample = [
        profile(ArticleText(title=text.get("title") or "", text=text["text"]))
        for text in rng.sample(texts, min(2000, len(texts)))
    ]
    squares, names = 0.0, 0
    pairs = 200_000
    for _ in range(pairs):
        a, b = rng.sample(sample, 2)
        shared = len(a.pairs & b.pairs)
        squares += (shared / max(1, len(a.pairs | b.pairs))) ** 2
        names += len({*a.names[:NAMES]} & {*b.names[:NAMES]})
    print(f"two of {len(sample)} texts share a band 1/{pairs / squares:.0f},", end=" ")
    print(f"a name 1/{pairs * NAMES / max(1, names):.0f}")
    return squares / pairs, max(1, names) / pairs / NAMES


def run(stored: int, new: int, rates: tuple[float, float], folder: Path) -> None:
    from django.core.management import call_command
    from django.db import connection, transaction

    from pipeline.ingest.joining import join_story, one_at_a_time
    from pipeline.ingest.pages import index
    from pipeline.store.models import Article

    call_command("migrate", verbosity=0)
    began = time.perf_counter()
    if connection.vendor == "postgresql":
        words = wording(random.Random(3), 60_000)
        fill_postgres(stored, pools(rates), words, _LENGTH, int(_SPAN.total_seconds()))
    else:
        fill(stored, rates)
    took = time.perf_counter() - began
    size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) / 2**30
    print(
        f"{stored} articles, {stored * (BANDS + NAMES)} keys stored in {took:.0f} s, {size:.1f} GB"
    )
    rng = random.Random(2)
    times, spent, queries, joined = [], [], [], 0
    for number in range(new):
        partner = Article.objects.get(pk=rng.randint(1, stored)) if number % 2 else None
        text, mark = newcomer(partner, rates, rng)
        article = Article(
            source="baomot",
            url=f"https://baomot.example/moi-{number}.html",
            canonical_url=f"https://baomot.example/moi-{number}.html",
            title=text.title,
            text=text.text,
            published_at=text.published_at,
            extractor="selectors",
            content_hash=mark.content_hash,
            found_at=NOW,
            updated_at=NOW,
        )
        began, busy = time.perf_counter(), time.process_time()
        asked: list[str] = []
        with connection.execute_wrapper(partial(_note, asked)), transaction.atomic():
            one_at_a_time()
            article.save()
            index(article, mark)
            story = join_story(article, text, mark, _NoOutlets(), NOW)
        times.append((time.perf_counter() - began) * 1000)
        spent.append((time.process_time() - busy) * 1000)
        queries.append(len(asked))
        joined += partner is not None and story.pk == partner.story_id
    for words, sorted_ in (("elapsed", sorted(times)), ("of CPU", sorted(spent))):
        middle, late = statistics.median(sorted_), sorted_[int(len(sorted_) * 0.95)]
        print(f"join, {words}: median {middle:.1f} ms, p95 {late:.1f}, slowest {sorted_[-1]:.1f}")
    print(f"queries: median {statistics.median(queries):.0f}, at most {max(queries)}")
    print(f"retold articles in the story of the stored one: {joined}/{new // 2}")


def _note(asked: list[str], execute: Any, sql: str, *rest: Any) -> Any:
    asked.append(sql)
    return execute(sql, *rest)


class _NoOutlets:
    def province_of(self, source: str) -> str | None:
        return None


def fill(stored: int, rates: tuple[float, float]) -> None:
    """Rows by SQL; what an index holds is sorted once, at the end."""
    from django.db import connection

    from pipeline.store.models import Article, Story

    words = wording(random.Random(3), 60_000)
    with connection.cursor() as cursor:
        for pragma in ("journal_mode=off", "synchronous=off", "cache_size=-400000"):
            cursor.execute(f"pragma {pragma}")
        for name, constraint in connection.introspection.get_constraints(
            cursor, "store_signatureband"
        ).items():
            if constraint["index"] and not constraint["unique"]:
                cursor.execute(f"drop index {name}")
    by_article = "create index by_article on store_signatureband (article_id)"
    story = Story.objects.create(title="Tin", found_at=NOW)
    article = Article.objects.create(
        title="Bài", text="-", extractor="selectors", found_at=NOW, updated_at=NOW
    )
    seconds = int(_SPAN.total_seconds())
    at = f"datetime('2021-11-21', '+' || (({seconds} / {stored}) * n) || ' seconds')"
    text = f"substr(%(words)s, 1 + (n * 7919) %% {len(words) - _LENGTH}, {_LENGTH})"
    with connection.cursor() as cursor:
        _copy(
            cursor,
            Story,
            story.pk,
            stored,
            {"id": "n", "public_id": "printf('%%032x', n)", "published_at": at, "found_at": at},
        )
        _copy(
            cursor,
            Article,
            article.pk,
            stored,
            {
                "id": "n",
                "story_id": "n",
                "url": "'https://baomot.example/' || n",
                "canonical_url": "'https://baomot.example/' || n",
                "content_hash": "printf('%%064x', n)",
                "title": f"substr({text}, 1, 60)",
                "text": text,
                "published_at": at,
                "found_at": at,
            },
            {"words": words},
        )
        keys = " union all ".join(
            f"select {slot} as slot, {pool} as pool" for slot, pool in pools(rates)
        )
        cursor.execute(
            f"with recursive {_series(stored)}"
            " insert into store_signatureband (article_id, band)"
            f" select n, slot * 1000000000 + abs(random()) % pool as key from series, ({keys})"
            " order by key, n"
        )
        cursor.execute(by_article)


def pools(rates: tuple[float, float]) -> list[tuple[int, int]]:
    """For each key of a signature the number of values it takes, all as likely."""
    bands = [(slot, round(1 / rates[0])) for slot in range(1, BANDS + 1)]
    return bands + [(BANDS + slot, round(1 / rates[1])) for slot in range(1, NAMES + 1)]


def _series(stored: int) -> str:
    return f"series(n) as (select 1 union all select n + 1 from series where n < {stored})"


def _copy(
    cursor: Any,
    model: Any,
    pattern: int,
    stored: int,
    values: Mapping[str, str],
    parameters: Mapping[str, str] | None = None,
) -> None:
    """Rows 1 to ``stored`` like the row ``pattern``, but for the SQL ``values``; ``n`` counts."""
    table = model._meta.db_table
    columns = [field.column for field in model._meta.concrete_fields]
    picked = ", ".join(values.get(column, f'"{column}"') for column in columns)
    names = ", ".join(f'"{column}"' for column in columns)
    cursor.execute(f"create temp table pattern as select * from {table} where id = {pattern}")
    cursor.execute(f"delete from {table}")
    cursor.execute(
        f"with recursive {_series(stored)} insert into {table} ({names})"
        f" select {picked} from series, pattern",
        dict(parameters or {}),
    )
    cursor.execute("drop table pattern")


def newcomer(
    partner: Any, rates: tuple[float, float], rng: random.Random
) -> tuple[ArticleText, Signature]:
    """A new article and its keys: unrelated to all, or retelling ``partner`` with half its keys."""
    from pipeline.store.models import SignatureBand

    bands = [slot * 1_000_000_000 + rng.randrange(pool) for slot, pool in pools(rates)]
    at = NOW - timedelta(seconds=rng.randrange(int(_SPAN.total_seconds())))
    words = wording(rng, _LENGTH)
    if partner:
        kept = SignatureBand.objects.filter(article=partner).values_list("band", flat=True)
        bands[: len(bands) // 2] = sorted(kept)[: len(bands) // 2]
        words, at = partner.text[: _LENGTH * 4 // 5], partner.published_at + timedelta(hours=6)
    text = ArticleText(title=words[:60], text=words, published_at=at)
    return text, Signature(signature(text).content_hash, tuple(dict.fromkeys(bands)))


def wording(rng: random.Random, length: int) -> str:
    """Syllables by Zipf's law."""
    letters = [a + b + c for a in "bcdghklmnpqrstvx" for b in "aăâeêioôơuư" for c in ("", *"cmnpt")]
    weights = [1 / rank for rank in range(1, len(letters) + 1)]
    return " ".join(rng.choices(letters, weights, k=length // 3))[:length]


if __name__ == "__main__":
    main()
