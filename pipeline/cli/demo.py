"""``demo``: the whole cycle on the bundled newspapers, for a first look and as a self-test."""

from __future__ import annotations

import json
import logging
import os
import signal
import tempfile
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipeline.cli import WorkFailed, setup_django
from pipeline.cli.collecting import progress_bar, show_crawl
from pipeline.cli.installing import create_home, migrate
from pipeline.cli.serving import supervise
from pipeline.config.home import Home
from pipeline.config.office import load_office
from pipeline.config.yamlfile import ConfigError
from pipeline.demo import DemoNewspapers
from pipeline.demo.mailbox import Mailbox
from pipeline.demo.office import (
    OFFICE,
    DemoState,
    NotADemo,
    is_free,
    keep_to_loopback,
    open_office,
    write_sources,
)
from pipeline.text.clock import utc_now

logger = logging.getLogger(__name__)

if TYPE_CHECKING:  # imports models, which wait for setup_django
    from pipeline.demo.cycle import Found

PUBLISH_EVERY = 3.0  # seconds; who approves a digest in the demo wants to see it out


@click.command()
@click.option("--once", is_flag=True, help="Publish as two scripted people, print counts, exit.")
@click.option("--json", "as_json", is_flag=True, help="Counts as JSON.")
@click.option("--port", default=8000, show_default=True, help="Port of the desk.")
def demo(once: bool, as_json: bool, port: int) -> None:
    """Three bundled newspapers on loopback and the whole cycle on them.

    Works in a home of its own: --home, else ./home; with --once alone a throw-away one. Uses that
    home's SQLite file and a mail server on loopback, whatever DATABASE_URL and EMAIL_URL say.
    """
    # SIGTERM ends the demo as Ctrl-C does: servers and throw-away home are put away.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    if not once and not is_free(port):
        raise WorkFailed(f"port {port} is taken: end what listens there or give another --port")
    with _home(throw_away=once) as home, ExitStack() as servers:
        try:
            state = DemoState.load_or_make(home, utc_now())
        except NotADemo as error:
            raise click.UsageError(str(error)) from None
        keep_to_loopback(state)
        if not home.office_file.exists():
            create_home(home, OFFICE | {"site_url": f"http://127.0.0.1:{port}"})
        try:
            newspapers = servers.enter_context(DemoNewspapers(state.anchor, ports=state.ports))
            servers.enter_context(Mailbox(home.output_dir / "mail", state.mail_port))
        except OSError as error:
            raise WorkFailed(f"{error}: does another demo run in {home.root}?") from None
        write_sources(home, newspapers.sources())
        setup_django()
        migrate()
        open_office(state, utc_now())
        if once:
            _once(home, as_json)
        else:
            _serve(home, state, newspapers, port)


@contextmanager
def _home(*, throw_away: bool) -> Iterator[Home]:
    given = os.environ.get("GUONGSANG_HOME")
    if not given and throw_away:
        with tempfile.TemporaryDirectory(prefix="guongsang-demo-") as folder:
            os.environ["GUONGSANG_HOME"] = folder
            yield Home.locate()
    else:
        os.environ["GUONGSANG_HOME"] = str(Path(given or "home").resolve())
        yield Home.locate()


def _once(home: Home, as_json: bool) -> None:
    from pipeline.demo.cycle import WARNINGS_WE_SAW, Counts, publish_as_two_people, unsent

    office = load_office(home.office_file)
    before = Counts.take()
    found = _collect(home)
    publish_as_two_people(home, office, signed=WARNINGS_WE_SAW)
    after = Counts.take()
    result = {"found": found.found, "fetched": found.fetched} | asdict(after)
    added = asdict(after.since(before))
    if as_json:
        click.echo(json.dumps(result | {"added": added}))
    else:
        for key, value in result.items():
            click.echo(f"{key}: {value}" + (f" (+{added[key]})" if added.get(key) else ""))
    errors = [*found.errors, *unsent(office)]
    for error in errors:
        click.echo(error, err=True)
    missing = [key for key, value in asdict(after).items() if not value]
    if missing or errors:
        raise WorkFailed("the cycle did not work: " + (", ".join(missing) or "errors") + ".")


def _collect(home: Home) -> Found:
    from pipeline.demo.cycle import collect

    with progress_bar() as progress:
        return collect(home, load_office(home.office_file), show_crawl(progress))


def _serve(home: Home, state: DemoState, newspapers: DemoNewspapers, port: int) -> None:
    from pipeline.demo.cycle import draft

    found = _collect(home)
    digest = draft(load_office(home.office_file))
    click.echo(f"Quét xong: {found.found} liên kết mới, {found.fetched} trang.")
    click.echo(f"{digest.title}: {digest.items.count()} tin.\n")
    for name, what in (
        ("Bàn biên tập", f"http://127.0.0.1:{port}/desk/"),
        ("  biên tập viên", f"lananh / {state.editor_password}"),
        ("  lãnh đạo duyệt", f"thuha / {state.chief_password}"),
        ("Trang công khai", f"http://127.0.0.1:{port}/portal/"),
        ("Thư gửi đi", home.output_dir / "mail"),
        *((source["name"], source["home"]) for source in newspapers.sources()),
    ):
        click.echo(f"{name:<20}{what}")
    click.echo("\nCtrl-C để dừng.")
    stop = threading.Event()
    # A daemon: a letter stuck at its server must not keep Ctrl-C waiting; its delivery is then
    # `unknown` at the next start, as after any kill.
    publisher = threading.Thread(
        target=_publish_until, args=(home, stop), name="publisher", daemon=True
    )
    publisher.start()
    try:
        supervise([["web", "--port", str(port)]], home)
    finally:
        stop.set()
        publisher.join(timeout=10)


def _publish_until(home: Home, stop: threading.Event) -> None:
    """The demo's own worker: sends what people approve on the desk. It does not crawl, because a
    scheduled crawl refuses loopback addresses."""
    from django.db import DatabaseError, connection

    from pipeline.publish.outbox import publish_due

    while not stop.wait(PUBLISH_EVERY):
        try:
            publish_due(office=load_office(home.office_file), home=home, now=utc_now())
        except (DatabaseError, ConfigError) as error:
            logger.error("nothing is published for now: %s", error)
    connection.close()
