"""Files of lines beside the database: what must outlive a backup that is brought back."""

from __future__ import annotations

import fcntl
import json
import logging
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

log = logging.getLogger(__name__)


def note(path: Path, public_id: str, at: datetime, **more: Any) -> None:
    """Durably add one line.

    Raises:
        OSError: it may be half written (a full disk); to be repeated.
    """
    line = {"public_id": public_id, "at": at.isoformat(), **more}
    with _held(path) as file:
        if file.tell():
            file.seek(-1, os.SEEK_END)
            if file.read() != b"\n":
                file.write(b"\n")  # or the new line would be lost with the torn one before it
        file.write(_encoded(line))
        file.flush()
        os.fsync(file.fileno())


def rewrite(path: Path, change: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    """Put ``change(line)`` in the place of each line. Killed at any point, all or none are changed.

    Raises:
        OSError: nothing is changed.
    """
    if not path.is_file():
        return
    with _held(path):
        old = list(lines(path))
        new = [change(line) for line in old]
        if new == old:
            return
        fresh = path.with_name(f"{path.name}.new")
        with fresh.open("wb") as file:
            file.writelines(_encoded(line) for line in new)
            file.flush()
            os.fsync(file.fileno())
        shutil.copymode(path, fresh)
        fresh.replace(path)


@contextmanager
def _held(path: Path) -> Iterator[BinaryIO]:
    """The file, for one writer at a time."""
    while True:
        with path.open("a+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            # While we waited it may have been rewritten: another file has its name.
            if path.exists() and os.path.samestat(path.stat(), os.fstat(file.fileno())):
                yield file
                return


def _encoded(line: dict[str, Any]) -> bytes:
    return json.dumps(line, ensure_ascii=False).encode() + b"\n"


def lines(path: Path) -> Iterator[dict[str, Any]]:
    """Those that name somebody or something; a torn one (a crash or a full disk while writing)
    does not."""
    if not path.is_file():
        return
    with path.open("rb") as file:  # text would also be cut at line breaks inside a reason
        for number, line in enumerate(file, start=1):
            try:
                read = json.loads(line)
            except ValueError:
                read = None
            if isinstance(read, dict) and "public_id" in read:
                yield read
            else:
                log.warning("%s: line %s is torn and is passed over", path, number)
