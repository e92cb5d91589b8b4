"""The commands ``group``, ``check`` and ``evaluate group`` on JSON Lines."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from pipeline.cli import cli

CAM = "Ông Hoàng Văn Thoại ở xã Yên Phú trồng 6 ha cam sành, mỗi năm thu gần 1,4 tỷ đồng."
DUONG = "Sáng 12/3, tỉnh khởi công tuyến đường dài 14 km nối hai xã vùng cao Nậm Lúc, Bản Cái."


def run(*arguments: str, lines: list[Any]) -> Result:
    given = "\n".join(x if isinstance(x, str) else json.dumps(x) for x in lines)
    return CliRunner().invoke(cli, arguments, input=given)


def answers(result: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_group_names_a_story_by_its_earliest_article() -> None:
    result = run(
        "group",
        lines=[
            {"id": "b", "title": "Cam Yên Phú", "text": CAM, "date": "13/03/2026"},
            {"id": "c", "title": "Đường mới", "text": DUONG},
            "not json",
            {"id": "a", "title": "Cam Yên Phú", "text": CAM, "date": "2026-03-12T08:00:00+07:00"},
        ],
    )
    assert result.exit_code == 0
    first, second, third, fourth = answers(result)
    assert [first, second, fourth] == [
        {"id": "b", "story": "a"},
        {"id": "c", "story": "c"},
        {"id": "a", "story": "a"},
    ]
    assert third["id"] is None
    assert "line 3" in third["error"]


def test_check_answers_each_line_in_order() -> None:
    result = run(
        "check",
        lines=[
            {"id": 1, "summary": "Ông Thoại trồng 16 ha cam.", "source_text": CAM},
            {"id": 2, "summary": "Ông Thoại trồng 6 ha cam."},
            {"id": 3, "summary": "Ông Thoại trồng 6 ha cam.", "source_text": CAM},
        ],
    )
    first, second, third = answers(result)
    assert first["id"] == 1
    assert [finding["quote"] for finding in first["unsupported"]] == ["16"]
    assert second == {"id": 2, "error": "line 2: key 'source_text' is missing"}
    assert third == {"id": 3, "claims": 2, "unsupported": []}


def test_evaluate_group_counts_pairs(tmp_path: Path) -> None:
    cam, duong = {"title": "Cam Yên Phú", "text": CAM}, {"title": "Đường", "text": DUONG}
    pairs = [("copy", cam, {**cam, "title": "Cam"}), ("related", cam, duong), ("copy", cam, duong)]
    file = tmp_path / "pairs.jsonl"
    file.write_text("\n".join(json.dumps({"label": n, "a": a, "b": b}) for n, a, b in pairs))
    result = CliRunner().invoke(cli, ["evaluate", "group", str(file), "--json"])
    figures = json.loads(result.stdout)
    assert (figures["precision"], figures["recall"]) == (1.0, 0.5)
    assert figures["f1"] == 0.6667
    assert figures["reached"] == 0.5


def test_evaluate_group_says_where_the_file_is_wrong(tmp_path: Path) -> None:
    file = tmp_path / "pairs.jsonl"
    file.write_text('{"label": "copy", "a": {}}\n')
    result = CliRunner().invoke(cli, ["evaluate", "group", str(file)])
    assert result.exit_code == 1
    assert f"{file}:1: not a labelled pair" in result.stderr
