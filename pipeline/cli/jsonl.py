"""The streaming commands: JSON Lines in, JSON Lines out, one object per input, in input order."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, BinaryIO

from pipeline.cli import WorkFailed


class BadLine(ValueError):
    """An input object that cannot be worked on; the message says what is wrong with it."""


def stream(
    lines: Iterable[bytes],
    work: Callable[[dict[str, Any]], Mapping[str, Any]],
    out: BinaryIO | None = None,
) -> int:
    """Write ``work(object)`` for each line, flushing as it goes; return how many lines were bad.

    Blank lines are skipped. A line that is no JSON object, or at which ``work`` fails, yields
    ``{"id", "error"}``: whatever it is, the lines after it are still wanted.
    """
    out = out or sys.stdout.buffer
    bad = 0
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        identity: object = None
        try:
            item = _parse(line)
            identity = item.get("id")
            answer = _dump(work(item))
        except BadLine as error:
            bad += 1
            answer = _dump({"id": identity, "error": f"line {number}: {error}"})
        except Exception as error:  # noqa: BLE001
            bad += 1
            what = f"line {number}: {type(error).__name__}: {error}"
            answer = _dump({"id": identity, "error": what})
        out.write(answer + b"\n")
        out.flush()
    return bad


def run(
    file: str, work: Callable[[dict[str, Any]], Mapping[str, Any]], out: BinaryIO | None = None
) -> int:
    """``stream`` over the file named ``file``, or over stdin for ``-``.

    Raises:
        WorkFailed: the file cannot be read.
    """
    if file == "-":
        return stream(sys.stdin.buffer, work, out)
    try:
        with Path(file).open("rb") as lines:
            return stream(lines, work, out)
    except OSError as error:
        raise WorkFailed(f"{file}: {error.strerror}") from None


def text_of(item: Mapping[str, Any], key: str, *, required: bool = False) -> str:
    """The string under ``key``; an absent or null one is "" unless it is ``required``.

    Raises:
        BadLine: it is missing though required, or is not a string.
    """
    value = item.get(key)
    if value is None:
        if required:
            raise BadLine(f"key '{key}' is missing")
        return ""
    if not isinstance(value, str):
        raise BadLine(f"key '{key}' must be a string, not {type(value).__name__}")
    return value


def _parse(line: bytes) -> dict[str, Any]:
    try:
        item = json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise BadLine(f"not UTF-8 at byte {error.start}") from None
    except (ValueError, RecursionError) as error:
        raise BadLine(f"not JSON: {error}") from None
    if not isinstance(item, dict):
        raise BadLine(f"not a JSON object but {type(item).__name__}")
    return item


def _dump(answer: Mapping[str, Any]) -> bytes:
    try:
        return json.dumps(answer, ensure_ascii=False).encode()
    except UnicodeEncodeError:  # an unpaired surrogate came in as \ud800 and goes out so
        return json.dumps(answer).encode()
