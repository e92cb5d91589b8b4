"""``make bench``: every benchmark that has what it needs, one after the other.

    python -m bench [--corpus ../shared/corpus] [--sets ../benchmarks] [NAME]...

``--corpus`` holds saved real pages and labelled articles, ``--sets`` checkouts of the public
extraction sets. Neither is part of the project; a benchmark whose data is missing says so.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path


def benchmarks(corpus: Path, sets: Path) -> dict[str, list[str | Path]]:
    """Name to module and arguments."""
    public = [path for path in sorted(sets.glob("*")) if path.is_dir()] if sets.is_dir() else []
    return {
        "real_input": ["bench.real_input", corpus],
        "extraction": ["bench.extraction", *(public or [sets])],
        "selectors": ["bench.selectors", corpus],
        "judging": ["bench.judging", corpus / "judge" / "dev.jsonl"],
        "names": ["bench.names", corpus / "judge" / "dev.jsonl"],
        "grouping": ["bench.grouping", corpus / "pairs" / "dev.jsonl"],
        "joining": ["bench.joining"],
        "identity": ["bench.identity", corpus / "judge" / "dev.jsonl"],
        "awards": ["bench.awards", corpus / "judge" / "dev.jsonl"],
        "fidelity": ["bench.fidelity", corpus / "judge" / "dev.jsonl"],
        "hostile": ["bench.hostile"],
        "morning": ["bench.morning"],
        "mail": ["bench.mail"],
        "workers": ["bench.workers"],
        "desk": ["bench.desk"],
        "year": ["bench.year"],
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help="only these")
    parser.add_argument("--corpus", type=Path, default=Path("../shared/corpus"))
    parser.add_argument("--sets", type=Path, default=Path("../benchmarks"))
    options = parser.parse_args()
    table = benchmarks(options.corpus, options.sets)
    for name in options.names:
        if name not in table:
            parser.error(f"no benchmark is called {name}; there are: {', '.join(table)}")
    failed = 0
    for name in options.names or table:
        module, *arguments = table[name]
        print(f"== {name}", flush=True)
        missing = [str(path) for path in arguments if isinstance(path, Path) and not path.exists()]
        if missing:
            print(f"left out: {', '.join(missing)} is not here", flush=True)
            continue
        command = [sys.executable, "-m", str(module), *map(str, arguments)]
        failed += subprocess.run(command, check=False).returncode != 0
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
