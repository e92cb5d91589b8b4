"""Backups, moving to PostgreSQL, doctor and jobs: for whoever looks after the server."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path

import click

from pipeline.cli import WorkFailed, setup_django
from pipeline.config.home import Home
from pipeline.text.clock import utc_now

FOLDER = click.Path(file_okay=False, path_type=Path)


@click.command()
@click.argument("folder", type=FOLDER)
def backup(folder: Path) -> None:
    """Write a backup into a new FOLDER while everything runs. Secrets (.env) are not in it."""
    home = Home.locate()
    setup_django()
    from pipeline.operate.backup import take
    from pipeline.operate.dumping import BackupFailed

    try:
        taken = take(home, folder, utc_now())
    except (BackupFailed, OSError) as error:
        raise WorkFailed(str(error)) from error
    click.echo(f"{taken.folder}: {taken.files} files, {taken.bytes / 1e6:.1f} MB")


@click.command()
@click.argument("folder", type=FOLDER)
@click.option("--yes", is_flag=True, help="Do not ask.")
def restore(folder: Path, yes: bool) -> None:
    """Make the home what it was when the backup in FOLDER was taken. Stop every process first: it
    refuses while one runs."""
    home = Home.locate()
    setup_django(whole=False)
    from pipeline.cli.installing import migrate
    from pipeline.operate.backup import bring_back, check
    from pipeline.operate.dumping import BackupFailed
    from pipeline.operate.running import InUse

    try:
        manifest = check(folder)
        if not yes:
            click.confirm(
                f"Replace {home.root} by the backup of {manifest['taken_at']}?", abort=True
            )
        done = bring_back(home, folder, migrate, utc_now())
    except (BackupFailed, InUse, OSError) as error:
        raise WorkFailed(str(error)) from error
    click.echo(
        f"{home.root}: as of {manifest['taken_at']}, {done.forgotten} erasures and {done.withdrawn}"
        f" withdrawals done again, {done.doubtful} deliveries that may have gone out since"
    )
    if done.aside:
        click.echo(f"{done.aside.files} files made since are in {done.aside.folder}")
    if done.doubtful:
        click.echo("Next: decide on the desk's first page what becomes of these deliveries")


@click.command("migrate-to")
@click.argument("url")
def migrate_to(url: str) -> None:
    """Copy the home's SQLite database into the empty PostgreSQL database URL, and check it.

    URL is postgres://user:password@host/database, or - to read it from standard input: others on
    the machine see what stands on a command line. Stop every process first. Per table the rows are
    counted and hashed on both sides; on one difference nothing stays there.
    """
    setup_django()
    from pipeline.operate.moving import Moved, MoveFailed, move

    def show(moved: Moved) -> None:
        click.echo(f"{moved.table:34} {moved.rows:>9}  {moved.hash[:16]}")

    try:
        tables = move(sys.stdin.readline().strip() if url == "-" else url, show)
    except MoveFailed as error:
        raise WorkFailed(f"nothing was moved: {error}") from error
    click.echo(
        f"{len(tables)} tables, {sum(each.rows for each in tables)} rows, the same on both sides"
    )
    click.echo("Next: DATABASE_URL=… into .env, guongsang doctor, guongsang run")


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option(
    "--mail",
    is_flag=True,
    help="Print nothing; mail the administrator what is newly broken or mended.",
)
def doctor(as_json: bool, mail: bool) -> None:
    """Check configuration, disk, database, clock, scheduler, outlets, mail and channels; fails when
    something is broken."""
    home = Home.locate()
    setup_django(whole=False)
    if mail:
        _mail(home)
        return
    from pipeline.operate.doctor import examine
    from pipeline.operate.findings import Verdict

    findings = examine(home, utc_now(), whole=True)
    if as_json:
        click.echo(json.dumps([asdict(each) for each in findings], ensure_ascii=False))
    else:
        marks = {Verdict.GOOD: "tốt", Verdict.LOOK: "XEM", Verdict.BAD: "HỎNG"}
        for each in findings:
            click.echo(f"{marks[each.verdict]:5} {each.about}: {each.words}")
    if any(each.verdict is Verdict.BAD for each in findings):
        raise click.exceptions.Exit(1)


def _mail(home: Home) -> None:
    from pipeline.operate.alerting import tell_administrator
    from pipeline.publish.channels.base import NotSent

    try:
        tell_administrator(home, utc_now())
    except NotSent as error:
        raise WorkFailed(f"the administrator cannot be told: {error}") from error


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON line per job.")
def jobs(as_json: bool) -> None:
    """What is due, who works on it, and how the last runs went."""
    setup_django()
    from pipeline.operate.jobs import job_states
    from pipeline.text.format import date_time

    for each in job_states(utc_now()):
        if as_json:
            click.echo(json.dumps(each.as_json(), ensure_ascii=False))
            continue
        last = date_time(each.last_success) if each.last_success else "chưa lần nào"
        click.echo(
            f"{each.job:8} chờ {each.waiting}, đang làm {each.running}, mất {each.lost}, "
            f"hỏng trong 24 giờ {each.failed}; xong gần nhất: {last}"
        )
        if each.workers:
            click.echo(f"         {', '.join(each.workers)}")
        if each.held:
            click.echo(f"         đang chờ: {each.held}")
