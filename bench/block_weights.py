"""Learns how much each thing said of a block counts (``pipeline/extract/evidence.py``).

``python -m bench.block_weights SET [--write]``, where SET is a checkout of trafilatura. Its
evaluation set names phrases that must and must not be in a page's text; a block that holds one is a
lesson. What readers wrote under an article counts as no part of it, and headlines are left out: the
set is undecided there. Every figure is of pages whose site was not learned from (five folds).
``--write`` then learns from all and replaces the weights that are shipped.
"""

from __future__ import annotations

import json
import logging
import warnings
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import click
import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss

from bench.extraction import NOW, Case, read_cases
from pipeline.extract import details
from pipeline.extract.agreement import WEIGHTS, says_title
from pipeline.extract.charset import decode
from pipeline.extract.evidence import Evidence, is_prompt, weigh_up
from pipeline.extract.libraries import trafilatura_paragraphs
from pipeline.extract.matching import Words
from pipeline.extract.metadata import read_metadata
from pipeline.extract.reading import read_parts
from pipeline.extract.selecting import Chosen
from pipeline.extract.tree import parse

FOLDS = 5
_STRENGTH = 0.2
"""Inverse of the penalty on the weights' squares."""
_RARE = 10
"""One in so many comments is a lesson: a long thread must not outweigh all articles."""


@dataclass(frozen=True)
class Lesson:
    fold: int
    evidence: Evidence
    is_text: bool
    weight: float


@click.command()
@click.argument("folder", metavar="SET", type=click.Path(exists=True, path_type=Path))
@click.option("--write", is_flag=True, help="Replace the weights that are shipped.")
def main(folder: Path, write: bool) -> None:
    """Learn and report; see the module."""
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    cases = [case for case in read_cases(folder) if case.text is None]
    if not cases:
        raise click.UsageError(f"{folder}: no pages of trafilatura's evaluation set")
    lessons = [lesson for case in cases for lesson in _lessons(case)]
    names = list(lessons[0].evidence)
    told = sum(lesson.is_text for lesson in lessons)
    click.echo(f"{len(cases)} pages, {len(lessons)} lessons, {told} of them text")
    folds = np.array([lesson.fold for lesson in lessons])
    found = np.zeros(len(lessons))
    for fold in range(FOLDS):
        others = [lesson for lesson in lessons if lesson.fold != fold]
        bias, weights = _fitted(others, names)
        held = _matrix([lesson for lesson in lessons if lesson.fold == fold], names)
        found[folds == fold] = held @ weights + bias
    wanted = np.array([lesson.is_text for lesson in lessons])
    weight = np.array([lesson.weight for lesson in lessons])
    loss = log_loss(wanted, 1 / (1 + np.exp(-found)), sample_weight=weight)
    right = np.average((found > 0) == wanted, weights=weight)
    click.echo(f"pages not learned from: log loss {loss:.4f}, right {right:.1%}")
    if write:
        bias, weights = _fitted(lessons, names)
        each = {name: round(float(one), 3) for name, one in zip(names, weights, strict=True)}
        kept: dict[str, Any] = {"needed": round(float(-bias), 3), "weights": each}
        WEIGHTS.parent.mkdir(exist_ok=True)
        WEIGHTS.write_text(json.dumps(kept, indent=1) + "\n", "utf-8")
        click.echo(f"written: {WEIGHTS}")


def _fitted(lessons: list[Lesson], names: list[str]) -> tuple[float, Any]:
    """Bias and weights, of features as they are."""
    table = _matrix(lessons, names)
    spread = table.std(axis=0) + 1e-9
    model = LogisticRegression(C=_STRENGTH, max_iter=5000)
    wanted = [lesson.is_text for lesson in lessons]
    model.fit(table / spread, wanted, sample_weight=[lesson.weight for lesson in lessons])
    return float(model.intercept_[0]), model.coef_[0] / spread


def _matrix(lessons: list[Lesson], names: list[str]) -> Any:
    return np.array([[float(one.evidence[name]) for name in names] for one in lessons])


def _lessons(case: Case) -> list[Lesson]:
    html = decode(case.html)
    try:
        tree = parse(html)
    except ValueError:
        return []
    data = read_metadata(tree)
    reading = read_parts(tree, data, Chosen(), url=case.url, now=NOW)
    if details.is_ours(" ".join([reading.sapo or "", *reading.body.paragraphs])):
        return []
    precise, fast = (
        Words("\n".join(trafilatura_paragraphs(html, case.url, fast=fast)))
        for fast in (False, True)
    )
    found = list(weigh_up(reading, data, precise, fast))
    texts = [" ".join(block.text.split()) for block, _ in found]
    is_news = data.first("og:type") == "article" or bool(data.ld_text("articleBody"))
    host = urlsplit(case.url).hostname or ""
    lessons = []
    for (block, evidence), told in zip(found, _told(texts, case), strict=True):
        if evidence["comment"]:
            told = False if zlib.crc32(block.text.encode()) % _RARE == 0 else None
        if told is None or is_prompt(block.text) or says_title(block.text, reading):
            continue
        words = len(block.text.split())
        weight = (1.5 if is_news else 1.0) * (0.5 + min(1.5, words / 60))
        lessons.append(Lesson(zlib.crc32(host.encode()) % FOLDS, evidence, told, weight))
    return lessons


def _told(texts: list[str], case: Case) -> list[bool | None]:
    """What the set says of each block; a short phrase in several of them says nothing."""
    told: list[bool | None] = [None] * len(texts)
    for phrase in (" ".join(one.split()) for one in case.wanted):
        held = [n for n, text in enumerate(texts) if _holds(text, phrase, 25)] if phrase else []
        if len(phrase) < 40 and len(held) > 1:
            held = [n for n in held if texts[n].startswith(phrase) or len(texts[n]) >= 60]
            held = held if len(held) == 1 else []
        for place in held:
            told[place] = True
    for phrase in (" ".join(one.split()) for one in case.unwanted):
        for place, text in enumerate(texts):
            passing = len(text) >= 200 and len(phrase) <= 0.15 * len(text)
            if phrase and _holds(text, phrase, 15) and not passing:
                told[place] = None if told[place] else False
    return told


def _holds(text: str, phrase: str, least: int) -> bool:
    return phrase in text or (len(text) >= least and text in phrase)


if __name__ == "__main__":
    main()
