"""A Facebook Page over the Graph API: post, look for a post whose answer was lost, change and
remove one by its id (an app may do so with its own posts; the link of a post stays as it was).

https://developers.facebook.com/docs/pages-api/posts and
https://developers.facebook.com/docs/graph-api/reference/page/scheduled_posts
https://developers.facebook.com/docs/graph-api/guides/error-handling (read from stored copies; the
page token, its rights ``pages_manage_posts`` and ``pages_read_engagement``, the codes of too many
calls and the newest version are **not verified** against the live API).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pipeline.publish.outcomes import Gone, Lost, NotSent
from pipeline.publish.services.api import call

_LATER = frozenset({4, 17, 32, 341, 613, 80001})
"""Too many calls, of the app, the user or the page."""
_EXISTS = 506
"""Duplicate post: one just like it stands already, perhaps ours."""
_MISSING = (100, 33)
"""Code and subcode: there is nothing with this id, or not for us (**not verified**)."""
_DOUBTFUL = frozenset({1, 2})
"""Something went wrong over there: the post may stand all the same."""
_LATEST = "25"


@dataclass(frozen=True, slots=True)
class FacebookPage:
    base: str
    """``https://graph.facebook.com/v25.0``"""
    page_id: str
    token: str

    @staticmethod
    def fields(message: str, link: str, at: datetime | None) -> dict[str, str]:
        """What ``feed`` is given. ``at``: when Facebook shows it; None: at once."""
        if at is None:
            return {"message": message, "link": link, "published": "true"}
        moment = str(int(at.timestamp()))
        return {
            "message": message,
            "link": link,
            "published": "false",
            "scheduled_publish_time": moment,
        }

    def post(self, message: str, link: str, at: datetime | None = None) -> str:
        """The id of the new post.

        Raises:
            NotSent: the API refused it.
            Lost: nobody knows.
        """
        answer = self._call("POST", "feed", form=self.fields(message, link, at))
        if not isinstance(answer.get("id"), str):
            raise Lost("Câu trả lời không có mã bài")
        return str(answer["id"])

    def find(self, marker: str) -> str | None:
        """The id of the newest of the page's latest posts, shown or waiting for their hour, whose
        text holds ``marker``."""
        params = {"fields": "id,message", "limit": _LATEST}
        for edge in ("feed", "scheduled_posts"):
            for post in self._call("GET", edge, params=params).get("data") or []:
                if marker in (post.get("message") or ""):
                    return str(post["id"])
        return None

    def change(self, post: str, message: str) -> None:
        """Raises ``Gone``, ``NotSent`` or ``Lost``."""
        self._ask("POST", post, form={"message": message})

    def remove(self, post: str) -> None:
        """Raises ``Gone``, ``NotSent`` or ``Lost``."""
        self._ask("DELETE", post)

    def _call(self, method: str, edge: str, **fields: Any) -> Mapping[str, Any]:
        return self._ask(method, f"{self.page_id}/{edge}", **fields)

    def _ask(self, method: str, path: str, **fields: Any) -> Mapping[str, Any]:
        url = f"{self.base}/{path}"
        headers = {"Authorization": f"Bearer {self.token}"}
        status, answer = call(method, url, headers=headers, **fields)
        error = answer.get("error")
        if not isinstance(error, dict):
            if status != 200:
                raise Lost(f"Câu trả lời {status} không đọc được")
            return answer
        code = error.get("code")
        if (code, error.get("error_subcode")) == _MISSING and "/" not in path:
            raise Gone
        if code == _EXISTS:
            raise Lost("Facebook báo bài trùng với một bài đã có (506)")
        if code in _DOUBTFUL:
            raise Lost(f"Facebook báo lỗi tạm thời ({code})")
        if code == 190:
            raise NotSent(
                "Mã truy cập Trang hết hạn hoặc bị thu hồi (190): lấy mã mới", again=False
            )
        raise NotSent(f"Facebook từ chối: {status}, mã lỗi {code}", again=code in _LATER)
