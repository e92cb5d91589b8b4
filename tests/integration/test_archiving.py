"""The pages kept, as others' programs read them."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from pipeline.operate.archiving import write_warc
from pipeline.store.models import Page
from tests.factories import NOW

pytestmark = pytest.mark.django_db
BODY = "<html><body>Người trồng rừng ở Nậm Hẻn</body></html>".encode()


def keep(number: int) -> None:
    Page.objects.create(
        source="baomot",
        url=f"https://baomot.example/bài-{number}.html",
        canonical_url=f"https://baomot.example/{number}",
        fetched_at=NOW + timedelta(days=number),
        seen_at=NOW,
        status=200,
        headers={"Content-Type": "text/html", "Content-Encoding": "gzip", "X-Odd": "a\r\nb: c"},
        sha256=f"{number:064}",
        body_z=Page.compress(BODY),
    )


def test_a_warc_holds_every_page_as_it_was(tmp_path: Path) -> None:
    for number in range(3):
        keep(number)
    path = tmp_path / "kho.warc.gz"
    assert write_warc(path, operator="Phòng Báo chí <a@b.vn>") == 3
    with path.open("rb") as file:
        about, *records = [
            (
                record.rec_headers.protocol,
                record.rec_type,
                record.rec_headers.get_header("WARC-Target-URI"),
                record.rec_headers.get_header("WARC-Date"),
                record.http_headers and dict(record.http_headers.headers),
                record.content_stream().read(),
            )
            for record in ArchiveIterator(file, check_digests="raise")
        ]
    assert about[:2] == ("WARC/1.1", "warcinfo")
    assert "Phòng Báo chí".encode() in about[5]
    assert b"format: WARC File Format 1.1" in about[5]
    assert [record[:2] for record in records] == [("WARC/1.1", "response")] * 3
    _version, _type, address, at, headers, body = records[1]
    assert address is not None
    assert address.startswith("https://baomot.example/b")
    assert (at, body) == ("2026-11-21T03:00:00Z", BODY)
    assert headers == {
        "Content-Type": "text/html",
        "X-Odd": "a b: c",
        "Content-Length": str(len(BODY)),
    }
    assert write_warc(path, operator="x", since=NOW + timedelta(days=2)) == 1
    assert [each.name for each in tmp_path.iterdir()] == ["kho.warc.gz"]
