"""Who asked to be forgotten: a file of public ids beside the database, so that a backup brought
back does not bring people back (Law 91/2025/QH15: erasure is lasting)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from pipeline.config.home import Home
from pipeline.store import journal


def journal_of(home: Home) -> Path:
    return home.root / "erasures.jsonl"


def note(home: Home, public_id: str, at: datetime) -> None:
    """Call it before the row is deleted."""
    journal.note(journal_of(home), public_id, at)


def erased(path: Path) -> Iterator[str]:
    """The public ids of a journal."""
    return (str(line["public_id"]) for line in journal.lines(path))
