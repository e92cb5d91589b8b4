"""Typed YAML: a file becomes a frozen pydantic model, or a list of faults with their lines."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

Path_ = tuple[str | int, ...]
Model = TypeVar("Model", bound=BaseModel)


class Strict(BaseModel):
    """Base of every configuration model: immutable, and an unknown key is a fault."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        str_strip_whitespace=True,
        # The docstring under a key is its entry in docs/reference/files.md.
        use_attribute_docstrings=True,
    )


@dataclass(frozen=True, slots=True)
class Fault:
    file: str
    line: int
    what: str
    fix: str = ""

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.what}" + (f" → {self.fix}" if self.fix else "")


class ConfigError(Exception):
    """One or more faults in a configuration file; ``str()`` gives one line each."""

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = sorted(faults, key=lambda fault: (fault.file, fault.line))
        super().__init__("\n".join(map(str, self.faults)))


def load_yaml(path: Path, model: type[Model]) -> Model:
    """Read ``path`` as ``model``.

    Raises:
        ConfigError: the file is missing, is not YAML, repeats a key or does not fit the model.
    """
    try:
        text = path.read_text("utf-8-sig")
    except FileNotFoundError:
        raise ConfigError([Fault(str(path), 1, "the file does not exist")]) from None
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        raise ConfigError(
            [Fault(str(path), line, "not UTF-8 text", "save the file as UTF-8")]
        ) from None
    return parse_yaml(text, model, str(path))


def parse_yaml(text: str, model: type[Model], name: str = "<text>") -> Model:
    """As ``load_yaml``, from text; ``name`` stands for the file in faults."""
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except (yaml.YAMLError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        problem = getattr(error, "problem", None) or str(error).splitlines()[0]
        raise ConfigError([Fault(name, line, f"not valid YAML: {problem}")]) from None
    if root is None:
        root = yaml.MappingNode("tag:yaml.org,2002:map", [])
    anchors = [
        Fault(name, node.start_mark.line + 1, "anchors and aliases are not allowed here")
        for node in _shared_nodes(root)
    ]
    if anchors:
        raise ConfigError(anchors)
    lines = dict(_lines(root, ()))
    repeated = list(_repeated_keys(root, name))
    if repeated:
        raise ConfigError(repeated)
    try:
        data = yaml.SafeLoader("").construct_document(root) or {}
        return model.model_validate(data)
    except (yaml.YAMLError, ValueError) as error:
        if isinstance(error, ValidationError):
            raise ConfigError(_faults(error, model, lines, name)) from None
        raise ConfigError([Fault(name, 1, f"not valid YAML: {error}")]) from None


def line_numbers(text: str) -> dict[Path_, int]:
    """Where each value of a YAML text stands: ``("sources", 3, "key")`` to its line, from 1."""
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    return dict(_lines(root, ())) if root else {}


def _shared_nodes(root: yaml.Node) -> Iterator[yaml.Node]:
    """Nodes reached twice: an alias. Refusing them also refuses the alias bomb."""
    seen: set[int] = set()
    todo = [root]
    while todo:
        node = todo.pop()
        if id(node) in seen:
            yield node
            return
        seen.add(id(node))
        if isinstance(node, yaml.MappingNode):
            todo += [part for pair in node.value for part in pair]
        elif isinstance(node, yaml.SequenceNode):
            todo += node.value


def _lines(node: yaml.Node, path: Path_) -> Iterator[tuple[Path_, int]]:
    yield path, node.start_mark.line + 1 if node.start_mark else 1
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield from _lines(value, (*path, key.value))
            yield (*path, key.value, "<key>"), key.start_mark.line + 1
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            yield from _lines(value, (*path, index))


def _repeated_keys(node: yaml.Node, name: str) -> Iterator[Fault]:
    if isinstance(node, yaml.MappingNode):
        seen: dict[str, int] = {}
        for key, value in node.value:
            if key.value in seen:
                what = f"key '{key.value}' is given twice (first on line {seen[key.value]})"
                yield Fault(name, key.start_mark.line + 1, what, "keep one of them")
            seen.setdefault(key.value, key.start_mark.line + 1)
            yield from _repeated_keys(value, name)
    elif isinstance(node, yaml.SequenceNode):
        for value in node.value:
            yield from _repeated_keys(value, name)


def _faults(
    error: ValidationError, model: type[BaseModel], lines: dict[Path_, int], name: str
) -> list[Fault]:
    faults = []
    for problem in error.errors(include_url=False):
        loc: Path_ = problem["loc"]
        dotted = ".".join(map(str, loc)) or "the file"
        if problem["type"] == "extra_forbidden":
            known = _keys_beside(model, loc)
            near = difflib.get_close_matches(str(loc[-1]), known, n=1, cutoff=0.6)
            what = f"unknown key '{loc[-1]}'"
            fix = f"did you mean '{near[0]}'?" if near else f"known keys: {', '.join(known)}"
        elif problem["type"] == "missing":
            what, fix = f"key '{loc[-1]}' is missing", "add it"
        else:
            message = problem["msg"].removeprefix("Value error, ")
            what, _, fix = message.partition(" → ")
            what = f"{dotted}: {what}"
        faults.append(Fault(name, _line_of(loc, lines), what, fix))
    return faults


def _line_of(loc: Path_, lines: dict[Path_, int]) -> int:
    """The line of the deepest part of ``loc`` that stands in the file."""
    for length in range(len(loc), -1, -1):
        for path in ((*loc[:length], "<key>"), loc[:length]):
            if path in lines:
                return lines[path]
    return 1


def _keys_beside(model: type[BaseModel], loc: Path_) -> list[str]:
    """The keys a mapping at ``loc[:-1]`` may have, by walking the model's annotations."""
    here: Any = model
    for step in loc[:-1]:
        here = _inner(here, step)
        if here is None:
            return []
    fields = here.model_fields if isinstance(here, type) and issubclass(here, BaseModel) else {}
    return sorted(field.alias or key for key, field in fields.items())


def _inner(annotation: Any, step: str | int) -> Any:
    if isinstance(step, str) and isinstance(annotation, type) and issubclass(annotation, BaseModel):
        for key, field in annotation.model_fields.items():
            if step in (key, field.alias):
                return _model_in(field.annotation)
        return None
    return annotation


def _model_in(annotation: Any) -> Any:
    """The first model named in ``annotation`` (through list, dict, tuple and unions)."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for argument in getattr(annotation, "__args__", ()):
        found = _model_in(argument)
        if found is not None:
            return found
    return None
