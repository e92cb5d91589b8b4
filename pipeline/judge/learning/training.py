"""Learning the model from labelled articles (needs scikit-learn; judging does not)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse
from sklearn.linear_model import LogisticRegression

from pipeline.config.taxonomy import Taxonomy
from pipeline.judge.learning.examples import (
    FEWEST_STORIES,
    Example,
    is_natural,
    split,
    story_groups,
)
from pipeline.judge.learning.protagonists import learn_subject
from pipeline.judge.learning.thresholds import best_threshold, sector_thresholds
from pipeline.judge.model import Floats, Model
from pipeline.judge.reading.ngrams import BLOCKS, Block, Term
from pipeline.shapes import ExemplarKind, ExemplarLabel

_SCALE: dict[Block, float] = {"title": 0.5, "lead": 1.0, "body": 1.0}
_FACT_SCALE = 0.12
_SECTOR_SCALE = 0.4
"""Of a sector's phrases for the heads of sectors: there they are the best facts there are."""
_EXEMPLAR_SPREAD = 0.68
"""Of log-odds fitted this tightly: the band called borderline, the price of a plea and what the
desk may move were set by hand for a looser fit, whose spread this keeps."""
_BORDERLINE = 0.5
"""A borderline article is half an exemplar and half none."""
_NATURAL = 2.0
"""Articles of the natural stream count double: that is what the desk reads."""
KINDS = tuple(kind for kind in ExemplarKind if kind is not ExemplarKind.NONE)


def train(
    examples: Sequence[Example], taxonomy: Taxonomy, made: dict[str, Any], *, folds: int = 10
) -> Model:
    """A model of all ``examples``; thresholds come from ``folds``-fold cross-validation, because
    scores of articles the model has seen say nothing about new ones."""
    groups = story_groups(examples)
    unseen = np.zeros((len(examples), len(_heads(taxonomy))), np.float32)
    for rows, held in split(examples, groups, folds=folds):
        model = fit([examples[at] for at in rows], groups[rows], taxonomy, made)
        for at in held:
            scores = model.scores(examples[at].words, examples[at].facts)
            unseen[at] = list(scores.values())
    whole = fit(examples, groups, taxonomy, made)
    shift = np.zeros(len(whole.heads), np.float32)
    labels = [one.labelled.labels for one in examples]
    decided = [at for at, one in enumerate(labels) if one.exemplar is not ExemplarLabel.BORDERLINE]
    yes = np.array([labels[at].exemplar is ExemplarLabel.YES for at in decided])
    shift[0] = best_threshold(unseen[decided, 0], yes)
    columns = [at for at, head in enumerate(whole.heads) if head.startswith("sector:")]
    slugs = [whole.heads[at].removeprefix("sector:") for at in columns]
    truth = np.array([[slug in one.sectors for slug in slugs] for one in labels])
    shift[columns] = sector_thresholds(unseen[:, columns], truth)
    return _shifted(whole, shift)


def fit(
    examples: Sequence[Example],
    groups: npt.NDArray[np.int32],
    taxonomy: Taxonomy,
    made: dict[str, Any],
    *,
    heads: tuple[str, ...] | None = None,
) -> Model:
    """A model with unshifted heads; ``heads`` names a few to learn only those."""
    vocabulary, idf = _vocabulary(examples, groups)
    told = [(one.labelled.labels.subject, one.subjects) for one in examples if _has_subject(one)]
    fact_names = sorted({name for one in examples for name in one.facts})
    first_fact = len(idf)
    heads = heads or _heads(taxonomy)
    blank = Model(
        heads=heads,
        terms=vocabulary,
        idf=idf,
        scale=_SCALE,
        facts={name: first_fact + at for at, name in enumerate(fact_names)},
        weights=np.zeros((first_fact + len(fact_names), len(heads)), np.float32),
        bias=np.zeros(len(heads), np.float32),
        subject=learn_subject(told),
        made=made,
    )
    matrix = _matrix(examples, blank)
    for column, head in enumerate(heads):
        learner = _learner(head)
        rows, truth, weight = _targets(head, examples)
        if len(set(truth)) < 2:
            blank.bias[column] = -5.0
            continue
        scale = np.ones(len(blank.weights), np.float32)
        scale[first_fact:] = [_fact_scale(head, name) for name in fact_names]
        learner.fit(matrix[rows] @ sparse.diags(scale), truth, sample_weight=weight)
        spread = _EXEMPLAR_SPREAD if head == "exemplar" else 1.0
        blank.weights[:, column] = learner.coef_[0] * scale * spread
        blank.bias[column] = learner.intercept_[0] * spread
    return blank


