"""Measure names: main subject and kind of exemplars, places, and speed; fit the subject's weights.

    python bench/names.py LABELLED.jsonl              # figures, weights as shipped and by 5 folds
    python bench/names.py LABELLED.jsonl --fit pipeline/judge/protagonist.json

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
from scipy.optimize import minimize

from pipeline.judge.awards import find_awards
from pipeline.judge.gazetteer import load_gazetteer
from pipeline.judge.organisations import find_organisations
from pipeline.judge.people import find_people
from pipeline.judge.places import find_places
from pipeline.judge.protagonist import WEIGHTS, main_subject, score
from pipeline.judge.protagonist_facts import Candidate, candidates
from pipeline.judge.runs import read_fields
from pipeline.shapes import ArticleText
from pipeline.text.clock import VIETNAM
from pipeline.text.fold import nfc

TABLE = Path(__file__).parents[1] / "taxonomy" / "places.tsv"
GAZETTEER = load_gazetteer(TABLE)
L2 = 0.004
Example = tuple[dict[str, Any], list[Candidate], list[bool]]


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
        enough = min(6, len(labels["subject"]))
        right = [len(c.name) >= enough and same(c.name, nfc(labels["subject"])) for c in rivals]
        found.append((labels, rivals, right))
    return found


def fit(training: list[Example]) -> dict[str, float]:
    """Weights that make the labelled subject the likeliest candidate (softmax, L2)."""
    names = sorted({name for _, rivals, _ in training for c in rivals for name in c.facts})
    column = {name: index for index, name in enumerate(names)}
    stories = []
    for _, rivals, right in training:
        if any(right):
            facts = np.zeros((len(rivals), len(names)))
            for index, candidate in enumerate(rivals):
                for name, value in candidate.facts.items():
                    facts[index, column[name]] = value
            stories.append((facts, np.array(right)))

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        total, slope = 0.0, np.zeros_like(weights)
        for facts, right in stories:
            points = facts @ weights
            chance = np.exp(points - points.max())
            chance /= chance.sum()
            total -= np.log(chance[right].sum())
            slope += facts.T @ (chance - np.where(right, chance / chance[right].sum(), 0))
        strength = L2 * len(stories)
        return total + strength * weights @ weights / 2, slope + strength * weights

    best = minimize(loss, np.zeros(len(names)), jac=True, method="L-BFGS-B").x
    return {name: round(float(weight), 3) for name, weight in zip(names, best, strict=True)}


def judge(tested: list[Example], weights: dict[str, float]) -> tuple[float, float]:
    """Shares of subjects and of kinds that are right."""
    subjects = kinds = 0
    for labels, rivals, _ in tested:
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
        timed("subject", partial(main_subject, read, people, organisations))
    each = ", ".join(f"{name} {1000 * value / len(articles):.2f}" for name, value in spent.items())
    names = sum(spent.values()) - spent["subject"]
    print(f"speed, CPU ms an article: {each}")
    print(f"{len(articles) / names:.0f} articles/s without subject, ", end="")
    print(f"{len(articles) / sum(spent.values()):.0f} with")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("labelled", type=Path)
    parser.add_argument("--fit", type=Path, metavar="OUT", help="write new weights here")
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
    if arguments.fit:
        weights = {n: w for n, w in fit(exemplars + borderline).items() if abs(w) >= 0.005}
        arguments.fit.write_text(json.dumps(weights, indent=1, ensure_ascii=False) + "\n", "utf-8")
        print(f"{arguments.fit}: {len(weights)} weights")
        return
    subject, kind = judge(exemplars, WEIGHTS)
    print(f"as shipped (trained on these): subject {subject:.1%}, kind {kind:.1%}")
    places(rows)
    speed(rows)


if __name__ == "__main__":
    main()
