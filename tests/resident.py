"""How much memory a process and all that it starts hold together."""

from __future__ import annotations

import os
import threading
from contextlib import suppress
from pathlib import Path
from typing import Self

_PAGE = os.sysconf("SC_PAGE_SIZE")
_EVERY = 0.05
"""Seconds between two looks."""


class TreePeak:
    """While open, follows the sum of the resident sizes of what this process has started since,
    and of what that has started."""

    def __init__(self) -> None:
        self._bytes = 0
        self._done = threading.Event()
        self._watcher = threading.Thread(target=self._watch, daemon=True)

    @property
    def megabytes(self) -> int:
        """The largest sum seen so far; a memory page that two processes share counts twice."""
        return self._bytes // (1024 * 1024)

    def __enter__(self) -> Self:
        self._others = {child for child, _ in _children().get(os.getpid(), ())}
        self._watcher.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._done.set()
        self._watcher.join()

    def _watch(self) -> None:
        while not self._done.wait(_EVERY):
            self._bytes = max(self._bytes, self._now())

    def _now(self) -> int:
        children = _children()
        mine = children.get(os.getpid(), ())
        todo = [each for each in mine if each[0] not in self._others]
        total = 0
        while todo:
            child, resident = todo.pop()
            total += resident
            todo += children.get(child, ())
        return total


def _children() -> dict[int, list[tuple[int, int]]]:
    """Process id and resident bytes of each child, by parent."""
    children: dict[int, list[tuple[int, int]]] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # it has ended meanwhile
            # The name, in brackets, may hold anything; fields after it: proc(5).
            fields = (folder / "stat").read_text("utf-8", "replace").rpartition(")")[2].split()
            parent, resident = int(fields[1]), int(fields[21]) * _PAGE
            children.setdefault(parent, []).append((int(folder.name), resident))
    return children
