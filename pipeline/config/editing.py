"""New entries for ``sources.yaml``, and small edits that leave people's comments and layout."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import yaml

from pipeline.config.sources import Selectors, Source, SourcesFile
from pipeline.config.yamlfile import ConfigError, line_numbers, parse_yaml


class CannotEdit(ValueError):
    """The entry is not written as one key a line."""


def enable(text: str, key: str, day: date) -> str:
    """``text`` with source ``key`` enabled and verified on ``day``; nothing else changes.

    Raises:
        KeyError: no such source.
        CannotEdit: the entry is not laid out line by line; edit it by hand.
        ConfigError: ``text`` is faulty.
    """
    sources = parse_yaml(text, SourcesFile).sources
    index = next((n for n, source in enumerate(sources) if source.key == key), None)
    if index is None:
        raise KeyError(key)
    expected = sources[index].model_copy(update={"enabled": True, "verified": day})
    try:
        text = _set(text, index, "enabled", "true")
        text = _set(text, index, "verified", day.isoformat())
        done = parse_yaml(text, SourcesFile).sources
    except (yaml.YAMLError, ConfigError):
        done = ()
    if done != (*sources[:index], expected, *sources[index + 1 :]):
        raise CannotEdit(f"source '{key}' is not written line by line: edit it by hand")
    return text


def to_yaml(source: Source, province: str) -> str:
    """An entry ready to paste into sources.yaml; what a person must look at is commented."""
    lines = [
        f"- key: {source.key}",
        f"  name: {_quoted(source.name)}",
        f"  kind: {source.kind}",
        f"  province: {province or 'Hà Nội  # sửa cho đúng'}",
        f"  home: {source.home}",
    ]
    for key, urls in (("feeds", source.feeds), ("sitemaps", source.sitemaps)):
        if urls:
            lines += [f"  {key}:", *(f"  - {_quoted(url)}" for url in urls)]
    if source.listings:
        lines.append("  listings:")
        lines += [
            f"  - {{url: {_quoted(listing.url)}}}  # thêm item: bộ chọn CSS của liên kết bài"
            for listing in source.listings
        ]
    if source.article_url:
        lines.append(f"  article_url: {_quoted(source.article_url.pattern)}")
    if source.extractor != "auto":
        lines.append(f"  extractor: {source.extractor}")
    lines.append("  enabled: false")
    return "\n".join(lines)


def selectors_yaml(selectors: Selectors, notes: Mapping[str, str]) -> list[str]:
    """The ``selectors:`` block, line by line, to be indented as the entry is; ``notes`` by key
    (``selectors`` for the first line) become comments."""
    lines = []

    def add(line: str, key: str) -> None:
        lines.append(f"{line}  # {notes[key]}" if key in notes else line)

    add("selectors:", "selectors")
    for name, css in selectors.model_dump(exclude={"remove"}, exclude_none=True).items():
        add(f"  {name}: {_quoted(css)}", name)
    if selectors.remove:
        add("  remove:", "remove")
        lines.extend(f"  - {_quoted(css)}" for css in selectors.remove)
    return lines


def set_selectors(text: str, key: str, selectors: Selectors, block: Sequence[str]) -> str:
    """``text`` with ``block`` as the selectors of source ``key``; nothing else changes.

    Args:
        block: as ``selectors_yaml`` gives it for ``selectors``.

    Raises:
        KeyError: no such source.
        CannotEdit: the entry is not laid out line by line; edit it by hand.
        ConfigError: ``text`` is faulty.
    """
    sources = parse_yaml(text, SourcesFile).sources
    index = next((n for n, source in enumerate(sources) if source.key == key), None)
    if index is None:
        raise KeyError(key)
    expected = sources[index].model_copy(update={"selectors": selectors})
    try:
        text = _set_block(text, index, "selectors", block)
        done = parse_yaml(text, SourcesFile).sources
    except (yaml.YAMLError, ConfigError):
        done = ()
    if done != (*sources[:index], expected, *sources[index + 1 :]):
        raise CannotEdit(f"source '{key}' is not written line by line: edit it by hand")
    return text


def replace_file(path: Path, text: str) -> None:
    """Write beside and rename: a reader never sees half a file."""
    temporary = path.with_name(path.name + ".new")
    temporary.write_text(text, "utf-8")
    temporary.replace(path)


def _set_block(text: str, index: int, key: str, block: Sequence[str]) -> str:
    """Put ``block`` in the place of one key of an entry, or behind the entry's last line."""
    numbers = line_numbers(text)
    lines = text.splitlines(keepends=True)
    own = [line for path, line in numbers.items() if path[:3] == ("sources", index, key)]
    last = max(line for path, line in numbers.items() if path[:2] == ("sources", index))
    begin, end = (min(own) - 1, max(own)) if own else (last, last)
    first = lines[numbers["sources", index] - 1]
    indent = " " * (len(first) - len(first.lstrip(" -")))
    if not lines[end - 1].endswith("\n"):
        lines[end - 1] += "\n"
    lines[begin:end] = [f"{indent}{line}\n" for line in block]
    return "".join(lines)


def _set(text: str, index: int, key: str, value: str) -> str:
    """Set one plain key of one entry, on its line; a new key goes behind ``enabled``, else last."""
    numbers = line_numbers(text)
    lines = text.splitlines(keepends=True)
    place = numbers.get(("sources", index, key, "<key>"))
    if place is not None:
        new = re.sub(rf"^(\s*(?:- )?{key}:\s*)[^#\s]+", rf"\g<1>{value}", lines[place - 1])
        lines[place - 1] = new
        return "".join(lines)
    last = max(line for path, line in numbers.items() if path[:2] == ("sources", index))
    after = numbers.get(("sources", index, "enabled", "<key>"), last)
    first = lines[numbers["sources", index] - 1]
    indent = " " * (len(first) - len(first.lstrip(" -")))
    if not lines[after - 1].endswith("\n"):
        lines[after - 1] += "\n"
    lines.insert(after, f"{indent}{key}: {value}\n")
    return "".join(lines)


def _quoted(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
