from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime

import pytest

from pipeline.digest.content import (
    Campaign,
    OtherOutlet,
    content_hash,
    fingerprint,
    from_json,
    to_json,
)
from tests.publishing import edition_content, item, later

FULL = edition_content(
    item(1, campaigns=(Campaign("ntm", "Nông thôn mới"),), flags=("minor",)),
    item(2, others=(OtherOutlet("Báo Bazan", "https://b.example.vn/1"),), published_at=None),
    approved_by="Thu Hà",
    approved_at=later(hours=1),
)


def test_an_edition_comes_back_from_json_text_the_same() -> None:
    assert from_json(json.loads(json.dumps(to_json(FULL)))) == FULL


def test_the_hash_is_of_every_word_and_of_nothing_else() -> None:
    assert content_hash(from_json(to_json(FULL))) == content_hash(FULL)
    changed = replace(FULL, items=(replace(FULL.items[0], author="Khác"), *FULL.items[1:]))
    assert content_hash(changed) != content_hash(FULL)
    assert content_hash(replace(FULL, number=9)) != content_hash(FULL)


def test_the_fingerprint_is_of_what_an_approver_reads() -> None:
    assert fingerprint(replace(FULL, number=9, approved_by="Ai", frozen_at=later(days=1))) == (
        fingerprint(FULL)
    )
    assert fingerprint(replace(FULL, title="Khác")) != fingerprint(FULL)


def test_content_of_a_newer_program_is_refused() -> None:
    with pytest.raises(ValueError, match="schema 99"):
        from_json({**to_json(FULL), "schema": 99})


def test_naive_times_are_refused() -> None:
    naive = datetime.fromisoformat("2026-11-20T10:00:00")
    with pytest.raises(ValueError, match="published_at"):
        item(published_at=naive)
    with pytest.raises(ValueError, match="publish_at"):
        edition_content(publish_at=naive)
