"""The whole cycle on real pages: ``python -m bench.real_input ../shared/corpus [--json]``.

Serves the saved pages on loopback, then crawls, reads, judges and groups them, and drafts, approves
and publishes the digest of their busiest week as two scripted people. Prints how much of the
manifest came out right, and ten judged exemplars for a person to look at.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import click

from bench.corpus import CorpusPage, load_corpus, serve
from pipeline.cli import setup_django
from pipeline.cli.installing import create_home, migrate
from pipeline.config.home import Home
from pipeline.config.office import load_office
from pipeline.demo.mailbox import Mailbox
from pipeline.demo.office import OFFICE, DemoState, keep_to_loopback, open_office, write_sources
from pipeline.extract import NotAnArticle, extract
from pipeline.text.clock import VIETNAM, iso_week, utc_now
from pipeline.text.fold import nfc

ROUNDS = 5
"""At most; a round fetches a bounded number of pages from each source."""


@dataclass(frozen=True, slots=True)
class Score:
    right_title: int
    right_date: int
    wrong: tuple[str, ...]


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Figures as JSON, without the ten exemplars.")
def main(folder: Path, as_json: bool) -> None:
    """Run the whole cycle on the real pages in FOLDER."""
    pages = load_corpus(folder)
    with tempfile.TemporaryDirectory(prefix="guongsang-real-") as scratch:
        os.environ["GUONGSANG_HOME"] = scratch
        home = Home.locate()
        state = DemoState.load_or_make(home, utc_now())
        keep_to_loopback(state)
        create_home(home, OFFICE)
        with serve(pages) as served, Mailbox(home.output_dir / "mail", state.mail_port) as mailbox:
            write_sources(home, served.sources)
            setup_django()
            migrate()
            open_office(state, utc_now())
            figures = _cycle(home, pages)
            figures["letters"] = len(mailbox.letters())
        if as_json:
            click.echo(json.dumps(figures, ensure_ascii=False))
            return
        for name, value in figures.items():
            click.echo(f"{name}: {len(value) if isinstance(value, list) else value}")
        for line in (*figures["errors"], *figures["wrong"]):
            click.echo(f"  {line}")
        _show_ten()


def _cycle(home: Home, pages: Sequence[CorpusPage]) -> dict[str, Any]:
    from pipeline.demo.cycle import Counts, publish_as_two_people
    from pipeline.ingest import crawl_sources
    from pipeline.store.models import JudgementRecord, Page

    office = load_office(home.office_file)
    since = min(filter(None, (page.published_at for page in pages)))
    errors: list[str] = []
    for _ in range(ROUNDS):
        counts = crawl_sources(home, office, now=utc_now(), since=since, allow_private=True)
        errors += [f"{error['kind']} {error['url']}" for one in counts for error in one.errors]
        if not any(count.fetched for count in counts):
            break
    crawled = _score_crawled(pages)
    alone = _score_alone(pages)
    dated = [page.published_at for page in pages if page.published_at]
    week = Counter(iso_week(moment) for moment in dated).most_common(1)[0][0]
    publish_as_two_people(home, office, week=week)
    labels = Counter(JudgementRecord.objects.values_list("label", flat=True))
    return {
        "pages": len(pages),
        "fetched": Page.objects.count(),
        "with_known_title_and_time": sum(1 for page in pages if page.title),
        "right_title": crawled.right_title,
        "right_date": crawled.right_date,
        "right_title_without_feed": alone.right_title,
        "right_date_without_feed": alone.right_date,
        "day_only": sum(page.day_only for page in pages),
        "judged_exemplar": labels["yes"],
        "judged_borderline": labels["borderline"],
        **{key: getattr(Counts.take(), key) for key in ("stories", "digest_items", "deliveries")},
        "week": week,
        "errors": errors,
        "wrong": list(crawled.wrong),
    }


def _score_crawled(pages: Sequence[CorpusPage]) -> Score:
    from pipeline.store.models import Article

    by_path = {urlsplit(article.url).path: article for article in Article.objects.all()}
    readings = []
    for page in pages:
        article = by_path.get(page.path)
        readings.append((page, article and (article.title, article.published_at)))
    return _score(readings)


def _score_alone(pages: Sequence[CorpusPage]) -> Score:
    """As if the feed had given nothing but the link."""
    readings = []
    for page in pages:
        try:
            article = extract(
                page.file.read_bytes(), url=f"https://bao.example{page.path}", now=utc_now()
            )
        except NotAnArticle:
            readings.append((page, None))
        else:
            readings.append((page, (article.title, article.published_at)))
    return _score(readings)


def _score(readings: Sequence[tuple[CorpusPage, tuple[str, datetime | None] | None]]) -> Score:
    titles = dates = 0
    wrong = []
    for page, reading in readings:
        if not page.title:
            continue
        title, date = reading or ("", None)
        right_title = _plain(title) == _plain(page.title)
        right_date = _same_time(page, date)
        titles += right_title
        dates += right_date
        if not (right_title and right_date):
            wrong.append(
                f"{page.file.name}: read {title!r} {date}, told {page.title!r} {page.time}"
            )
    return Score(titles, dates, tuple(wrong))


def _plain(title: str) -> str:
    return " ".join(nfc(title).casefold().split())


def _same_time(page: CorpusPage, found: datetime | None) -> bool:
    """To the minute, or to the day in Viet Nam where the manifest gives only the day."""
    told = page.published_at
    if told is None or found is None:
        return told is found
    if page.day_only:
        return told.date() == found.astimezone(VIETNAM).date()
    return abs((told.astimezone(UTC) - found.astimezone(UTC)).total_seconds()) < 60


def _show_ten() -> None:
    """Ten exemplars spread over the ranking, not only the surest."""
    from pipeline.store.models import Story

    stories = list(Story.objects.filter(label="yes").order_by("-score", "pk"))
    click.echo(f"\nTen of {len(stories)} stories judged exemplar:")
    for story in stories[:: max(1, len(stories) // 10)][:10]:
        tags = ", ".join(tag.slug for tag in story.tags.all() if not tag.removed)
        place = ", ".join(filter(None, (story.commune, story.province)))
        click.echo(
            f"\n{story.score:.2f} {story.title}\n     {story.kind}: {story.subject} | {tags}"
        )
        click.echo(f"     {place} | {', '.join(story.outlets)} | flags: {', '.join(story.flags)}")
        click.echo(f"     {story.draft_summary}")


if __name__ == "__main__":
    main()
