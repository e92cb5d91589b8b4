"""``guongsang group``: which of many articles tell one story."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from typing import Any

import click

from pipeline.cli.jsonl import run
from pipeline.cli.judging import article_of
from pipeline.shapes import ArticleText
from pipeline.text.clock import utc_now


@click.command()
@click.argument("file", default="-")
def group(file: str) -> None:
    """Group articles into stories: JSON Lines in, JSON Lines out.

    FILE (or stdin) holds one article a line: {"id", "title", "text", "sapo"?, "source"?, "date"?}.
    Articles of one story get the same "story": the id of its earliest article. Nothing is written
    before the input ends, as a later article may join two stories.
    """
    from pipeline.group import group_all

    articles: list[ArticleText] = []
    identities: list[object] = []

    def collect(item: dict[str, Any]) -> Mapping[str, Any]:
        articles.append(article_of(item, province_of=lambda _: None, now=utc_now()))
        identities.append(item.get("id"))
        return {"id": item.get("id"), "story": len(articles) - 1}

    answers = io.BytesIO()
    run(file, collect, answers)
    leads = group_all(articles)
    for line in answers.getvalue().splitlines():
        answer = json.loads(line)
        if "story" in answer:
            answer["story"] = identities[leads[answer["story"]]]
        click.echo(json.dumps(answer, ensure_ascii=False))
