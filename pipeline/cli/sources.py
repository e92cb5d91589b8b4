"""``sources``: check, probe, import, verify, learn and status of the outlets."""

from __future__ import annotations

import json
from datetime import datetime
from functools import partial
from pathlib import Path

import click

from pipeline.cli import setup_django
from pipeline.cli.learning import learn
from pipeline.cli.trying import import_command, probe_command, verify
from pipeline.config.home import Home
from pipeline.config.office import load_office
from pipeline.config.sources import load_sources
from pipeline.config.taxonomy import load_taxonomy
from pipeline.config.yamlfile import ConfigError, Fault
from pipeline.crawl.health import describe, is_ailing
from pipeline.text.clock import VIETNAM, utc_now


@click.group()
def sources() -> None:
    """The outlets of sources.yaml: check, probe, import, verify, learn, status."""


for command in (probe_command, import_command, verify, learn):
    sources.add_command(command)


@sources.command()
@click.argument("file", required=False, type=click.Path(path_type=Path))
def check(file: Path | None) -> None:
    """Validate sources.yaml; each fault with file, line and what would be right.

    Without FILE also office.yaml (if there is one) and taxonomy/.
    """
    if file:
        click.echo(_check_sources(file))
        return
    home = Home.locate()
    checks = [partial(_check_sources, home.sources_file)]
    if home.office_file.exists():
        checks.append(partial(_check_office, home.office_file))
    checks.append(partial(_check_taxonomy, home.taxonomy_dir))
    faults: list[Fault] = []
    for one in checks:
        try:
            click.echo(one())
        except ConfigError as error:
            faults += error.faults
    if faults:
        raise ConfigError(faults)


@sources.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON line per source.")
def status(as_json: bool) -> None:
    """How each enabled source is doing, in plain words."""
    home = Home.locate()
    enabled = [source for source in load_sources(home.sources_file) if source.enabled]
    setup_django()
    from pipeline.ingest.unread import LATELY, by_reason, in_words, why_no_articles
    from pipeline.store.models import SourceState

    states = {state.key: state for state in SourceState.objects.all()}
    now = utc_now()
    # (To a program that reads JSON Lines on stdout, words go to stderr.)
    if not enabled:
        click.echo(
            f"Chưa bật nguồn nào trong {home.sources_file}. Dùng “guongsang sources verify” để thử "
            "và bật các báo của tỉnh.",
            err=as_json,
        )
    elif not any(states[key].last_started_at for key in states.keys() & {s.key for s in enabled}):
        click.echo(
            "Chưa lấy tin lần nào. Chạy “guongsang crawl”, hoặc “guongsang run” để lấy theo lịch.",
            err=as_json,
        )
    unread = why_no_articles(now - LATELY)
    for source in enabled:
        state = states.get(source.key)
        sentence = describe(state, now)
        if not as_json:
            lost = in_words(unread[source.key])
            click.echo(f"{source.name} ({source.key}): {sentence}{lost and f'; 7 ngày qua {lost}'}")
            continue
        line = {
            "source": source.key,
            "name": source.name,
            "province": source.province,
            "ok": state is not None and not is_ailing(state),
            "status": sentence,
            "error": state.error_kind if state else "",
            "broken": state.broken if state else {},
            "no_article": by_reason(unread[source.key]),
            "failing_since": _iso(state.failing_since if state else None),
            "last_success_at": _iso(state.last_success_at if state else None),
            "last_new_at": _iso(state.last_new_at if state else None),
            "next_due_at": _iso(state.next_due_at if state else None),
        }
        click.echo(json.dumps(line, ensure_ascii=False))


def _check_sources(path: Path) -> str:
    loaded = load_sources(path)
    enabled = sum(source.enabled for source in loaded)
    return f"{path}: {len(loaded)} sources, {enabled} enabled, no fault"


def _check_office(path: Path) -> str:
    return f"{path}: {load_office(path).name}, no fault"


def _check_taxonomy(folder: Path) -> str:
    taxonomy = load_taxonomy(folder)
    sectors, campaigns = len(taxonomy.sectors), len(taxonomy.campaigns)
    return f"{folder}: {sectors} sectors, {campaigns} campaigns, no fault"


def _iso(moment: datetime | None) -> str | None:
    return moment.astimezone(VIETNAM).isoformat(timespec="seconds") if moment else None
