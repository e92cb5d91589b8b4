"""What the home has and a backup has not, when that is brought back: it is not in force any more,
and not lost."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pipeline.config.home import Home
from pipeline.text.clock import VIETNAM

MADE = (
    "templates",
    "taxonomy",
    "model",
    *(f"output/{name}" for name in ("print", "press", "radio", "social", "yearbook", "quiz")),
)
"""Not the portal, which is made anew, and not what was fetched and not stored yet."""


@dataclass(frozen=True, slots=True)
class Aside:
    folder: Path
    files: int


def move_aside(home: Home, named: Collection[str], now: datetime) -> Aside:
    """Move what is in the folders ``MADE`` and not among ``named`` (paths of the manifest)."""
    folder = home.root / f"before-restore-{now.astimezone(VIETNAM):%Y%m%d-%H%M%S}"
    moved = 0
    for name in MADE:
        for path in sorted((home.root / name).rglob("*")):
            place = path.relative_to(home.root)
            if place.as_posix() in named or not (path.is_file() or path.is_symlink()):
                continue
            (folder / place).parent.mkdir(parents=True, exist_ok=True)
            path.rename(folder / place)
            moved += 1
    return Aside(folder, moved)
