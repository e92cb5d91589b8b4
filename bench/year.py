"""How an installation grows in a year of 34 provinces.

    python -m bench.year [--articles 50000 100000 200000] [--times 15] [--postgres]

For each number of articles: a database of its own, filled with a year of invented stories of all
provinces (``bench.newsroom``, 1.8 articles a story); then its size, the most memory that a process
serving the desk takes, and what the desk's pages cost; beside them the whole portal with its feeds
made anew from 52 editions of ten stories. Between two rows: the growth for 100,000 articles. The
year itself is ``--articles 2000000 --postgres``. Pages and raw bodies of outlets are not in it:
some 30 kB each, packed, come on top.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import nullcontext
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from bench.desk import PATTERN, _fill, _home, _megabytes, pages
from bench.joining_postgres import server
from bench.workers import _memory

PAGES = ("queue", "queue, sector", "search, a name", "story", "overview")
WEEKS, STORIES = 52, 10


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--articles", type=int, nargs="+", default=[50_000, 100_000, 200_000])
    parser.add_argument("--times", type=int, default=15)
    parser.add_argument("--postgres", action="store_true")
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        print(json.dumps(_measured(options.one, options.times, postgres=options.postgres)))
        return 0
    before: dict[str, float] = {}
    for wanted in options.articles:
        command = [sys.executable, "-m", "bench.year", "--one", str(wanted)]
        command += ["--times", str(options.times), *(["--postgres"] * options.postgres)]
        told = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
        now: dict[str, float] = json.loads(told.splitlines()[-1])
        if not before:
            print(f"| {' | '.join(now)} |\n|{'---:|' * len(now)}")
        else:
            share = (now["articles"] - before["articles"]) / 100_000
            grown = [f"{(now[name] - before[name]) / share:+.1f}" for name in list(now)[1:]]
            print(f"| *per 100,000* | {' | '.join(grown)} |")
        print(f"| {' | '.join(f'{value:.0f}' for value in now.values())} |", flush=True)
        before = now
    return 0


def _measured(articles: int, times: int, *, postgres: bool) -> dict[str, float]:
    with (
        tempfile.TemporaryDirectory() as folder,
        server(f"{folder}/postgres")
        if postgres
        else nullcontext(f"sqlite:///{folder}/year.sqlite3") as url,
    ):
        os.environ |= {
            "DATABASE_URL": url,
            "GUONGSANG_HOME": str(_home(Path(folder))),
            "GUONGSANG_SECRET_KEY": "bench",
            "DJANGO_SETTINGS_MODULE": "pipeline.settings",
        }
        import django

        django.setup()
        from django.core.management import call_command
        from django.db import connection

        from bench import newsroom
        from pipeline.store.models import Article, Story

        call_command("migrate", verbosity=0)
        newsroom.YEARS = 1
        began = time.perf_counter()
        stories = round(articles / 1.8)
        _fill(stories if stories < PATTERN else round(stories / PATTERN) * PATTERN)
        filled = time.perf_counter() - began
        # What filling took is not what serving takes.
        connection.close()
        Path("/proc/self/clear_refs").write_text("5")
        return {
            "articles": Article.objects.count(),
            "filled, s": filled,
            "database, MB": _megabytes(),
            **_asked(Story.every.count(), times),
            "portal and feeds, ms": _portal(),
            "memory, MB": _memory(os.getpid()),
        }


def _asked(stories: int, times: int) -> dict[str, float]:
    """The median of each page, ms."""
    from django.test import Client

    from pipeline.store.models import User

    client = Client(headers={"host": "localhost"})
    client.force_login(User.objects.get(username="lananh"))
    addresses = pages(stories, random.Random(11))
    found = {}
    for name in PAGES:
        taken = []
        for number in range(times + 2):
            began = time.perf_counter()
            answer = client.get(next(addresses[name]))
            if answer.status_code != 200:
                raise SystemExit(f"{name} answers {answer.status_code}")
            if number >= 2:  # the first ones compile templates
                taken.append((time.perf_counter() - began) * 1000)
        found[f"{name}, ms"] = statistics.median(taken)
    return found


def _portal() -> float:
    """All files made anew, ms: they hold what is published, however much was found."""
    from pipeline.publish.site import pages as site
    from tests.publishing import NOW, OFFICE, edition_content, item

    editions = []
    for week in range(1, WEEKS + 1):
        told = [item(week * 100 + number) for number in range(STORIES)]
        at = NOW - timedelta(weeks=WEEKS - week)
        edition = edition_content(*told, number=week, publish_at=at, frozen_at=at)
        editions.append(replace(edition, week=f"2026-W{week:02}"))
    began = time.perf_counter()
    made = site.build(editions, [], OFFICE, {})
    if "atom.xml" not in made:
        raise SystemExit("no feed was made")
    return (time.perf_counter() - began) * 1000


if __name__ == "__main__":
    sys.exit(main())
