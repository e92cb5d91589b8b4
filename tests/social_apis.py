"""The Graph API and Zalo's OpenAPI as their documents describe them, on 127.0.0.1, with faults."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit


class Api:
    """Keeps what was posted. ``fault`` is used up by the next call that changes something: ``cut``
    and ``500`` take it and then lose the answer, ``refuse`` and ``busy`` take nothing."""

    def __init__(self) -> None:
        self.posts: list[dict[str, Any]] = []
        self.fault = ""
        self.calls: list[str] = []

    def answer(self, handler: _Handler) -> tuple[int, dict[str, Any]] | None:
        """Status and body; None: the connection ends without an answer."""
        raise NotImplementedError

    def after(self, done: dict[str, Any]) -> tuple[int, dict[str, Any]] | None:
        """The answer to a change that took place."""
        fault, self.fault = self.fault, ""
        if fault == "cut":
            return None
        return (500, {}) if fault == "500" else (200, done)


class _Handler(BaseHTTPRequestHandler):
    api: Api

    def read(self) -> dict[str, Any]:
        raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.headers.get("Content-Type", "").startswith("application/json"):
            return dict(json.loads(raw))
        return {name: values[0] for name, values in parse_qs(raw.decode()).items()}

    def _any(self) -> None:
        self.api.calls.append(f"{self.command} {urlsplit(self.path).path}")
        answer = self.api.answer(self)
        if answer is None:
            self.close_connection = True
            return
        status, body = answer
        raw = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)

    do_GET = do_POST = _any  # noqa: N815

    def log_message(self, *args: Any) -> None:
        pass


class Graph(Api):
    token = "page-token"

    def answer(self, handler: _Handler) -> tuple[int, dict[str, Any]] | None:
        sent = handler.read()
        if handler.headers.get("Authorization") != f"Bearer {self.token}":
            return 400, {"error": {"code": 190, "type": "OAuthException", "message": "expired"}}
        if handler.command == "GET":
            return 200, {"data": list(reversed(self.posts))[:25]}
        if self.fault == "busy":
            self.fault = ""
            return 400, {"error": {"code": 32, "message": "Page request limit reached"}}
        if self.fault == "refuse":
            self.fault = ""
            return 403, {"error": {"code": 200, "message": "Permissions error"}}
        if any(post["message"] == sent["message"] for post in self.posts):
            return 400, {"error": {"code": 506, "message": "Duplicate status message"}}
        post = {"id": f"77_{len(self.posts) + 1}", "message": sent["message"], "link": sent["link"]}
        self.posts.append(post)
        return self.after({"id": post["id"]})


class Zalo(Api):
    """Refresh tokens work once; access tokens are the newest only."""

    def __init__(self) -> None:
        super().__init__()
        self.refresh, self.access, self.renewals = "first", "", 0

    def answer(self, handler: _Handler) -> tuple[int, dict[str, Any]] | None:
        sent, path = handler.read(), urlsplit(handler.path).path
        if path == "/v4/oa/access_token":
            known = handler.headers.get("secret_key") == "secret" and sent["app_id"] == "app"
            if not known or sent["refresh_token"] != self.refresh:
                return 200, {"error": -14014, "error_name": "Invalid refresh token"}
            self.renewals += 1
            self.access, self.refresh = f"access-{self.renewals}", f"refresh-{self.renewals}"
            tokens = {"access_token": self.access, "refresh_token": self.refresh}
            return 200, {**tokens, "expires_in": "90000"}
        if handler.headers.get("access_token") != self.access:
            return 200, {"error": -216, "message": "Access token is invalid"}
        if path == "/v2.0/article/getslice":
            rows = [{"id": post["id"], "title": post["title"]} for post in reversed(self.posts)]
            return 200, {"error": 0, "data": {"medias": rows[:10], "total": len(rows)}}
        if path == "/v2.0/article/verify":
            post = next(post for post in self.posts if post["token"] == sent["token"])
            return 200, {"error": 0, "data": {"id": post["id"]}}
        if self.fault == "busy":
            self.fault = ""
            return 200, {"error": -32, "message": "Rate limit"}
        too_long = len(sent["title"]) > 150 or len(sent["description"]) > 300
        if too_long or len(sent["author"]) > 50 or not sent["cover"]["photo_url"]:
            return 200, {"error": -201, "message": "Params invalid"}
        number = len(self.posts) + 1
        self.posts.append({**sent, "id": f"art-{number}", "token": f"tok-{number}"})
        return self.after({"error": 0, "data": {"token": f"tok-{number}"}})


@contextmanager
def served(api: Api) -> Iterator[str]:
    """The address that ``api`` answers at."""
    handler = type("Handler", (_Handler,), {"api": api})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