def _fact_scale(head: str, name: str) -> float:
    """How freely ``head`` may learn from a fact, beside a term's 1."""
    both = head.startswith("sector") and name.startswith("sector")
    return _SECTOR_SCALE if both else _FACT_SCALE


def _heads(taxonomy: Taxonomy) -> tuple[str, ...]:
    return (
        "exemplar",
        *(f"kind:{kind.value}" for kind in KINDS),
        *(f"sector:{sector.slug}" for sector in taxonomy.sectors),
    )


def _learner(head: str) -> LogisticRegression:
    # The dual problem: far fewer articles than terms, so ten times as quick, with equal weights.
    return LogisticRegression(
        C=100.0 if head == "exemplar" else 20.0,
        class_weight="balanced" if head.startswith(("exemplar", "sector")) else None,
        solver="liblinear",
        dual=True,
        random_state=0,
        max_iter=1000,
    )


def _targets(head: str, examples: Sequence[Example]) -> tuple[list[int], list[bool], list[float]]:
    """Rows to learn ``head`` from, with truth and weight; a borderline row stands twice."""
    rows: list[int] = []
    truth: list[bool] = []
    weight: list[float] = []

    def add(row: int, true: bool, share: float) -> None:
        rows.append(row)
        truth.append(true)
        weight.append(share)

    axis, _, slug = head.partition(":")
    for at, one in enumerate(examples):
        labels = one.labelled.labels
        share = labels.weight
        if axis == "sector":
            add(at, slug in labels.sectors, share)
        elif axis == "kind":
            if labels.exemplar is ExemplarLabel.YES or labels.kind is not ExemplarKind.NONE:
                add(at, labels.kind.value == slug, share)
        else:
            share *= _NATURAL if is_natural(one.labelled) else 1.0
            if labels.exemplar is ExemplarLabel.BORDERLINE:
                add(at, True, share * _BORDERLINE)
                add(at, False, share * (1 - _BORDERLINE))
            else:
                add(at, labels.exemplar is ExemplarLabel.YES, share)
    return rows, truth, weight


def _shifted(model: Model, shift: Floats) -> Model:
    return Model(
        heads=model.heads,
        terms=model.terms,
        idf=model.idf,
        scale=model.scale,
        facts=model.facts,
        weights=model.weights,
        bias=model.bias - shift,
        subject=model.subject,
        made=model.made,
    )


def _vocabulary(
    examples: Sequence[Example], groups: npt.NDArray[np.int32]
) -> tuple[dict[Block, dict[Term, int]], Floats]:
    as_name: Counter[Term] = Counter()
    by_story: dict[int, list[Example]] = defaultdict(list)
    for one, group in zip(examples, groups.tolist(), strict=True):
        as_name.update(one.as_names)
        by_story[group].append(one)
    kept: dict[Block, dict[Term, int]] = {}
    idf: list[float] = []
    for block in BLOCKS:
        articles = Counter(term for one in examples for term in one.terms[block])
        stories: Counter[Term] = Counter()
        for several in by_story.values():
            stories.update({term for one in several for term in one.terms[block]})
        kept[block] = {}
        for term in sorted(articles, key=str):
            if stories[term] >= FEWEST_STORIES and as_name.get(term, -1) < 0:
                kept[block][term] = len(idf)
                idf.append(float(np.log((1 + len(examples)) / (1 + articles[term])) + 1))
    return kept, np.array(idf, np.float32)


def _matrix(examples: Sequence[Example], model: Model) -> sparse.csr_matrix:
    """The rows that ``Model.scores`` would build, one per example."""
    data: list[float] = []
    columns: list[int] = []
    ends = [0]
    for one in examples:
        rows, values = model.inputs(one.words, one.facts)
        columns += rows.tolist()
        data += values.tolist()
        ends.append(len(data))
    shape = (len(examples), model.weights.shape[0])
    return sparse.csr_matrix((data, np.array(columns, np.int32), np.array(ends, np.int32)), shape)


def _has_subject(one: Example) -> bool:
    labels = one.labelled.labels
    return labels.exemplar is not ExemplarLabel.NO and bool(labels.subject)
