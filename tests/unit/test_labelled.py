"""Labelled lines with their articles elsewhere."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pipeline.cli import WorkFailed
from pipeline.cli.training import read_labelled, read_texts
from pipeline.config.home import Home, defaults_dir
from pipeline.shapes import ExemplarLabel

HOME = Home(defaults_dir())


def lines(path: Path, *items: dict[str, Any]) -> Path:
    path.write_text("".join(json.dumps(item) + "\n" for item in items), "utf-8")
    return path


def test_articles_are_joined_by_id_else_by_url(tmp_path: Path) -> None:
    texts = lines(
        tmp_path / "texts",
        {"id": "a", "title": "A", "text": "Một", "published_at": "2025-10-12T08:00:00+07:00"},
        {"id": None, "url": "https://b.example/b", "title": "B", "text": "Hai"},
    )
    labels = lines(
        tmp_path / "labels",
        {"id": "a", "exemplar": "yes", "kind": "household", "sectors": ["y-te"]},
        {"id": "b", "url": "https://b.example/b", "exemplar": "no"},
        {"id": "c", "title": "C", "text": "Ba", "labels": {"exemplar": "borderline"}},
    )
    first, second, third = read_labelled(labels, HOME, read_texts([str(texts)]))
    assert (first.id, first.article.text, first.labels.exemplar) == ("a", "Một", ExemplarLabel.YES)
    assert first.labels.sectors == {"y-te"}
    assert first.article.published_at is not None
    assert (second.id, second.article.title) == ("b", "B")
    assert third.labels.exemplar is ExemplarLabel.BORDERLINE


def test_a_label_whose_article_is_nowhere_says_where_and_how_to_mend_it(tmp_path: Path) -> None:
    labels = lines(tmp_path / "labels", {"id": "a", "exemplar": "no"})
    with pytest.raises(WorkFailed, match=r"labels:1: no text: .*--texts"):
        list(read_labelled(labels, HOME))
