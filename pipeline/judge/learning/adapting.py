"""Learning what one desk decides differently from the shipped model.

The texts that the shipped model learned from cannot be shipped, so it cannot be learned anew here
from all labels. Its coefficients are the prior instead: each head keeps them and learns only a
shift, penalised by its square (the most probable weights under a normal prior around the shipped
ones). Where a desk has said nothing, nothing changes. See docs/decisions/0009-learning.md.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.optimize import minimize
from sklearn.model_selection import GroupKFold

from pipeline.judge.judge import Judge
from pipeline.judge.learning.examples import FEWEST_STORIES, story_groups
from pipeline.judge.model import Model
from pipeline.shapes import ArticleText

FEWEST = 30
"""Decisions below which nothing is learned: an interval of the check would say nothing."""
FOLDS = 5
_PRIOR = 0.5
"""How firmly weights stay with the shipped ones; chosen in docs/decisions/0009-learning.md."""
_FACT_SCALE = 0.12
"""How freely a fact's weight moves, beside a term's 1; as in training."""

Numbers = npt.NDArray[np.float64]
Rows = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Lesson:
    """What people said of one article; None where they said nothing."""

    article: ArticleText
    exemplar: float | None
    """1 yes, 0 no, between them for what stands between."""
    sectors: frozenset[str] | None
    exemplar_weight: float = 1.0
    sector_weight: float = 1.0


@dataclass(frozen=True, slots=True)
class _Read:
    shingles: frozenset[str]


@dataclass(frozen=True, slots=True)
class Studied:
    """Lessons as the learner sees them; no text."""

    heads: tuple[str, ...]
    inputs: sparse.csr_matrix
    """(lessons, terms + facts) of the base model, times ``scale``."""
    scale: Numbers
    """How freely each weight moves."""
    scores: Numbers
    """(lessons, heads): the base's log-odds, after the rules beside it."""
    truth: Numbers
    """(lessons, heads): 0 to 1, NaN where nobody said."""
    weight: Numbers
    """(lessons, heads)."""
    groups: npt.NDArray[np.int32]
    """Equal for copies of one story."""
    marks: tuple[str, ...]
    """Hashes of the articles: which a model has learned from."""

    def __len__(self) -> int:
        return len(self.marks)

    def moved(self, weights: Numbers) -> Numbers:
        """(lessons, heads): what ``weights``, added to the base's, add to the log-odds."""
        added: Numbers = self.inputs @ (weights / self.scale[:, None])
        return added

    def told(self, head: str) -> Rows:
        """The lessons that say something about ``head``."""
        return np.flatnonzero(~np.isnan(self.truth[:, self.heads.index(head)]))

    def decided(self) -> Rows:
        """The lessons that say yes or no to the article being an exemplar."""
        truth = self.truth[:, self.heads.index("exemplar")]
        return np.flatnonzero((truth == 0) | (truth == 1))


def study(lessons: Iterable[Lesson], base: Model, judge: Judge) -> Studied:
    """Read ``lessons``, which may be a stream, by a ``judge`` that uses ``base``."""
    scale = _scale(base)
    data: list[Numbers] = []
    columns: list[Rows] = []
    ends = [0]
    scores, truth, weight, read, marks = [], [], [], [], []
    for lesson in lessons:
        look = judge.look(lesson.article)
        at, values = base.inputs(look.words, look.facts)
        columns.append(at)
        data.append(values * scale[at])
        ends.append(ends[-1] + len(at))
        scores.append([look.scores[head] for head in base.heads])
        truth.append([_truth(lesson, head) for head in base.heads])
        weight.append(
            [lesson.sector_weight if _is_sector(h) else lesson.exemplar_weight for h in base.heads]
        )
        words = look.reading.fields["text"].words
        read.append(_Read(frozenset(" ".join(words[n : n + 3]) for n in range(len(words) - 2))))
        marks.append(mark(lesson.article))
    width = (len(marks), len(base.heads))
    cells = (
        np.concatenate([*data, np.zeros(0)]),
        np.concatenate([*columns, np.zeros(0, np.intp)]),
        np.array(ends),
    )
    return Studied(
        heads=base.heads,
        inputs=sparse.csr_matrix(cells, (len(marks), base.weights.shape[0])),
        scale=scale,
        scores=np.array(scores, np.float64).reshape(width),
        truth=np.array(truth, np.float64).reshape(width),
        weight=np.array(weight, np.float64).reshape(width),
        groups=story_groups(read) if read else np.zeros(0, np.int32),
        marks=tuple(marks),
    )


