"""``export``: what is stored, as JSON Lines in the contract's shapes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipeline.cli import setup_django
from pipeline.cli.days import Day
from pipeline.config.home import Home
from pipeline.config.office import load_office
from pipeline.text.clock import VIETNAM

if TYPE_CHECKING:
    from pipeline.store.models import Article, Delivery, Edition, Story

CHUNK = 200


@click.group()
def export() -> None:
    """What is stored, as JSON Lines."""


@export.command()
def articles() -> None:
    """Articles, with the machine's judgement of each."""
    setup_django()
    from pipeline.store.models import Article

    rows = Article.objects.select_related("judgement").order_by("pk")
    _print(article_line(row) for row in rows.iterator(chunk_size=CHUNK))


@export.command()
def stories() -> None:
    """Stories, with what people decided."""
    setup_django()
    from pipeline.store.models import Story

    rows = Story.objects.prefetch_related("tags", "places", "articles").order_by("pk")
    _print(story_line(row) for row in rows.iterator(chunk_size=CHUNK))


@export.command()
def editions() -> None:
    """Editions as they were frozen."""
    setup_django()
    from pipeline.store.models import Edition

    rows = Edition.objects.select_related("digest", "approved_by").order_by("number")
    _print(edition_line(row) for row in rows.iterator(chunk_size=CHUNK))


@export.command()
def deliveries() -> None:
    """Deliveries and their states; recipients are ids, never addresses."""
    setup_django()
    from pipeline.store.models import Delivery

    rows = Delivery.objects.select_related("edition").order_by("pk")
    _print(delivery_line(row) for row in rows.iterator(chunk_size=CHUNK))


@export.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--since", type=Day(), help="Only pages fetched from DATE on.")
def warc(file: Path, since: datetime | None) -> None:
    """The raw pages as WARC, for web archives. The texts are the newspapers': keep them apart."""
    office = load_office(Home.locate().office_file)
    setup_django()
    from pipeline.operate.archiving import write_warc

    pages = write_warc(file, operator=f"{office.name} <{office.contact}>", since=since)
    click.echo(f"{file}: {pages} pages, {file.stat().st_size / 1e6:.1f} MB")


def article_line(article: Article) -> dict[str, Any]:
    judgement = getattr(article, "judgement", None)
    return {
        "id": str(article.pk),
        "url": article.url,
        "canonical_url": article.canonical_url,
        "source": article.source,
        "title": article.title,
        "sapo": article.sapo or None,
        "text": article.text,
        "paragraphs": article.text.split("\n"),
        "author": article.author or None,
        "published_at": _local(article.published_at),
        "date_precision": article.date_precision or None,
        "modified_at": _local(article.modified_at),
        "image": article.image,
        "captions": article.captions,
        "tags": article.tags,
        "credit": article.credit or None,
        "syndicated": article.syndicated,
        "language": article.language,
        "extractor": article.extractor,
        "confidence": article.confidence,
        "found_at": _local(article.found_at),
        "story": str(article.story_id) if article.story_id else None,
        "judgement": judgement.data if judgement else None,
    }


def story_line(story: Story) -> dict[str, Any]:
    tags = [tag for tag in story.tags.all() if not tag.removed]
    return {
        "id": str(story.pk),
        "public_id": str(story.public_id),
        "status": story.status,
        "title": story.headline,
        "summary": story.summary,
        "machine_drafted": story.summary_is_machine_drafted,
        "score": story.score,
        "label": story.label,
        "kind": story.kind,
        "subject": story.subject or None,
        "sectors": [{"slug": t.slug, "score": t.score} for t in tags if t.axis == "sector"],
        "campaigns": [{"slug": t.slug, "score": t.score} for t in tags if t.axis == "campaign"],
        "places": [
            {"text": p.text, "province": p.province, "commune": p.commune or None, "as_of": p.as_of}
            for p in story.places.all()
        ],
        "flags": story.flags,
        "outlets": story.outlets,
        "published_at": _local(story.published_at),
        "found_at": _local(story.found_at),
        "decided_at": _local(story.decided_at),
        "articles": [str(article.pk) for article in story.articles.all()],
    }


def edition_line(edition: Edition) -> dict[str, Any]:
    return {
        "id": edition.number,
        "week": edition.digest.week,
        "content_hash": edition.content_hash,
        "approved_by": edition.approved_by.username,
        "approved_at": _local(edition.approved_at),
        "publish_at": _local(edition.publish_at),
        "content": edition.content,
    }


def delivery_line(delivery: Delivery) -> dict[str, Any]:
    return {
        "id": str(delivery.pk),
        "edition": delivery.edition.number,
        "channel": delivery.channel,
        "recipient": delivery.recipient or None,
        "state": delivery.state,
        "due_at": _local(delivery.due_at),
        "finished_at": _local(delivery.finished_at),
        "attempts": delivery.attempts,
        "detail": delivery.detail or None,
    }


def _local(moment: datetime | None) -> str | None:
    return moment.astimezone(VIETNAM).isoformat(timespec="seconds") if moment else None


def _print(lines: Iterator[dict[str, Any]]) -> None:
    for line in lines:
        click.echo(json.dumps(line, ensure_ascii=False))
