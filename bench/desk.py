"""How fast the desk answers with years of stories in it.

    python -m bench.desk [--postgres] [--stories 100000] [--times 40] [--only WORDS]
        [--explain] [--keep FOLDER]

Fills a SQLite file or a PostgreSQL of its own (``bench.newsroom``) and asks for the desk's pages as
an editor does, through every middleware, view and template, in one process and without a network.
Milliseconds; CPU is the median of our own process alone (SQLite works in it, PostgreSQL does not).
Each page is asked for with many different stories and words. Fails where the median is not under
100 ms or the 95th percentile not under 250 ms. ``--keep`` leaves the database for another run.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

from bench.joining_postgres import server

MEDIAN, LATE = 100, 250
"""Milliseconds."""
WARM_UP = 2
PATTERN = 20_000
"""Stories that differ; more are these again under other numbers and scores."""


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--stories", type=int, default=100_000)
    parser.add_argument("--times", type=int, default=40)
    parser.add_argument("--postgres", action="store_true")
    parser.add_argument("--only", default="", help="pages with these words in their name")
    parser.add_argument("--explain", action="store_true", help="plans of the slowest queries")
    parser.add_argument("--keep", type=Path, help="where the database is, or will be, kept")
    options = parser.parse_args()
    if options.keep:
        options.keep.mkdir(parents=True, exist_ok=True)
    scratch = nullcontext(str(options.keep)) if options.keep else tempfile.TemporaryDirectory()
    with (
        scratch as folder,
        server(f"{folder}/postgres")
        if options.postgres
        else nullcontext(f"sqlite:///{folder}/desk.sqlite3") as url,
    ):
        os.environ["DATABASE_URL"] = url
        os.environ["GUONGSANG_HOME"] = str(_home(Path(folder)))
        os.environ.setdefault("GUONGSANG_SECRET_KEY", "bench")
        os.environ["DJANGO_SETTINGS_MODULE"] = "pipeline.settings"
        import django

        django.setup()
        return run(options)


def _home(folder: Path) -> Path:
    """An office of Lào Cai with sixty invented outlets."""
    home = folder / "home"
    home.mkdir(exist_ok=True)
    office = "name: Phòng Báo chí\nprovince: Lào Cai\ncontact: baochi@tinh.example\n"
    (home / "office.yaml").write_text(f"{office}site_url: http://localhost\n", "utf-8")
    rows = [
        f'  - {{key: bao-{number:02}, name: Báo {number}, province: Lào Cai, home: "https://bao-'
        f'{number:02}.example", feeds: ["https://bao-{number:02}.example/rss"], enabled: true,'
        " verified: 2026-11-01}"
        for number in range(60)
    ]
    (home / "sources.yaml").write_text("\n".join(["sources:", *rows, ""]), "utf-8")
    return home


def run(options: argparse.Namespace) -> int:
    from django.core.management import call_command
    from django.db import connection
    from django.test import Client

    from pipeline.store.models import Story, User

    call_command("migrate", verbosity=0)
    if not Story.objects.exists():
        began = time.perf_counter()
        _fill(options.stories)
        print(f"{connection.vendor}: filled in {time.perf_counter() - began:.0f} s", flush=True)
    stories = Story.every.count()
    print(f"{connection.vendor} {'.'.join(map(str, connection.get_database_version()))},", end=" ")
    print(f"{stories} stories, {_megabytes() / 1000:.1f} GB")
    client = Client(headers={"host": "localhost"})
    client.force_login(User.objects.get(username="lananh"))
    failed = False
    print(f"{'page':36} {'median':>8} {'p95':>8} {'CPU':>8} {'queries':>8}")
    for name, addresses in pages(stories, random.Random(11)).items():
        if options.only not in name:
            continue
        times, busy, asked = [], [], []
        slow: list[tuple[float, str, Any]] = []
        for number in range(options.times + WARM_UP):
            address = next(addresses)
            log: list[tuple[float, str, Any]] = []
            began, worked = time.perf_counter(), time.process_time()
            with connection.execute_wrapper(partial(_note, log)):
                answer = client.get(address)
            if answer.status_code != 200:
                raise SystemExit(f"{address} answers {answer.status_code}")
            if number >= WARM_UP:
                times.append((time.perf_counter() - began) * 1000)
                busy.append((time.process_time() - worked) * 1000)
                asked.append(len(log))
                slow += log
        middle, late = statistics.median(times), statistics.quantiles(times, n=20)[-1]
        missed = middle >= MEDIAN or late >= LATE
        failed |= missed
        counts = f"{min(asked)}-{max(asked)}" if min(asked) < max(asked) else f"{max(asked)}"
        figures = "".join(f"{each:8.0f} " for each in (middle, late, statistics.median(busy)))
        print(f"{name:36} {figures}{counts:>8}{'  MISSED' if missed else ''}", flush=True)
        if options.explain:
            _explain(slow)
    return 1 if failed else 0


def pages(stories: int, rng: random.Random) -> dict[str, Iterator[str]]:
    """Name to endless addresses."""
    from bench.newsroom import FAMILIES, GIVEN, MIDDLE
    from pipeline.web.reference import reference

    sectors, campaigns = list(reference().sectors), list(reference().campaigns)

    def story() -> str:
        return f"/desk/story/{UUID(int=rng.randint(1, stories))}/?status=any&label=any"

    def name() -> str:
        return f"{rng.choice(FAMILIES)} {rng.choice(MIDDLE)} {rng.choice(GIVEN)}"

    def search(words: Callable[[], str]) -> Callable[[], str]:
        return lambda: f"/desk/?status=any&label=any&q={words()}"

    made: dict[str, Callable[[], str]] = {
        "queue": lambda: "/desk/",
        "queue, later page": lambda: f"/desk/?page={rng.randint(2, 40)}",
        "queue, sector": lambda: f"/desk/?sector={rng.choice(sectors)}",
        "queue, sector and commune": lambda: f"/desk/?sector={rng.choice(sectors)}&place=Bắc Hà",
        "queue, campaign": lambda: f"/desk/?campaign={rng.choice(campaigns)}",
        "queue, outlet": lambda: f"/desk/?outlet=bao-{rng.randrange(60):02}",
        "queue, flag": lambda: f"/desk/?flag={rng.choice(('hype', 'minor', 'none'))}",
        "queue, a week": lambda: _week(rng),
        "queue, all there is": lambda: "/desk/?status=any&label=any",
        "queue, accepted": lambda: "/desk/?status=accepted",
        "story": story,
        "story from the queue": lambda: story().replace("?status=any&label=any", ""),
        "search, a word in every story": search(lambda: "hộ"),
        "search, without diacritics": search(lambda: rng.choice(["dong", "ban", "giup", "lu"])),
        "search, a phrase": search(lambda: '"hợp tác xã nuôi lợn đen"'),
        "search, a name": search(lambda: f'"{name()}"'),
        "search, words far apart": search(lambda: f"{rng.choice(GIVEN)} {rng.choice(FAMILIES)} lũ"),
        "search, nothing found": search(lambda: "xyzabc"),
        "search, place and words": search(lambda: 'nơi:"Bắc Hà" thổ cẩm'),
        "search, campaign and dates": search(
            lambda: f'phongtrào:"nông thôn mới" từ:01/{rng.randint(1, 10):02}/2026 lợn'
        ),
        "search, outlet": search(lambda: 'báo:"Báo 55" thổ cẩm'),
        "edit": lambda: story().replace("/?", "/edit/?"),
        "overview": lambda: "/desk/overview/",
        "overview, an earlier week": lambda: f"/desk/overview/?week=2026-W{rng.randint(10, 40)}",
        "digests": lambda: "/desk/digests/",
        "register": lambda: "/desk/register/",
        "register, a name": lambda: f"/desk/register/?q={name()}",
        "nominations": lambda: "/desk/register/nominations/",
        "sources": lambda: "/desk/sources/",
    }
    return {words: iter(make, None) for words, make in made.items()}


def _week(rng: random.Random) -> str:
    first = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=rng.randrange(300))
    return f"/desk/?since={first:%Y-%m-%d}&until={first + timedelta(days=6):%Y-%m-%d}"


def _fill(stories: int) -> None:
    from bench.newsroom import Scale, fill
    from pipeline.config.provinces import province_names
    from pipeline.judge.names.named_places import named_places
    from pipeline.store.models import Role, User
    from pipeline.text.clock import utc_now
    from pipeline.web.reference import reference

    editor = User.objects.create_user("lananh", role=Role.CHIEF)
    chief = User.objects.create_user("thuha", role=Role.CHIEF)
    own = [(commune, "Lào Cai") for commune in named_places().communes("Lào Cai")]
    other = [
        (commune, province)
        for province in province_names()
        if province != "Lào Cai"
        for commune in named_places().communes(province)[:20]
    ]
    random.Random(5).shuffle(own)
    known = reference()
    pattern = min(stories, PATTERN)
    if stories % pattern:
        raise SystemExit(f"--stories must be a multiple of {PATTERN}")
    fill(
        Scale(
            stories, pattern, utc_now(), list(known.sectors), list(known.campaigns), [*own, *other]
        ),
        editor,
        chief,
    )


def _note(
    log: list[tuple[float, str, Any]], execute: Any, sql: str, params: Any, *rest: Any
) -> Any:
    began = time.perf_counter()
    try:
        return execute(sql, params, *rest)
    finally:
        log.append((time.perf_counter() - began, sql, params))


def _explain(log: list[tuple[float, str, Any]], most: int = 2) -> None:
    from django.db import connection

    shown: set[str] = set()
    verb = (
        "explain (analyze, buffers)" if connection.vendor == "postgresql" else "explain query plan"
    )
    for seconds, sql, params in sorted(log, key=lambda each: -each[0]):
        if sql in shown or len(shown) == most or not sql.startswith(("SELECT", "WITH")):
            continue
        shown.add(sql)
        print(f"   {seconds * 1000:.0f} ms: {sql % tuple(map(repr, params or ()))}"[:3000])
        with connection.cursor() as cursor:
            cursor.execute(f"{verb} {sql}", params)
            for row in cursor.fetchall():
                print("     ", *row[-1:])


def _megabytes() -> float:
    from django.db import connection

    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("select pg_database_size(current_database())")
        else:
            cursor.execute("select page_count * page_size from pragma_page_count, pragma_page_size")
        return float(cursor.fetchone()[0]) / 1e6


if __name__ == "__main__":
    sys.exit(main())
