"""``init``: a home directory in one go."""

from __future__ import annotations

import secrets
import sys
from pathlib import Path

import click
import yaml

from pipeline.cli import WorkFailed, setup_django
from pipeline.config.home import Home
from pipeline.config.office import load_office
from pipeline.config.provinces import province_names, resolve_province
from pipeline.config.yamlfile import ConfigError

OFFICE_HEAD = """\
# The office that runs this installation. Every key: docs/reference/files.md.
# Secrets (database, mail password, tokens) belong in .env beside this file.
"""


@click.command()
@click.option("--province", prompt="Tỉnh, thành phố (province)", help="Today's province name.")
@click.option("--office", prompt="Tên cơ quan (office name)", help="Name of the office.")
@click.option(
    "--contact",
    prompt="E-mail liên hệ (contact)",
    help="Address that outlets and readers can write to; the crawler names it.",
)
@click.option("--admin", prompt="Tên đăng nhập quản trị (administrator)", help="First account.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
def init(province: str, office: str, contact: str, admin: str, password_stdin: bool) -> None:
    """Create a home: configuration, database and the first administrator."""
    home = Home.locate()
    if home.office_file.exists():
        raise WorkFailed(f"{home.office_file} exists: this home is already set up")
    if password_stdin:
        password = sys.stdin.readline().rstrip("\n")
    else:
        password = click.prompt("Mật khẩu (password)", hide_input=True, confirmation_prompt=True)
    create_home(home, {"name": office, "province": today_name(province), "contact": contact})
    setup_django()
    from django.contrib.auth.password_validation import validate_password
    from django.core.exceptions import ValidationError

    from pipeline.store.models import Role, User

    try:
        validate_password(password, User(username=admin))
    except ValidationError as error:
        home.office_file.unlink()
        raise click.UsageError("password: " + " ".join(error.messages)) from None
    try:
        migrate()
        if not User.objects.filter(username=admin).exists():
            User.objects.create_superuser(
                admin, password=password, role=Role.ADMIN, full_name=admin
            )
    except Exception:
        home.office_file.unlink()  # so that init can be repeated once the database answers
        raise
    click.echo(f"Ready: {home.root}")
    click.echo("Next: guongsang sources verify, then guongsang run")


def create_home(home: Home, office: dict[str, object]) -> None:
    """Write office.yaml, sources.yaml and .env; the shipped taxonomy and templates serve until the
    office makes its own.

    Raises:
        ConfigError: ``office`` does not make a valid office.yaml; nothing is left behind.
    """
    home.root.mkdir(parents=True, exist_ok=True)
    home.output_dir.mkdir(exist_ok=True)
    text = OFFICE_HEAD + yaml.safe_dump(office, allow_unicode=True, sort_keys=False)
    home.office_file.write_text(text, "utf-8")
    try:
        load_office(home.office_file)
    except ConfigError:
        home.office_file.unlink()
        raise
    own_sources = home.root / "sources.yaml"
    if not own_sources.exists():
        own_sources.write_bytes(home.sources_file.read_bytes())
    if not home.env_file.exists():
        write_private(home.env_file, f"GUONGSANG_SECRET_KEY={secrets.token_urlsafe(48)}\n")


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner can read, from the first byte."""
    path.touch(mode=0o600)
    path.write_text(text, "utf-8")


def migrate() -> None:
    """Bring the database to the present schema; quick when it already is."""
    from django.core.management import call_command
    from django.db import connection

    if connection.vendor == "sqlite" and "memory" not in str(connection.settings_dict["NAME"]):
        # Password hashes and readers' addresses: nobody else's business on a shared machine.
        database = Path(connection.settings_dict["NAME"])
        database.touch(mode=0o600)
        database.chmod(0o600)
    call_command("migrate", verbosity=0, interactive=False)


@click.command()
def upgrade() -> None:
    """Bring the database to the present schema, before the new version is started.

    Safe to repeat. Take a backup first: `guongsang backup`.
    """
    home = Home.locate()
    load_office(home.office_file)
    setup_django()
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    migrate()
    click.echo(f"{len(waiting)} migrations applied")


def today_name(province: str) -> str:
    """The name of one of today's 34 provinces for what was typed (old names, other spellings).

    Raises:
        click.UsageError: no province is called so.
    """
    name = resolve_province(province)
    if name is None:
        raise click.UsageError(
            f"no province is called '{province}'; one of: " + ", ".join(province_names())
        )
    return name
