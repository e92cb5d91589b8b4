"""``digest``: the weekly digest from the command line, by the same rules as on the desk."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from pipeline.cli import WorkFailed, setup_django
from pipeline.cli.days import Week
from pipeline.config.home import Home
from pipeline.config.office import Office, load_office
from pipeline.text.clock import VIETNAM, iso_week, utc_now

if TYPE_CHECKING:
    from pipeline.digest.checklist import Problem
    from pipeline.digest.content import EditionContent
    from pipeline.store.models import Digest, User

WEEK = click.option("--week", type=Week(), help="ISO week such as 2026-W47 (default: this week).")
AS_USER = click.option("--as", "username", required=True, help="Log-in name of who decides.")
AS_JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@click.group()
def digest() -> None:
    """The weekly digest: draft, look at, send for approval, approve, send back."""


@digest.command()
@WEEK
@AS_JSON
def draft(week: str | None, as_json: bool) -> None:
    """Draft the week's digest; drafting again adds nothing."""
    office = _start()
    from pipeline.digest.drafting import draft_digest

    now = utc_now()
    try:
        drafted = draft_digest(week or iso_week(now), office=office, now=now)
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    _print(_summary(drafted), as_json)


@digest.command("list")
@AS_JSON
def list_(as_json: bool) -> None:
    """All digests, newest first."""
    _start()
    from pipeline.store.models import Digest

    for each in Digest.objects.all():
        _print(_summary(each), as_json)


@digest.command()
@WEEK
@AS_JSON
def show(week: str | None, as_json: bool) -> None:
    """One digest in full, with its checklist and the fingerprint that ``approve`` asks for."""
    office = _start()
    from pipeline.digest.approval import checklist, next_publication
    from pipeline.digest.content import fingerprint, to_json

    found = _digest(week)
    content, problems = checklist(found, office, next_publication(office, utc_now()))
    if as_json:
        shown = [
            {
                "level": problem.level,
                "code": problem.code,
                "text": problem.text,
                "item": problem.item,
                "signed": problem.signed,
            }
            for problem in problems
        ]
        data = {"content": to_json(content), "fingerprint": fingerprint(content)}
        click.echo(json.dumps({**_summary(found), **data, "problems": shown}, ensure_ascii=False))
        return
    _print(_summary(found), as_json=False)
    _print_words(content, problems)


@digest.command()
@WEEK
@AS_USER
def submit(week: str | None, username: str) -> None:
    """Send the digest to the chief editor."""
    office = _start()
    from pipeline.digest import approval

    with _decision():
        approval.submit(_digest(week), _user(username), utc_now(), office=office)
    click.echo(f"{_digest(week).week}: submitted")


@digest.command()
@WEEK
@AS_USER
@click.option("--publish-at", help="Time such as '2026-11-27 16:00' (default: as scheduled).")
@click.option(
    "--fingerprint",
    help="As `digest show` prints it: approve these words and no others (default: as they stand).",
)
def approve(
    week: str | None, username: str, publish_at: str | None, fingerprint: str | None
) -> None:
    """Approve a submitted digest: it becomes an edition, due at its publication time. Without
    --fingerprint the words that were approved are printed."""
    office = _start()
    from pipeline.digest import approval
    from pipeline.digest.content import from_json

    moment = _moment(publish_at) if publish_at else None
    with _decision():
        edition = approval.approve(
            _digest(week),
            _user(username),
            utc_now(),
            office,
            moment,
            expected_fingerprint=fingerprint,
        )
    if fingerprint is None:
        _print_words(from_json(edition.content))
    click.echo(f"edition {edition.number}: {edition.publish_at.astimezone(VIETNAM):%Y-%m-%d %H:%M}")


@digest.command()
@WEEK
@AS_USER
@click.option("--note", required=True, help="What is to be changed.")
def reject(week: str | None, username: str, note: str) -> None:
    """Send a submitted digest back to its editors."""
    _start()
    from pipeline.digest import approval

    with _decision():
        approval.send_back(_digest(week), _user(username), utc_now(), note)
    click.echo(f"{_digest(week).week}: sent back")


def _start() -> Office:
    office = load_office(Home.locate().office_file)
    setup_django()
    return office


def _digest(week: str | None) -> Digest:
    from pipeline.store.models import Digest

    week = week or iso_week(utc_now())
    found = Digest.objects.filter(week=week).first()
    if found is None:
        raise WorkFailed(f"no digest of week {week} → guongsang digest draft --week {week}")
    return found


def _user(username: str) -> User:
    from pipeline.store.models import User

    found = User.objects.filter(username=username).first()
    if found is None:
        raise click.UsageError(f"no user '{username}'")
    return found


@contextmanager
def _decision() -> Iterator[None]:
    """A refusal of the rules is failed work, in one line."""
    from pipeline.digest.rules import NotAllowed

    try:
        yield
    except NotAllowed as error:
        raise WorkFailed(error.reason) from None


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise click.UsageError(f"'{text}' is not a time → write 2026-11-27 16:00") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=VIETNAM)


def _print_words(content: EditionContent, problems: tuple[Problem, ...] = ()) -> None:
    """All that an approver answers for."""
    from pipeline.digest.content import fingerprint

    if content.intro:
        click.echo(content.intro)
    for number, item in enumerate(content.items, start=1):
        click.echo(f"{number:3}. {item.headline} ({item.outlet})")
        click.echo(f"     {item.summary}")
        tags = [item.sector_name, *(campaign.name for campaign in item.campaigns)]
        click.echo(f"     {'; '.join(filter(None, [*tags, item.author, item.url]))}")
        for problem in problems:
            if problem.item == item.public_id:
                done = " (signed)" if problem.signed else ""
                click.echo(f"     {problem.level}{done}: {problem.text}")
    if content.closing:
        click.echo(content.closing)
    for problem in problems:
        if not problem.item:
            click.echo(f"{problem.level}: {problem.text}")
    click.echo(f"fingerprint: {fingerprint(content)}")


def _summary(found: Digest) -> dict[str, Any]:
    edition = found.editions.filter(correction=None).order_by("-number").first()
    return {
        "week": found.week,
        "state": str(found.state),
        "title": found.title,
        "items": found.items.count(),
        "edition": edition.number if edition else None,
    }


def _print(summary: dict[str, Any], as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(summary, ensure_ascii=False))
        return
    edition = f", edition {summary['edition']}" if summary["edition"] else ""
    click.echo(
        f"{summary['week']}  {summary['state']}{edition}  {summary['items']} items  "
        f"{summary['title']}"
    )
