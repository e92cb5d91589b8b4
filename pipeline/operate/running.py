"""Who works in a home: a backup is brought back only where nobody does, and nobody works where one
has been brought back half."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline.config.home import Home


class InUse(Exception):
    """Processes work in the home; the message says what to do."""


@contextmanager
def running(home: Home) -> Iterator[None]:
    """Around every long-running process of this host; one that is killed lets go by itself. Waits
    while a backup is brought back.

    Raises:
        InUse: that was broken off.
    """
    with _opened(home) as folder:
        fcntl.flock(folder, fcntl.LOCK_SH)
        require_whole(home)
        yield


@contextmanager
def alone(home: Home) -> Iterator[None]:
    """
    Raises:
        InUse: a process of this host is ``running``, or another is ``alone``.
    """
    with _opened(home) as folder:
        try:
            fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise InUse(
                f"{home.root} is in use: stop every process first (guongsang run, or web, scheduler"
                " and workers), on every machine"
            ) from None
        yield


def begin_replacing(home: Home, folder: Path) -> None:
    """From now on the home is not ``whole``: its database is that of the backup in ``folder``, and
    what happened since is not told to it yet."""
    with _note(home).open("w", encoding="utf-8") as file:
        file.write(str(folder.resolve()))
        file.flush()
        os.fsync(file.fileno())
    _sync(home)


def end_replacing(home: Home) -> None:
    _note(home).unlink()
    _sync(home)


def half_replaced_by(home: Home) -> str | None:
    """The folder of the backup that was brought back half; None: the home is whole."""
    note = _note(home)
    return note.read_text("utf-8") or "FOLDER" if note.exists() else None


def require_whole(home: Home) -> None:
    """
    Raises:
        InUse: a backup was brought back half: people who were forgotten may be there again, and
            what went out would go out once more.
    """
    if folder := half_replaced_by(home):
        raise InUse(
            f"bringing back a backup was broken off in {home.root}: do it again, then all else"
            f" works → guongsang restore {folder}"
        )


def _note(home: Home) -> Path:
    return home.root / ".half-restored"


def _sync(home: Home) -> None:
    with _opened(home) as folder:
        os.fsync(folder)


@contextmanager
def _opened(home: Home) -> Iterator[int]:
    # The folder itself: it is always there, and whoever may read it may lock it.
    folder = os.open(home.root, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield folder
    finally:
        os.close(folder)
