from __future__ import annotations

import io
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from pipeline.cli import WorkFailed
from pipeline.cli.jsonl import BadLine, run, stream, text_of


def double(item: dict[str, Any]) -> Mapping[str, Any]:
    if item["n"] < 0:
        raise BadLine("n is negative")
    return {"id": item["id"], "double": item["n"] * 2}


def answers(data: bytes) -> list[Any]:
    out = io.BytesIO()
    stream(data.splitlines(keepends=True), double, out)
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_bad_lines_are_answered_in_place_and_the_stream_goes_on() -> None:
    data = (
        b'{"id":"a","n":1}\n'
        b"not json\n"
        b"[1]\n"
        b'{"id":"neg","n":-1}\n'
        b'{"id":"crash"}\n'
        b"\xff\xfe\n"
        b"\n"
        b'{"id":"z","n":2}'
    )
    found = answers(data)
    assert [line["id"] for line in found] == ["a", None, None, "neg", "crash", None, "z"]
    assert [line.get("double") for line in found] == [2, None, None, None, None, None, 4]
    assert found[3]["error"] == "line 4: n is negative"
    assert "line 2" in found[1]["error"]


def test_each_answer_is_written_before_the_next_line_is_asked_for() -> None:
    out = io.BytesIO()
    seen: list[int] = []

    def lines() -> Iterator[bytes]:
        for n in range(3):
            seen.append(out.getvalue().count(b"\n"))
            yield b'{"id":%d,"n":1}\n' % n

    stream(lines(), double, out)
    assert seen == [0, 1, 2]


def test_unpaired_surrogate_and_deep_nesting_do_not_stop_it() -> None:
    found = answers(b'{"id":"\\ud800","n":1}\n' + b"[" * 100_000 + b"\n" + b'{"id":"z","n":0}\n')
    assert [line.get("double") for line in found] == [2, None, 0]


def test_run_names_the_file_it_cannot_read(tmp_path: Path) -> None:
    with pytest.raises(WorkFailed, match=r"nothing\.jsonl: No such file"):
        run(str(tmp_path / "nothing.jsonl"), double)


def test_text_of() -> None:
    assert text_of({"a": None}, "a") == ""
    with pytest.raises(BadLine, match="'a' is missing"):
        text_of({}, "a", required=True)
    with pytest.raises(BadLine, match="must be a string, not int"):
        text_of({"a": 1}, "a")
