"""``guongsang evaluate``: scores against a labelled file."""

from __future__ import annotations

import importlib

import click

SUBCOMMANDS = {
    "judge": "pipeline.cli.evaluating_judgement:judge",
    "extract": "pipeline.cli.evaluating_extraction:extract",
    "group": "pipeline.cli.evaluating_groups:group",
}


class LazyEvaluations(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(SUBCOMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in SUBCOMMANDS:
            return None
        module, _, attribute = SUBCOMMANDS[cmd_name].partition(":")
        command = getattr(importlib.import_module(module), attribute)
        assert isinstance(command, click.Command)
        return command


@click.group(cls=LazyEvaluations)
def evaluate() -> None:
    """Score judging, extraction or grouping against a labelled file."""
