"""The ``guongsang`` command. Verbs load lazily: ``--help`` must not import NumPy and Scrapy."""

from __future__ import annotations

import importlib
import os
import sys
import traceback

import click

from pipeline.config.yamlfile import ConfigError

COMMANDS = {
    "accounts": "pipeline.cli.accounts:accounts",
    "backup": "pipeline.cli.operating:backup",
    "check": "pipeline.cli.checking:check",
    "crawl": "pipeline.cli.collecting:crawl",
    "demo": "pipeline.cli.demo:demo",
    "digest": "pipeline.cli.digest:digest",
    "doctor": "pipeline.cli.operating:doctor",
    "evaluate": "pipeline.cli.evaluating:evaluate",
    "export": "pipeline.cli.exporting:export",
    "extract": "pipeline.cli.extracting:extract",
    "group": "pipeline.cli.grouping:group",
    "init": "pipeline.cli.installing:init",
    "jobs": "pipeline.cli.operating:jobs",
    "judge": "pipeline.cli.judging:judge",
    "migrate-to": "pipeline.cli.operating:migrate_to",
    "publish": "pipeline.cli.publishing:publish",
    "quiz": "pipeline.cli.yearly:quiz",
    "rebuild": "pipeline.cli.collecting:rebuild",
    "report": "pipeline.cli.reporting:report",
    "restore": "pipeline.cli.operating:restore",
    "run": "pipeline.cli.serving:run",
    "scheduler": "pipeline.cli.serving:scheduler",
    "sources": "pipeline.cli.sources:sources",
    "subscribers": "pipeline.cli.subscribers:subscribers",
    "train": "pipeline.cli.training:train",
    "upgrade": "pipeline.cli.installing:upgrade",
    "web": "pipeline.cli.serving:web",
    "worker": "pipeline.cli.serving:worker",
    "yearbook": "pipeline.cli.yearly:yearbook",
}


class WorkFailed(click.ClickException):
    """The work failed (exit 1), as against wrong usage or configuration (exit 2)."""

    exit_code = 1


class LazyGroup(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, _, attribute = COMMANDS[cmd_name].partition(":")
        command = getattr(importlib.import_module(module), attribute)
        assert isinstance(command, click.Command)
        return command


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--home",
    envvar="GUONGSANG_HOME",
    type=click.Path(file_okay=False),
    help="Home directory (default: GUONGSANG_HOME, else the current directory).",
)
@click.option("--debug", is_flag=True, help="Show the traceback of an error.")
@click.version_option(package_name="guongsang", prog_name="guongsang")
def cli(home: str | None, debug: bool) -> None:
    """Gương Sáng: finds, reviews and spreads exemplar stories."""
    if home:
        os.environ["GUONGSANG_HOME"] = home


def setup_django() -> None:
    """Called first by every command that needs the database."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pipeline.settings")
    django.setup()


def main(argv: list[str] | None = None) -> None:
    """Run the command; every error is one clear line on stderr and the contract's exit code."""
    arguments = sys.argv[1:] if argv is None else argv
    try:
        sys.exit(cli.main(args=arguments, prog_name="guongsang", standalone_mode=False) or 0)
    except click.Abort:
        sys.exit(130)
    except BrokenPipeError:  # the reader of our output has gone: nothing is wrong with the work
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except Exception as error:  # noqa: BLE001 - the outermost edge
        if "--debug" in arguments:
            traceback.print_exc()
        else:
            click.echo(_line(error), err=True)
        sys.exit(error.exit_code if isinstance(error, click.ClickException) else _code(error))


def _line(error: Exception) -> str:
    if isinstance(error, ConfigError):
        return str(error)
    if isinstance(error, click.UsageError) and error.ctx:
        return f"{error.ctx.command_path}: {error.format_message()} (see --help)"
    if isinstance(error, click.ClickException):
        return f"guongsang: {error.format_message()}"
    return f"guongsang: {type(error).__name__}: {error}"


def _code(error: Exception) -> int:
    return 2 if isinstance(error, ConfigError) else 1
