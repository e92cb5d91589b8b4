"""How well stories are found, and how long one look-up takes among many stored articles.

    python -m bench.grouping [PAIRS.jsonl] [--stored 100000]

Look-ups run on SQLite the way the store does them: an indexed row for each key, candidates by the
number of keys they share, ``compare`` on the best of them. Stored articles are synthetic: words are
drawn by Zipf's law, so that everyday word pairs crowd the index as real ones do.
"""

from __future__ import annotations

import argparse
import json
import random
import sqlite3
import statistics
import tempfile
import time
from pathlib import Path

from pipeline.cli.evaluating_groups import labelled_pairs, score
from pipeline.group import compare, signature
from pipeline.shapes import ArticleText

CANDIDATES = 20
_VOCABULARY = 6000
_LENGTH = 300


def synthetic(rng: random.Random, vocabulary: list[str], weights: list[float]) -> ArticleText:
    words = rng.choices(vocabulary, cum_weights=weights, k=_LENGTH)
    for _ in range(6):
        place = rng.randrange(_LENGTH)
        words[place] = " ".join(rng.choices(vocabulary, k=2)).title()
    return ArticleText(title=" ".join(words[:9]), text=" ".join(words))


def retold(article: ArticleText, rng: random.Random) -> ArticleText:
    """A third of the words left out, in runs."""
    words = article.text.split(" ")
    kept = [w for start in range(0, len(words), 15) for w in words[start : start + 10]]
    return ArticleText(title=article.title, text=" ".join(kept))


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("pairs", nargs="?", type=Path)
    parser.add_argument("--stored", type=int, default=100_000)
    arguments = parser.parse_args()
    if arguments.pairs:
        print(json.dumps(score(labelled_pairs(arguments.pairs))[0]))
    rng = random.Random(1)
    letters = "bcdghklmnpqrstvx"
    vocabulary = [
        a + b + c for a in letters for b in "aăâeêioôơuư" for c in ("", *"cmnpt", "ng", "nh", "i")
    ][:_VOCABULARY]
    weights: list[float] = []
    for rank in range(1, len(vocabulary) + 1):
        weights.append((weights[-1] if weights else 0.0) + 1 / rank)
    with tempfile.TemporaryDirectory() as folder:
        database = sqlite3.connect(f"{folder}/bands.sqlite3")
        database.execute("create table band (value integer, article integer)")
        database.execute("create table article (id integer primary key, title text, body text)")
        began = time.perf_counter()
        kept: dict[int, ArticleText] = {}
        for number in range(arguments.stored):
            article = synthetic(rng, vocabulary, weights)
            if number % (arguments.stored // 100 or 1) == 0:
                kept[number] = article
            database.execute(
                "insert into article values (?, ?, ?)", (number, article.title, article.text)
            )
            rows = [(band, number) for band in signature(article).bands]
            database.executemany("insert into band values (?, ?)", rows)
        made = (time.perf_counter() - began) / arguments.stored * 1000
        database.execute("create index band_value on band (value, article)")
        database.commit()
        took, reached, matched = [], 0, 0
        for number, article in kept.items():
            new = retold(article, rng)
            began = time.perf_counter()
            bands = signature(new).bands
            marks = ",".join("?" * len(bands))
            found = database.execute(
                "select id, title, body from article join"
                f" (select article, count(*) n from band where value in ({marks})"
                "  group by article order by n desc limit ?) on id = article",
                (*bands, CANDIDATES),
            ).fetchall()
            matches = [
                candidate
                for candidate, title, body in found
                if compare(new, ArticleText(title=title, text=body))
            ]
            took.append((time.perf_counter() - began) * 1000)
            reached += any(candidate == number for candidate, _, _ in found)
            matched += number in matches
        size = Path(f"{folder}/bands.sqlite3").stat().st_size / 2**20
    print(f"{arguments.stored} stored, {size:.0f} MB of keys, {made:.2f} ms to make a signature")
    print(f"look-up: median {statistics.median(took):.2f} ms, slowest {max(took):.2f} ms")
    print(f"retold articles reached {reached}/{len(kept)}, matched {matched}/{len(kept)}")


if __name__ == "__main__":
    main()
