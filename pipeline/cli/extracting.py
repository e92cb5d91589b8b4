"""``guongsang extract``: pages to articles on the command line."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from pipeline.apart import Apart, TooMuch
from pipeline.cli import WorkFailed, jsonl
from pipeline.text.clock import utc_now

_UNKNOWN_URL = "http://unknown.invalid/"
"""Stands in for the address of a page given without one: links on it stay relative to this."""


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, allow_dash=True))
@click.option("--url", default=_UNKNOWN_URL, help="The page's address.", show_default=False)
@click.option("--json", "as_json", is_flag=True, help="Print the article as JSON.")
@click.option(
    "--jsonl",
    "as_stream",
    is_flag=True,
    help='Read objects {"id","url","html" or "file","headers"?}, write one article each.',
)
def extract(file: str, url: str, as_json: bool, as_stream: bool) -> None:
    """Read the article on the page in FILE (- for standard input)."""
    from pipeline.extract import NotAnArticle
    from pipeline.extract import extract as extract_page
    from pipeline.extract.export import article_json

    if as_stream:
        base = Path.cwd() if file == "-" else Path(file).parent
        with Apart() as reader:
            jsonl.run(file, lambda page: _one(page, base, reader))
        return
    try:
        with click.open_file(file, "rb") as page:
            body = page.read()
    except OSError as error:
        raise WorkFailed(f"{file}: {error.strerror}") from None
    try:
        with Apart() as reader:
            article = reader.call(extract_page, body, url=url, now=utc_now())
    except NotAnArticle as error:
        raise WorkFailed(f"{file}: no article: {error}") from None
    except TooMuch as error:
        raise WorkFailed(f"{file}: too much for a page: {error}") from None
    shape = article_json(article)
    if as_json:
        click.echo(json.dumps(shape, ensure_ascii=False, indent=2))
        return
    for key in ("title", "published_at", "author", "credit", "sapo"):
        if shape[key]:
            click.echo(f"{key}: {shape[key]}")
    click.echo(f"\n{article.text}")


def _one(page: Mapping[str, Any], base: Path, reader: Apart) -> dict[str, Any]:
    from pipeline.extract import NotAnArticle
    from pipeline.extract import extract as extract_page
    from pipeline.extract.export import article_json

    name = jsonl.text_of(page, "file")
    if name:
        try:
            body = (base / name).read_bytes()
        except OSError as error:
            raise jsonl.BadLine(f"file '{name}': {error.strerror}") from None
    else:
        # An unpaired surrogate (\ud800) is no character; the page is still wanted.
        body = jsonl.text_of(page, "html", required=True).encode("utf-8", "replace")
    headers = page.get("headers") if name else {"Content-Type": "text/html; charset=utf-8"}
    if headers is not None and not isinstance(headers, dict):
        raise jsonl.BadLine("key 'headers' must be an object")
    url = jsonl.text_of(page, "url") or _UNKNOWN_URL
    try:
        article = reader.call(extract_page, body, url=url, headers=headers, now=utc_now())
    except NotAnArticle as error:
        raise jsonl.BadLine(f"no article: {error}") from None
    except TooMuch as error:
        raise jsonl.BadLine(f"too much for a page: {error}") from None
    identity = page.get("id")
    source = page.get("source")
    return article_json(
        article,
        id=identity,
        source=source if isinstance(source, str) else None,
    )
