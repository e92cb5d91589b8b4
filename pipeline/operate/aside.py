"""What the home has and a backup has not, when that is brought back: it is not in force any more,
and not lost."""

from __future__ import annotations

import shutil
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pipeline.config.home import Home
from pipeline.store.models import Edition
from pipeline.text.clock import VIETNAM

_BY_EDITION = tuple(f"output/{name}" for name in ("print", "press", "radio", "social"))
"""What is in them is called after the edition's number."""
MADE = ("templates", "taxonomy", "model", *_BY_EDITION, "output/yearbook", "output/quiz")
"""Not the portal, which is made anew, and not what was fetched and not stored yet."""


@dataclass(frozen=True, slots=True)
class Aside:
    folder: Path
    files: int


def move_aside(home: Home, named: Collection[str], now: datetime) -> Aside:
    """Move what is in the folders ``MADE`` and not among ``named`` (paths of the manifest), and
    papers of editions that the database does not have: a backup copies files after its database,
    so it may hold them."""
    folder = home.root / f"before-restore-{now.astimezone(VIETNAM):%Y%m%d-%H%M%S}"
    editions = {str(number) for number in Edition.objects.values_list("number", flat=True)}
    moved = 0
    for name in MADE:
        for path in sorted((home.root / name).rglob("*")):
            place = path.relative_to(home.root)
            known = place.as_posix() in named and not _is_of_another(place, editions)
            if known or not (path.is_file() or path.is_symlink()):
                continue
            (folder / place).parent.mkdir(parents=True, exist_ok=True)
            shutil.move(path, folder / place)  # it may be on another disk
            moved += 1
        _remove_empty(home.root / name)
    return Aside(folder, moved)


def _remove_empty(folder: Path) -> None:
    """An empty ``taxonomy`` would stand for the shipped one."""
    for path in sorted(filter(Path.is_dir, (folder, *folder.rglob("*"))), reverse=True):
        with suppress(OSError):  # not empty, or a link
            path.rmdir()


def _is_of_another(place: Path, editions: Collection[str]) -> bool:
    if not place.as_posix().startswith(_BY_EDITION):
        return False
    number = place.parts[2].split(".")[0]
    return number.isdecimal() and number not in editions
