"""What must outlive a backup is read whole, whatever a crash or a full disk left in the file."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from pipeline.store import journal
from tests.factories import NOW


def noted(path: Path) -> list[str]:
    return [line["public_id"] for line in journal.lines(path)]


def tear(path: Path, public_id: str, by: int, **more: str) -> None:
    """A disk that is full leaves the first bytes of a line."""
    journal.note(path, public_id, NOW, **more)
    path.write_bytes(path.read_bytes()[:-by])


def test_a_torn_line_does_not_swallow_the_next(tmp_path: Path) -> None:
    path = tmp_path / "erasures.jsonl"
    journal.note(path, "hoa", NOW)
    tear(path, "mai", 20)
    journal.note(path, "mai", NOW)
    journal.note(path, "lan", NOW)
    assert noted(path) == ["hoa", "mai", "lan"]


def test_a_line_that_lacks_only_its_end_counts(tmp_path: Path) -> None:
    path = tmp_path / "erasures.jsonl"
    tear(path, "hoa", 1)
    journal.note(path, "mai", NOW)
    assert noted(path) == ["hoa", "mai"]


def test_a_torn_character_stops_nobody(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = tmp_path / "withdrawals.jsonl"
    journal.note(path, "hoa", NOW)
    tear(path, "mai", 4, reason="Nhân vật xin gỡ, ạ")
    with pytest.raises(UnicodeDecodeError):
        path.read_text("utf-8")
    with caplog.at_level(logging.WARNING, journal.__name__):
        assert noted(path) == ["hoa"]
    assert "line 2" in caplog.text
    journal.note(path, "lan", NOW)
    assert noted(path) == ["hoa", "lan"]


@pytest.mark.parametrize("separator", ["\u2028", "\u2029", "\x85", "\r", "\n", "\x1c"])
def test_a_reason_with_any_line_break_is_one_line(tmp_path: Path, separator: str) -> None:
    path = tmp_path / "withdrawals.jsonl"
    reason = f"Nhân vật xin gỡ{separator}và gia đình"
    journal.note(path, "hoa", NOW, reason=reason)
    (line,) = journal.lines(path)
    assert line["reason"] == reason
