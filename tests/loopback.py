"""A small web site on 127.0.0.1 that tests fill with answers and whose request log they read."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, BinaryIO


@dataclass(frozen=True)
class Reply:
    body: bytes | str = b""
    status: int = 200
    type: str = "text/html; charset=utf-8"
    headers: dict[str, str] = field(default_factory=dict)
    stream: Callable[[BinaryIO], None] | None = None
    """Writes the raw body itself, without Content-Length, until it returns or the client goes."""
    raw: Callable[[BinaryIO], None] | None = None
    """Writes the whole answer, status line and all."""


@dataclass(frozen=True)
class Asked:
    at: float
    """``time.monotonic`` seconds."""
    path: str
    headers: dict[str, str]


Answer = Reply | Callable[[Asked], Reply]


class Site:
    """``site.pages["/rss"] = Reply(...)``; an unknown path is 404, robots.txt too."""

    def __init__(self) -> None:
        self.pages: dict[str, Answer] = {}
        self.log: list[Asked] = []
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.server.daemon_threads = True

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}"

    @property
    def host(self) -> str:
        return self.url.removeprefix("http://")

    def asked(self, path: str) -> list[Asked]:
        return [entry for entry in self.log if entry.path == path]

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        site = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                asked = Asked(time.monotonic(), self.path, dict(self.headers.items()))
                site.log.append(asked)
                answer = site.pages.get(self.path) or site.pages.get("*") or Reply(status=404)
                reply = answer(asked) if callable(answer) else answer
                try:
                    self._send(reply)
                except (BrokenPipeError, ConnectionResetError):
                    self.close_connection = True

            def _send(self, reply: Reply) -> None:
                if reply.raw:
                    reply.raw(self.wfile)
                    self.close_connection = True
                    return
                body = reply.body.encode() if isinstance(reply.body, str) else reply.body
                self.send_response(reply.status)
                self.send_header("Content-Type", reply.type)
                for name, value in reply.headers.items():
                    self.send_header(name, value)
                if reply.stream:
                    self.send_header("Connection", "close")
                    self.end_headers()
                    reply.stream(self.wfile)
                    self.close_connection = True
                elif "Content-Length" in reply.headers:
                    self.end_headers()
                    self.wfile.write(body)
                    self.close_connection = True  # the length may be a lie
                else:
                    self.send_header("Content-Length", str(len(body)))
                    self.end_headers()
                    self.wfile.write(body)

            def log_message(self, *args: Any) -> None:
                pass

        return Handler


@contextmanager
def loopback_site() -> Iterator[Site]:
    site = Site()
    thread = threading.Thread(target=site.server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield site
    finally:
        site.server.shutdown()
        site.server.server_close()
        thread.join()
