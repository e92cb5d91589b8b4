"""WordPress over its REST API: one post an edition, known by its slug.

https://developer.wordpress.org/rest-api/reference/posts/ with an application password (**not
verified** against a live site). Works for the portals that run on WordPress.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.utils.translation import ngettext

from pipeline.config.home import Home
from pipeline.config.office import Office
from pipeline.digest.content import EditionContent
from pipeline.publish.channels.base import Preview, Receipt, Send
from pipeline.publish.channels.posting import Editable, Mode
from pipeline.publish.channels.social import campaign_link
from pipeline.publish.outcomes import Gone, Lost, NotSent, Unreachable
from pipeline.publish.rendering import render
from pipeline.publish.services.api import call


class WordPress(Editable):
    name = "wordpress"
    label = "WordPress"

    def mode(self, office: Office) -> Mode:
        return office.channels.wordpress

    def text(self, content: EditionContent, office: Office) -> str:
        return f"{content.title}\n\n{body(content, office)}"

    def fields(self, content: EditionContent, office: Office) -> Mapping[str, Any]:
        return {
            "title": content.title,
            "slug": slug(content),
            "status": office.channels.wordpress_status,
            "content": body(content, office),
            "excerpt": content.intro,
            "comment_status": "closed",
        }

    @contextmanager
    def posting(self, content: EditionContent, office: Office, home: Home) -> Iterator[Send]:
        fields = self.fields(content, office)

        def send(recipient: str) -> Receipt:
            answer = _call("POST", body=fields)
            if not answer.get("id"):
                raise Lost("Câu trả lời không có mã bài")
            return Receipt(remote_id=str(answer["id"]), detail=str(answer.get("link") or ""))

        yield send

    def find(self, content: EditionContent, office: Office, home: Home) -> Receipt | None:
        params = {"slug": slug(content), "status": "publish,draft,pending"}
        for post in _call("GET", params=params).get("items") or []:
            return Receipt(remote_id=str(post["id"]), detail=str(post.get("link") or ""))
        return None

    def change(self, remote_id: str, content: EditionContent, office: Office, home: Home) -> None:
        fields = self.fields(content, office)
        changed = {name: fields[name] for name in ("title", "content", "excerpt")}
        _call("POST", remote_id, body=changed)

    def remove(self, remote_id: str, office: Office, home: Home) -> None:
        """Into the site's own bin."""
        _call("DELETE", remote_id)

    def preview(self, content: EditionContent, office: Office) -> Preview:
        return Preview(
            "html",
            body(content, office),
            ngettext("%(num)s tin", "%(num)s tin", len(content.items))
            % {"num": len(content.items)},
        )


def slug(content: EditionContent) -> str:
    return f"guong-sang-so-{content.number}"


def body(content: EditionContent, office: Office) -> str:
    url = campaign_link(office, content, WordPress.name)
    return render("channels/wordpress/post.html", edition=content, url=url)


def _call(method: str, post: str = "", **fields: Any) -> dict[str, Any]:
    user, password = settings.WORDPRESS_USER, settings.WORDPRESS_PASSWORD
    if not (settings.WORDPRESS_URL and user and password):
        names = "WORDPRESS_URL, WORDPRESS_USER hoặc WORDPRESS_PASSWORD"
        raise Unreachable(f"Thiếu {names} trong .env", again=True)
    key = b64encode(f"{user}:{password}".encode()).decode()
    url = f"{settings.WORDPRESS_URL}/wp-json/wp/v2/posts" + (f"/{post}" if post else "")
    status, answer = call(method, url, headers={"Authorization": f"Basic {key}"}, **fields)
    if status in (200, 201):
        return answer
    if "code" not in answer:
        raise Lost(f"Câu trả lời {status} không đọc được")
    if post and status in (404, 410):
        raise Gone
    if status in (401, 403):
        raise NotSent("WordPress không cho đăng: xem tài khoản và mật khẩu ứng dụng", again=False)
    raise NotSent(f"WordPress từ chối: {status} {str(answer['code'])[:60]}", again=False)
