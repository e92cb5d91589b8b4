"""The judgement may not get worse unseen: cross-validated figures against pinned floors.

The floors stand in tests/floors/judge.json; raise them when figures rise. They are
lowered only by `guongsang evaluate judge --floors … --set-floors --lower-floors WHY`.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pipeline.cli.floors import below_floors, read_floors
from pipeline.cli.training import read_labelled, read_texts
from pipeline.config.home import Home, defaults_dir
from pipeline.config.taxonomy import load_taxonomy
from pipeline.extract import extract
from pipeline.extract.export import article_json
from pipeline.judge import Judge
from pipeline.judge.learning import scoring, training
from pipeline.judge.learning.examples import examine, is_natural, split, story_groups
from pipeline.judge.learning.thresholds import best_threshold
from pipeline.judge.names.gazetteer import shipped_gazetteer
from pipeline.shapes import ExemplarLabel
from pipeline.text.clock import utc_now

ROOT = Path(__file__).resolve().parents[2]
CORPUS = ROOT / ".." / "shared" / "corpus"
LABELLED = CORPUS / "judge" / "dev.jsonl"
MORE = sorted((ROOT / "bench" / "labels").glob("2025-*.jsonl"))
FLOORS, _ = read_floors((ROOT / "tests" / "floors" / "judge.json").read_text("utf-8"))

pytestmark = [
    pytest.mark.slow,
    pytest.mark.own_database,
    pytest.mark.skipif(not LABELLED.exists(), reason="../shared/corpus is not here"),
]


def test_unseen_articles_are_judged_as_well_as_the_floors_say() -> None:
    """Five folds, each judged whole by what the others taught; its threshold of the exemplar
    decision is the best for the other folds, sectors are asserted from even odds on. The strictest
    figures, with all thresholds nested, come from `guongsang evaluate judge --cross-validate`."""
    taxonomy = load_taxonomy(defaults_dir() / "taxonomy")
    home = Home(defaults_dir())
    labelled = list(read_labelled(LABELLED, home))
    texts = read_texts([str(CORPUS / "texts" / "provincial_2025.jsonl")]) | pages()
    more = [one for file in MORE for one in read_labelled(file, home, texts)]
    examples = examine([*labelled, *more], taxonomy, shipped_gazetteer())
    groups = story_groups(examples)
    scored = len(labelled)
    folds = split(examples[:scored], groups[:scored], folds=5)
    models = []
    unseen = np.zeros(scored, np.float32)
    for rows, held in folds:
        apart = [at for at in range(scored, len(examples)) if groups[at] not in groups[held]]
        learned = np.array([*rows, *apart])
        models.append(training.fit([examples[at] for at in learned], groups[learned], taxonomy, {}))
        for at in held:
            scores = models[-1].scores(examples[at].words, examples[at].facts)
            unseen[at] = scores["exemplar"]
    truth = [one.labels.exemplar for one in labelled]
    decided = np.array([one is not ExemplarLabel.BORDERLINE for one in truth])
    yes = np.array([one is ExemplarLabel.YES for one in truth])
    pairs: list[scoring.Pair] = []
    natural: list[scoring.Pair] = []
    for (_, held), model in zip(folds, models, strict=True):
        others = decided.copy()
        others[held] = False
        model.bias[model.heads.index("exemplar")] -= best_threshold(unseen[others], yes[others])
        judging = Judge(taxonomy, model=model)
        for at in held:
            pairs.append((labelled[at].labels, judging.judge(labelled[at].article)))
            if is_natural(labelled[at]):
                natural.append(pairs[-1])
    figures = {"all": scoring.figures(pairs), "natural": scoring.figures(natural)}
    print(figures)
    assert below_floors(figures, FLOORS) == []


def pages() -> dict[str, dict[str, Any]]:
    """The articles of the labelled pages, by URL."""
    wanted = {
        json.loads(line)["url"] for file in MORE for line in file.read_text("utf-8").splitlines()
    }
    found = {}
    for line in (CORPUS / "pages" / "manifest.jsonl").read_text("utf-8").splitlines():
        page = json.loads(line)
        if page["url"] in wanted:
            body = (CORPUS / "pages" / page["file"]).read_bytes()
            found[page["url"]] = article_json(extract(body, url=page["url"], now=utc_now()))
    return found
