"""What each hostile outlet of ``tests/hostile.py`` costs: case, outcome, seconds, MB.

``python -m bench.hostile [CASE]...`` crawls each in a process of its own. Seconds are the whole
round's with the start of the crawling child; MB are that child's peak resident size.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path

from tests.crawling import crawl
from tests.hostile import CASES
from tests.loopback import loopback_site


def measure(name: str) -> dict[str, object]:
    case = CASES[name]
    with loopback_site() as site, tempfile.TemporaryDirectory() as scratch:
        source = case.build(site, name)
        begin = time.monotonic()
        round_ = crawl(Path(scratch), source, time_limit=timedelta(seconds=120))
        seconds = time.monotonic() - begin
        right = tuple(sorted(round_.reasons)) == case.reasons and len(round_.pages) == case.pages
        return {
            "case": name,
            "outcome": ", ".join(round_.reasons) or f"{len(round_.pages)} pages",
            "as_expected": right,
            "seconds": round(seconds, 1),
            "mb": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024,
            "detail": "; ".join(failure.detail[:100] for failure in round_.failures),
        }


def main(names: list[str]) -> int:
    wrong = 0
    print(f"{'case':<22}{'outcome':<22}{'':<4}{'s':>6}{'MB':>6}  detail")
    for name in names or CASES:
        command = [sys.executable, "-m", "bench.hostile", "--one", name]
        done = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True)
        row = json.loads(done.stdout)
        wrong += not row["as_expected"]
        mark = "" if row["as_expected"] else "≠"
        print(
            f"{name:<22}{row['outcome']:<22}{mark:<4}{row['seconds']:>6}{row['mb']:>6}"
            f"  {row['detail']}",
            flush=True,
        )
    return 1 if wrong else 0


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        print(json.dumps(measure(sys.argv[2])))
    else:
        sys.exit(main(sys.argv[1:]))
