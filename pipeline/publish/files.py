"""Writing public files so that a reader never meets half of one."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path


def write(path: Path, data: bytes) -> bool:
    """Replace ``path`` by ``data``, durably and at once; False when it holds just that already."""
    try:
        if path.read_bytes() == data:
            return False
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    with temporary.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
    return True


def write_all(folder: Path, files: Mapping[str, bytes]) -> int:
    """Write ``files`` (relative path → bytes) in their order; returns how many changed."""
    return sum(write(folder / name, data) for name, data in files.items())


@contextmanager
def exclusive(folder: Path) -> Iterator[None]:
    """Hold ``folder`` against other processes of this host; a dead holder lets go by itself."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
