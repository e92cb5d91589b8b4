"""A small web site on 127.0.0.1: the house the demo newspapers live in."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

from pipeline.text.clock import utc_now


@dataclass(frozen=True, slots=True)
class Document:
    """What a path answers. ``render`` is given the request's time, for clocks in page headers."""

    render: Callable[[datetime], bytes]
    content_type: str
    modified: datetime
    etag: str


@dataclass(frozen=True, slots=True)
class Answer:
    """A fixed answer that a test puts in place of a document."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Request:
    site: str
    path: str
    status: int
    at: datetime
    headers: dict[str, str]
    """Names in lower case."""


class Site:
    """Answers from the moment it is made until ``close``.

    ``port`` 0 takes any free one. Every request is appended to ``log``.

    Raises:
        OSError: the port is taken.
    """

    def __init__(
        self,
        name: str,
        *,
        port: int = 0,
        clock: Callable[[], datetime] = utc_now,
        log: list[Request] | None = None,
    ) -> None:
        self.name = name
        self.documents: Mapping[str, Document] = {}
        self.replaced: dict[str, Answer] = {}
        self.clock = clock
        self.log: list[Request] = [] if log is None else log
        self._server = _Server(("127.0.0.1", port), _Handler)
        self._server.site = self
        self.port: int = self._server.server_port
        self.base = f"http://127.0.0.1:{self.port}"
        threading.Thread(
            target=self._server.serve_forever, args=(0.05,), name=f"site-{name}", daemon=True
        ).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    site: Site

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up early is no news; anything else is a fault of ours."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server
    timeout = 30

    def do_GET(self) -> None:
        self._answer(with_body=True)

    def do_HEAD(self) -> None:
        self._answer(with_body=False)

    def _answer(self, *, with_body: bool) -> None:
        site = self.server.site
        now, path = site.clock(), urlsplit(self.path).path
        answer = self._find(path, now)
        headers = {name.lower(): value for name, value in self.headers.items()}
        site.log.append(Request(site.name, path, answer.status, now, headers))
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        if answer.status != 304:
            self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        if with_body and answer.status != 304:
            self.wfile.write(answer.body)

    def _find(self, path: str, now: datetime) -> Answer:
        site = self.server.site
        if path in site.replaced:
            return site.replaced[path]
        document = site.documents.get(path)
        if document is None:
            body = "<!doctype html><title>404</title><h1>Không tìm thấy trang</h1>".encode()
            return Answer(404, body, {"Content-Type": "text/html; charset=utf-8"})
        headers = {
            "Content-Type": document.content_type,
            "ETag": document.etag,
            "Last-Modified": format_datetime(document.modified.astimezone(UTC), usegmt=True),
        }
        if self._unchanged(document):
            return Answer(304, b"", headers)
        return Answer(200, document.render(now), headers)

    def _unchanged(self, document: Document) -> bool:
        """RFC 9110 §13.2.2: If-None-Match wins over If-Modified-Since."""
        known = self.headers.get("If-None-Match")
        if known is not None:
            return document.etag in (tag.strip().removeprefix("W/") for tag in known.split(","))
        since = self.headers.get("If-Modified-Since")
        try:
            return since is not None and document.modified <= parsedate_to_datetime(since)
        except ValueError:
            return False

    def log_message(self, format: str, *args: Any) -> None:
        """Requests are kept in ``Site.log``, not printed."""
