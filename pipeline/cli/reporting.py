"""``report``: the quarterly report and the figures behind it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from pipeline.cli import WorkFailed, setup_django
from pipeline.cli.days import Day
from pipeline.cli.yearly import yearbook
from pipeline.config.home import Home
from pipeline.config.office import Office, load_office
from pipeline.text.clock import VIETNAM, utc_now

AS_JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
FILE = click.Path(dir_okay=False, path_type=Path)


@click.group()
def report() -> None:
    """The Board's documents: quarterly report, coverage of communes and sectors, yearbook."""


report.add_command(yearbook)


@report.command()
@click.argument("quarter")
@click.option("-o", "--output", type=FILE, help="Write the paper here (.docx).")
@click.option("--annex", type=FILE, help="Write the tables here (.xlsx).")
@click.option("--so-far", is_flag=True, help="The period up to today; nothing is frozen.")
@AS_JSON
def quarter(
    quarter: str, output: Path | None, annex: Path | None, so_far: bool, as_json: bool
) -> None:
    """The report of QUARTER, such as 2026Q4. Its figures are frozen when it is first asked for
    after the cut-off, so asking again gives the same report."""
    home, office = _start()
    from pipeline.report import quarterly
    from pipeline.report.annex import workbook
    from pipeline.report.names import names_of
    from pipeline.report.paper import paper
    from pipeline.report.period import Quarter

    try:
        wanted = Quarter.parse(quarter)
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    try:
        count = quarterly.so_far if so_far else quarterly.take
        taken = count(wanted, office, names_of(home), utc_now())
        if output:
            _write(output, paper(taken, office, home))
        if annex:
            _write(annex, workbook(taken, office))
    except quarterly.NothingFound as error:
        raise click.UsageError(str(error)) from None
    except ValueError as error:
        raise WorkFailed(str(error)) from error
    counts = {name: len(ids) for name, ids in taken.figures["counts"].items()}
    told: dict[str, Any] = {
        "quarter": taken.quarter,
        "first_day": taken.first_day.isoformat(),
        "last_day": taken.last_day.isoformat(),
        "taken_at": taken.taken_at.astimezone(VIETNAM).isoformat(),
        **counts,
    }
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False))
    else:
        for name, value in told.items():
            click.echo(f"{name:12} {value}")


@report.command()
@click.option("--since", type=Day(), help="First day (default: 90 days ago).")
@click.option("--until", type=Day(), help="Last day (default: today).")
@AS_JSON
def coverage(since: Any, until: Any, as_json: bool) -> None:
    """Which communes and agencies have reported how many exemplars in a period, and which none."""
    home, office = _start()
    from pipeline.report.coverage import coverage as count
    from pipeline.report.coverage import recent
    from pipeline.report.names import names_of
    from pipeline.report.period import Period

    period = recent(utc_now())
    period = Period(since.date() if since else period.first, until.date() if until else period.last)
    if period.first > period.last:
        raise click.UsageError(f"--since {period.first} is after --until {period.last}")
    rows = count(period, office, names_of(home))
    if as_json:
        click.echo(json.dumps(rows.as_json(), ensure_ascii=False))
        return
    for kind, counted in (
        ("commune", rows.communes),
        ("agency", rows.agencies),
        ("sector", rows.sectors),
    ):
        click.echo(f"{kind:44} accepted published exemplars")
        for row in counted:
            accepted, published, exemplars = row.numbers().values()
            cells = (_cell(accepted, 8), _cell(published, 9), _cell(exemplars, 9))
            click.echo(f"{row.name:44} {' '.join(cells)}")
    click.echo(f"{len(rows.without)} of {rows.asked} communes without any")
    agencies = sum(row.asked for row in rows.agencies)
    click.echo(f"{len(rows.agencies_without)} of {agencies} agencies without any")


def _cell(value: int | None, width: int) -> str:
    """A dash where an axis does not count it."""
    return f"{'-' if value is None else value:>{width}}"


def _start() -> tuple[Home, Office]:
    home = Home.locate()
    office = load_office(home.office_file)
    setup_django()
    return home, office


def _write(path: Path, data: bytes) -> None:
    try:
        path.write_bytes(data)
    except OSError as error:
        raise WorkFailed(f"{path}: {error.strerror}") from error
