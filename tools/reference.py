"""Writes commands.md, files.md, api.md and metrics.md of docs/reference from the code; ``--check``
only compares.

A command, option or YAML key without a description stops it: undescribed is undocumented.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import click
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from pipeline.cli import cli
from pipeline.config.office import Office
from pipeline.config.sources import SourcesFile
from pipeline.config.taxonomy import CampaignFile, CueFile, SectorFile
from tools.reference_api import api
from tools.reference_metrics import metrics

REFERENCE = Path(__file__).resolve().parents[1] / "docs" / "reference"
MADE = "<!-- Made by `make reference` from the code. Change the docstrings there. -->\n"

FILES: dict[str, type[BaseModel]] = {
    "office.yaml": Office,
    "sources.yaml": SourcesFile,
    "taxonomy/sectors.yaml": SectorFile,
    "taxonomy/campaigns.yaml": CampaignFile,
    "taxonomy/cues.yaml": CueFile,
}


class Undescribed(Exception):
    """A command, option or key has no description."""


def commands() -> str:
    lines = [
        "# Commands",
        MADE,
        "Every command exits 0 on success, 1 when the work failed, 2 on wrong usage or",
        "configuration. Errors are one clear line on stderr; `guongsang --debug COMMAND` adds the",
        "traceback. Streaming commands read and write JSON Lines: one object per input, in order;",
        'a bad line gives `{"id": …, "error": "…"}` and the stream goes on.',
        "",
    ]
    lines += ["## guongsang", "", *_options(cli, click.Context(cli)), ""]
    for path, command in walk(cli, ("guongsang",)):
        context = click.Context(command, info_name=" ".join(path))
        if not command.help:
            raise Undescribed(f"command {' '.join(path)}")
        usage = " ".join([*path, *command.collect_usage_pieces(context)])
        about = inspect.cleandoc(command.help).replace("\b\n", "")
        lines += [f"## {' '.join(path[1:])}", "", f"`{usage}`", "", about, ""]
        lines += [*_options(command, context), ""]
    return "\n".join(lines).rstrip() + "\n"


def walk(
    group: click.Group, path: tuple[str, ...]
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Every command below ``group``, groups before their members."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command
        yield (*path, name), command
        if isinstance(command, click.Group):
            yield from walk(command, (*path, name))


def _options(command: click.Command, context: click.Context) -> list[str]:
    rows = []
    for option in command.params:
        if isinstance(option, click.Option) and option.name != "version":
            record = option.get_help_record(context)
            if record is None or not record[1]:
                raise Undescribed(f"option {option.opts[0]} of {context.command_path}")
            rows.append(f"| `{_cell(record[0])}` | {_cell(record[1])} |")
    return ["| option | |", "|---|---|", *rows] if rows else []


def files() -> str:
    lines = [
        "# Files in a home directory",
        MADE,
        "All are checked when they are read: a fault names file, line, what is wrong and what",
        "would be right (`guongsang sources check`). Environment variables: [here](settings.md).",
        "",
        "Durations are written `30s`, `15m`, `6h`, `1d`; weekdays `mon` to `sun`; times are those",
        "of Viet Nam.",
        "",
    ]
    for name, model in FILES.items():
        lines += [f"## {name}", "", "| key | value | default | meaning |", "|---|---|---|---|"]
        lines += [_row(path, field) for path, field in keys(model)]
        lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def keys(model: type[BaseModel], prefix: str = "") -> Iterator[tuple[str, FieldInfo]]:
    """Every key of ``model`` and of the models inside it, dotted."""
    for name, field in model.model_fields.items():
        path = f"{prefix}{field.alias or name}"
        yield path, field
        inner = _model_in(field.annotation)
        if inner:
            many = inner is not field.annotation and not _optional(field.annotation)
            yield from keys(inner, f"{path}[]." if many else f"{path}.")


def _row(path: str, field: FieldInfo) -> str:
    if not field.description:
        raise Undescribed(f"key {path}")
    kind = _cell(_kind(field.annotation))
    default = (
        "required"
        if field.is_required()
        else f"`{_value(field.get_default(call_default_factory=True))}`"
    )
    if _model_in(field.annotation) and not field.is_required():
        default = ""
    return f"| `{path}` | {kind} | {default} | {_cell(field.description)} |"


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    found = (_model_in(argument) for argument in getattr(annotation, "__args__", ()))
    return next((model for model in found if model), None)


def _optional(annotation: Any) -> bool:
    return type(None) in getattr(annotation, "__args__", ())


def _kind(annotation: Any) -> str:
    names = {
        str: "text",
        int: "number",
        float: "number",
        bool: "true / false",
        timedelta: "duration",
    }
    if annotation in names:
        return names[annotation]
    arguments = [a for a in getattr(annotation, "__args__", ()) if a not in (type(None), ...)]
    origin = str(getattr(annotation, "__origin__", ""))
    if "Literal" in origin:
        return ", ".join(f"`{argument}`" for argument in arguments)
    if "tuple" in origin or "list" in origin:
        return f"list of {_kind(arguments[0])}"
    if "dict" in origin or "Mapping" in origin:
        return f"mapping to {_kind(arguments[-1])}"
    if arguments:
        return " or ".join(dict.fromkeys(_kind(argument) for argument in arguments))
    if _model_in(annotation):
        return "mapping"
    return {"date": "date", "Pattern": "regular expression"}.get(
        getattr(annotation, "__name__", ""), "text"
    )


def _value(value: Any) -> str:
    if isinstance(value, timedelta):
        seconds = value.total_seconds()
        for unit, size in (("d", 86400), ("h", 3600), ("m", 60)):
            if seconds and seconds % size == 0:
                return f"{int(seconds // size)}{unit}"
        return f"{seconds:g}s"
    if isinstance(value, bool):
        return str(value).lower()
    if value in (None, "", (), [], {}):
        return "–"
    return str(value)


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|").replace("``", "`")


def main(arguments: list[str]) -> int:
    stale = 0
    pages = {
        "commands.md": commands(),
        "files.md": files(),
        "api.md": api(MADE),
        "metrics.md": metrics(MADE),
    }
    for name, text in pages.items():
        path = REFERENCE / name
        if "--check" in arguments:
            if not path.exists() or path.read_text("utf-8") != text:
                print(f"{path.name} is not what the code says: run `make reference`")
                stale += 1
        else:
            path.write_text(text, "utf-8")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
