"""``guongsang train``: learn the judgement from labelled articles."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import click

from pipeline.cli import WorkFailed
from pipeline.cli.jsonl import BadLine
from pipeline.cli.judging import article_of, province_finder
from pipeline.config.home import Home
from pipeline.config.taxonomy import load_taxonomy
from pipeline.judge.labels import Labelled, Labels
from pipeline.text.clock import utc_now


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False))
@click.option(
    "-o",
    "--output",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where the model goes (JSON, gzipped).",
)
def train(files: tuple[str, ...], output: Path) -> None:
    """Learn from FILES of labelled articles, one a line:
    {"id", "title", "text", ..., "labels": {"exemplar", "kind", "subject", "sectors"}}.
    """
    from pipeline.judge import training
    from pipeline.judge.judge import shipped_gazetteer

    home = Home.locate()
    taxonomy = load_taxonomy(home.taxonomy_dir)
    labelled = [one for file in files for one in read_labelled(Path(file), home)]
    examples = training.examine(labelled, taxonomy, shipped_gazetteer())
    made = {"command": "guongsang train", "articles": len(labelled)}
    model = training.train(examples, taxonomy, made)
    output.parent.mkdir(parents=True, exist_ok=True)
    output.write_bytes(model.dump())
    click.echo(f"{output}: {len(model.idf)} terms, {len(model.facts)} facts")


def read_labelled(path: Path, home: Home) -> Iterator[Labelled]:
    """The labelled articles of a JSON Lines file.

    Raises:
        WorkFailed: a line is faulty; the message names file and line.
    """
    province_of = province_finder(home)
    now = utc_now()
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        if not line.strip():
            continue
        try:
            item = json.loads(line)
            article = article_of(item, province_of=province_of, now=now)
            labels = Labels.parse(item["labels"])
        except (BadLine, ValueError, KeyError, TypeError, AttributeError) as error:
            raise WorkFailed(f"{path}:{number}: {type(error).__name__}: {error}") from None
        stratum = str(item.get("stratum", ""))
        yield Labelled(str(item.get("id")), article, labels, stratum)
