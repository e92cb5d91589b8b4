"""Floors for grouping and the fidelity check on labelled real articles, which are not shipped."""

from __future__ import annotations

import random
from itertools import islice
from pathlib import Path

import pytest

from bench.fidelity import extracts, measure
from pipeline.cli.evaluating_groups import labelled_pairs, score

CORPUS = Path(__file__).parents[3] / "shared" / "corpus"
PAIRS = CORPUS / "pairs" / "dev.jsonl"
ARTICLES = CORPUS / "judge" / "dev.jsonl"


@pytest.mark.skipif(not PAIRS.exists(), reason="the labelled pairs are not at hand")
def test_pairs_of_articles_are_grouped_as_labelled() -> None:
    figures, _ = score(labelled_pairs(PAIRS))
    assert figures["f1"] >= 0.93
    assert figures["reached"] == 1.0


@pytest.mark.slow
@pytest.mark.own_database
@pytest.mark.skipif(not ARTICLES.exists(), reason="the labelled articles are not at hand")
def test_planted_errors_are_caught_and_faithful_extracts_pass() -> None:
    rng = random.Random(3)
    tally = measure(islice(extracts(ARTICLES, rng), 60), rng)
    assert tally.planted.total() > 150
    assert tally.caught.total() / tally.planted.total() >= 0.98
    assert tally.alarms.total() / tally.faithful.total() <= 0.01
