"""``guongsang evaluate group``: stories against labelled pairs of articles.

Each line: ``{"a": article, "b": article, "label"}``; ``copy`` and ``same_story`` belong together,
every other label apart. All articles of the file are grouped at once, as a crawl would bring them.
"""

from __future__ import annotations

import json
import random
from collections import Counter
from pathlib import Path
from typing import Any

import click

from pipeline.cli import WorkFailed
from pipeline.cli.floors import hold
from pipeline.cli.judging import article_of
from pipeline.group import group_all, signature
from pipeline.shapes import ArticleText
from pipeline.text.clock import utc_now

TOGETHER = frozenset({"copy", "same_story"})
_RESAMPLES = 1000


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
@click.option("--wrong", is_flag=True, help="List the pairs that came out wrong.")
@click.option(
    "--floors",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Fail when a figure is below the one in this JSON file.",
)
def group(file: Path, as_json: bool, wrong: bool, floors: Path | None) -> None:
    """Score grouping against labelled pairs: precision, recall and F1 of "one story"."""
    figures, mistakes = score(labelled_pairs(file))
    if as_json:
        click.echo(json.dumps(figures, ensure_ascii=False))
    else:
        for name, value in figures.items():
            click.echo(f"{name:24} {value}")
    if wrong:
        for label, first, second in mistakes:
            click.echo(f"{label}: {first} | {second}", err=True)
    if floors:
        hold({"pairs": figures}, floors, raise_=False, lower=None)


Pair = tuple[str, ArticleText, ArticleText]


def score(pairs: list[Pair]) -> tuple[dict[str, Any], list[tuple[str, str, str]]]:
    """The figures, and label and headlines of each pair that came out wrong.

    ``reached`` is the share of the pairs that belong together whose signatures share a band: the
    others could never be found by look-up.
    """
    articles = list(dict.fromkeys(article for _, a, b in pairs for article in (a, b)))
    story = dict(zip(articles, group_all(articles), strict=True))
    outcomes = [(label in TOGETHER, story[a] == story[b]) for label, a, b in pairs]
    positives = [(a, b) for label, a, b in pairs if label in TOGETHER]
    reached = sum(bool({*signature(a).bands} & {*signature(b).bands}) for a, b in positives)
    low, high = _interval(outcomes)
    figures = {
        **_figures(outcomes),
        "f1_low": low,
        "f1_high": high,
        "reached": round(reached / max(1, len(positives)), 4),
        "pairs": len(pairs),
        "together": len(positives),
    }
    mistakes = [
        (label, a.title, b.title)
        for (label, a, b), (true, said) in zip(pairs, outcomes, strict=True)
        if true != said
    ]
    return figures, mistakes


def _figures(outcomes: list[tuple[bool, bool]]) -> dict[str, float]:
    counts = Counter(outcomes)
    right, extra, missed = counts[True, True], counts[False, True], counts[True, False]
    return {
        "precision": round(right / max(1, right + extra), 4),
        "recall": round(right / max(1, right + missed), 4),
        "f1": round(2 * right / max(1, 2 * right + extra + missed), 4),
    }


def _interval(outcomes: list[tuple[bool, bool]]) -> tuple[float, float]:
    """95 % bootstrap interval of F1."""
    generator = random.Random(0)  # noqa: S311 - a fixed seed makes the figure repeatable
    scores = sorted(
        _figures(generator.choices(outcomes, k=len(outcomes)))["f1"] for _ in range(_RESAMPLES)
    )
    return scores[int(0.025 * _RESAMPLES)], scores[int(0.975 * _RESAMPLES) - 1]


def labelled_pairs(file: Path) -> list[Pair]:
    pairs: list[Pair] = []
    now = utc_now()
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        try:
            item = json.loads(line)
            a, b = (article_of(item[k], province_of=lambda _: None, now=now) for k in ("a", "b"))
            pairs.append((str(item["label"]), a, b))
        except (ValueError, KeyError, TypeError) as error:
            raise WorkFailed(f"{file}:{number}: not a labelled pair: {error}") from None
    if not pairs:
        raise WorkFailed(f"{file}: no labelled pairs")
    return pairs
