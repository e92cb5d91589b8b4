"""The demo outlets on loopback: a newspaper printer's corner shop in a few threads.

Also the fake outlet of the tests: every request is kept in ``requests`` and an answer can be
replaced with ``replace`` to play a broken, hostile or edited page.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

from pipeline.demo.content import DemoArticle, load_articles
from pipeline.demo.outlets import OUTLETS, Document, Outlet, documents
from pipeline.text.clock import utc_now


@dataclass(frozen=True, slots=True)
class Request:
    outlet: str
    path: str
    status: int
    at: datetime
    headers: dict[str, str]
    """Names in lower case."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A fixed answer that a test puts in place of a document."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    documents: dict[str, Document]
    replaced: dict[str, Answer]
    outlet: Outlet
    clock: Callable[[], datetime]
    note: Callable[[Request], None]

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
        now = self.server.clock()
        target = urlsplit(self.path)
        answer = self._find(target.path, now)
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.server.note(Request(self.server.outlet.key, target.path, answer.status, now, headers))
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        if answer.status != 304:
            self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        if with_body and answer.status != 304:
            self.wfile.write(answer.body)

    def _find(self, path: str, now: datetime) -> Answer:
        if path in self.server.replaced:
            return self.server.replaced[path]
        if path.startswith("/anh/"):
            return Answer(200, _PICTURE, {"Content-Type": "image/svg+xml"})
        document = self.server.documents.get(path)
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
        """Requests are kept in ``DemoNewspapers.requests``, not printed."""


_PICTURE = b"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 9" width="960" height="540">
<rect width="16" height="9" fill="#cfe3ee"/><circle cx="12.5" cy="2.2" r="1.1" fill="#f4d58d"/>
<path d="M0 9 5 3 9 7 12 4 16 9Z" fill="#4f7a5a"/><path d="M0 9 3 6 7 9Z" fill="#35563f"/></svg>"""


class DemoNewspapers:
    """Context manager: the outlets answer while it is open.

    ``anchor`` is the day the articles' dates count back from. ``ports`` gives one port an outlet;
    0 takes any free one. ``clock`` is what page headers show and requests are stamped with.

    Raises:
        OSError: a port is taken (on entering).
    """

    def __init__(
        self,
        anchor: datetime,
        *,
        ports: Sequence[int] = (0, 0, 0),
        articles: Iterable[DemoArticle] | None = None,
        outlets: Sequence[Outlet] = OUTLETS,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self.anchor = anchor.replace(microsecond=0)
        self.articles = tuple(load_articles() if articles is None else articles)
        self.requests: list[Request] = []
        self._outlets = tuple(outlets)
        self._ports = tuple(ports)
        self._clock = clock
        self._servers: dict[str, _Server] = {}

    def __enter__(self) -> Self:
        try:
            for outlet, port in zip(self._outlets, self._ports, strict=True):
                self._start(outlet, port)
        except BaseException:
            self._stop()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stop()

    def _start(self, outlet: Outlet, port: int) -> None:
        server = _Server(("127.0.0.1", port), _Handler)
        own = tuple(article for article in self.articles if article.outlet == outlet.key)
        base = f"http://127.0.0.1:{server.server_port}"
        server.outlet = outlet
        server.documents = documents(outlet, own, self.anchor, base)
        server.replaced = {}
        server.clock = self._clock
        server.note = self.requests.append
        self._servers[outlet.key] = server
        name = f"demo-{outlet.key}"
        threading.Thread(target=server.serve_forever, args=(0.05,), name=name, daemon=True).start()

    def _stop(self) -> None:
        for server in self._servers.values():
            server.shutdown()
            server.server_close()
        self._servers.clear()

    @property
    def ports(self) -> tuple[int, ...]:
        return tuple(server.server_port for server in self._servers.values())

    def base(self, outlet: str) -> str:
        """Address of an outlet, without a final slash."""
        return f"http://127.0.0.1:{self._servers[outlet].server_port}"

    def url(self, article: DemoArticle) -> str:
        return self.base(article.outlet) + self._servers[article.outlet].outlet.article_path(
            article
        )

    def replace(self, outlet: str, path: str, answer: Answer) -> None:
        """From now on ``path`` of ``outlet`` answers with ``answer``."""
        self._servers[outlet].replaced[path] = answer

    def sources(self) -> list[dict[str, Any]]:
        """The outlets as entries of ``sources.yaml``."""
        return [
            {
                "key": outlet.key,
                "name": outlet.name,
                "kind": outlet.kind,
                "province": outlet.province,
                "home": self.base(outlet.key),
                **_with_base(outlet.discovery, self.base(outlet.key)),
                "delay": 0.05,
                "every": "5m",
                "enabled": True,
                "verified": self.anchor.date().isoformat(),
            }
            for outlet in self._outlets
        ]


def _with_base(value: Any, base: str) -> Any:
    """``value`` with ``{base}`` replaced in every string; regexes keep their other braces."""
    if isinstance(value, str):
        return value.replace("{base}", base)
    if isinstance(value, dict):
        return {key: _with_base(inner, base) for key, inner in value.items()}
    if isinstance(value, list):
        return [_with_base(inner, base) for inner in value]
    return value
