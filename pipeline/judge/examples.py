"""Labelled articles as the learner sees them, and which of them tell one story."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt
from scipy.sparse.csgraph import connected_components
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.model_selection import StratifiedGroupKFold

from pipeline.config.taxonomy import Taxonomy
from pipeline.judge.article_reading import FIELDS, Reading
from pipeline.judge.cues import CueMatcher
from pipeline.judge.features import facts
from pipeline.judge.gazetteer import Gazetteer
from pipeline.judge.labels import Labelled
from pipeline.judge.ngrams import Term, Wording, wording
from pipeline.judge.organisations import find_organisations
from pipeline.judge.people import find_people
from pipeline.judge.protagonist_facts import Candidate, candidates, compare
from pipeline.judge.syllables import STOPS

FEWEST_STORIES = 3
"""A term that fewer stories share could give one of them away; it is not kept."""

Rows = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Example:
    """A labelled article as the learner sees it."""

    labelled: Labelled
    words: Wording
    facts: dict[str, float]
    subjects: list[Candidate]
    as_names: Counter[Term]
    """How much oftener each term is written with capitals inside sentences than without."""
    shingles: frozenset[str]


def examine(
    labelled: Iterable[Labelled], taxonomy: Taxonomy, gazetteer: Gazetteer
) -> list[Example]:
    matcher = CueMatcher(taxonomy)
    examples = []
    for one in labelled:
        reading = Reading.of(one.article, matcher)
        people = find_people(one.article, gazetteer)
        units = find_organisations(one.article, gazetteer)
        subjects = candidates(one.article, people, units)
        known = facts(reading, taxonomy, subjects)
        compare(one.article, subjects)
        words = reading.fields["text"].words
        examples.append(
            Example(
                labelled=one,
                words=wording(reading),
                facts=known,
                subjects=subjects,
                as_names=_written_as_names(reading),
                shingles=frozenset(" ".join(words[at : at + 3]) for at in range(len(words) - 2)),
            )
        )
    return examples


class Shingled(Protocol):
    @property
    def shingles(self) -> frozenset[str]: ...


def story_groups(examples: Sequence[Shingled]) -> npt.NDArray[np.int32]:
    """A number per example, equal for articles that share much of their wording: copies of one
    story never stand on both sides of a split, and count once for ``FEWEST_STORIES``."""
    vectors = TfidfVectorizer(analyzer=lambda one: one.shingles).fit_transform(examples)
    near = (vectors @ vectors.T).tocsr()
    near.data[near.data < 0.2] = 0
    near.eliminate_zeros()
    groups: npt.NDArray[np.int32] = connected_components(near, directed=False)[1]
    return groups


def split(
    examples: Sequence[Example], groups: npt.NDArray[np.int32], *, folds: int, seed: int = 0
) -> list[tuple[Rows, Rows]]:
    """(rows to learn from, rows held out) pairs; stories stay whole."""
    strata = [one.labelled.labels.exemplar.value for one in examples]
    folder = StratifiedGroupKFold(folds, shuffle=True, random_state=seed)
    return list(folder.split(np.zeros(len(examples)), strata, groups))


def is_natural(one: Labelled) -> bool:
    """Whether it was drawn from the stream as it comes."""
    return one.stratum in {"provincial-2025", "national-2025"}


def _written_as_names(reading: Reading) -> Counter[Term]:
    """Terms whose every syllable is capitalised inside a sentence are names (of people, places)."""
    found: Counter[Term] = Counter()
    for field in FIELDS:
        part = reading.fields[field]
        capital = [part.text[start].isupper() for start in part.starts()]
        for at, word in enumerate(part.words):
            if at == 0 or word in STOPS or part.words[at - 1] in STOPS:
                continue
            found[word] += 1 if capital[at] else -1
            if at > 1:
                both = capital[at] and capital[at - 1]
                found[part.words[at - 1], word] += 1 if both else -1
    return found
