"""Where an installation keeps its files."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1]


def defaults_dir() -> Path:
    """The shipped sources.yaml, taxonomy/ and templates/: in a wheel inside the package, in a
    checkout beside it."""
    packaged = PACKAGE / "defaults"
    return packaged if packaged.is_dir() else PACKAGE.parent


@dataclass(frozen=True, slots=True)
class Home:
    """A home directory; the layout is part of the command contract."""

    root: Path

    @classmethod
    def locate(cls, given: str | os.PathLike[str] | None = None) -> Home:
        """``given``, else ``GUONGSANG_HOME``, else the current directory."""
        return cls(Path(given or os.environ.get("GUONGSANG_HOME") or ".").resolve())

    @property
    def office_file(self) -> Path:
        return self.root / "office.yaml"

    @property
    def sources_file(self) -> Path:
        return self._own_or_default("sources.yaml")

    @property
    def taxonomy_dir(self) -> Path:
        return self._own_or_default("taxonomy")

    @property
    def template_dirs(self) -> list[Path]:
        """A template of the home replaces the shipped one of the same name."""
        return [self.root / "templates", defaults_dir() / "templates"]

    @property
    def output_dir(self) -> Path:
        return self.root / "output"

    @property
    def spool_dir(self) -> Path:
        return self.root / "output" / "spool"

    @property
    def database_file(self) -> Path:
        return self.root / "guongsang.sqlite3"

    @property
    def model_file(self) -> Path:
        """What the judgement has learned here; absent, the shipped model judges."""
        return self.root / "model" / "model.json.gz"

    @property
    def previous_model_file(self) -> Path:
        """The model before; absent, it was the shipped one."""
        return self.root / "model" / "previous.json.gz"

    @property
    def env_file(self) -> Path:
        return self.root / ".env"

    def _own_or_default(self, name: str) -> Path:
        own = self.root / name
        return own if own.exists() else defaults_dir() / name
