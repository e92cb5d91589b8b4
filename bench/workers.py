"""How re-judging grows with workers that come to help.

    python -m bench.workers [--articles 3000] [--workers 1 2 4]

Fills a PostgreSQL of its own with stories of one article each (the demo newspapers' articles, again
and again), each judged before with another outcome, and orders one re-judging of all. It begins
with the first number of ``guongsang worker --queue judge``; more are started as it goes on, each
number for a share of the articles that grows as the number does. A number is measured from when
each of its workers has done a part (which loads the judge). Also measured: what an idle look at the
table costs.
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
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from bench.joining_postgres import server
from pipeline.config.home import Home

if TYPE_CHECKING:
    from pipeline.store.models import Story

NOW = datetime(2026, 11, 20, tzinfo=UTC)
AT_A_TIME = 500


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--articles", type=int, default=3000)
    parser.add_argument("--workers", type=int, nargs="*", default=[1, 2, 4])
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, server(folder) as url:
        home = Home(Path(folder) / "home")
        os.environ |= {
            "DATABASE_URL": url,
            "GUONGSANG_SECRET_KEY": "bench",
            "GUONGSANG_HOME": str(home.root),
            "DJANGO_SETTINGS_MODULE": "pipeline.settings",
        }
        import django

        django.setup()
        prepare(home, options.articles)
        print(f"an idle look at the table: {idle_look() * 1e6:.0f} µs")
        print(f"{os.cpu_count()} cores, {options.articles} articles")
        print("| workers | articles | a second | against the first | our CPU, ms each | MB each |")
        print("|---:|---:|---:|---:|---:|---:|")
        first = 0.0
        for stage in judge_all(home, options.articles, options.workers):
            first = first or stage.rate
            against = stage.rate / first
            print(
                f"| {stage.workers} | {stage.judged} | {stage.rate:.1f} | {against:.2f} |"
                f" {stage.cpu * 1e3:.1f} | {stage.memory:.0f} |",
                flush=True,
            )


def prepare(home: Home, articles: int) -> None:
    """Every demo article once, read and judged; the rest are copies of these stories."""
    from django.core.management import call_command

    from pipeline.cli.installing import create_home
    from pipeline.demo.content import load_articles
    from pipeline.ingest.pages import read_article
    from pipeline.ingest.rejudging import understanding_of
    from pipeline.shapes import ExtractedArticle
    from pipeline.store.models import Story

    office = {"name": "Đo", "province": "Lào Cai", "contact": "do@example.vn"}
    create_home(home, office)
    call_command("migrate", verbosity=0)
    understanding = understanding_of(home)
    for number, each in enumerate(load_articles()):
        url = f"https://bao.example/{number}"
        article = ExtractedArticle(url, url, each.title, each.paragraphs, sapo=each.front.sapo)
        read_article(article, (url,), "baolaocai", None, understanding, NOW)
    models = list(Story.objects.prefetch_related("tags", "places", "articles__judgement"))
    left = articles - sum(len(model.articles.all()) for model in models)
    for start in range(0, left, AT_A_TIME):
        numbers = range(start, min(start + AT_A_TIME, left))
        copy([(number, models[number % len(models)]) for number in numbers])


def copy(chosen: list[tuple[int, Story]]) -> None:
    """Stories of one article each, as the model's first."""
    from pipeline.store.models import Article, JudgementRecord, Story, StoryPlace, StoryTag

    def like(row: Any, **changed: Any) -> Any:
        same = {
            field.attname: getattr(row, field.attname)
            for field in row._meta.concrete_fields
            if not (field.unique or field.generated)
        }
        return type(row)(**same | changed)

    stories = Story.objects.bulk_create(like(model, lead_id=None) for _, model in chosen)
    pairs = [(number, model, story) for (number, model), story in zip(chosen, stories, strict=True)]
    articles = Article.objects.bulk_create(
        like(
            model.articles.all()[0],
            story_id=story.pk,
            url=f"https://bao.example/copy/{number}",
            canonical_url=f"https://bao.example/copy/{number}",
        )
        for number, model, story in pairs
    )
    JudgementRecord.objects.bulk_create(
        like(model.articles.all()[0].judgement, article_id=article.pk)
        for (_, model), article in zip(chosen, articles, strict=True)
    )
    for rows, name in ((StoryTag, "tags"), (StoryPlace, "places")):
        rows.objects.bulk_create(
            like(row, story_id=story.pk)
            for _, model, story in pairs
            for row in getattr(model, name).all()
        )


class Stage(NamedTuple):
    workers: int
    judged: int
    rate: float
    """Articles a second."""
    cpu: float
    """Seconds of the workers' processor time for each."""
    memory: float
    """Of the worker that took the most, in MB."""


def judge_all(home: Home, articles: int, counts: list[int]) -> Iterator[Stage]:
    from pipeline.ingest.spreading import spread_judging
    from pipeline.store.models import JudgementRecord, Story

    JudgementRecord.objects.update(version="old", score=0)
    Story.objects.update(score=0)
    parts = spread_judging(home, now=datetime.now(UTC), since=None)
    workers: list[subprocess.Popen[bytes]] = []
    command = [sys.executable, "-m", "pipeline.cli", "worker", "--queue", "judge"]
    until = 0
    try:
        for count in counts:
            until += max(1, parts * count // sum(counts))
            workers += [subprocess.Popen(command) for _ in range(count - len(workers))]
            yield _stage(workers, parts if count == counts[-1] else until)
    finally:
        for each in workers:
            each.send_signal(signal.SIGTERM)
        for each in workers:
            each.wait(60)
    if JudgementRecord.objects.exclude(version="old").count() != articles:
        raise SystemExit("not every article was judged")


def _stage(workers: list[subprocess.Popen[bytes]], until: int) -> Stage:
    """Wait until so many parts are done."""
    from pipeline.ingest.rejudging import PART
    from pipeline.store.models import JobRun

    done = JobRun.objects.filter(ok=True)
    warm: tuple[float, float, int] | None = None
    while (finished := done.count()) < until:
        if warm is None and done.values("worker").distinct().count() == len(workers):
            warm = time.perf_counter(), sum(_cpu(each.pid) for each in workers), finished
        if any(each.poll() is not None for each in workers):
            raise SystemExit("a worker has ended")
        if failed := JobRun.objects.filter(ok=False).first():
            raise SystemExit(f"a part failed: {failed.detail}")
        time.sleep(0.1)
    if warm is None:
        raise SystemExit("some workers got no part: take more articles")
    judged = (finished - warm[2]) * PART
    seconds = time.perf_counter() - warm[0]
    cpu = sum(_cpu(each.pid) for each in workers) - warm[1]
    memory = max(_memory(each.pid) for each in workers)
    return Stage(len(workers), judged, judged / seconds, cpu / judged, memory)


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
