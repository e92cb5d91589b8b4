"""What each hostile outlet of ``tests/hostile.py`` costs: case, outcome, seconds, MB.

``python -m bench.hostile [CASE]...`` crawls each in a process of its own and extracts what came.
Seconds are those of the whole round, with the start of the crawling child, and of extraction; CPU
seconds (the processes' own, whatever else the machine does) and MB (the peak of the sum of their
resident sizes) are the children's.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

from pipeline.crawl.plan import SourcePlan
from tests.crawling import Round, crawl
from tests.hostile import CASES, read
from tests.loopback import loopback_site
from tests.resident import TreePeak

MOST_SECONDS, MOST_MB = 30, 500


def measure(name: str) -> dict[str, object]:
    case = CASES[name]
    with ExitStack() as stack, TreePeak() as peak, tempfile.TemporaryDirectory() as scratch:
        keys = [name, *(f"{name}-{n}" for n in range(2, case.at_once + 1))]
        plans = [SourcePlan(case.build(stack.enter_context(loopback_site()), key)) for key in keys]
        begin = time.monotonic()
        round_ = crawl(Path(scratch), plans, time_limit=timedelta(seconds=120))
        crawled = time.monotonic()
        titles = read(round_, name)
        right = (
            tuple(sorted(round_.reasons)) == tuple(sorted(case.reasons * case.at_once))
            and len(round_.pages) == case.pages * case.at_once
            and (case.title is None or titles == [case.title])
        )
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        megabytes = max(used.ru_maxrss // 1024, peak.megabytes)
        return {
            "case": name,
            "outcome": _outcome(round_),
            "right": right,
            # A round of many pages takes as long as politeness and their number ask.
            "bounded": megabytes <= MOST_MB and crawled - begin <= MOST_SECONDS,
            "crawl_s": round(crawled - begin, 1),
            "extract_s": round(time.monotonic() - crawled, 1),
            "cpu_s": round(used.ru_utime + used.ru_stime, 1),
            "mb": megabytes,
            "detail": "; ".join(
                [*dict.fromkeys(failure.detail for failure in round_.failures), *titles[:1]]
            )[:100],
        }


def _outcome(round_: Round) -> str:
    told = dict.fromkeys(round_.reasons)
    counts = [f"{round_.reasons.count(reason)} × {reason}".removeprefix("1 × ") for reason in told]
    return ", ".join([*counts, *([f"{len(round_.pages)} pages"] if round_.pages else [])]) or "ok"


def main(names: list[str]) -> int:
    wrong = 0
    print("| case | outcome | crawl s | extract s | CPU s | MB | detail |")
    print("|---|---|---:|---:|---:|---:|---|")
    for name in names or CASES:
        command = [sys.executable, "-m", "bench.hostile", "--one", name]
        done = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True)
        row = json.loads(done.stdout)
        wrong += not (row["right"] and row["bounded"])
        mark = ("" if row["right"] else " ≠") + ("" if row["bounded"] else " >")
        detail = row["detail"].replace("|", "/")
        print(
            f"| {name} | {row['outcome']}{mark} | {row['crawl_s']} | {row['extract_s']}"
            f" | {row['cpu_s']} | {row['mb']} | {detail} |",
            flush=True,
        )
    print(f"\n{wrong} of {len(names or CASES)} not as expected (≠) or over the bound (>)")
    return 1 if wrong else 0


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        print(json.dumps(measure(sys.argv[2])))
    else:
        sys.exit(main(sys.argv[1:]))
