"""``make sbom``: what a release is made of (CycloneDX 1.5), from the lock file, with each licence
as the installed package states it. Exit 1 when one leaves no choice but the GPL or AGPL.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from email.message import Message
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path
from typing import Any, cast

from pipeline import __version__

UV = Path(".uvenv/bin/uv")
FILE = Path("build/guongsang.cdx.json")
STRONG = re.compile(r"\bA?GPL|(?<!Lesser )(?<!Library )General Public License", re.IGNORECASE)


def main() -> int:
    export = ["export", "--frozen", "--no-dev", "--quiet", "--format", "cyclonedx1.5"]
    done = subprocess.run([UV, *export], check=True, capture_output=True, text=True)  # noqa: S603
    bill = json.loads(done.stdout)
    ours = bill["metadata"]["component"]
    ours |= {"version": __version__, "licenses": [{"expression": "Apache-2.0"}]}
    refused = fill(bill["components"])
    FILE.parent.mkdir(exist_ok=True)
    FILE.write_text(json.dumps(bill, indent=1, ensure_ascii=False) + "\n", "utf-8")
    known = sum("licenses" in each for each in bill["components"])
    print(f"{FILE}: {len(bill['components'])} packages, the licences of {known} that are installed")
    for name in refused:
        print(f"{name}: GPL or AGPL, which nothing here may need", file=sys.stderr)
    return 1 if refused else 0


def fill(components: list[dict[str, Any]]) -> list[str]:
    """Put ``licenses`` into each component that is installed here (others are for other systems).

    Returns the names of those that only the GPL or AGPL allows.
    """
    refused = []
    for component in components:
        try:
            about = cast("Message", metadata(component["name"]))
        except PackageNotFoundError:
            continue
        expression, names = licences(about)
        if expression:
            component["licenses"] = [{"expression": expression}]
        elif names:
            component["licenses"] = [{"license": {"name": name}} for name in names]
        if only_strong(expression, names):
            refused.append(component["name"])
    return refused


def licences(about: Message) -> tuple[str, list[str]]:
    """The SPDX expression (PEP 639; else empty) and what older metadata calls the licences."""
    said = str(about.get("License") or "").strip().partition("\n")[0]
    classified = [
        value.rpartition(" :: ")[2]
        for value in about.get_all("Classifier") or []
        if value.startswith("License :: ") and not value.endswith("OSI Approved")
    ]
    names = list(dict.fromkeys(filter(None, [*classified, said])))
    return str(about.get("License-Expression") or ""), names


def only_strong(expression: str, names: list[str]) -> bool:
    """Whether no alternative is left: ``OR``, or another licence beside it, leaves the choice."""
    choices = re.split(r"\s+OR\s+", expression.strip("()")) if expression else names
    return bool(choices) and all(STRONG.search(choice) for choice in choices)


if __name__ == "__main__":
    sys.exit(main())
