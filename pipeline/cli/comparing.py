"""``guongsang judge --compare``: what a taxonomy would change, before it is saved."""

from __future__ import annotations

import json
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipeline.cli import setup_django
from pipeline.config.home import Home
from pipeline.config.taxonomy import load_taxonomy
from pipeline.text.clock import utc_now

if TYPE_CHECKING:
    from pipeline.ingest.comparing import Compared

_WINDOW = timedelta(days=30)
_MOST_QUOTED = 3


def compare(home: Home, taxonomy: Path | None, *, since: datetime | None, as_json: bool) -> None:
    """Print each story that ``taxonomy`` would judge otherwise than the home's does, and how many.

    Without ``taxonomy``: each that the home's taxonomy and model would judge otherwise than its
    stored judgements say. One story is in memory at a time.

    Raises:
        ConfigError: a file of either taxonomy is faulty.
        click.UsageError: ``taxonomy`` is no directory.
    """
    if taxonomy and not taxonomy.is_dir():
        raise click.UsageError(f"{taxonomy} is no directory: --compare takes a copy of taxonomy/")
    setup_django()
    from pipeline.ingest.comparing import compare_stories
    from pipeline.ingest.understanding import Understanding
    from pipeline.judge import Judge
    from pipeline.judge.learning.own_model import model_in_use

    understanding = Understanding.load(home)
    before, after = understanding.judge, understanding.judge
    if taxonomy:
        after = Judge(load_taxonomy(taxonomy), model=model_in_use(home).model)
    counts = Counter[str]()
    slugs = Counter[str]()
    found = compare_stories(
        since or utc_now() - _WINDOW, understanding, after, before=before if taxonomy else None
    )
    for one in found:
        counts["stories"] += 1
        if not one.changed:
            continue
        counts["changed"] += 1
        if one.label_changed:
            counts[f"exemplar {one.before.label} to {one.after.label}"] += 1
        for axis in ("sectors", "campaigns"):
            added, removed = getattr(one, axis)
            slugs.update(f"+{slug}" for slug in added)
            slugs.update(f"-{slug}" for slug in removed)
            counts[f"{axis} changed"] += bool(added or removed)
        click.echo(json.dumps(_json(one), ensure_ascii=False) if as_json else _line(one))
    counts.setdefault("stories", 0)
    counts.setdefault("changed", 0)
    if as_json:
        totals = {"totals": {**counts, "tags": dict(sorted(slugs.items()))}}
        click.echo(json.dumps(totals, ensure_ascii=False))
    else:
        click.echo(_totals(counts, slugs))


def _json(one: Compared) -> dict[str, Any]:
    added = {axis: getattr(one, axis)[0] for axis in ("sectors", "campaigns")}
    removed = {axis: getattr(one, axis)[1] for axis in ("sectors", "campaigns")}
    return {
        "id": str(one.story.public_id),
        "title": one.story.headline,
        "label": [one.before.label, one.after.label],
        "score": [one.before.score, one.after.score],
        "added": added,
        "removed": removed,
        "why": {
            slug: one.why(slug)
            for slug in (
                *(("exemplar",) if one.moved else ()),
                *(
                    slug
                    for tags in (added, removed)
                    for several in tags.values()
                    for slug in several
                ),
            )
        },
        "kept_by_people": sorted(one.kept),
    }


def _line(one: Compared) -> str:
    """exemplar, score, title, tags with the wording behind them; columns stay in place."""
    label = f"{one.before.label} → {one.after.label}" if one.label_changed else one.after.label
    tags = [
        f"{sign}{slug}{_quoted(one.why(slug))}"
        for axis in (one.sectors, one.campaigns)
        for sign, several in zip("+-", axis, strict=True)
        for slug in several
    ]
    if one.moved:
        tags.insert(0, f"exemplar{_quoted(one.why('exemplar'))}")
    score = f"{one.before.score:.2f} → {one.after.score:.2f}"
    return f"{label:17}  {score}  {one.story.headline[:60]}  {' '.join(tags)}".rstrip()


def _quoted(wording: list[str]) -> str:
    """The first few quotes in brackets."""
    shown = "; ".join(wording[:_MOST_QUOTED])
    return f" ({shown})" if shown else ""


def _totals(counts: Counter[str], slugs: Counter[str]) -> str:
    lines = [f"{counts['changed']} of {counts['stories']} stories change"]
    lines += [
        f"  {name}: {number}"
        for name, number in sorted(counts.items())
        if number and name not in ("stories", "changed")
    ]
    lines += [f"  {slug}: {number}" for slug, number in slugs.most_common()]
    return "\n".join(lines)
