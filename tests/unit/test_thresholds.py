from __future__ import annotations

import numpy as np

from pipeline.judge.learning.thresholds import best_threshold, sector_thresholds


def test_the_threshold_lies_between_the_last_right_score_and_the_next() -> None:
    scores = np.array([3, 2.5, 2, 1.5, 1, -1, -2], np.float32)
    truth = np.array([True, True, True, True, True, False, False])
    assert best_threshold(scores, truth) == 0.0
    assert best_threshold(scores + 4, truth) == 4.0


def test_too_few_true_articles_choose_no_threshold() -> None:
    scores = np.array([3, 2, 1, 0], np.float32)
    assert best_threshold(scores, np.array([True, False, False, False])) == 0.0


def test_a_sector_that_scores_low_throughout_gets_a_lower_threshold() -> None:
    draw = np.random.default_rng(7)
    truth = draw.random((400, 4)) < 0.4
    scores = np.where(truth, 1.0, -1.0) + draw.normal(0, 0.3, truth.shape)
    scores[:, 3] -= 1.2
    chosen = sector_thresholds(scores.astype(np.float32), truth)
    assert chosen[3] < chosen[:3].min() - 0.5


def test_what_stands_fourth_in_an_article_needs_no_threshold_to_keep_it_out() -> None:
    truth = np.array([[True, True, True, False]] * 50)
    scores = np.tile(np.array([4, 3, 2, 1], np.float32), (50, 1))
    assert (sector_thresholds(scores, truth) < 1).all()
