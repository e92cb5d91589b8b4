"""Files of lines beside the database: what must outlive a backup that is brought back."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

log = logging.getLogger(__name__)


def note(path: Path, public_id: str, at: datetime, **more: Any) -> None:
    """Durably add one line.

    Raises:
        OSError: it may be half written (a full disk); to be repeated.
    """
    line = {"public_id": public_id, "at": at.isoformat(), **more}
    with path.open("a+b") as file:
        if file.tell():
            file.seek(-1, os.SEEK_END)
            if file.read() != b"\n":
                file.write(b"\n")  # or the new line would be lost with the torn one before it
        file.write(json.dumps(line, ensure_ascii=False).encode() + b"\n")
        file.flush()
        os.fsync(file.fileno())


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
