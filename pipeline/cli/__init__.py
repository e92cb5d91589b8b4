"""The ``guongsang`` command. Verbs load lazily: ``--help`` must not import NumPy and Scrapy."""

from __future__ import annotations

import importlib
import os
import sys
import traceback

import click

from pipeline.config.home import Home
from pipeline.config.yamlfile import ConfigError
from pipeline.logs import run_id

COMMANDS = {
    "accounts": ("pipeline.cli.accounts:accounts", "who may come to the desk, and a way back in"),
    "backup": ("pipeline.cli.operating:backup", "write a backup while everything runs"),
    "check": ("pipeline.cli.checking:check", "are the facts of a summary in its source?"),
    "crawl": ("pipeline.cli.collecting:crawl", "one crawl round now"),
    "demo": ("pipeline.cli.demo:demo", "three invented newspapers and the whole cycle on them"),
    "digest": (
        "pipeline.cli.digest:digest",
        "draft, show, submit, approve the weekly digest",
    ),
    "doctor": ("pipeline.cli.operating:doctor", "what is wrong here, and how to mend it"),
    "evaluate": ("pipeline.cli.evaluating:evaluate", "score judging, extraction or grouping"),
    "export": ("pipeline.cli.exporting:export", "what is stored, as JSON Lines or WARC"),
    "extract": ("pipeline.cli.extracting:extract", "read the article on a page"),
    "group": ("pipeline.cli.grouping:group", "group articles into stories"),
    "init": ("pipeline.cli.installing:init", "make a home: configuration, database, administrator"),
    "jobs": ("pipeline.cli.operating:jobs", "what is due, who works on it, how it went"),
    "judge": ("pipeline.cli.judging:judge", "judge articles, or compare two judgements"),
    "migrate-to": ("pipeline.cli.operating:migrate_to", "move a home from SQLite to PostgreSQL"),
    "publish": ("pipeline.cli.publishing:publish", "send approved editions"),
    "quiz": ("pipeline.cli.yearly:quiz", "questions on a year's stories, with sourced answers"),
    "rebuild": ("pipeline.cli.collecting:rebuild", "derive everything again from the raw pages"),
    "report": ("pipeline.cli.reporting:report", "the quarterly report, and who has none"),
    "restore": ("pipeline.cli.operating:restore", "make the home what a backup holds"),
    "run": ("pipeline.cli.serving:run", "web, scheduler and worker together"),
    "scheduler": ("pipeline.cli.serving:scheduler", "keep time (one process only)"),
    "sources": ("pipeline.cli.sources:sources", "check, probe, import, verify, learn the outlets"),
    "subscribers": (
        "pipeline.cli.subscribers:subscribers",
        "readers, with proof of consent",
    ),
    "train": ("pipeline.cli.training:train", "learn from what the desk has decided"),
    "upgrade": ("pipeline.cli.installing:upgrade", "bring the database to this version"),
    "web": ("pipeline.cli.serving:web", "serve the desk and the public pages"),
    "worker": ("pipeline.cli.serving:worker", "do what is due, on any number of machines"),
    "yearbook": ("pipeline.cli.yearly:yearbook", "a year's stories as a book"),
}
"""Where each is, and what it is for: ``--help`` loads none of them."""


class WorkFailed(click.ClickException):
    """The work failed (exit 1), as against wrong usage or configuration (exit 2)."""

    exit_code = 1


class LazyGroup(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, _, attribute = COMMANDS[cmd_name][0].partition(":")
        command = getattr(importlib.import_module(module), attribute)
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, COMMANDS[name][1]) for name in self.list_commands(ctx)])


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--home",
    envvar="GUONGSANG_HOME",
    type=click.Path(file_okay=False),
    help="Home directory (default: GUONGSANG_HOME, else the current directory).",
)
@click.option("--debug", is_flag=True, help="Show the traceback of an error.")
@click.version_option(package_name="guongsang", prog_name="guongsang")
@click.pass_context
def cli(context: click.Context, home: str | None, debug: bool) -> None:
    """Gương Sáng: finds, reviews and spreads exemplar stories."""
    if home:
        os.environ["GUONGSANG_HOME"] = home
    context.with_resource(run_id(f"{context.invoked_subcommand}-{os.getpid()}"))


def setup_django(*, whole: bool = True) -> None:
    """Called first by every command that needs the database. Only what mends or examines a home
    goes without a ``whole`` one.

    Raises:
        click.UsageError: there is no such home.
        WorkFailed: a backup was brought back into it by half.
    """
    import django

    from pipeline.operate.running import BrokenOff, require_whole

    home = Home.locate()
    if not home.root.is_dir():
        raise click.UsageError(f"{home.root} does not exist: name a home, or make it (init)")
    if whole:
        try:
            require_whole(home)
        except BrokenOff as error:
            raise WorkFailed(str(error)) from error

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
