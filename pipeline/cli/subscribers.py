"""``subscribers``: the newsletter's readers, with their consent records."""

from __future__ import annotations

import json
from typing import TextIO

import click

from pipeline.cli import WorkFailed, setup_django
from pipeline.cli.bouncing import bounces
from pipeline.config.home import Home
from pipeline.config.office import Office, load_office
from pipeline.text.clock import utc_now


@click.group()
def subscribers() -> None:
    """The newsletter's readers: import with proof of consent, export, erase."""


@subscribers.command("import")
@click.argument("file", type=click.File(encoding="utf-8-sig"), default="-")
@click.option("--consent", required=True, help="Where and how these people agreed (kept as proof).")
def import_(file: TextIO, consent: str) -> None:
    """Add one e-mail address per line of FILE. Someone who left is never added again."""
    office = _start()
    from pipeline.publish.mail import subscribers as readers

    added, known, left, bad = 0, 0, 0, 0
    for number, line in enumerate(file, start=1):
        email = line.strip()
        if not email or email.startswith("#"):
            continue
        try:
            outcome = readers.take_over(email, consent, office=office, at=utc_now())
        except ValueError as error:
            bad += 1
            click.echo(f"line {number}: {error}", err=True)
            continue
        added += outcome == "added"
        known += outcome == "known"
        left += outcome == "left"
    click.echo(f"{added} added, {known} known, {left} had left, {bad} not addresses")
    if bad:
        raise WorkFailed(f"{bad} lines are not e-mail addresses")


@subscribers.command()
@click.option("--email", help="Only this person: everything we hold about them.")
def export(email: str | None) -> None:
    """JSON Lines of readers with their consent records."""
    _start()
    from pipeline.publish.mail import subscribers as readers

    found = 0
    for person in readers.export(email):
        click.echo(json.dumps(person, ensure_ascii=False))
        found += 1
    if email and not found:
        raise WorkFailed("nobody with this address")


@subscribers.command()
@click.argument("email")
def erase(email: str) -> None:
    """Delete a reader and their consent records; ledgers keep only an id that means nobody."""
    _start()
    from pipeline.publish.mail import subscribers as readers

    if not readers.erase(email, at=utc_now()):
        raise WorkFailed("nobody with this address")
    click.echo("erased")


subscribers.add_command(bounces)


def _start() -> Office:
    office = load_office(Home.locate().office_file)
    setup_django()
    return office
