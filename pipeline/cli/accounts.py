"""``accounts``: a way back in for the office's people, from the server itself."""

from __future__ import annotations

import click

from pipeline.cli import WorkFailed, setup_django
from pipeline.config.home import Home
from pipeline.config.office import load_office
from pipeline.text.clock import utc_now


@click.group()
def accounts() -> None:
    """The desk's accounts: who has one, and a way back in when no administrator can help."""


@accounts.command("list")
def list_() -> None:
    """One line for each account: name, role, and whether it can log in."""
    _start()
    from pipeline.store.models import User
    from pipeline.web.desk.accounts.second_step import is_on

    for person in User.objects.order_by("-is_active", "username"):
        if not person.is_active:
            state = "off"
        elif not person.has_usable_password():
            state = "invited"
        else:
            state = "second step" if is_on(person) else "password only"
        click.echo(f"{person.get_username()}\t{person.role}\t{state}")


@accounts.command()
@click.argument("username")
def reset(username: str) -> None:
    """Take password, second step and lock of USERNAME away and print a link, good for three days,
    on which its person sets a new password.

    Also for the only administrator, whom nobody on the desk can reset. It is in the audit trail.
    """
    site_url = _start()
    from pipeline.store.models import User
    from pipeline.web.desk.accounts import rules

    person = User.objects.filter(username=username).first()
    if person is None:
        raise WorkFailed(f"nobody is called '{username}': see `guongsang accounts list`")
    if not person.is_active:
        raise WorkFailed(f"'{username}' is switched off: an administrator switches it on again")
    rules.reset_from_server(person, utc_now())
    click.echo(site_url + rules.invitation(person))


def _start() -> str:
    """Returns the address of the desk."""
    office = load_office(Home.locate().office_file)
    setup_django()
    return office.site_url
