"""The judgement may not get worse unseen: cross-validated figures against pinned floors.

The floors stand in tests/floors/judge.json; raise them when figures rise, never lower them to pass.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipeline.cli.training import read_labelled
from pipeline.config.home import Home, defaults_dir
from pipeline.config.taxonomy import load_taxonomy
from pipeline.judge import Judge, scoring, training
from pipeline.judge.judge import shipped_gazetteer
from pipeline.shapes import ExemplarLabel, ExemplarOpinion, Judgement

ROOT = Path(__file__).resolve().parents[2]
LABELLED = ROOT / ".." / "shared" / "corpus" / "judge" / "dev.jsonl"
FLOORS = json.loads((ROOT / "tests" / "floors" / "judge.json").read_text("utf-8"))

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not LABELLED.exists(), reason="../shared/corpus is not here"),
]


def test_unseen_exemplars_rank_above_the_floor() -> None:
    taxonomy = load_taxonomy(defaults_dir() / "taxonomy")
    labelled = list(read_labelled(LABELLED, Home(defaults_dir())))
    examples = training.examine(labelled, taxonomy, shipped_gazetteer())
    groups = training.story_groups(examples)
    pairs: list[scoring.Pair] = []
    natural: list[scoring.Pair] = []
    for rows, held in training.split(examples, groups, folds=10):
        learned = [examples[at] for at in rows]
        model = training.fit(learned, groups[rows], taxonomy, {}, heads=("exemplar",))
        for at in held:
            score = model.scores(examples[at].counts, examples[at].facts)["exemplar"]
            judged = Judgement(ExemplarOpinion(ExemplarLabel.NO, score))
            pairs.append((labelled[at].labels, judged))
            if training.is_natural(labelled[at]):
                natural.append(pairs[-1])
    assert scoring.average_precision(pairs) >= FLOORS["all"]["ap"]
    assert scoring.average_precision(natural) >= FLOORS["natural"]["ap"]
    assert scoring.top_fifth(natural) >= FLOORS["natural"]["top_fifth"]


def test_campaigns_hold_the_floor() -> None:
    """Campaigns are found by rules: nothing of them was learned from these labels."""
    judging = Judge(load_taxonomy(defaults_dir() / "taxonomy"))
    labelled = list(read_labelled(LABELLED, Home(defaults_dir())))
    pairs = [(one.labels, judging.judge(one.article)) for one in labelled]
    assert scoring.campaigns(pairs).f1 >= FLOORS["all"]["campaigns_f1"]
