"""A Facebook Page over the Graph API: post, and look for a post whose answer was lost.

https://developers.facebook.com/docs/pages-api/posts and
https://developers.facebook.com/docs/graph-api/guides/error-handling (read from stored copies; the
page token, its rights ``pages_manage_posts`` and ``pages_read_engagement``, and the newest version
are not verified against the live API).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pipeline.publish.api import Lost, call
from pipeline.publish.channels.base import NotSent

_LATER = frozenset({4, 17, 32, 341, 613})
"""Too many calls, of the app, the user or the page."""
_EXISTS = 506
"""Duplicate post: one just like it stands already, perhaps ours."""
_LATEST = "25"


@dataclass(frozen=True, slots=True)
class FacebookPage:
    base: str
    """``https://graph.facebook.com/v25.0``"""
    page_id: str
    token: str

    def post(self, message: str, link: str) -> str:
        """The id of the new post.

        Raises:
            NotSent: the API refused it.
            Lost: nobody knows.
        """
        form = {"message": message, "link": link, "published": "true"}
        answer = self._call("POST", form=form)
        if not isinstance(answer.get("id"), str):
            raise Lost("Câu trả lời không có mã bài")
        return str(answer["id"])

    def find(self, marker: str) -> str | None:
        """The id of the newest of the page's latest posts whose text holds ``marker``."""
        answer = self._call("GET", params={"fields": "id,message", "limit": _LATEST})
        for post in answer.get("data") or []:
            if marker in (post.get("message") or ""):
                return str(post["id"])
        return None

    def _call(self, method: str, **fields: Any) -> dict[str, Any]:
        url = f"{self.base}/{self.page_id}/feed"
        headers = {"Authorization": f"Bearer {self.token}"}
        status, answer = call(method, url, headers=headers, **fields)
        error = answer.get("error")
        if not isinstance(error, dict):
            if status != 200:
                raise Lost(f"Câu trả lời {status} không đọc được")
            return answer
        code = error.get("code")
        if code == _EXISTS:
            raise Lost("Facebook báo bài trùng với một bài đã có (506)")
        if code == 190:
            raise NotSent(
                "Mã truy cập Trang hết hạn hoặc bị thu hồi (190): lấy mã mới", again=False
            )
        raise NotSent(f"Facebook từ chối: {status}, mã lỗi {code}", again=code in _LATER)
