"""How re-judging grows with workers.

    python -m bench.workers [--articles 3000] [--workers 1 2 4]

Fills a PostgreSQL of its own with stories of one article each (the demo newspapers' articles, again
and again), then for each number of workers makes all of them stale, orders a re-judging and starts
that many ``guongsang worker --queue judge``. Measured from when every worker has done its first
part (which loads the judge) to the end. Also measured: what an idle look at the table costs.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import cycle, islice
from pathlib import Path

from bench.joining_postgres import server

NOW = datetime(2026, 11, 20, tzinfo=UTC)
AT_A_TIME = 500
PART = 50


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--articles", type=int, default=3000)
    parser.add_argument("--workers", type=int, nargs="*", default=[1, 2, 4])
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, server(folder) as url:
        home = Path(folder) / "home"
        os.environ |= {
            "DATABASE_URL": url,
            "GUONGSANG_SECRET_KEY": "bench",
            "GUONGSANG_HOME": str(home),
            "DJANGO_SETTINGS_MODULE": "pipeline.settings",
        }
        import django

        django.setup()
        prepare(home, options.articles)
        print(f"an idle look at the table: {idle_look() * 1e6:.0f} µs")
        print(f"{os.cpu_count()} cores, {options.articles} articles")
        print("| workers | articles/s | against one | our CPU, ms an article | MB a worker |")
        print("|---:|---:|---:|---:|---:|")
        first = 0.0
        for count in options.workers:
            rate, cpu, memory = measure(home, count, options.articles)
            first = first or rate
            print(
                f"| {count} | {rate:.1f} | {rate / first:.2f} | {cpu * 1e3:.1f} | {memory:.0f} |",
                flush=True,
            )


def prepare(home: Path, articles: int) -> None:
    from django.core.management import call_command

    from pipeline.cli.installing import create_home
    from pipeline.config.home import Home
    from pipeline.store.models import Article, Story

    office = {"name": "Đo", "province": "Lào Cai", "contact": "do@example.vn"}
    create_home(Home(home), office)
    call_command("migrate", verbosity=0)
    texts = demo_texts()
    for start in range(0, articles, AT_A_TIME):
        numbers = range(start, min(start + AT_A_TIME, articles))
        chosen = list(islice(texts, len(numbers)))
        stories = Story.objects.bulk_create(
            Story(title=title, found_at=NOW, published_at=NOW) for title, _sapo, _text in chosen
        )
        Article.objects.bulk_create(
            Article(
                story=story,
                source="baolaocai",
                url=f"https://bao.example/{number}",
                canonical_url=f"https://bao.example/{number}",
                title=title,
                sapo=sapo,
                text=text,
                published_at=NOW - timedelta(minutes=number),
                extractor="selectors",
                confidence=0.9,
                content_hash=f"{number:064x}",
                found_at=NOW,
                updated_at=NOW,
            )
            for number, story, (title, sapo, text) in zip(numbers, stories, chosen, strict=True)
        )


def demo_texts() -> Iterator[tuple[str, str, str]]:
    """Title, sapo and text, endlessly."""
    from pipeline.demo.content import load_articles

    known = load_articles()
    return cycle([(each.title, each.front.sapo, "\n".join(each.paragraphs)) for each in known])


def measure(home: Path, count: int, articles: int) -> tuple[float, float, float]:
    """Articles a second, CPU seconds of the workers for each, the most memory one took (MB)."""
    from pipeline.config.home import Home
    from pipeline.ingest import rejudging
    from pipeline.ingest.spreading import spread_judging
    from pipeline.store.models import JobRun, JudgementRecord

    JudgementRecord.objects.update(version="old")
    JobRun.objects.all().delete()
    rejudging.PART = PART
    parts = spread_judging(Home(home), now=datetime.now(UTC), since=None)
    done = JobRun.objects.filter(ok=True)
    command = [sys.executable, "-m", "pipeline.cli", "worker", "--queue", "judge"]
    workers = [subprocess.Popen(command) for _ in range(count)]
    warm: tuple[float, float, int] | None = None
    try:
        while (finished := done.count()) < parts:
            if warm is None and done.values("worker").distinct().count() == count:
                warm = time.perf_counter(), sum(_cpu(each.pid) for each in workers), finished
            if any(each.poll() is not None for each in workers):
                raise SystemExit("a worker has ended")
            if failed := JobRun.objects.filter(ok=False).first():
                raise SystemExit(f"a part failed: {failed.detail}")
            time.sleep(0.1)
        if warm is None:
            raise SystemExit("some workers got no part: take more articles")
        seconds = time.perf_counter() - warm[0]
        cpu = sum(_cpu(each.pid) for each in workers) - warm[1]
        memory = max(_memory(each.pid) for each in workers)
    finally:
        for each in workers:
            each.send_signal(signal.SIGTERM)
        for each in workers:
            each.wait(60)
    if JudgementRecord.objects.exclude(version="old").count() != articles:
        raise SystemExit("not every article was judged")
    judged = (parts - warm[2]) * PART
    return judged / seconds, cpu / judged, memory


def idle_look(times: int = 500) -> float:
    from pipeline.store.due import take_next

    take_next("bench", {"judge"})
    start = time.perf_counter()
    for _ in range(times):
        take_next("bench", {"judge"})
    return (time.perf_counter() - start) / times


def _cpu(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _memory(pid: int) -> float:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1e3
    return 0.0


if __name__ == "__main__":
    main()
