"""``publish``: deliveries, once each."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import click

from pipeline.cli import WorkFailed, setup_django
from pipeline.config.home import Home
from pipeline.config.office import Office, load_office
from pipeline.text.clock import utc_now

if TYPE_CHECKING:
    from pipeline.store.models import Delivery


@click.command()
@click.option("--due", is_flag=True, help="Send what is due now (the scheduler does the same).")
@click.option("--edition", "number", type=int, help="Only this edition.")
@click.option("--channel", help="Only this channel.")
@click.option(
    "--dry-run",
    is_flag=True,
    help="Send and store nothing; show what would go (with --json its text, too).",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON Lines, one per delivery.")
def publish(
    due: bool, number: int | None, channel: str | None, dry_run: bool, as_json: bool
) -> None:
    """Send approved editions. What is sent is never sent again.

    With --edition and without --due the edition goes now, before its time or past its grace: a
    person has decided. A source's delay still holds, and letters and posts wait until the edition's
    portal pages, to which they link, are out.
    """
    if not due and number is None:
        raise click.UsageError("say --due (what is due) or --edition N (this one, now)")
    home = Home.locate()
    office = load_office(home.office_file)
    setup_django()
    from pipeline.publish.channels import CHANNELS
    from pipeline.publish.decisions import release_edition
    from pipeline.publish.outbox import publish_due
    from pipeline.publish.websub import announce
    from pipeline.store.models import Edition

    if channel is not None and channel not in CHANNELS:
        raise click.UsageError(f"no channel '{channel}'; there are: {', '.join(CHANNELS)}")
    edition = None if number is None else Edition.objects.filter(number=number).first()
    if number is not None and edition is None:
        raise click.UsageError(f"no edition {number}")
    now = utc_now()
    if edition is not None and not due and not dry_run:
        release_edition(edition, None, now, office, channel=channel)
    deliveries = publish_due(
        office=office, home=home, now=now, edition=edition, channel=channel, dry_run=dry_run
    )
    if not dry_run:
        announce(office, home, now)
    texts = _texts(deliveries, office) if dry_run and as_json else {}
    for delivery in deliveries:
        line = _line(delivery) | texts.pop((delivery.edition_id, delivery.channel), {})
        click.echo(json.dumps(line, ensure_ascii=False) if as_json else _plain(line))
    if not deliveries and not as_json:
        click.echo("nothing is due (letters and posts wait until their edition's portal is out)")
    if any(delivery.state in ("failed", "unknown") for delivery in deliveries):
        raise WorkFailed("some deliveries need a person: see the desk")


def _texts(deliveries: Iterable[Delivery], office: Office) -> dict[tuple[int, str], dict[str, str]]:
    """What each channel would say of each edition, once however many it would be sent to."""
    from pipeline.publish.approved import content_of, standing
    from pipeline.publish.channels import CHANNELS

    pairs = {(row.edition_id, row.channel): row.edition for row in deliveries}
    texts = {}
    for (pk, channel), edition in pairs.items():
        preview = CHANNELS[channel].preview(standing(content_of(edition)), office)
        texts[pk, channel] = {"text": preview.text or preview.body, "note": preview.note}
    return texts


def _line(delivery: Delivery) -> dict[str, Any]:
    return {
        "edition": delivery.edition.number,
        "channel": delivery.channel,
        "recipient": delivery.recipient,
        "state": str(delivery.state),
        "due_at": delivery.due_at.isoformat(),
        "remote_id": delivery.remote_id,
        "detail": delivery.detail,
    }


def _plain(line: dict[str, Any]) -> str:
    parts = [f"#{line['edition']}", line["channel"], line["recipient"], line["state"]]
    return "  ".join([part for part in parts if part] + [line["detail"]]).rstrip()
