"""What ``guongsang crawl`` says; the rounds themselves are tested elsewhere."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from pipeline import ingest
from pipeline.cli import main
from pipeline.ingest import RoundCounts

pytestmark = pytest.mark.own_database

OFFICE = "name: Tòa soạn\nprovince: Lào Cai\ncontact: toasoan@vi-du.vn\n"
SOURCE = "- {key: %s, name: Báo, province: Lào Cai, home: 'https://%s.vn', enabled: %s}\n"
BUSY = {"url": "https://a.vn", "kind": "busy", "detail": "another process is crawling its host"}


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GUONGSANG_HOME", str(tmp_path))
    (tmp_path / "office.yaml").write_text(OFFICE, "utf-8")
    write(tmp_path, a="true", b="true", c="false")
    return tmp_path


def write(home: Path, **enabled: str) -> None:
    lines = "".join(SOURCE % (key, key, value) for key, value in enabled.items())
    (home / "sources.yaml").write_text("sources:\n" + lines, "utf-8")


def run(monkeypatch: pytest.MonkeyPatch, counts: list[RoundCounts], *arguments: str) -> int:
    monkeypatch.setattr(ingest, "crawl_sources", lambda *args, **keys: counts)
    with pytest.raises(SystemExit) as end:
        main(["crawl", *arguments])
    return int(end.value.code or 0)


@pytest.mark.parametrize("option", [(), ("--json",)])
def test_no_enabled_source_is_said_in_one_line(
    home: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    option: tuple[str, ...],
) -> None:
    write(home, c="false")
    assert run(monkeypatch, [], *option) == 0
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err == f"no source is enabled in {home / 'sources.yaml'}: nothing to crawl\n"


def test_a_busy_source_is_named_and_no_failure(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    counts = [RoundCounts("a", errors=[BUSY])]
    assert run(monkeypatch, counts) == 0
    said = capsys.readouterr()
    assert (said.out, said.err) == ("", "a: left out, another process is crawling its host\n")
    assert run(monkeypatch, counts, "--json") == 0
    assert json.loads(capsys.readouterr().out)["errors"] == [BUSY]
    assert run(monkeypatch, [*counts, RoundCounts("b")]) == 1, "b did not answer"


def test_permission_for_private_addresses_is_logged(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LOGNAME", "lan")
    for arguments, logged in (
        ((), ""),
        (("--allow-private",), "lan permits private addresses for a, b\n"),
        (("--allow-private", "--source", "c"), "lan permits private addresses for c\n"),
    ):
        assert run(monkeypatch, [], *arguments) == 0
        said = capsys.readouterr().err
        assert said.partition(f"pipeline.cli.collecting [crawl-{os.getpid()}]: ")[2] == logged
