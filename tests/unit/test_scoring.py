from __future__ import annotations

import pytest

from pipeline.judge.learning import scoring
from pipeline.judge.learning.labels import Labels
from pipeline.shapes import ExemplarKind, ExemplarLabel, ExemplarOpinion, Judgement, Scored


def pair(
    truth: str,
    score: float,
    said: str,
    *,
    subject: str | None = None,
    sectors: tuple[str, ...] = (),
    true_sectors: tuple[str, ...] = (),
) -> scoring.Pair:
    labels = Labels(
        ExemplarLabel(truth),
        ExemplarKind.INDIVIDUAL if truth == "yes" else ExemplarKind.NONE,
        "Lò Thị Thơm" if truth == "yes" else "",
        frozenset(true_sectors),
    )
    opinion = ExemplarOpinion(ExemplarLabel(said), score, ExemplarKind.INDIVIDUAL, subject)
    return labels, Judgement(opinion, sectors=tuple(Scored(slug, 1.0) for slug in sectors))


def test_average_precision_leaves_borderline_out() -> None:
    pairs = [
        pair("yes", 0.9, "yes"),
        pair("borderline", 0.8, "yes"),
        pair("no", 0.7, "yes"),
        pair("yes", 0.6, "yes"),
    ]
    assert scoring.average_precision(pairs) == pytest.approx((1 + 2 / 3) / 2)


def test_tied_scores_earn_nothing_by_order() -> None:
    assert scoring.average_precision([pair("yes", 0.5, "yes"), pair("no", 0.5, "yes")]) == 0.5


def test_a_predicted_borderline_is_not_yes() -> None:
    counts = scoring.decision(
        [pair("yes", 0.4, "borderline"), pair("yes", 0.9, "yes"), pair("no", 0.4, "borderline")]
    )
    assert (counts.precision, counts.recall) == (1.0, 0.5)


def test_sectors_are_micro_averaged_over_borderline_articles_too() -> None:
    pairs = [
        pair("borderline", 0.1, "no", sectors=("y-te",), true_sectors=("y-te",)),
        pair("no", 0.1, "no", sectors=("y-te",), true_sectors=("an-sinh-nhan-dao",)),
    ]
    assert scoring.sectors(pairs).f1 == 0.5


def test_a_subject_is_right_when_one_contains_the_other() -> None:
    assert scoring.same_subject("Lò Thị Thơm", "bà LÒ THỊ THƠM, Hà Văn Tài")
    assert not scoring.same_subject("Lò Thị Thơm", "")
    assert not scoring.same_subject("Lò Thị Thơm", "Hà Văn Tài")
    assert scoring.subject_right([pair("yes", 0.9, "yes", subject="Thị Thơm")]) == 1.0


def test_the_top_fifth_counts_what_an_editor_reads() -> None:
    pairs = [pair("no", n / 100, "no") for n in range(8)]
    pairs += [pair("yes", 0.9, "yes"), pair("yes", 0.01, "no")]
    assert scoring.top_fifth(pairs) == 0.5
