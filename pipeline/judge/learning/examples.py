"""Labelled articles as the learner sees them, and which of them tell one story."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
import numpy.typing as npt
from scipy.sparse.csgraph import connected_components
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.model_selection import StratifiedGroupKFold

from pipeline.config.taxonomy import Taxonomy
from pipeline.judge.features import facts
from pipeline.judge.learning.labels import Labelled
from pipeline.judge.names.gazetteer import Gazetteer
from pipeline.judge.names.organisations import find_organisations
from pipeline.judge.names.people import Person, find_people
from pipeline.judge.protagonist.facts import Candidate, candidates, compare
from pipeline.judge.reading.article import Reading
from pipeline.judge.reading.cues import CueMatcher
from pipeline.judge.reading.ngrams import BLOCKS, Block, Term, Wording, terms, wording
from pipeline.judge.reading.runs import read_fields
from pipeline.judge.reading.syllables import STOPS
from pipeline.shapes import ArticleText

FEWEST_STORIES = 3
"""A term that fewer stories share could give one of them away; it is not kept."""

_PARTICLES = frozenset({"von", "der"})
"""Of foreign names, written without a capital."""

Rows = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Example:
    """A labelled article as the learner sees it."""

    labelled: Labelled
    words: Wording
    terms: Mapping[Block, Collection[Term]]
    """Different terms of each block that as many articles as ``FEWEST_STORIES`` share."""
    facts: dict[str, float]
    subjects: list[Candidate]
    as_names: Counter[Term]
    """How much oftener each term is written as a name than not."""
    shingles: frozenset[str]


def examine(
    labelled: Iterable[Labelled], taxonomy: Taxonomy, gazetteer: Gazetteer
) -> list[Example]:
    matcher = CueMatcher(taxonomy)
    examples: list[Example] = []
    for one in labelled:
        reading = Reading.of(one.article, matcher)
        people = find_people(one.article, gazetteer)
        units = find_organisations(one.article, gazetteer)
        subjects = candidates(one.article, people, units)
        known = facts(reading, taxonomy, subjects)
        compare(one.article, subjects)
        words = reading.fields["text"].words
        wording_ = wording(reading)
        examples.append(
            Example(
                labelled=one,
                words=wording_,
                terms={block: terms(block, wording_.of(block)) for block in BLOCKS},
                facts=known,
                subjects=subjects,
                as_names=_written_as_names(one.article, people),
                shingles=frozenset(" ".join(words[at : at + 3]) for at in range(len(words) - 2)),
            )
        )
    return _shared(examples)


def _shared(examples: Sequence[Example]) -> list[Example]:
    """``examples`` without the terms that too few of them share: nine in ten."""
    articles: Counter[Term] = Counter()
    for one in examples:
        articles.update(one.terms["body"])  # the body is the whole
    known = {term: term for term, count in articles.items() if count >= FEWEST_STORIES}
    return [
        replace(
            one,
            terms={
                block: [known[term] for term in several if term in known]
                for block, several in one.terms.items()
            },
            as_names=Counter(
                {known[term]: count for term, count in one.as_names.items() if term in known}
            ),
        )
        for one in examples
    ]


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


def _written_as_names(article: ArticleText, people: Iterable[Person]) -> Counter[Term]:
    """A syllable is written as a name where it is capitalised inside a sentence, and where it
    belongs to a person ("Lan kể" opens a sentence too); a pair where either syllable is."""
    found: Counter[Term] = Counter()
    spans = defaultdict(list)
    for mention in (mention for person in people for mention in person.mentions):
        spans[mention.field].append((mention.start, mention.end))
    for part in read_fields(article):
        words, starts = part.syllables.words, part.syllables.starts()
        opens, named = True, False
        for at, (word, start) in enumerate(zip(words, starts, strict=True)):
            before = named
            in_name = any(first <= start < end for first, end in spans[part.field])
            capital = part.text[start].isupper() or word in _PARTICLES
            named = in_name or (capital and not opens)
            if word in STOPS:
                opens = True
                continue
            if named or not opens:
                found[word] += 1 if named else -1
            if at and words[at - 1] not in STOPS:
                found[words[at - 1], word] += 1 if named or before else -1
            opens = False
    return found
