"""A backup is a folder: the database as of one moment, the home's files, and a manifest with the
hash of each. Taken while everything runs. Secrets (``.env``, channels' tokens) stay out of it."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import Any

from django.db import connection

from pipeline import __version__
from pipeline.config.home import Home
from pipeline.config.office import load_office
from pipeline.operate.aside import Aside, move_aside
from pipeline.operate.dumping import (
    DUMP,
    SQLITE,
    BackupFailed,
    Unchanged,
    dump,
    load,
    refuse_others,
)
from pipeline.operate.running import alone, marker_of
from pipeline.publish import withdrawal
from pipeline.publish.channels import portal
from pipeline.publish.erasing import erase_again
from pipeline.publish.files import exclusive, write
from pipeline.publish.planning import leave_to_people
from pipeline.review.public_requests import erase
from pipeline.store.erasures import erased, journal_of
from pipeline.store.models import PublicRequest, Subscriber

MANIFEST = "manifest.json"
FILES = ("office.yaml", "sources.yaml", "demo.json", "erasures.jsonl", "withdrawals.jsonl")
FOLDERS = ("taxonomy", "templates", "model", "output")
_LEFT_OUT = shutil.ignore_patterns(".lock", "*.tmp", "*.part", "spool")


@dataclass(frozen=True, slots=True)
class Taken:
    folder: Path
    files: int
    bytes: int


@dataclass(frozen=True, slots=True)
class BroughtBack:
    """What was done to the old database."""

    forgotten: int
    """People who were forgotten and stories that were erased again."""
    withdrawn: int
    """Stories taken back again."""
    doubtful: int
    """Deliveries that may have gone out since, and on which people decide."""
    aside: Aside | None = None
    """What was made since."""


def take(home: Home, folder: Path, now: datetime) -> Taken:
    """Write a new backup into ``folder`` (made; it must be empty).

    The folder has its final name only when it is whole: what a killed backup leaves is called
    ``.part``.

    Raises:
        BackupFailed: the folder holds something or is inside one that is copied, or the database
            cannot be dumped.
    """
    folder = folder.resolve()
    for name in FOLDERS:
        if folder.is_relative_to((home.root / name).resolve()):
            raise BackupFailed(f"{folder}: {home.root / name} is copied → name a folder outside it")
    if folder.exists() and any(folder.iterdir()):
        raise BackupFailed(f"{folder} is not empty → name a new folder")
    part = folder.with_name(f"{folder.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True, mode=0o700)
    try:
        files = _write(home, part, now)
        if folder.exists():
            folder.rmdir()
        part.rename(folder)
    except BaseException:  # a broken-off one would fill the disk
        shutil.rmtree(part, ignore_errors=True)
        raise
    _sync(folder.parent)
    return Taken(folder, files, sum(path.stat().st_size for path in _files(folder)))


def _write(home: Home, part: Path, now: datetime) -> int:
    """A whole backup into ``part``. Returns how many files the manifest names."""
    dump(part)
    for name in FILES:
        if (home.root / name).is_file():
            shutil.copy2(home.root / name, part / name)
    with exclusive(portal.folder_of(home)):  # a site is kept whole: as it was, or as it will be
        for name in FOLDERS:
            if (home.root / name).is_dir():
                shutil.copytree(
                    home.root / name, part / name, ignore=_LEFT_OUT, copy_function=_copy
                )
    hashes = {path.relative_to(part).as_posix(): _hash(path) for path in _files(part)}
    manifest = {
        "version": __version__,
        "taken_at": now.isoformat(),
        "database": connection.vendor,
        "files": hashes,
    }
    (part / MANIFEST).write_text(json.dumps(manifest, indent=1, sort_keys=True), "utf-8")
    for path in _files(part):
        _sync(path)
    return len(hashes)


def _copy(source: str, target: str) -> None:
    """What a channel took back since its folder was listed is not missed."""
    with suppress(FileNotFoundError):
        shutil.copy2(source, target)


def check(folder: Path) -> dict[str, Any]:
    """The manifest of a whole backup.

    Raises:
        BackupFailed: a file is missing or changed.
    """
    try:
        manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text("utf-8"))
        hashes: dict[str, str] = manifest["files"]
    except (OSError, ValueError, KeyError, TypeError):
        raise BackupFailed(f"{folder} is no whole backup: {MANIFEST} is missing or torn") from None
    for name, expected in hashes.items():
        path = folder / name
        if not path.resolve().is_relative_to(folder.resolve()):
            raise BackupFailed(f"{MANIFEST} names {name}, outside the backup")
        if not path.is_file() or _hash(path) != expected:
            raise BackupFailed(f"{path} is missing or not what it was → use another backup")
    return manifest


def bring_back(home: Home, folder: Path, migrate: Callable[[], None], now: datetime) -> BroughtBack:
    """Make ``home`` what it was when the backup was taken, its tables what ``migrate`` makes of
    them. Whoever asked to be forgotten since is forgotten again, what was taken back since is taken
    back again, and what may have gone out since is not sent again. Broken off, it is to be done
    again: until then nothing works in the home (``require_whole``).

    Raises:
        BackupFailed: the backup is not whole, or is of another kind of database.
        InUse: something still runs.
    """
    manifest = check(folder)
    if manifest["database"] != connection.vendor:
        raise BackupFailed(
            f"the backup is of {manifest['database']}, the home uses {connection.vendor}"
            " → set DATABASE_URL as it was"
        )
    with alone(home):
        refuse_others()
        with _marked(home, folder):
            return _replace(home, folder, manifest, migrate, now)


@contextmanager
def _marked(home: Home, folder: Path) -> Iterator[None]:
    """Nobody else works in ``home`` until this has ended well."""
    marker = marker_of(home)
    before = marker.read_bytes() if marker.exists() else b""
    write(marker, os.fsencode(folder.resolve()))
    _sync(home.root)
    try:
        yield
    except Unchanged:
        if before:
            write(marker, before)
        else:
            marker.unlink()
        raise
    os.sync()  # all that was written is there before the home says so
    marker.unlink()
    _sync(home.root)


def _replace(
    home: Home,
    folder: Path,
    manifest: Mapping[str, Any],
    migrate: Callable[[], None],
    now: datetime,
) -> BroughtBack:
    withdrawals = withdrawal.journal_of(home)
    journals = (folder / journal_of(home).name, journal_of(home))
    forgotten: dict[str, frozenset[str]] = {}
    for public_id, marks in chain.from_iterable(map(erased, journals)):
        forgotten[public_id] = forgotten.get(public_id, frozenset()) | marks
    load(folder)
    for name in manifest["files"]:
        if name in (SQLITE, DUMP, journal_of(home).name) or (
            name == withdrawals.name and withdrawals.exists()
        ):
            continue
        target = home.root / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if name == withdrawals.name:  # never half of it: the next time it would count as newer
            write(target, (folder / name).read_bytes())
        else:
            shutil.copy2(folder / name, target)
    if forgotten:
        write(journal_of(home), _journal(forgotten))
    migrate()  # before a table is asked for a column that an older backup lacks
    aside = move_aside(home, manifest["files"].keys(), now)
    rows = Subscriber.objects.filter(public_id__in=forgotten)
    count = rows.count()
    rows.delete()
    for row in PublicRequest.objects.filter(public_id__in=forgotten, erased_at=None):
        erase(row, None, now)
        count += 1
    office = load_office(home.office_file)
    taken_at = datetime.fromisoformat(manifest["taken_at"])
    doubtful = leave_to_people(office, taken_at, now)  # first: posts follow what is taken back
    taken_back = (folder / withdrawals.name, withdrawals)
    withdrawn = withdrawal.withdraw_again(taken_back, now, office=office, home=home)
    marks = frozenset[str]().union(*forgotten.values())
    count += erase_again(forgotten.keys(), marks, now, office=office, home=home)
    portal.rebuild(office, home)  # what was published since is not known any more
    return BroughtBack(count, withdrawn, doubtful, aside if aside.files else None)


def _journal(forgotten: Mapping[str, frozenset[str]]) -> bytes:
    """One line each; that they were forgotten counts, not when."""
    lines = [
        json.dumps({"public_id": each} | ({"marks": sorted(marks)} if marks else {}))
        for each, marks in sorted(forgotten.items())
    ]
    return "".join(f"{line}\n" for line in lines).encode()


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
