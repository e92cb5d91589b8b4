"""Who works in a home: a backup is brought back only where nobody does, and nobody works where one
was brought back by half."""

from __future__ import annotations

import fcntl
import os
import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline.config.home import Home


class InUse(Exception):
    """Processes work in the home; the message says what to do."""


class BrokenOff(Exception):
    """A backup was brought back by half; the message says what to do."""


@contextmanager
def running(home: Home) -> Iterator[None]:
    """Around every long-running process of this host; one that is killed lets go by itself. Waits
    while a backup is brought back.

    Raises:
        BrokenOff: that broke off.
    """
    with _opened(home) as folder:
        fcntl.flock(folder, fcntl.LOCK_SH)
        _require_whole(home)
        yield


def require_whole(home: Home) -> None:
    """Wait while a backup is brought back.

    Raises:
        BrokenOff: that broke off.
    """
    if marker_of(home).exists():
        with running(home):
            pass


def marker_of(home: Home) -> Path:
    """There while the home is neither what it was nor what the backup holds; it names the backup.
    Its database may show people who asked to be forgotten, and as unsent what went out long ago."""
    return home.root / ".restoring"


def again(home: Home) -> str:
    """The command that mends a home which ``marker_of`` marks."""
    return f"guongsang restore {shlex.quote(os.fsdecode(marker_of(home).read_bytes()))}"


def replaced_now(home: Home) -> bool:
    """A process of this host is ``alone`` in it."""
    with _opened(home) as folder:
        try:
            fcntl.flock(folder, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def _require_whole(home: Home) -> None:
    try:
        command = again(home)
    except FileNotFoundError:
        return
    raise BrokenOff(
        f"{home.root}: a backup was being brought back and that broke off; nothing runs on what is"
        f" there now → {command}"
    )


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


@contextmanager
def _opened(home: Home) -> Iterator[int]:
    # The folder itself: it is always there, and whoever may read it may lock it.
    folder = os.open(home.root, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield folder
    finally:
        os.close(folder)
