"""Who works in a home: a backup is brought back only where nobody does."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager

from pipeline.config.home import Home


class InUse(Exception):
    """Processes work in the home; the message says what to do."""


@contextmanager
def running(home: Home) -> Iterator[None]:
    """Around every long-running process of this host; one that is killed lets go by itself. Waits
    while a backup is brought back."""
    with _opened(home) as folder:
        fcntl.flock(folder, fcntl.LOCK_SH)
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


@contextmanager
def _opened(home: Home) -> Iterator[int]:
    # The folder itself: it is always there, and whoever may read it may lock it.
    folder = os.open(home.root, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield folder
    finally:
        os.close(folder)
