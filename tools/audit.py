"""``make audit``: are known holes in what we install? Exit 1 when there are.

A service of vulnerabilities that cannot be reached is said so and is no failure of ours: a mirror
without it, or no network, must not stop a merge.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

UV = Path(".uvenv/bin/uv")
TOOL = "pip-audit==2.10.1"
ACCEPTED: dict[str, str] = {}
"""Id of a hole to the reason why it does not concern us; each is looked at again at a release."""


def main() -> int:
    with tempfile.NamedTemporaryFile(suffix=".txt") as file:
        export = ["export", "--frozen", "--no-dev", "--no-emit-project", "--quiet", "-o", file.name]
        subprocess.run([UV, *export], check=True, stdout=subprocess.DEVNULL)  # noqa: S603
        audit = ["tool", "run", "--quiet", "--python", sys.executable, TOOL]
        options = ["--disable-pip", "--require-hashes", "-r", file.name, "-f", "json"]
        quiet = ["--progress-spinner", "off", "--timeout", "10"]
        done = subprocess.run(  # noqa: S603
            [UV, *audit, *options, *quiet], capture_output=True, text=True, check=False
        )
    try:
        packages = json.loads(done.stdout)["dependencies"]
    except (ValueError, KeyError):
        last = (done.stderr.strip().splitlines() or ["no word why"])[-1]
        print(f"NOT AUDITED: {last}", file=sys.stderr)
        return 0
    return verdict(packages)


def verdict(packages: list[dict[str, Any]]) -> int:
    """Print what is known of each package of ``pip-audit -f json``; the exit code."""
    known = [each for each in packages if "skip_reason" not in each]
    holes = [
        f"{each['name']} {each['version']}: {hole['id']}, mended in "
        f"{', '.join(hole.get('fix_versions', [])) or 'no version yet'}"
        for each in known
        for hole in each["vulns"]
        if hole["id"] not in ACCEPTED
    ]
    for hole in holes:
        print(hole, file=sys.stderr)
    if not known:
        print("NOT AUDITED: the index tells of no package's vulnerabilities", file=sys.stderr)
        return 0
    print(f"{len(known)} of {len(packages)} packages audited, {len(holes)} holes")
    return 1 if holes else 0


if __name__ == "__main__":
    sys.exit(main())
