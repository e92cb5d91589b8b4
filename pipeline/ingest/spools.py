"""A spool of its own for each round, so that two processes of one home never read each other's.

The owner holds a lock that the kernel gives back even after a SIGKILL: a directory whose lock is
free was left behind and is read by the next round.
"""

from __future__ import annotations

import fcntl
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from uuid import uuid4

from pipeline.crawl.spool import Spool


@contextmanager
def own_spool(root: Path) -> Iterator[Spool]:
    """A new empty spool below ``root``; removed at the end unless records are left in it."""
    folder = root / uuid4().hex
    folder.mkdir(parents=True)
    with ExitStack() as stack:
        _take(folder, stack)
        yield Spool(folder)
        _discard(folder)


@contextmanager
def abandoned_spools(root: Path) -> Iterator[list[Spool]]:
    """Spools whose round ended before it had stored them, held until the end of the ``with``."""
    with ExitStack() as stack:
        folders = [folder for folder in sorted(root.glob("*/")) if _take(folder, stack)]
        yield [Spool(folder) for folder in folders]
        for folder in folders:
            _discard(folder)


def _take(folder: Path, stack: ExitStack) -> bool:
    """Lock ``folder`` until ``stack`` closes; False when its round still runs."""
    file = stack.enter_context((folder / "lock").open("w"))
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _discard(folder: Path) -> None:
    if not any(folder.glob("*.rec")):
        shutil.rmtree(folder, ignore_errors=True)
