"""Writing public files so that a reader never meets half of one."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Container, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

_LOCK = ".lock"


def write(path: Path, data: bytes, mode: int = 0o666) -> bool:
    """Replace ``path`` by ``data``, durably and at once; False when it holds just that already.
    ``mode``: of the file, less the process's umask."""
    try:
        if path.read_bytes() == data:
            return False
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with os.fdopen(
            os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "wb"
        ) as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError:  # a full disk keeps no half of it
        temporary.unlink(missing_ok=True)
        raise
    return True


def mirror(folder: Path, files: Mapping[str, bytes]) -> int:
    """Make ``folder`` hold ``files`` (relative path → bytes, written in their order) and no other
    file. The caller holds it ``exclusive``. Returns how many files were written or removed."""
    written = sum(write(folder / name, data) for name, data in files.items())
    return written + _remove_others(folder, files)


def _remove_others(folder: Path, keep: Container[str]) -> int:
    """Works relative to open directories and follows no link, so nothing outside can be hit. A
    linked directory is somebody's own arrangement and stays."""
    removed = 0
    for root, folders, names, here in os.fwalk(folder, topdown=False, follow_symlinks=False):
        inside = Path(root).relative_to(folder)
        for name in names:
            if (inside / name).as_posix() not in keep and (inside / name) != Path(_LOCK):
                os.unlink(name, dir_fd=here)
                removed += 1
        for name in folders:
            with suppress(OSError):  # not empty, or a link
                os.rmdir(name, dir_fd=here)
    return removed


@contextmanager
def exclusive(folder: Path) -> Iterator[None]:
    """Hold ``folder`` against other processes of this host; a dead holder lets go by itself."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / _LOCK).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
