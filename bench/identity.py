"""How often the same exemplar in two articles is proposed, and a different one is not.

    python -m bench.identity LABELLED.jsonl

Of all pairs of the file's exemplars those with one labelled name are taken for the same. Names are
those of the labels, then those that the machine found; places, organisations and people are always
the machine's.
"""

from __future__ import annotations

import json
import sys
from itertools import combinations
from pathlib import Path
from typing import Any

from pipeline.cli.judging import article_of
from pipeline.config.home import defaults_dir
from pipeline.config.taxonomy import load_taxonomy
from pipeline.group import Subject, same_subject, subject_key
from pipeline.judge import Judge
from pipeline.shapes import Judgement
from pipeline.text.clock import utc_now


def main() -> None:
    if len(sys.argv) != 2:
        sys.exit("usage: python -m bench.identity LABELLED.jsonl")
    lines = map(json.loads, Path(sys.argv[1]).read_text(encoding="utf-8").splitlines())
    rows = [line for line in lines if line["labels"]["exemplar"] != "no"]
    judge, now = Judge(load_taxonomy(defaults_dir() / "taxonomy")), utc_now()
    judged = [judge.judge(article_of(row, province_of=lambda _: None, now=now)) for row in rows]
    labels = [row["labels"] for row in rows]
    truth = [subject_key(label.get("subject") or "") for label in labels]
    named = [(label.get("subject") or "", label["kind"]) for label in labels]
    found = [(each.exemplar.subject or "", each.exemplar.kind.value) for each in judged]
    for words, names in (("labelled names", named), ("names found", found)):
        subjects = [subject(*name, each) for name, each in zip(names, judged, strict=True)]
        print(f"{words}: {score(subjects, truth)}")


def subject(name: str, kind: str, judgement: Judgement) -> Subject:
    places = ((place.province or "", place.commune or "") for place in judgement.places)
    return Subject(
        name,
        kind,
        frozenset(place for place in places if place[0]),
        frozenset(judgement.organisations),
        frozenset(judgement.people),
    )


def score(subjects: list[Subject], truth: list[str]) -> dict[str, Any]:
    counts = {"proposed": 0, "right": 0, "same": 0, "pairs": 0}
    for a, b in combinations(range(len(subjects)), 2):
        same = truth[a] == truth[b] != ""
        proposed = bool(same_subject(subjects[a], subjects[b]))
        counts["pairs"] += 1
        counts["same"] += same
        counts["proposed"] += proposed
        counts["right"] += same and proposed
    return counts


if __name__ == "__main__":
    main()
