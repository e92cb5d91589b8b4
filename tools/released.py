"""``python -m tools.released``: keep a home's database as this version leaves it, so that every
later version is tested to take it over (``tests/integration/test_upgrade.py``).

Once a release, from the demo: its newspapers and people are invented. What stands there is never
made anew: the homes of that version are as they are.
"""

from __future__ import annotations

import lzma
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import closing
from pathlib import Path

from pipeline import __version__

KEPT = Path("tests/released")


def main() -> int:
    target = KEPT / f"{__version__}.sqlite3.xz"
    if target.exists():
        print(f"{target} is there: version {__version__} is released", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "pipeline.cli", "--home", folder, "demo", "--once"]
        subprocess.run(command, check=True)  # noqa: S603
        whole = Path(folder) / "whole.sqlite3"
        with closing(sqlite3.connect(Path(folder) / "guongsang.sqlite3")) as made:
            made.execute("vacuum into ?", [str(whole)])
        KEPT.mkdir(exist_ok=True)
        target.write_bytes(lzma.compress(whole.read_bytes(), preset=9))
    print(f"{target}: {target.stat().st_size} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
