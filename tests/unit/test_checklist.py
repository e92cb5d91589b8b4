from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from pipeline.digest.checklist import (
    SUMMARY_WORDS,
    ItemFacts,
    Level,
    Problem,
    check,
    earliest_publication,
)
from pipeline.shapes import DatePrecision, Fidelity, Finding
from tests.factories import NOW
from tests.publishing import edition_content, item

DELAY = timedelta(minutes=180)


def problems(fact_fields: dict[str, Any] | None = None, **fields: Any) -> list[Problem]:
    content = item(**fields)
    values = {"accepted": True, "withdrawn": False, "fidelity": Fidelity(3), **(fact_fields or {})}
    facts = [ItemFacts(content=content, **values)]
    found = check(edition_content(content), facts, delay=DELAY, publish_at=NOW)
    return list(found)


def test_a_good_item_has_no_problem() -> None:
    assert problems() == []


def test_an_empty_digest_is_stopped() -> None:
    found = check(
        edition_content().__class__(**{**_fields(), "items": ()}),
        [],
        delay=DELAY,
        publish_at=NOW,
    )
    assert [problem.code for problem in found if problem.stops] == ["empty"]


def _fields() -> dict[str, Any]:
    content = edition_content()
    return {name: getattr(content, name) for name in content.__dataclass_fields__}


@pytest.mark.parametrize(
    ("fields", "code", "level"),
    [
        ({"headline": ""}, "no-headline", Level.BLOCK),
        ({"summary": ""}, "no-summary", Level.BLOCK),
        ({"outlet": ""}, "no-outlet", Level.BLOCK),
        ({"url": ""}, "no-link", Level.BLOCK),
        ({"published_at": None}, "no-time", Level.BLOCK),
        ({"author": ""}, "no-author", Level.WARN),
        ({"summary": "từ " * (SUMMARY_WORDS + 1)}, "long", Level.WARN),
        ({"flags": ("minor",)}, "flag:minor", Level.WARN),
        ({"flags": ("health",)}, "flag:health", Level.WARN),
        ({"flags": ("syndicated",)}, "flag:syndicated", Level.WARN),
        ({"machine_drafted": True}, "machine", Level.NOTE),
        ({"credit": "Theo TTXVN"}, "credit", Level.NOTE),
        ({"published_at": NOW - timedelta(minutes=179)}, "too-soon", Level.BLOCK),
    ],
)
def test_each_fault_of_an_item_is_named(fields: dict[str, Any], code: str, level: Level) -> None:
    assert [(each.code, each.level) for each in problems(**fields)] == [(code, level)]


@pytest.mark.parametrize(
    ("facts", "code", "level"),
    [
        ({"accepted": False}, "unreviewed", Level.BLOCK),
        ({"withdrawn": True}, "withdrawn", Level.BLOCK),
        ({"earlier": (3, 7)}, "repeated", Level.WARN),
    ],
)
def test_each_fault_of_its_story_too(facts: dict[str, Any], code: str, level: Level) -> None:
    assert [(each.code, each.level) for each in problems(facts)] == [(code, level)]


def test_a_signature_lifts_a_warning_but_not_a_block() -> None:
    signed = {"signed": frozenset({"no-author", "no-link"})}
    found = {each.code: each.stops for each in problems(signed, author="", url="")}
    assert found == {"no-author": False, "no-link": True}


def test_a_signature_for_unsupported_claims_holds_for_those_words_only() -> None:
    finding = Finding("number", 0, 2, "99", "không thấy")
    facts = {"fidelity": Fidelity(1, (finding,))}
    [first] = problems(facts, summary="99 hộ")
    assert "“99”" in first.text
    signed = {**facts, "signed": frozenset({first.code})}
    assert not problems(signed, summary="99 hộ")[0].stops
    assert problems(signed, summary="Đủ 99 hộ")[0].stops


def test_exactly_the_delay_is_enough() -> None:
    assert problems(published_at=NOW - DELAY) == []


def test_a_source_that_gives_only_the_day_counts_from_its_end() -> None:
    day = item(published_at=NOW.replace(hour=0), date_precision=DatePrecision.DAY)
    earliest = earliest_publication(day, DELAY)
    assert earliest is not None
    assert earliest.isoformat() == "2026-11-21T02:59:59+07:00"
