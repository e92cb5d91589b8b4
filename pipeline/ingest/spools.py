"""A spool of its own for each round, so that two processes of one home never read each other's.

The owner holds a lock that the kernel gives back even after a SIGKILL: a directory whose lock is
free was left behind and is read by the next round.
"""

from __future__ import annotations

import fcntl
import logging
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from uuid import uuid4

from django.db import InterfaceError, OperationalError

from pipeline.crawl.spool import Record, Spool

logger = logging.getLogger(__name__)

ASIDE = "unreadable"


@contextmanager
def own_spool(root: Path) -> Iterator[Spool]:
    """A new empty spool below ``root``; removed at the end unless records are left in it."""
    folder = root / uuid4().hex
    unseen = root / f".{folder.name}"
    unseen.mkdir(parents=True)
    with ExitStack() as stack:
        _take(unseen, stack)
        unseen.rename(folder)  # not before it is locked: another round would take it for abandoned
        yield Spool(folder)
        _discard(folder)


@contextmanager
def abandoned_spools(root: Path) -> Iterator[list[Spool]]:
    """Spools whose round ended before it had stored them, held until the end of the ``with``."""
    with ExitStack() as stack:
        left = [folder for folder in sorted(root.glob("[!.]*/")) if folder.name != ASIDE]
        folders = [folder for folder in left if _take(folder, stack)]
        yield [Spool(folder) for folder in folders]
        for folder in folders:
            _discard(folder)


def store_each(spool: Spool, store: Callable[[Record], None]) -> None:
    """Give every record to ``store`` and forget it. One that cannot be stored is put aside: it must
    not stand before all others for ever.

    Raises:
        OperationalError, InterfaceError: the database is away; what is left waits for it.
    """
    for path, record in spool.read():
        try:
            store(record)
        except (OperationalError, InterfaceError):
            raise
        except Exception as error:
            logger.error("put aside %s: %r", path.name, error)
            logger.debug("the traceback", exc_info=True)
            put_aside(path, spool)
        else:
            spool.remove(path)


def put_aside(path: Path, spool: Spool) -> None:
    """Keep a record that cannot be stored where no round reads it again, for a person to see."""
    aside = spool.root.parent / ASIDE
    aside.mkdir(exist_ok=True)
    path.rename(aside / path.name)


def _take(folder: Path, stack: ExitStack) -> bool:
    """Lock ``folder`` until ``stack`` closes; False when its round still runs."""
    file = stack.enter_context((folder / "lock").open("w"))
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _discard(folder: Path) -> None:
    for bad in folder.glob("*.bad"):
        put_aside(bad, Spool(folder))
    if not any(folder.glob("*.rec")):
        shutil.rmtree(folder, ignore_errors=True)
