"""The Graph API and Zalo's OpenAPI as their documents describe them, on 127.0.0.1, with faults."""

from __future__ import annotations

import json
import threading
import time
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit


class Api:
    """Keeps what was posted. ``fault`` is used up by the next call that changes something: ``cut``,
    ``500``, ``403`` (a status that contradicts its own answer), ``slow`` and ``drip`` take it and
    then lose the answer, keep it back, or let it drip; ``refuse``, ``busy`` and ``429`` take
    nothing."""

    def __init__(self) -> None:
        self.posts: list[dict[str, Any]] = []
        self.fault = ""
        self.calls: list[str] = []
        self.let_go = threading.Event()
        """Set: whatever answer is kept back may go."""

    def answer(self, handler: _Handler) -> tuple[int, Any] | None:
        """Status and body; None: the connection ends without an answer."""
        raise NotImplementedError

    def change(self, post: dict[str, Any] | None, values: dict[str, Any] | None) -> bool:
        """Give ``post`` these values; None: remove it. False: there is no such post."""
        if post is None:
            return False
        if values is None:
            self.posts.remove(post)
        else:
            post.update(values)
        return True

    def with_id(self, wanted: str) -> dict[str, Any] | None:
        return next((post for post in self.posts if str(post["id"]) == wanted), None)

    def after(self, done: dict[str, Any]) -> tuple[int, dict[str, Any]] | None:
        """The answer to a change that took place."""
        fault, self.fault = self.fault, ""
        if fault == "cut":
            return None
        if fault == "slow":
            self.let_go.wait(10)
        if fault == "drip":
            return 200, {**done, "_drip": True}
        return {"500": (500, {}), "403": (403, done)}.get(fault, (200, done))


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
        drip = isinstance(body, dict) and body.pop("_drip", False)
        raw = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        with suppress(OSError):  # who waited has gone
            for letter in raw if drip else ():
                self.wfile.write(bytes([letter]))
                self.wfile.flush()
                if self.api.let_go.wait(0.05):
                    return
            if not drip:
                self.wfile.write(raw)

    do_GET = do_POST = do_PUT = do_DELETE = _any  # noqa: N815

    def log_message(self, *args: Any) -> None:
        pass


class Graph(Api):
    token = "page-token"

    def answer(self, handler: _Handler) -> tuple[int, dict[str, Any]] | None:
        sent = handler.read()
        if handler.headers.get("Authorization") != f"Bearer {self.token}":
            return 400, {"error": {"code": 190, "type": "OAuthException", "message": "expired"}}
        if handler.command == "GET":
            waiting = urlsplit(handler.path).path.endswith("/scheduled_posts")
            listed = [post for post in self.posts if waiting == ("at" in post)]
            return 200, {"data": list(reversed(listed))[:25]}
        if self.fault == "429":
            self.fault = ""
            return 429, {}
        if self.fault == "busy":
            self.fault = ""
            return 400, {"error": {"code": 32, "message": "Page request limit reached"}}
        if self.fault == "refuse":
            self.fault = ""
            return 403, {"error": {"code": 200, "message": "Permissions error"}}
        number = urlsplit(handler.path).path.rpartition("/")[2]
        if number not in ("feed", "scheduled_posts"):
            values = {"message": sent["message"]} if handler.command == "POST" else None
            if not self.change(self.with_id(number), values):
                error = {"code": 100, "error_subcode": 33, "message": "Unsupported post request"}
                return 400, {"error": error}
            return self.after({"success": True})
        if any(post["message"] == sent["message"] for post in self.posts):
            return 400, {"error": {"code": 506, "message": "Duplicate status message"}}
        post = {"id": f"77_{len(self.posts) + 1}", "message": sent["message"], "link": sent["link"]}
        if sent["published"] == "false":
            post["at"] = int(sent["scheduled_publish_time"])
            if post["at"] < time.time() + 600:
                return 400, {"error": {"code": 100, "message": "Invalid parameter"}}
        self.posts.append(post)
        return self.after({"id": post["id"]})


