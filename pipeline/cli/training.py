"""``guongsang train``: learn the judgement from labelled articles and from the desk."""

from __future__ import annotations

import hashlib
import json
import shlex
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import click

from pipeline.cli import WorkFailed
from pipeline.cli.jsonl import BadLine
from pipeline.cli.judging import article_of, province_finder
from pipeline.cli.learning_here import go_back, learn
from pipeline.config.home import Home
from pipeline.config.taxonomy import load_taxonomy
from pipeline.judge.learning.labels import Labelled, Labels
from pipeline.text.clock import utc_now

Texts = Mapping[str, dict[str, Any]]
"""Articles by id and by URL."""


@click.command()
@click.argument("files", nargs=-1, type=click.Path(exists=True, dir_okay=False))
@click.option(
    "--texts",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False),
    help="Articles for labels without text: JSON Lines, joined by id, else by URL. Repeatable.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Learn a model from FILES alone, and write it here (JSON, gzipped).",
)
@click.option("--dry-run", is_flag=True, help="Learn and check, but use and write nothing.")
@click.option("--undo", is_flag=True, help="Use the model before this one again.")
@click.option("--json", "as_json", is_flag=True, help="What was learned, as JSON.")
def train(
    files: tuple[str, ...],
    texts: tuple[str, ...],
    output: Path | None,
    dry_run: bool,
    undo: bool,
    as_json: bool,
) -> None:
    """Learn from what the desk has accepted, rejected and tagged, and from FILES.

    The home then judges by its own model (model/model.json.gz): the shipped one, moved by what was
    learned. It is put to use only when no figure falls on decisions held out from learning; the
    model before is kept, and --undo brings it back. Stories found before are judged again by
    `guongsang rebuild --judge-only`.

    FILES hold labelled articles, one a line:
    {"id", "title", "text", ..., "labels": {"exemplar", "kind", "subject", "sectors"}}.
    The labels may also stand in the line itself, and the article in a file of --texts (as
    `guongsang extract --jsonl` writes them): {"id", "url"?, "exemplar", "kind", ...}.
    """
    home = Home.locate()
    if undo and (files or texts or output or dry_run):
        raise click.UsageError("--undo goes alone")
    if output and (dry_run or as_json):
        raise click.UsageError("-o learns a model from FILES alone: no --dry-run, no --json")
    if output and not files:
        raise click.UsageError("-o needs FILES to learn from")
    if undo:
        go_back(home, as_json=as_json)
        return
    known = read_texts(texts)
    labelled = (one for file in files for one in read_labelled(Path(file), home, known))
    named = [*files, *(part for file in texts for part in ("--texts", file))]
    command = shlex.join(["guongsang", "train", *named, *(("-o", str(output)) if output else ())])
    if output:
        made = {"command": command, "inputs": _fingerprints((*files, *texts))}
        _from_scratch(list(labelled), home, output, made)
    else:
        learn(home, labelled, command=command, dry_run=dry_run, as_json=as_json)


def _from_scratch(labelled: list[Labelled], home: Home, output: Path, made: dict[str, Any]) -> None:
    from pipeline.judge.learning import training
    from pipeline.judge.learning.examples import examine
    from pipeline.judge.names.gazetteer import shipped_gazetteer

    taxonomy = load_taxonomy(home.taxonomy_dir)
    examples = examine(labelled, taxonomy, shipped_gazetteer())
    try:
        model = training.train(examples, taxonomy, {**made, "articles": len(labelled)})
    except ValueError as error:
        raise WorkFailed(f"too few different stories to learn from: {error}") from None
    output.parent.mkdir(parents=True, exist_ok=True)
    output.write_bytes(model.dump())
    click.echo(f"{output}: {len(model.idf)} terms, {len(model.facts)} facts")


def _fingerprints(files: Iterable[str]) -> dict[str, str]:
    """Of what was learned from: the same command on the same bytes makes the same model."""
    return {file: hashlib.sha256(Path(file).read_bytes()).hexdigest()[:16] for file in files}


def read_texts(files: Iterable[str]) -> Texts:
    """Articles by id and by URL; the first of each wins.

    Raises:
        WorkFailed: a line is no JSON object; the message names file and line.
    """
    found: dict[str, dict[str, Any]] = {}
    for file in files:
        for number, line in _lines(Path(file)):
            item = _object(line, f"{file}:{number}")
            if isinstance(item.get("text"), str):
                for key in (item.get("id"), item.get("url")):
                    if key is not None:
                        found.setdefault(str(key), item)
    return found


def read_labelled(path: Path, home: Home, texts: Texts | None = None) -> Iterator[Labelled]:
    """The labelled articles of a JSON Lines file.

    Raises:
        WorkFailed: a line is faulty, or its article is nowhere; the message names file and line.
    """
    province_of = province_finder(home)
    now = utc_now()
    for number, line in _lines(path):
        where = f"{path}:{number}"
        item = _object(line, where)
        told = item
        if "text" not in item:
            known = texts or {}
            found = known.get(str(item.get("id"))) or known.get(str(item.get("url")))
            if found is None:
                raise WorkFailed(f"{where}: no text: name the file that holds it with --texts")
            told = {**found, "date": found.get("date") or found.get("published_at")}
        try:
            article = article_of(told, province_of=province_of, now=now)
            labels = Labels.parse(item.get("labels", item))
        except (BadLine, ValueError, TypeError, AttributeError) as error:
            raise WorkFailed(f"{where}: {type(error).__name__}: {error}") from None
        stratum = str(item.get("stratum", ""))
        yield Labelled(str(item.get("id")), article, labels, stratum)


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        if line.strip():
            yield number, line


def _object(line: str, where: str) -> dict[str, Any]:
    try:
        item = json.loads(line)
    except ValueError as error:
        raise WorkFailed(f"{where}: not JSON: {error}") from None
    if not isinstance(item, dict):
        raise WorkFailed(f"{where}: not a JSON object")
    return item
