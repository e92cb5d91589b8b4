"""``guongsang judge``: articles to judgements, line by line."""

from __future__ import annotations

import gc
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from pipeline.cli.comparing import compare
from pipeline.cli.days import Day
from pipeline.cli.jsonl import BadLine, run, text_of
from pipeline.config.home import Home
from pipeline.config.provinces import provinces
from pipeline.config.sources import load_sources
from pipeline.config.taxonomy import load_taxonomy
from pipeline.shapes import ArticleText
from pipeline.text.clock import utc_now
from pipeline.text.dates import parse_stamp
from pipeline.text.fold import fold, nfc

ProvinceOf = Callable[[str], str | None]


@click.command()
@click.argument("file", required=False)
@click.option(
    "--compare",
    "taxonomy",
    is_flag=False,
    flag_value="",
    metavar="[DIR]",
    help="Print what the taxonomy in DIR would change on stored stories; without DIR, what the "
    "home's own would change on the judgements stored. Nothing is written.",
)
@click.option(
    "--since", type=Day(), help="With --compare: stories from DATE on (default: 30 days)."
)
@click.option("--json", "as_json", is_flag=True, help="With --compare: JSON Lines.")
def judge(file: str | None, taxonomy: str | None, since: datetime | None, as_json: bool) -> None:
    """Judge articles: JSON Lines in, JSON Lines out. With --compare, try a taxonomy out.

    FILE (or stdin) holds one article a line: {"id", "title", "text", "sapo"?, "source"?, "url"?,
    "date"?}. Each answer holds the exemplar decision, sectors, campaigns, places, people, awards,
    flags and the wording they rest on.
    """
    from pipeline.judge import Judge
    from pipeline.judge.export import judgement_json
    from pipeline.judge.learning.own_model import model_in_use

    home = Home.locate()
    if taxonomy is not None:
        if file:
            raise click.UsageError("--compare judges stored stories, not FILE")
        compare(home, Path(taxonomy) if taxonomy else None, since=since, as_json=as_json)
        return
    if since or as_json:
        raise click.UsageError("--since and --json are only for --compare")
    in_use = model_in_use(home)
    if in_use.fault:
        click.echo(in_use.fault, err=True)
    judging = Judge(load_taxonomy(home.taxonomy_dir), model=in_use.model)
    # Model and gazetteer stay for the whole run: the collector need not walk them again and again.
    gc.freeze()
    province_of = province_finder(home)

    def work(item: dict[str, Any]) -> Mapping[str, Any]:
        article = article_of(item, province_of=province_of, now=utc_now())
        return {"id": item.get("id"), **judgement_json(judging.judge(article))}

    run(file or "-", work)


def article_of(item: Mapping[str, Any], *, province_of: ProvinceOf, now: datetime) -> ArticleText:
    """The article of one input object, in NFC.

    Raises:
        BadLine: title and text are missing or not strings, or the date cannot be read.
    """
    date = text_of(item, "date").strip()
    found = parse_stamp(date, now=now) if date else None
    if date and found is None:
        raise BadLine(f"date '{date}' cannot be read: write 2024-04-12 or 12/04/2024")
    source = nfc(text_of(item, "source")) or None
    return ArticleText(
        title=nfc(text_of(item, "title", required=True)),
        text=nfc(text_of(item, "text", required=True)),
        sapo=nfc(text_of(item, "sapo")) or None,
        published_at=found.at if found else None,
        source=source,
        province=province_of(source) if source else None,
        url=text_of(item, "url") or None,
        credit=text_of(item, "credit") or None,
        syndicated=bool(item.get("syndicated")),
    )


def province_finder(home: Home) -> ProvinceOf:
    """Today's province of an outlet: by its key or name in sources.yaml, else by a province in its
    display name ("Báo Yên Bái" is Lào Cai's today).

    Raises:
        ConfigError: sources.yaml is faulty.
    """
    known: dict[str, str | None] = {}
    for source in load_sources(home.sources_file):
        known[fold(source.key)] = known[fold(nfc(source.name))] = source.local_province
    named = {
        fold(nfc(name)): province.name
        for province in provinces()
        for name in (province.name, *province.merged, *province.aliases)
    }
    alternatives = "|".join(re.escape(name) for name in sorted(named, key=len, reverse=True))
    pattern = re.compile(rf"(?<!\w)(?:{alternatives})(?!\w)")

    def province_of(source: str) -> str | None:
        folded = fold(source)
        if folded in known:
            return known[folded]
        found = pattern.search(folded)
        return named[found[0]] if found else None

    return province_of
