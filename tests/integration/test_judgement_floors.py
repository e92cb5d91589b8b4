"""The judgement may not get worse unseen: cross-validated figures against pinned floors.

The floors stand in tests/floors/judge.json; raise them when figures rise, never lower them to pass.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pipeline.cli.training import read_labelled, read_texts
from pipeline.config.home import Home, defaults_dir
from pipeline.config.taxonomy import load_taxonomy
from pipeline.extract import extract
from pipeline.extract.export import article_json
from pipeline.judge import Judge, scoring, training
from pipeline.judge.article_reading import Reading
from pipeline.judge.cues import CueMatcher
from pipeline.judge.examples import examine, is_natural, split, story_groups
from pipeline.judge.judge import shipped_gazetteer
from pipeline.judge.sectors import find_sectors
from pipeline.shapes import ExemplarLabel, ExemplarOpinion, Judgement
from pipeline.text.clock import utc_now

ROOT = Path(__file__).resolve().parents[2]
CORPUS = ROOT / ".." / "shared" / "corpus"
LABELLED = CORPUS / "judge" / "dev.jsonl"
MORE = sorted((ROOT / "bench" / "labels").glob("2025-*.jsonl"))
FLOORS = json.loads((ROOT / "tests" / "floors" / "judge.json").read_text("utf-8"))

pytestmark = [
    pytest.mark.slow,
    pytest.mark.own_database,
    pytest.mark.skipif(not LABELLED.exists(), reason="../shared/corpus is not here"),
]


def test_unseen_exemplars_and_sectors_hold_the_floor() -> None:
    """Five folds, sectors asserted from even odds on: a minute of CPU. The strictest figures, with
    all heads and nested thresholds, come from `guongsang evaluate judge --cross-validate`."""
    taxonomy = load_taxonomy(defaults_dir() / "taxonomy")
    home = Home(defaults_dir())
    labelled = list(read_labelled(LABELLED, home))
    texts = read_texts([str(CORPUS / "texts" / "provincial_2025.jsonl")]) | pages()
    more = [one for file in MORE for one in read_labelled(file, home, texts)]
    matcher = CueMatcher(taxonomy)
    examples = examine([*labelled, *more], taxonomy, shipped_gazetteer())
    groups = story_groups(examples)
    scored = len(labelled)
    slugs = [sector.slug for sector in taxonomy.sectors]
    heads = ("exemplar", *(f"sector:{slug}" for slug in slugs))
    pairs: list[scoring.Pair] = []
    natural: list[scoring.Pair] = []
    for rows, held in split(examples[:scored], groups[:scored], folds=5):
        apart = [at for at in range(scored, len(examples)) if groups[at] not in groups[held]]
        learned = np.array([*rows, *apart])
        model = training.fit(
            [examples[at] for at in learned], groups[learned], taxonomy, {}, heads=heads
        )
        for at in held:
            scores = model.scores(examples[at].words, examples[at].facts)
            reading = Reading.of(labelled[at].article, matcher)
            judged = Judgement(
                ExemplarOpinion(ExemplarLabel.NO, scores["exemplar"]),
                sectors=find_sectors(reading, scores, slugs),
            )
            pairs.append((labelled[at].labels, judged))
            if is_natural(labelled[at]):
                natural.append(pairs[-1])
    assert scoring.average_precision(pairs) >= FLOORS["all"]["ap"]
    assert scoring.average_precision(natural) >= FLOORS["natural"]["ap"]
    assert scoring.top_fifth(natural) >= FLOORS["natural"]["top_fifth"]
    assert scoring.sectors(pairs).f1 >= FLOORS["all"]["sectors_f1"]
    assert scoring.sectors(natural).f1 >= FLOORS["natural"]["sectors_f1"]


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


def test_campaigns_hold_the_floor() -> None:
    """Campaigns are found by rules: nothing of them was learned from these labels."""
    judging = Judge(load_taxonomy(defaults_dir() / "taxonomy"))
    labelled = list(read_labelled(LABELLED, Home(defaults_dir())))
    pairs = [(one.labels, judging.judge(one.article)) for one in labelled]
    assert scoring.campaigns(pairs).f1 >= FLOORS["all"]["campaigns_f1"]
