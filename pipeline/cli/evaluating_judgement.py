"""``guongsang evaluate judge``: the judgement against labels, by the contract's scoring rules."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import click

from pipeline.cli import WorkFailed
from pipeline.cli.floors import hold
from pipeline.cli.training import read_labelled, read_texts
from pipeline.config.home import Home
from pipeline.config.taxonomy import load_taxonomy
from pipeline.judge.learning.labels import Labelled
from pipeline.judge.learning.scoring import (
    Pair,
    average_precision,
    decision,
    figures,
    interval,
    sectors,
)
from pipeline.shapes import ExemplarLabel, Judgement


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print figures as JSON.")
@click.option(
    "--floors",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Fail when a figure is below the one in this JSON file.",
)
@click.option("--set-floors", is_flag=True, help="Raise the floors to these figures.")
@click.option(
    "--lower-floors",
    metavar="WHY",
    help="With --set-floors: also lower them, for the reason WHY, which the file keeps.",
)
@click.option(
    "--cross-validate",
    is_flag=True,
    help="Judge each article by a model that has not seen its story (slow).",
)
@click.option(
    "--also",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="With --cross-validate: more labels, learned from but never scored. Repeatable.",
)
@click.option(
    "--texts",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False),
    help="Articles for labels that come without, as for `guongsang train`. Repeatable.",
)
def judge(
    file: Path,
    as_json: bool,
    floors: Path | None,
    set_floors: bool,
    lower_floors: str | None,
    cross_validate: bool,
    also: tuple[Path, ...],
    texts: tuple[str, ...],
) -> None:
    """Score judgements of the labelled articles in FILE.

    The shipped model has learned from its own labels: on that file only --cross-validate is honest.
    """
    home = Home.locate()
    known = read_texts(texts)
    labelled = list(read_labelled(file, home, known))
    more = [one for path in also for one in read_labelled(path, home, known)]
    if lower_floors is not None and not (set_floors and lower_floors.strip()):
        raise click.UsageError("--lower-floors needs --set-floors and a reason")
    if more and not cross_validate:
        raise click.UsageError("--also is only for --cross-validate")
    if not labelled:
        raise WorkFailed(f"{file}: no labelled articles")
    begun = time.process_time()
    judgements = _unseen(labelled, more, home) if cross_validate else _shipped(labelled, home)
    pairs: list[Pair] = [(one.labels, j) for one, j in zip(labelled, judgements, strict=True)]
    natural = [
        pair
        for pair, one in zip(pairs, labelled, strict=True)
        if one.stratum in {"provincial-2025", "national-2025"}
    ]
    result: dict[str, Any] = {"all": _with_intervals(pairs)}
    if natural:
        result["natural"] = _with_intervals(natural)
    if not cross_validate:
        result["articles_per_cpu_second"] = len(labelled) / (time.process_time() - begun)
    click.echo(json.dumps(result, ensure_ascii=False) if as_json else _table(result))
    if floors:
        hold(result, floors, raise_=set_floors, lower=lower_floors)


def _shipped(labelled: list[Labelled], home: Home) -> list[Judgement]:
    from pipeline.judge import Judge

    judging = Judge(load_taxonomy(home.taxonomy_dir))
    return [judging.judge(one.article) for one in labelled]


def _unseen(labelled: list[Labelled], more: list[Labelled], home: Home) -> list[Judgement]:
    from pipeline.judge import Judge
    from pipeline.judge.learning import training
    from pipeline.judge.learning.examples import examine, split, story_groups
    from pipeline.judge.names.gazetteer import shipped_gazetteer

    taxonomy = load_taxonomy(home.taxonomy_dir)
    examples = examine([*labelled, *more], taxonomy, shipped_gazetteer())
    groups = story_groups(examples)
    found: dict[int, Judgement] = {}
    scored = len(labelled)
    for rows, held in split(examples[:scored], groups[:scored], folds=5):
        # Another article on a held-out story may not be learned from either.
        apart = [at for at in range(scored, len(examples)) if groups[at] not in groups[held]]
        learned = [examples[at] for at in (*rows, *apart)]
        model = training.train(learned, taxonomy, {}, folds=5)
        judging = Judge(taxonomy, model=model)
        found |= {int(at): judging.judge(labelled[at].article) for at in held}
    return [found[at] for at in range(scored)]


def _with_intervals(pairs: list[Pair]) -> dict[str, Any]:
    found: dict[str, Any] = figures(pairs)
    if any(truth.exemplar is ExemplarLabel.YES for truth, _ in pairs):
        found["ap_95"] = interval(pairs, average_precision)
        found["f1_95"] = interval(pairs, lambda drawn: decision(drawn).f1)
    found["sectors_95"] = interval(pairs, lambda drawn: sectors(drawn).f1)
    return found


def _table(result: dict[str, Any]) -> str:
    lines = []
    for part in ("all", "natural"):
        for name, value in result.get(part, {}).items():
            shown = (
                " – ".join(f"{end:.3f}" for end in value)
                if isinstance(value, tuple)
                else f"{value:.3f}"
                if isinstance(value, float)
                else str(value)
            )
            lines.append(f"{part:8} {name:14} {shown}")
    if "articles_per_cpu_second" in result:
        lines.append(f"{'speed':8} {'per cpu second':14} {result['articles_per_cpu_second']:.0f}")
    return "\n".join(lines)
