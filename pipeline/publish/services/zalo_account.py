"""A Zalo Official Account: create an article, look for one whose answer was lost, change and remove
one by its id, and broadcast what people were shown.

Endpoints, fields and limits as third-party SDKs document them; **not verified** against Zalo. The
token's address is given as ``/v4/oa/access_token`` by some and ``/v4/access_token`` by others. The
form of a broadcast and its ``recipient.target`` are from memory.

Access tokens last about a day; each refresh token works once and brings the next, so the newest is
kept in a file that only the owner can read.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from pipeline.publish.files import exclusive, write
from pipeline.publish.outcomes import Gone, Lost, NotSent
from pipeline.publish.services.api import call

_TOKEN_INVALID = frozenset({-216, -124})
_LATER = frozenset({-32, -211})
"""Too many calls, or the day's share is used up."""
_EARLY = timedelta(minutes=10)
BROADCAST_MOST = 5
_MADE = "token:"
"""Begins a receipt whose article Zalo was still making."""
_SLICE, _FURTHEST = 10, 500  # articles of one answer, and how far back to look


def broadcast_fields(articles: Sequence[str]) -> dict[str, Any]:
    """Raises ``ValueError``: none, or more than Zalo takes."""
    if not 1 <= len(articles) <= BROADCAST_MOST:
        raise ValueError(f"a broadcast carries 1 to {BROADCAST_MOST} articles, not {len(articles)}")
    elements = [{"media_type": "article", "attachment_id": each} for each in articles]
    payload = {"template_type": "media", "elements": elements}
    return {
        "recipient": {"target": {}},
        "message": {"attachment": {"type": "template", "payload": payload}},
    }


