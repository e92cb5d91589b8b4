"""Who asked to be forgotten: a file of public ids beside the database, so that a backup brought
back does not bring people back (Law 91/2025/QH15: erasure is lasting)."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from pipeline.config.home import Home


def journal_of(home: Home) -> Path:
    return home.root / "erasures.jsonl"


def note(home: Home, public_id: str, at: datetime) -> None:
    """Durably add one line; call it before the row is deleted."""
    with journal_of(home).open("a", encoding="utf-8") as file:
        file.write(json.dumps({"public_id": public_id, "at": at.isoformat()}) + "\n")
        file.flush()
        os.fsync(file.fileno())


def erased(path: Path) -> Iterator[str]:
    """The public ids of a journal; a torn last line (a crash while writing) is left out."""
    if not path.is_file():
        return
    for line in path.read_text("utf-8").splitlines():
        try:
            yield str(json.loads(line)["public_id"])
        except (ValueError, KeyError, TypeError):
            continue
