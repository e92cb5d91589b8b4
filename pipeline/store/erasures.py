"""Who asked to be forgotten: a file beside the database, so that a backup brought back does not
bring people back (Law 91/2025/QH15: erasure is lasting). It holds public ids of subscribers,
requests and stories, and marks of where erased articles stood: nobody is told from these."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from django.db import OperationalError, connection

from pipeline.config.home import Home
from pipeline.store import journal
from pipeline.store.models import ErasedAddress, Link, Page
from pipeline.text.urls import address_marks


def journal_of(home: Home) -> Path:
    return home.root / "erasures.jsonl"


def note(home: Home, public_id: str, at: datetime, marks: Collection[str] = ()) -> None:
    """Call it before the row is deleted. ``marks``: of the addresses that are to stay away."""
    more = {"marks": sorted(marks)} if marks else {}
    journal.note(journal_of(home), public_id, at, **more)


def erased(path: Path) -> Iterator[tuple[str, frozenset[str]]]:
    """The public ids of a journal, each with the marks noted with it."""
    return (
        (str(line["public_id"]), frozenset(line.get("marks", ()))) for line in journal.lines(path)
    )


def keep_away(marks: Iterable[str], at: datetime) -> None:
    """What stood at these addresses is not fetched and not stored again."""
    rows = [ErasedAddress(mark=mark, at=at) for mark in marks]
    ErasedAddress.objects.bulk_create(rows, ignore_conflicts=True)


def kept_away(urls: Iterable[str]) -> set[str]:
    """Those of the canonical addresses ``urls`` at which something erased stood."""
    marks = {url: address_marks(url) for url in urls}
    rows = ErasedAddress.objects.filter(mark__in=set().union(*marks.values()))
    gone = set(rows.values_list("mark", flat=True))
    return {url for url, its in marks.items() if its & gone}


def shred() -> None:
    """SQLite's log keeps what was overwritten until it is cut off; do that, as far as nobody is
    reading just now."""
    if connection.vendor == "sqlite" and not connection.in_atomic_block:
        with connection.cursor() as cursor, suppress(OperationalError):
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def drop(canonical_url: str, at: datetime) -> None:
    """What was crawled here turned out to be something erased: it goes, and stays away."""
    keep_away(address_marks(canonical_url), at)
    Page.objects.filter(canonical_url=canonical_url, articles=None).delete()
    Link.objects.filter(canonical_url=canonical_url).delete()
