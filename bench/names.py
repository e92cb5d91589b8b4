"""Measure names: main subject and kind of exemplars by name and form alone, places, and speed.

    python bench/names.py LABELLED.jsonl

LABELLED.jsonl: one article a line with ``labels`` (exemplar, kind, subject, places). A subject is
right when it or the label contains the other, after NFC and case folding.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.judge.learning.protagonists import learn_subject
from pipeline.judge.model import shipped
from pipeline.judge.names.awards import find_awards
from pipeline.judge.names.gazetteer import load_gazetteer
from pipeline.judge.names.organisations import find_organisations
from pipeline.judge.names.people import find_people
from pipeline.judge.names.places import find_places
from pipeline.judge.protagonist.choosing import main_subject, score
from pipeline.judge.protagonist.facts import Candidate, candidates, compare
from pipeline.judge.reading.runs import read_fields
from pipeline.shapes import ArticleText
from pipeline.text.clock import VIETNAM
from pipeline.text.fold import nfc

TABLE = Path(__file__).parents[1] / "taxonomy" / "places.tsv"
GAZETTEER = load_gazetteer(TABLE)
Example = tuple[dict[str, Any], list[Candidate]]


def article(row: dict[str, Any]) -> ArticleText:
    try:
        at = datetime.fromisoformat(row.get("date") or "")
        at = at if at.tzinfo else at.replace(tzinfo=VIETNAM)
    except ValueError:
        at = None
    text, sapo = nfc(row["text"]), nfc(row.get("sapo") or "") or None
    return ArticleText(nfc(row["title"]), text, sapo, at, row.get("source"))


def same(one: str, other: str) -> bool:
    one, other = one.casefold(), other.casefold()
    return bool(one and other) and (one in other or other in one)


def examples(rows: list[dict[str, Any]], label: str) -> list[Example]:
    found: list[Example] = []
    for row in rows:
        labels = row["labels"]
        if labels["exemplar"] != label or not labels["subject"]:
            continue
        read = article(row)
        rivals = candidates(read, find_people(read, GAZETTEER), find_organisations(read, GAZETTEER))
        compare(read, rivals)
        found.append((labels, rivals))
    return found


def fit(training: list[Example]) -> dict[str, float]:
    return learn_subject([(nfc(labels["subject"]), rivals) for labels, rivals in training])


def judge(tested: list[Example], weights: dict[str, float]) -> tuple[float, float]:
    """Shares of subjects and of kinds that are right."""
    subjects = kinds = 0
    for labels, rivals in tested:
        if rivals:
            best = max(rivals, key=lambda c: score(c.facts, weights))
            subjects += same(best.name, nfc(labels["subject"]))
            kinds += best.kind.value == labels["kind"]
    return subjects / len(tested), kinds / len(tested)


def places(rows: list[dict[str, Any]]) -> None:
    """Is a labelled place among those found; is the first one found labelled?"""
    recalled = labelled = first = stories = 0
    for row in rows:
        wanted = [nfc(place).casefold() for place in row["labels"]["places"]]
        found = find_places(article(row), GAZETTEER)[0]
        if not wanted:
            continue
        texts = [place.text.casefold() for place in found]
        stories += 1
        labelled += len(wanted)
        recalled += sum(any(same(place, text) for text in texts) for place in wanted)
        first += bool(texts) and any(same(place, texts[0]) for place in wanted)
    print(f"places: {recalled / labelled:.1%} of labels found, {first / stories:.1%} first right")


def speed(rows: list[dict[str, Any]]) -> None:
    articles = [article(row) for row in rows]
    spent: dict[str, float] = {}

    def timed(name: str, work: Callable[[], Any]) -> Any:
        began = time.process_time()
        result = work()
        spent[name] = spent.get(name, 0.0) + time.process_time() - began
        return result

    for read in articles:
        timed("runs", partial(read_fields, read))
        timed("places", partial(find_places, read, GAZETTEER))
        people = timed("people", partial(find_people, read, GAZETTEER))
        organisations = timed("organisations", partial(find_organisations, read, GAZETTEER))
        timed("awards", partial(find_awards, read))
        found = timed("candidates", partial(candidates, read, people, organisations))
        timed("subject", partial(compare, read, found))
        timed("subject", partial(main_subject, read, found, shipped().subject))
    each = ", ".join(f"{name} {1000 * value / len(articles):.2f}" for name, value in spent.items())
    names = sum(spent.values()) - spent["subject"] - spent["candidates"]
    print(f"speed, CPU ms an article: {each}")
    print(f"{len(articles) / names:.0f} articles/s without subject, ", end="")
    print(f"{len(articles) / sum(spent.values()):.0f} with")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("labelled", type=Path)
    arguments = parser.parse_args()
    rows = [json.loads(line) for line in arguments.labelled.read_text("utf-8").splitlines()]
    exemplars, borderline = examples(rows, "yes"), examples(rows, "borderline")
    folds = [
        judge(
            exemplars[fold::5],
            fit([e for i, e in enumerate(exemplars) if i % 5 != fold] + borderline),
        )
        for fold in range(5)
    ]
    subject, kind = np.mean(folds, axis=0)
    print(f"{len(exemplars)} exemplars, 5 folds: subject {subject:.1%}, kind {kind:.1%}")
    subject, kind = judge(exemplars, dict(shipped().subject))
    print(f"as shipped (trained on these): subject {subject:.1%}, kind {kind:.1%}")
    places(rows)
    speed(rows)


if __name__ == "__main__":
    main()