@dataclass(frozen=True, slots=True)
class ZaloAccount:
    base: str
    """``https://openapi.zalo.me``"""
    oauth: str
    """``https://oauth.zaloapp.com``"""
    app_id: str
    secret: str
    first_refresh_token: str
    """Of the setup page; after the first use the file has the one that counts."""
    tokens: Path

    def create(self, article: Mapping[str, Any], now: datetime) -> str:
        """The id of the new article, or ``token:`` and its token while Zalo is still making it.

        Raises:
            NotSent: refused, or there is no valid token.
            Lost: nobody knows.
        """
        answer = self._call("POST", "/v2.0/article/create", now, body=article)
        token = (answer.get("data") or {}).get("token")
        if not token:
            raise Lost("Câu trả lời không có mã bài")
        try:
            return self._made(token, now) or f"{_MADE}{token}"
        except (Lost, NotSent):  # it was taken: only its number is not known yet
            return f"{_MADE}{token}"

    def change(self, receipt: str, article: Mapping[str, Any], now: datetime) -> None:
        """Make it show ``article``; whether the public sees it stays as it was.

        Raises:
            Gone: it is not there any more.
            NotSent: refused.
            Lost: nobody knows.
        """
        known = self.id_of(receipt, now)
        with self._unless_gone(known, now):
            status = "show" if self.is_shown(known, now) else "hide"
            body = {**article, "id": known, "status": status}
            self._call("POST", "/v2.0/article/update", now, body=body)

    def remove(self, receipt: str, now: datetime) -> None:
        """Raises as ``change``."""
        known = self.id_of(receipt, now)
        with self._unless_gone(known, now):
            self._call("POST", "/v2.0/article/remove", now, body={"id": known})

    @contextmanager
    def _unless_gone(self, article: str, now: datetime) -> Iterator[None]:
        """No code of Zalo's for an article that is not there is known to us: what it refuses and
        does not list is gone."""
        try:
            yield
        except NotSent as error:
            if error.again or any(each.get("id") == article for each in self._articles(now)):
                raise
            raise Gone from None

    def _articles(self, now: datetime) -> Iterator[Mapping[str, Any]]:
        for offset in range(0, _FURTHEST, _SLICE):
            params = {"offset": str(offset), "limit": str(_SLICE), "type": "normal"}
            answer = self._call("GET", "/v2.0/article/getslice", now, params=params)
            found = (answer.get("data") or {}).get("medias") or []
            yield from found
            if len(found) < _SLICE:
                return

    def id_of(self, receipt: str, now: datetime) -> str:
        """Of the article that ``create`` made. Raises ``NotSent``: Zalo is still making it."""
        if not receipt.startswith(_MADE):
            return receipt
        made = self._made(receipt.removeprefix(_MADE), now)
        if not made:
            raise NotSent("Zalo chưa tạo xong bài", again=True)
        return made

    def _made(self, token: str, now: datetime) -> str:
        answer = self._call("POST", "/v2.0/article/verify", now, body={"token": token})
        return str((answer.get("data") or {}).get("id") or "")

    def find(self, title: str, marker: str, now: datetime) -> str | None:
        """The id of the newest of the latest ten articles with that title whose text holds
        ``marker``: two corrections may have one title."""
        for article in islice(self._articles(now), _SLICE):
            if article.get("title") != title:
                continue
            found = str(article.get("id"))
            body = self._detail(found, now).get("body") or []
            if any(marker in (each.get("content") or "") for each in body):
                return found
        return None

    def is_shown(self, article: str, now: datetime) -> bool:
        """Whether the public sees the article with that id."""
        return self._detail(article, now).get("status") == "show"

    def _detail(self, article: str, now: datetime) -> dict[str, Any]:
        answer = self._call("GET", "/v2.0/article/getdetail", now, params={"id": article})
        return answer.get("data") or {}

    def broadcast(self, articles: Sequence[str], now: datetime) -> str:
        """Send articles to all followers, after Zalo's own moderation. The broadcast's id.

        Raises:
            ValueError: none, or more than Zalo takes.
            NotSent: refused.
            Lost: nobody knows, and Zalo keeps no list to ask.
        """
        answer = self._call("POST", "/v2.0/oa/message", now, body=broadcast_fields(articles))
        return str((answer.get("data") or {}).get("message_id") or "")

    def _call(self, method: str, path: str, now: datetime, **fields: Any) -> dict[str, Any]:
        for renew in (False, True):
            headers = {"access_token": self._access_token(now, renew=renew)}
            status, answer = call(method, f"{self.base}{path}", headers=headers, **fields)
            code = answer.get("error")
            if code == 0 and status == 200:
                return answer
            if code in _TOKEN_INVALID:
                continue
            if code in (None, 0):  # or a status that contradicts it
                raise Lost(f"Câu trả lời {status} không đọc được")
            raise NotSent(f"Zalo từ chối: mã lỗi {code}", again=code in _LATER)
        raise NotSent("Zalo không nhận mã truy cập: cấp lại quyền cho ứng dụng", again=False)

    def _access_token(self, now: datetime, *, renew: bool) -> str:
        with exclusive(self.tokens.parent):
            kept = self._kept()
            fresh = kept.get("expires_at", "") > (now + _EARLY).isoformat()
            if fresh and not renew:
                return str(kept["access_token"])
            refresh = kept.get("refresh_token") or self.first_refresh_token
            form = {"app_id": self.app_id, "grant_type": "refresh_token", "refresh_token": refresh}
            headers = {"secret_key": self.secret}
            status, answer = self._ask(headers, form)
            if status != 200 or not answer.get("access_token"):
                raise NotSent("Zalo không gia hạn mã truy cập: cấp lại quyền", again=False)
            until = now + timedelta(seconds=int(answer.get("expires_in") or 3600))
            kept = {
                "access_token": answer["access_token"],
                "refresh_token": answer.get("refresh_token") or refresh,
                "expires_at": until.isoformat(),
            }
            write(self.tokens, json.dumps(kept).encode(), mode=0o600)
        return str(kept["access_token"])

    def _ask(
        self, headers: Mapping[str, str], form: Mapping[str, str]
    ) -> tuple[int, dict[str, Any]]:
        try:
            return call("POST", f"{self.oauth}/v4/oa/access_token", headers=headers, form=form)
        except Lost as error:  # no article was sent
            raise NotSent(f"Gia hạn mã truy cập: {error}", again=True) from error

    def _kept(self) -> dict[str, Any]:
        try:
            kept = json.loads(self.tokens.read_text("utf-8"))
        except (FileNotFoundError, ValueError):
            return {}
        return kept if isinstance(kept, dict) else {}
