"""The model a home has learned for itself, and the one before it, so that a step can be undone."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from pipeline.config.home import Home
from pipeline.judge.model import Model, shipped


@dataclass(frozen=True, slots=True)
class InUse:
    """The model that judges in a home."""

    model: Model
    own: bool
    """Whether it was learned here; else it is the shipped one."""
    fault: str = ""
    """Why the home's own model is not used, and how to mend it."""


def model_in_use(home: Home) -> InUse:
    """The home's own model, else the shipped one. A file that is broken, or was learned beside the
    model of another version (whose facts may have meant something else), is not used."""
    file = home.model_file
    try:
        stat = file.stat()
        model = _load(file, (stat.st_mtime_ns, stat.st_size))
    except FileNotFoundError:
        return InUse(shipped(), own=False)
    except (OSError, ValueError) as error:
        fault = f"{file}: {error} → run `guongsang train`; until then the shipped model judges"
        return InUse(shipped(), own=False, fault=fault)
    if model.made.get("base") != shipped().digest:
        fault = (
            f"{file}: learned beside the model of another version → run `guongsang train` to learn "
            "again; until then the shipped model judges"
        )
        return InUse(shipped(), own=False, fault=fault)
    return InUse(model, own=True)


@lru_cache(maxsize=2)
def _load(file: Path, stamp: tuple[int, int]) -> Model:
    return Model.load(file.read_bytes())


def adopt(home: Home, model: Model) -> Model:
    """Put ``model`` to use and keep the one before; ``model`` as it is read back. Killed at any
    moment, the home has the old model or the new one, whole."""
    current, previous = home.model_file, home.previous_model_file
    current.parent.mkdir(parents=True, exist_ok=True)
    fresh = current.with_suffix(".new")
    with fresh.open("wb") as out:
        out.write(model.dump())
        out.flush()
        os.fsync(out.fileno())
    if current.exists():
        _copy(current, previous)
    else:
        previous.unlink(missing_ok=True)
    fresh.replace(current)
    return model_in_use(home).model


def bring_back(home: Home) -> bool:
    """Use the previous model again; the one in use becomes the previous one, so that doing it twice
    changes nothing. Where one of the two is absent it is the shipped one.

    Returns whether there was anything to bring back.
    """
    current, previous = home.model_file, home.previous_model_file
    if not current.exists():
        if not previous.exists():
            return False
        previous.replace(current)
    elif not previous.exists():
        current.replace(previous)
    else:
        aside = current.with_suffix(".aside")
        shutil.copyfile(current, aside)
        previous.replace(current)
        aside.replace(previous)
    return True


def _copy(source: Path, target: Path) -> None:
    """Atomically."""
    aside = target.with_suffix(".aside")
    shutil.copyfile(source, aside)
    aside.replace(target)
