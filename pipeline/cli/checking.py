"""``guongsang check``: are the facts of a summary in its source?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import click

from pipeline.cli.jsonl import run, text_of


@click.command()
@click.argument("file", default="-")
def check(file: str) -> None:
    """Check summaries against their sources: JSON Lines in, JSON Lines out.

    FILE (or stdin) holds {"id", "summary", "source_text"} a line. Each answer counts the claims
    (numbers, dates, names, places, awards, quotations, superlatives) and lists those that the
    source does not support.
    """
    from pipeline.judge.fidelity import checking

    def work(item: dict[str, Any]) -> Mapping[str, Any]:
        result = checking.check(
            text_of(item, "summary", required=True), text_of(item, "source_text", required=True)
        )
        return {"id": item.get("id"), **asdict(result)}

    run(file, work)
