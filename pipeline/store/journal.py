"""Files of lines beside the database: what must outlive a backup that is brought back."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any


def note(path: Path, public_id: str, at: datetime, **more: Any) -> None:
    """Durably add one line."""
    line = {"public_id": public_id, "at": at.isoformat(), **more}
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(line, ensure_ascii=False) + "\n")
        file.flush()
        os.fsync(file.fileno())


def lines(path: Path) -> Iterator[dict[str, Any]]:
    """Those that name somebody or something; a torn last line (a crash while writing) does not."""
    if not path.is_file():
        return
    for line in path.read_text("utf-8").splitlines():
        try:
            read = json.loads(line)
        except ValueError:
            continue
        if isinstance(read, dict) and "public_id" in read:
            yield read
