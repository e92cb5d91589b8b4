"""``crawl`` and ``rebuild``."""

from __future__ import annotations

import getpass
import json
import logging
import os
from collections.abc import Callable
from datetime import datetime

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from pipeline.cli import WorkFailed, setup_django
from pipeline.cli.days import Day
from pipeline.config.home import Home
from pipeline.config.office import load_office
from pipeline.config.sources import load_sources
from pipeline.crawl.run import CrawlEvent
from pipeline.text.clock import utc_now

logger = logging.getLogger(__name__)


def progress_bar() -> Progress:
    """A bar on a terminal; nothing in a pipe or a log."""
    console = Console(stderr=True)
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console,
        disable=not console.is_terminal,
        transient=True,
    )


def show_crawl(progress: Progress) -> Callable[[CrawlEvent], None]:
    """A callback that draws a round's events on one bar."""
    task = progress.add_task("Đang quét", total=0)
    total = 0

    def show(event: CrawlEvent) -> None:
        nonlocal total
        if event.event == "found":
            total += event.count
            progress.update(task, total=total)
        else:
            progress.advance(task, event.count)

    return show


@click.command()
@click.option("--source", "keys", multiple=True, help="Key in sources.yaml; may be repeated.")
@click.option("--since", type=Day(), help="Also fetch what is older than the horizon, from DATE.")
@click.option("--allow-private", is_flag=True, help="Permit loopback and private addresses.")
@click.option("--json", "as_json", is_flag=True, help="One JSON line per source.")
def crawl(
    keys: tuple[str, ...], since: datetime | None, allow_private: bool, as_json: bool
) -> None:
    """One crawl round now, of the enabled sources or of those named."""
    home = Home.locate()
    office = load_office(home.office_file)
    sources = {source.key: source for source in load_sources(home.sources_file)}
    for key in keys:
        if key not in sources:
            raise click.UsageError(f"no source has the key '{key}' in {home.sources_file}")
    setup_django()
    from pipeline.ingest import crawl_sources

    chosen = keys or tuple(key for key, source in sources.items() if source.enabled)
    if not chosen:
        click.echo(f"no source is enabled in {home.sources_file}: nothing to crawl", err=True)
    elif allow_private:
        logger.warning("%s permits private addresses for %s", _who(), ", ".join(chosen))

    with progress_bar() as progress:
        counts = crawl_sources(
            home,
            office,
            keys or None,
            now=utc_now(),
            since=since,
            allow_private=allow_private,
            on_event=show_crawl(progress),
        )
    busy = [count for count in counts if any(error["kind"] == "busy" for error in count.errors)]
    for count in counts:
        if as_json:
            click.echo(json.dumps(count.as_json(), ensure_ascii=False))
        elif count in busy:
            click.echo(f"{count.source}: left out, {count.errors[0]['detail']}", err=True)
        else:
            click.echo(
                f"{count.source}: {count.found} found, {count.fetched} fetched, {count.new} new, "
                f"{count.updated} updated, {len(count.errors)} errors"
            )
            for error in count.errors[:5]:
                click.echo(f"  {error['kind']}: {error['url']}: {error['detail']}", err=True)
    asked = [count for count in counts if count not in busy]
    if asked and not any(count.answered for count in asked):
        raise WorkFailed("no source answered")


def _who() -> str:
    """For the log; an account without a name (a container's) is told by its number."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"uid {os.getuid()}"


@click.command()
@click.option(
    "--since",
    type=Day(),
    help="Only pages fetched from DATE on; with --judge-only, articles found.",
)
@click.option(
    "--judge-only",
    is_flag=True,
    help="Only judge again the articles that another taxonomy or model has judged.",
)
@click.option(
    "--by-workers",
    is_flag=True,
    help="With --judge-only: leave it to the workers, in parts; `guongsang jobs` shows how far "
    "they are.",
)
@click.option("--json", "as_json", is_flag=True, help="Counts as JSON.")
def rebuild(since: datetime | None, judge_only: bool, by_workers: bool, as_json: bool) -> None:
    """Derive articles, judgements and stories again from the raw pages.

    What people decided stays.
    """
    if by_workers and not judge_only:
        raise click.UsageError("--by-workers is only for --judge-only")
    home = Home.locate()
    setup_django()
    if by_workers:
        from pipeline.ingest.spreading import spread_judging

        parts = spread_judging(home, now=utc_now(), since=since)
        click.echo(json.dumps({"parts": parts}) if as_json else f"parts: {parts}")
        return
    from pipeline.ingest import judge_again
    from pipeline.ingest import rebuild as rebuild_all

    with progress_bar() as progress:
        task = progress.add_task("Đang dựng lại", total=None)
        counts = (judge_again if judge_only else rebuild_all)(
            home,
            now=utc_now(),
            since=since,
            on_progress=lambda done, total: progress.update(task, completed=done, total=total),
        )
    if as_json:
        click.echo(json.dumps(counts))
    else:
        click.echo(", ".join(f"{name}: {count}" for name, count in sorted(counts.items())))
