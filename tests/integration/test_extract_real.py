"""Real pages, where the workplace has them: floors that extraction must hold."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipeline.cli.evaluating_extraction import score
from tests.cms import NOW

PAGES = Path(__file__).parents[2].parent / "shared" / "corpus" / "pages"


@pytest.mark.slow
@pytest.mark.own_database
@pytest.mark.skipif(
    not (PAGES / "manifest.jsonl").exists(), reason="no ../shared/corpus/pages here"
)
def test_titles_dates_and_chrome_on_real_pages() -> None:
    lines = (PAGES / "manifest.jsonl").read_text("utf-8").splitlines()
    scores = score(map(json.loads, lines), PAGES, now=NOW)
    assert scores.pages >= 400
    assert scores.titles_right >= 0.99 * scores.pages
    assert scores.minutes_right >= 0.99 * scores.minutes_labelled
    assert scores.days_right >= 0.99 * scores.days_labelled
    assert scores.with_chrome == 0
    assert scores.refused <= 0.01 * scores.pages
