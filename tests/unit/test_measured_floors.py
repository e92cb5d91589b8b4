"""Floors for grouping and the fidelity check on labelled real articles, which are not shipped.

They stand in tests/floors; "quiet" is the share without a false alarm."""

from __future__ import annotations

import json
import random
from itertools import islice
from pathlib import Path

import pytest

from bench.awards import measure as measure_awards
from bench.fidelity import OUTSIDERS, article_text, extracts, measure, measure_by_hand
from bench.planting import EXCHANGED
from pipeline.cli.evaluating_groups import labelled_pairs, score
from pipeline.cli.floors import Floors, below_floors, read_floors

CORPUS = Path(__file__).parents[3] / "shared" / "corpus"
PAIRS = CORPUS / "pairs" / "dev.jsonl"
ARTICLES = CORPUS / "judge" / "dev.jsonl"
FLOORS = Path(__file__).parents[1] / "floors"


def floors(name: str) -> Floors:
    return read_floors((FLOORS / f"{name}.json").read_text("utf-8"))[0]


def held(part: str, **figures: float) -> None:
    assert below_floors({part: figures}, {part: floors("fidelity")[part]}) == []


@pytest.mark.skipif(not PAIRS.exists(), reason="the labelled pairs are not at hand")
def test_pairs_of_articles_are_grouped_as_labelled() -> None:
    figures, _ = score(labelled_pairs(PAIRS))
    assert below_floors({"pairs": figures}, floors("group")) == []


@pytest.mark.slow
@pytest.mark.own_database
@pytest.mark.skipif(not ARTICLES.exists(), reason="the labelled articles are not at hand")
def test_planted_errors_are_caught_and_faithful_extracts_pass() -> None:
    rng = random.Random(3)
    tally = measure(islice(extracts(ARTICLES, rng), 60), rng)
    exchanged = {change.__name__ for change in EXCHANGED}
    planted = sum(count for name, count in tally.planted.items() if name not in exchanged)
    caught = sum(count for name, count in tally.caught.items() if name not in exchanged)
    assert planted > 150
    quiet = 1 - tally.alarms.total() / tally.faithful.total()
    held("seed", caught=caught / planted, quiet=quiet)
    others = tally.planted.total() - planted
    assert others > 30
    held("exchanged", caught=(tally.caught.total() - caught) / others)


@pytest.mark.skipif(not ARTICLES.exists(), reason="the labelled articles are not at hand")
@pytest.mark.parametrize(("part", "planted"), [("hand", 154), ("hand2", 197), ("hand3", 125)])
def test_errors_planted_by_hand_are_caught_and_free_summaries_pass(part: str, planted: int) -> None:
    lines = map(json.loads, ARTICLES.read_text(encoding="utf-8").splitlines())
    sources = {item["id"]: article_text(item) for item in lines}
    tally = measure_by_hand(OUTSIDERS[part].read_text(encoding="utf-8").splitlines(), sources)
    assert tally.planted.total() == planted
    quiet = 1 - tally.claim_alarms / tally.claims
    held(part, caught=tally.caught.total() / tally.planted.total(), quiet=quiet)


@pytest.mark.skipif(not ARTICLES.exists(), reason="the labelled articles are not at hand")
def test_awards_are_found_with_level_and_receiver() -> None:
    share = {name: right / total for name, (right, total) in measure_awards(ARTICLES).items()}
    assert below_floors({"mentions": share}, floors("awards")) == []
