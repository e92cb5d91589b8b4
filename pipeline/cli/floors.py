"""Pinned floors: figures that may not fall, in a JSON file ``{part: {figure: floor}}``.

``lowered`` in it is the ledger of floors that somebody lowered on purpose, each with its reason. A
test compares the file with every version of it that the history holds, so a floor that was
lowered or taken out by hand, without an entry there, fails.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypedDict

from pipeline.cli import WorkFailed

LEDGER = "lowered"
Floors = dict[str, dict[str, float]]


class Lowered(TypedDict):
    figure: str
    """``part figure``."""
    before: float
    to: float
    why: str


def read_floors(text: str) -> tuple[Floors, list[Lowered]]:
    """The floors of a file's text, and its ledger."""
    held = json.loads(text)
    ledger = held.pop(LEDGER, [])
    return held, ledger


def hold(
    figures: Mapping[str, Mapping[str, Any]], path: Path, *, raise_: bool, lower: str | None
) -> None:
    """Compare ``figures`` with the floors in ``path``; with ``raise_`` write higher ones, and lower
    ones only for the reason ``lower``.

    Raises:
        WorkFailed: a figure is below its floor.
    """
    floors, ledger = read_floors(path.read_text("utf-8"))
    below = below_floors(figures, floors)
    if below and not (raise_ and lower):
        raise WorkFailed("below the pinned floors: " + "; ".join(below))
    if not raise_:
        return
    for part, several in floors.items():
        for name, floor in several.items():
            new = int(figures[part][name] * 1000) / 1000
            if lower and new < floor:
                ledger.append(
                    {"figure": f"{part} {name}", "before": floor, "to": new, "why": lower}
                )
            several[name] = new
    written = {**floors, LEDGER: ledger} if ledger else floors
    path.write_text(json.dumps(written, indent=2, ensure_ascii=False) + "\n", "utf-8")


def below_floors(figures: Mapping[str, Mapping[str, Any]], floors: Floors) -> list[str]:
    """What is below its floor, in words."""
    return [
        f"{part} {name}: {figures.get(part, {}).get(name, 0.0):.3f} < {floor:.3f}"
        for part, several in floors.items()
        for name, floor in several.items()
        if figures.get(part, {}).get(name, 0.0) < floor
    ]


def silently_lowered(now: str, before: str) -> list[str]:
    """Floors of ``before`` that are lower or gone in ``now`` without an entry in its ledger; both
    are texts of the file."""
    floors, ledger = read_floors(now)
    earlier, told = read_floors(before)
    faults = [f"the ledger's {entry} is gone" for entry in told if entry not in ledger]
    for part, several in earlier.items():
        for name, floor in several.items():
            figure = f"{part} {name}"
            held = floors.get(part, {}).get(name)
            if held is None:
                faults.append(f"{figure} ({floor}) is gone")
            elif held < _allowed(figure, floor, ledger):
                faults.append(f"{figure} fell from {floor} to {held}")
    return faults


def _allowed(figure: str, floor: float, ledger: list[Lowered]) -> float:
    """What ``floor`` may have come down to, step by step."""
    for entry in ledger:
        if entry["figure"] == figure and entry["before"] >= floor and entry["why"].strip():
            floor = min(floor, entry["to"])
    return floor
