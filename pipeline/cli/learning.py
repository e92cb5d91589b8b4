"""``guongsang sources learn KEY``: selectors of an outlet, from the pages fetched of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

import click

from pipeline.apart import Apart, TooMuch
from pipeline.cli import WorkFailed, setup_django
from pipeline.config.editing import CannotEdit, replace_file, selectors_yaml, set_selectors
from pipeline.config.home import Home
from pipeline.config.sources import Selectors, load_sources
from pipeline.text.clock import VIETNAM, utc_now

_LEARNING_SECONDS = 180
"""Of computing, for all pages together; sixty of a newspaper take about ten."""


@click.command()
@click.argument("key")
@click.option("--write", is_flag=True, help="Put the block into sources.yaml; comments stay.")
@click.option(
    "--pages",
    default=60,
    show_default=True,
    type=click.IntRange(min=1),
    help="Learn from at most so many, the newest.",
)
def learn(key: str, write: bool, pages: int) -> None:
    """Learn the selectors of source KEY from its fetched pages, and print them as YAML.

    Two thirds of the pages teach, the others are held back: a part is left out unless its selector
    finds on four fifths of these what the general rules find. The counts stand behind each line.
    """
    from pipeline.extract.learning import CannotLearn, learn_selectors

    home = Home.locate()
    if key not in {source.key for source in load_sources(home.sources_file)}:
        raise click.UsageError(f"no source '{key}' in {home.sources_file}")
    setup_django()
    now = utc_now()
    try:
        readable = list(_readable(_newest_pages(key, pages), now))
        with Apart(seconds=_LEARNING_SECONDS) as learner:
            learned = learner.call(learn_selectors, readable, now=now)
    except TooMuch as error:
        raise WorkFailed(
            f"{key}: {len(readable)} trang quá nặng để cùng học ({error}); "
            "hãy giảm số trang bằng --pages"
        ) from None
    except CannotLearn as error:
        raise WorkFailed(f"{key}: {error}") from None
    day = now.astimezone(VIETNAM).date()
    taught, tried = learned.learned_from, learned.tried_on
    notes = {"selectors": f"học từ {taught} trang, thử trên {tried} trang khác, {day}"}
    for name, agreement in learned.agreements.items():
        notes[name] = f"đúng {agreement.pages}/{agreement.of} trang"
    block = selectors_yaml(learned.selectors, notes)
    for line in block:
        click.echo(f"  {line}")
    for name in Selectors.model_fields.keys() - {"remove"}:
        if getattr(learned.selectors, name) is None:
            why = notes.get(name, "các trang không đặt tên chung cho phần này")
            click.echo(f"{name}: bỏ qua, {why}", err=True)
    if write:
        own = home.root / "sources.yaml"
        text = home.sources_file.read_text("utf-8-sig")
        try:
            replace_file(own, set_selectors(text, key, learned.selectors, block))
        except CannotEdit as error:
            raise WorkFailed(str(error)) from None
        click.echo(f"Đã ghi bộ chọn của {key} vào {own}", err=True)


def _readable(pages: Sequence[tuple[str, bytes]], now: datetime) -> Iterator[tuple[str, bytes]]:
    """Without the pages that no parser could bear: one of them would spoil the learning."""
    from pipeline.extract import NotAnArticle, extract

    with Apart() as reader:
        for url, body in pages:
            try:
                reader.call(extract, body, url=url, now=now)
            except TooMuch as error:
                click.echo(f"{url}: bỏ qua, trang quá nặng: {error}", err=True)
                continue
            except NotAnArticle:
                pass  # told in the count of articles
            yield url, body


def _newest_pages(key: str, count: int) -> list[tuple[str, bytes]]:
    """Each address once, in its newest form."""
    from pipeline.store.models import Page

    found: dict[str, tuple[str, bytes]] = {}
    pages = Page.objects.filter(source=key, status=200).order_by("-seen_at", "-pk")
    for page in pages.iterator(chunk_size=20):
        found.setdefault(page.canonical_url, (page.url, page.body))
        if len(found) >= count:
            break
    return list(found.values())
