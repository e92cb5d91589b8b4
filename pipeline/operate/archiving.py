"""The raw pages as a WARC file (ISO 28500), as libraries and web archives read them."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime
from http import HTTPStatus
from io import BytesIO
from pathlib import Path

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from pipeline import __version__
from pipeline.store.models import Page

AT_A_TIME = 50
CONFORMS = {
    "format": "WARC File Format 1.1",
    "conformsTo": "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
}
_OF_THE_WIRE = {"content-encoding", "transfer-encoding", "content-length", "connection"}
"""Headers that tell how the body travelled: it is kept unpacked."""


def write_warc(
    path: Path,
    *,
    operator: str,
    since: datetime | None = None,
    on_page: Callable[[], None] | None = None,
) -> int:
    """Write every page kept (or fetched since ``since``) to ``path``, packed record by record.

    The file has its name only when it is whole. Returns how many pages there are.
    """
    pages = Page.objects.order_by("fetched_at", "pk")
    if since:
        pages = pages.filter(fetched_at__gte=since)
    part = path.with_name(f"{path.name}.part")
    count = 0
    with part.open("wb") as file:
        writer = WARCWriter(file, gzip=True, warc_version="WARC/1.1")
        about = {"software": f"GuongSang/{__version__}", "operator": operator} | CONFORMS
        writer.write_record(writer.create_warcinfo_record(path.name, about))
        for page in pages.iterator(chunk_size=AT_A_TIME):
            writer.write_record(_record(writer, page))
            count += 1
            if on_page:
                on_page()
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
    return count


def _record(writer: WARCWriter, page: Page) -> object:
    body = page.body
    try:
        reason = HTTPStatus(page.status).phrase
    except ValueError:
        reason = ""
    headers = [
        (str(name), _one_line(value))
        for name, value in page.headers.items()
        if name.lower() not in _OF_THE_WIRE
    ]
    headers.append(("Content-Length", str(len(body))))
    answer = StatusAndHeaders(f"{page.status} {reason}".rstrip(), headers, protocol="HTTP/1.1")
    at = page.fetched_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return writer.create_warc_record(
        page.url,
        "response",
        payload=BytesIO(body),
        length=len(body),
        http_headers=answer,
        warc_headers_dict={"WARC-Date": at},
    )


def _one_line(value: object) -> str:
    return " ".join(str(value).split())
