"""``subscribers bounces``: letters that came back, from a mail folder or from the mail server."""

from __future__ import annotations

import mailbox
import signal
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from pipeline.cli import WorkFailed, setup_django
from pipeline.config.home import Home
from pipeline.config.office import load_office
from pipeline.text.clock import utc_now

Take = Callable[[bytes, str], bool]
LARGEST = 2_000_000  # bytes of a letter that is accepted


@click.command()
@click.option(
    "--maildir",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Read the new letters of this Maildir and mark them seen.",
)
@click.option(
    "--lmtp", metavar="HOST:PORT", help="Take letters from the mail server until stopped."
)
def bounces(maildir: Path | None, lmtp: str | None) -> None:
    """Note letters that came back: no more to mailboxes that are gone or called it spam."""
    if (maildir is None) == (lmtp is None):
        raise click.UsageError("give either --maildir or --lmtp")
    office = load_office(Home.locate().office_file)
    setup_django()
    from pipeline.publish.mail import bounces as returned

    def take(raw: bytes, recipient: str) -> bool:
        found = returned.read(raw, recipient)
        return found is not None and returned.note(found, office, utc_now())

    if maildir is not None:
        click.echo("{} letters, {} noted".format(*_read(maildir, take)))
    elif lmtp is not None:
        _listen(lmtp, take)


def _read(folder: Path, take: Take) -> tuple[int, int]:
    """A letter is marked after it is noted: read twice it changes nothing, lost it would."""
    box = mailbox.Maildir(folder, create=False)
    letters = noted = 0
    for key in list(box.keys()):
        message = box.get_message(key)
        if message.get_subdir() != "new":
            continue
        letters += 1
        noted += take(box.get_bytes(key), "")
        message.set_subdir("cur")
        message.add_flag("S")
        box[key] = message
    return letters, noted


def _listen(address: str, take: Take) -> None:
    import asyncio

    from aiosmtpd.controller import Controller
    from aiosmtpd.lmtp import LMTP
    from django.db import DatabaseError, close_old_connections

    def alone(raw: bytes, recipient: str) -> None:
        """Each letter has a connection of its own: the server may wait for days between two."""
        try:
            take(raw, recipient)
        finally:
            close_old_connections()

    host, _colon, port = address.rpartition(":")
    if not port.isdecimal():
        raise click.UsageError(f"--lmtp {address}: write it like 127.0.0.1:8024")

    class Handler:
        async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
            try:
                for recipient in envelope.rcpt_tos:
                    await asyncio.to_thread(alone, envelope.original_content, recipient)
            except DatabaseError:
                return "451 4.3.0 Try again later"
            return "250 OK"

    class Lmtp(Controller):
        def factory(self) -> Any:
            return LMTP(self.handler, data_size_limit=LARGEST)

    controller = Lmtp(Handler(), hostname=host or "127.0.0.1", port=int(port))
    try:
        controller.start()
    except OSError as error:
        raise WorkFailed(f"{address}: {error.strerror}") from error
    click.echo(f"Waiting for letters on {address}")
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    stop.wait()
    controller.stop()
