"""The whole cycle on real pages of 2025, served on loopback from a folder beside the checkout.

The pages are newspapers' property and no part of this project; without the folder the test is
skipped. By hand, with ten exemplars to look at: ``python -m bench.real_input ../shared/corpus``.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from bench.corpus import load_corpus, serve
from pipeline.config.sources import SourcesFile

ROOT = Path(__file__).resolve().parents[2]
CORPUS = ROOT.parent / "shared" / "corpus"
LIMIT = 1800  # seconds; a bound for a hung run, no measure of speed

pytestmark = [
    pytest.mark.slow,
    pytest.mark.own_database,
    pytest.mark.skipif(not CORPUS.is_dir(), reason=f"no corpus of real pages at {CORPUS}"),
]


def test_every_publisher_is_a_source_and_every_page_has_its_own_address() -> None:
    pages = load_corpus(CORPUS)
    assert len({page.path for page in pages}) == len(pages)
    with serve(pages) as served:
        sources = SourcesFile.model_validate({"sources": served.sources}).sources
    assert {source.name for source in sources} == {page.publisher for page in pages}


def test_the_cycle_works_on_real_pages() -> None:
    """Floors, not records: they fall when a change breaks reading, judging or publishing."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.real_input", str(CORPUS), "--json"],
        cwd=ROOT,
        env={k: v for k, v in os.environ.items() if not k.startswith(("DJANGO_", "GUONGSANG_"))},
        capture_output=True,
        text=True,
        timeout=LIMIT,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-4000:]
    got = json.loads(done.stdout)
    assert got["errors"] == []
    assert got["fetched"] == got["pages"]
    known = got["with_known_title_and_time"]
    assert known >= 400
    for figure in ("right_title", "right_date"):
        assert got[figure] >= 0.95 * known, got["wrong"]
        assert got[f"{figure}_without_feed"] >= 0.95 * known
    # About one in ten of such a mix is an exemplar story: most is world news and storms.
    assert 0.01 * known <= got["judged_exemplar"] <= 0.2 * known
    assert 0.9 * known <= got["stories"] <= got["pages"]
    assert got["digest_items"] >= 1
    assert got["letters"] >= 1
    assert got["deliveries"] >= got["letters"] + 1