def _scale(base: Model) -> Numbers:
    scale = np.ones(len(base.weights))
    scale[list(base.facts.values())] = _FACT_SCALE
    return scale


def mark(article: ArticleText) -> str:
    """Short, and tells nothing of the article to who does not have it."""
    return hashlib.sha256(f"{article.title}\n{article.text}".encode()).hexdigest()[:12]


def _is_sector(head: str) -> bool:
    return head.startswith("sector:")


def _truth(lesson: Lesson, head: str) -> float:
    if head == "exemplar":
        return np.nan if lesson.exemplar is None else lesson.exemplar
    if _is_sector(head) and lesson.sectors is not None:
        return float(head.removeprefix("sector:") in lesson.sectors)
    return np.nan


@dataclass(frozen=True, slots=True)
class Shift:
    """What one head has learned here."""

    columns: Rows
    weights: Numbers
    bias: float

    def of(self, inputs: sparse.csr_matrix) -> Numbers:
        """What it adds to the log-odds of each row of ``inputs``."""
        added: Numbers = inputs[:, self.columns] @ self.weights + self.bias
        return added


def learn(studied: Studied, rows: Rows, heads: Sequence[str]) -> dict[str, Shift]:
    """What each of ``heads`` learns from the lessons ``rows``. A weight moves only where the term
    or fact stands in ``FEWEST_STORIES`` stories: no fewer could be found in it again.

    The exemplar decision is reordered, not raised or lowered: its mean over the lessons stays. How
    many stories a desk has room for is not what an exemplar is, and a desk decides only on what it
    was shown; a lower mean would hide stories that it never saw.
    """
    learned = {}
    for head in heads:
        told = np.intersect1d(rows, studied.told(head))
        if len(told):
            shift = _fit(studied, told, head)
            if head == "exemplar":
                level = float(shift.of(studied.inputs[told]).mean())
                shift = replace(shift, bias=shift.bias - level)
            learned[head] = shift
    return learned


def _fit(studied: Studied, rows: Rows, head: str) -> Shift:
    at = studied.heads.index(head)
    before, truth, weight = (of[rows, at] for of in (studied.scores, studied.truth, studied.weight))
    columns = _shared(studied.inputs[rows], studied.groups[rows])
    inputs = studied.inputs[rows][:, columns]

    def loss(shift: Numbers) -> tuple[float, Numbers]:
        odds = before + inputs @ shift[:-1] + shift[-1]
        error = weight * (1 / (1 + np.exp(-np.clip(odds, -500, 500))) - truth)
        pull = _PRIOR * shift
        total = weight @ (np.logaddexp(0, odds) - truth * odds) + pull @ shift / 2
        return float(total), np.append(inputs.T @ error, error.sum()) + pull

    found = minimize(loss, np.zeros(len(columns) + 1), jac=True, method="L-BFGS-B").x
    return Shift(columns, found[:-1], float(found[-1]))


def _shared(inputs: sparse.csr_matrix, groups: npt.NDArray[np.int32]) -> Rows:
    """The columns that at least ``FEWEST_STORIES`` stories have."""
    _, story = np.unique(groups, return_inverse=True)
    ones = np.ones(len(story))
    member = sparse.csr_matrix((ones, (story, np.arange(len(story)))))
    stories = (member @ (inputs != 0).astype(np.float64)) != 0
    found: Rows = np.flatnonzero(np.asarray(stories.sum(axis=0)).ravel() >= FEWEST_STORIES)
    return found


def held_out(studied: Studied, heads: Sequence[str]) -> Numbers:
    """(lessons, heads of the model): log-odds of each lesson by what was learned from the other
    stories; heads not in ``heads`` as the base has them.

    Raises:
        ValueError: they tell of fewer than ``FOLDS`` stories.
    """
    found = studied.scores.copy()
    folder = GroupKFold(FOLDS, shuffle=True, random_state=0)
    for rows, held in folder.split(studied.inputs, groups=studied.groups):
        for head, shift in learn(studied, rows, heads).items():
            found[held, studied.heads.index(head)] += shift.of(studied.inputs[held])
    return found


def shifted(base: Model, learned: Mapping[str, Shift], made: Mapping[str, Any]) -> Model:
    """``base`` with what was learned added to it."""
    weights, bias = base.weights.copy(), base.bias.copy()
    scale = _scale(base)
    for head, shift in learned.items():
        column = base.heads.index(head)
        weights[shift.columns, column] += shift.weights * scale[shift.columns]
        bias[column] += shift.bias
    return replace(base, weights=weights, bias=bias, made=made, digest="")
