from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline.crawl.spool import Failure, FailureKind, FetchedPage, Spool
from pipeline.shapes import FeedItem

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)


def page(body: bytes) -> FetchedPage:
    item = FeedItem("https://bao.vn/a", title="Chị Mỷ", tags=("gương",), published_at=NOW)
    return FetchedPage(
        "bao", item.url, item.url, item.url, NOW, 200, {"content-type": "text/html"}, item, body
    )


def test_records_come_back_as_written_and_in_order(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    written = [
        page(b"\xff\x00\n\r\n{}"),
        Failure("bao", "https://bao.vn/b", NOW, FailureKind.GONE, "HTTP 410", 410),
        page(b""),
    ]
    for record in written:
        spool.write(record)
    assert [record for _, record in Spool(tmp_path).read()] == written


def test_reading_forgets_nothing_until_removed(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    spool.write(page(b"x"))
    ((path, _),) = spool.read()
    assert len(list(spool.read())) == 1
    spool.remove(path)
    spool.remove(path)
    assert list(spool.read()) == []


def test_a_half_written_record_is_never_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The process dies between writing and renaming."""

    def die(self: Path, target: Path) -> Path:
        raise KeyboardInterrupt

    spool = Spool(tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr(Path, "rename", die)
        with pytest.raises(KeyboardInterrupt):
            spool.write(page(b"x" * 100_000))
    assert [path.suffix for path in tmp_path.iterdir()] == [".tmp"]
    assert list(spool.read()) == []


def test_a_damaged_record_is_put_aside(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    damaged = spool.write(page(b"x"))
    damaged.write_bytes(damaged.read_bytes()[:40])
    spool.write(page(b"y"))
    assert [record.body for _, record in spool.read() if isinstance(record, FetchedPage)] == [b"y"]
    assert [path.suffix for path in sorted(tmp_path.iterdir())] == [".bad", ".rec"]