class Zalo(Api):
    """Refresh tokens work once; access tokens are the newest only."""

    def __init__(self) -> None:
        super().__init__()
        self.refresh, self.access, self.renewals = "first", "", 0
        self.broadcasts: list[list[str]] = []
        self.shown_by_a_person = False
        """True: each new article is at once shown by somebody."""

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
            offset = int(parse_qs(urlsplit(handler.path).query)["offset"][0])
            return 200, {
                "error": 0,
                "data": {"medias": rows[offset : offset + 10], "total": len(rows)},
            }
        if path == "/v2.0/article/verify":
            post = next(post for post in self.posts if post["token"] == sent["token"])
            return 200, {"error": 0, "data": {"id": post["id"]}}
        if path == "/v2.0/article/getdetail":
            wanted = parse_qs(urlsplit(handler.path).query)["id"][0]
            found = self.with_id(wanted)
            if found is None:
                return 200, {"error": -201, "message": "Params invalid"}
            shown = {"id": wanted, "status": found["status"], "body": found["body"]}
            return 200, {"error": 0, "data": shown}
        if self.fault == "busy":
            self.fault = ""
            return 200, {"error": -32, "message": "Rate limit"}
        if self.fault == "refuse":
            self.fault = ""
            return 200, {"error": -201, "message": "Params invalid"}
        if path in ("/v2.0/article/update", "/v2.0/article/remove"):
            values = sent if path.endswith("update") else None
            if not self.change(self.with_id(sent["id"]), values):
                return 200, {"error": -201, "message": "Params invalid"}
            return self.after({"error": 0, "data": {"id": sent["id"]}})
        if path == "/v2.0/oa/message":
            payload = sent["message"]["attachment"]["payload"]
            articles = [each["attachment_id"] for each in payload["elements"]]
            known = {post["id"] for post in self.posts if post["status"] == "show"}
            if len(articles) > 5 or not set(articles) <= known:
                return 200, {"error": 3001, "message": "Articles invalid"}
            self.broadcasts.append(articles)
            return self.after({"error": 0, "data": {"message_id": f"cast-{len(self.broadcasts)}"}})
        too_long = len(sent["title"]) > 150 or len(sent["description"]) > 300
        if too_long or len(sent["author"]) > 50 or not sent["cover"]["photo_url"]:
            return 200, {"error": -201, "message": "Params invalid"}
        number = len(self.posts) + 1
        status = "show" if self.shown_by_a_person else sent["status"]
        made = {"id": f"art-{number}", "token": f"tok-{number}", "status": status}
        self.posts.append({**sent, **made})
        return self.after({"error": 0, "data": {"token": f"tok-{number}"}})


class MastodonServer(Api):
    token = "mast-token"

    def answer(self, handler: _Handler) -> tuple[int, Any] | None:
        sent, path = handler.read(), urlsplit(handler.path).path
        if handler.headers.get("Authorization") != f"Bearer {self.token}":
            return 401, {"error": "The access token is invalid"}
        if path == "/api/v1/accounts/verify_credentials":
            return 200, {"id": "9"}
        if path == "/api/v1/accounts/9/statuses":
            return 200, list(reversed(self.posts))[:20]
        if self.fault == "429":
            self.fault = ""
            return 429, {"error": "Too many requests"}
        if self.fault == "refuse":
            self.fault = ""
            return 403, {"error": "This action is not allowed"}
        number = path.removeprefix("/api/v1/statuses").strip("/")
        if number:
            shown = "<p>" + escape(sent.get("status", "")).replace("\n", "<br>") + "</p>"
            values = {"content": shown} if handler.command == "PUT" else None
            if not self.change(self.with_id(number), values):
                return 404, {"error": "Record not found"}
            return self.after({"id": number})
        if len(sent["status"]) > 500:
            return 422, {"error": "Validation failed: text too long"}
        key = handler.headers["Idempotency-Key"]
        known = [post for post in self.posts if post["key"] == key]
        shown = "<p>" + escape(sent["status"]).replace("\n", "<br>") + "</p>"
        post = known[0] if known else {"id": f"st-{len(self.posts) + 1}", "content": shown}
        if not known:
            self.posts.append({**post, "key": key})
        return self.after({"id": post["id"]})


class WordPressSite(Api):
    user, password = "bien-tap", "mat khau rieng"

    def answer(self, handler: _Handler) -> tuple[int, Any] | None:
        sent = handler.read()
        key = b64encode(f"{self.user}:{self.password}".encode()).decode()
        if handler.headers.get("Authorization") != f"Basic {key}":
            return 401, {"code": "rest_cannot_create", "data": {"status": 401}}
        if handler.command == "GET":
            slug = parse_qs(urlsplit(handler.path).query)["slug"][0]
            return 200, [post for post in self.posts if post["slug"] == slug]
        if self.fault == "429":
            self.fault = ""
            return 429, {"code": "too_many"}
        if self.fault == "refuse":
            self.fault = ""
            return 403, {"code": "rest_cannot_edit"}
        wanted = urlsplit(handler.path).path.partition("/posts")[2].strip("/")
        if wanted:
            values = sent if handler.command == "POST" else None
            if not self.change(self.with_id(wanted), values):
                return 404, {"code": "rest_post_invalid_id", "data": {"status": 404}}
            return self.after({"id": int(wanted)})
        number = len(self.posts) + 1
        self.posts.append({**sent, "id": number, "link": f"https://cong.example.vn/?p={number}"})
        answer = self.after({"id": number})
        return (201, answer[1]) if answer and answer[0] == 200 else answer


class Hook(Api):
    """Any service that takes JSON (apprise's ``json://``)."""

    def answer(self, handler: _Handler) -> tuple[int, dict[str, Any]] | None:
        sent = handler.read()
        if self.fault == "refuse":
            self.fault = ""
            return 403, {}
        self.posts.append(sent)
        return self.after({})


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
        api.let_go.set()
        server.shutdown()
        server.server_close()
        thread.join()
