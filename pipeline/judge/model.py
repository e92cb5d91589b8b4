"""The learned part: linear heads over the wording and the facts, kept as JSON coefficients.

No pickle, no names, no text: terms of one or two syllables that at least three stories share.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import math
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from pipeline.judge.reading.ngrams import BLOCKS, Block, Ints, Term, TermIndex, Wording

SHIPPED = Path(__file__).parent / "data" / "model.json.gz"
FORMAT = 1
_STEPS = 200
"""Weights are kept as whole numbers of 1/200: finer steps change no decision."""

_NO_MODEL = (OSError, EOFError, zlib.error, KeyError, IndexError, TypeError, AttributeError)

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Model:
    """Heads: ``exemplar``, ``kind:<kind>``, ``sector:<slug>``; their scores are log-odds,
    shifted so that 0 is where a head says yes."""

    heads: tuple[str, ...]
    terms: Mapping[Block, Mapping[Term, int]]
    """Row of ``weights`` for each term."""
    idf: Floats
    scale: Mapping[Block, float]
    facts: Mapping[str, int]
    """Row of ``weights`` for each fact."""
    weights: Floats
    """(terms + facts, heads)."""
    bias: Floats
    subject: Mapping[str, float]
    """Weights of ``subject.rank``."""
    made: Mapping[str, Any]
    """How it was made: command, number of articles, figures. For people."""
    digest: str = ""
    """Of the bytes it was loaded from; empty for one that was just trained."""
    _index: TermIndex = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_index", TermIndex(self.terms))

    def scores(self, words: Wording, facts: Mapping[str, float]) -> dict[str, float]:
        """Log-odds of every head."""
        rows, values = self.inputs(words, facts)
        found = values @ self.weights.take(rows, axis=0) + self.bias
        return dict(zip(self.heads, found.tolist(), strict=True))

    def inputs(self, words: Wording, facts: Mapping[str, float]) -> tuple[Ints, Floats]:
        """Rows of the known terms and facts, and their values: the TF-IDF of a block's terms has
        the length ``scale[block]``."""
        terms, counts, reached = self._index.count(words)
        weighed = (np.log(counts.astype(np.float32)) + 1) * self.idf[terms]
        begin = 0
        for block, end in zip(BLOCKS, reached, strict=True):
            part = weighed[begin:end]
            part *= np.float32(self.scale[block] / (math.sqrt(part @ part) or 1.0))
            begin = end
        known = [name for name in facts if name in self.facts]
        rows = np.array([self.facts[name] for name in known], np.int64)
        values = np.array([facts[name] for name in known], np.float32)
        return np.concatenate((terms, rows)), np.concatenate((weighed, values))

    def fact_weights(self, head: str, facts: Mapping[str, float]) -> dict[str, float]:
        """What each fact adds to the log-odds of ``head``."""
        known = [name for name in facts if name in self.facts]
        rows = [self.facts[name] for name in known]
        weights = self.weights[rows, self.heads.index(head)].tolist()
        return {name: weight * facts[name] for name, weight in zip(known, weights, strict=True)}

    def dump(self) -> bytes:
        """As gzipped JSON; equal models give equal bytes."""
        data = {
            "format": FORMAT,
            "made": dict(self.made),
            "heads": self.heads,
            "scale": dict(self.scale),
            "terms": {block: [_spelt(term) for term in self.terms[block]] for block in BLOCKS},
            "facts": list(self.facts),
            "idf": [round(float(value), 3) for value in self.idf],
            "bias": [round(float(value), 4) for value in self.bias],
            "weights": {
                head: np.rint(self.weights[:, column] * _STEPS).astype(int).tolist()
                for column, head in enumerate(self.heads)
            },
            "subject": {name: round(value, 4) for name, value in sorted(self.subject.items())},
        }
        text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
        return gzip.compress(text.encode(), mtime=0)

    @classmethod
    def load(cls, data: bytes) -> Model:
        """Inverse of ``dump``.

        Raises:
            ValueError: not a model of this format.
        """
        try:
            read = json.loads(gzip.decompress(data))
            if read["format"] != FORMAT:
                raise ValueError(f"format {read['format']}, expected {FORMAT}")
            terms: dict[Block, dict[Term, int]] = {}
            row = 0
            for block in BLOCKS:
                terms[block] = {_term(one): row + n for n, one in enumerate(read["terms"][block])}
                row += len(terms[block])
            facts = {name: row + n for n, name in enumerate(read["facts"])}
            heads = tuple(read["heads"])
            columns = [read["weights"][head] for head in heads]
            # Contiguous rows: judging gathers a thousand of them an article.
            weights = np.ascontiguousarray(np.array(columns, np.float32).T) / np.float32(_STEPS)
            idf, bias = np.array(read["idf"], np.float32), np.array(read["bias"], np.float32)
            if (len(idf), weights.shape, len(bias)) != (
                row,
                (row + len(facts), len(heads)),
                len(heads),
            ):
                raise ValueError("coefficients are missing")
            return cls(
                heads=heads,
                terms=terms,
                idf=idf,
                scale=read["scale"],
                facts=facts,
                weights=weights,
                bias=bias,
                subject=read["subject"],
                made=dict(read["made"]),
                digest=hashlib.sha256(data).hexdigest(),
            )
        except _NO_MODEL as error:
            raise ValueError(f"not a judgement model: {type(error).__name__}: {error}") from None


def _spelt(term: Term) -> str:
    return term if isinstance(term, str) else " ".join(term)


def _term(spelt: str) -> Term:
    first, _, second = spelt.partition(" ")
    return (first, second) if second else first


@cache
def shipped() -> Model:
    """The model that comes with this version."""
    return Model.load(SHIPPED.read_bytes())
