"""Mastodon (and what speaks its API): one status an edition.

https://docs.joinmastodon.org/methods/statuses/ (**not verified** against a live server). Limits of
an unchanged server: 500 characters, an address counting as 23; we count each letter of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from pipeline.config.home import Home
from pipeline.config.office import Office
from pipeline.digest.content import EditionContent
from pipeline.publish import links
from pipeline.publish.channels.base import Preview, Receipt, Send
from pipeline.publish.channels.others import post
from pipeline.publish.channels.posting import Editable, Mode
from pipeline.publish.outcomes import Gone, Lost, NotSent, Unreachable
from pipeline.publish.services.api import call
from pipeline.text.format import number

LONGEST = 500
_LATEST = {"limit": "20", "exclude_replies": "true", "exclude_reblogs": "true"}


class Mastodon(Editable):
    name = "mastodon"
    label = "Mastodon"

    def mode(self, office: Office) -> Mode:
        return office.channels.mastodon

    def text(self, content: EditionContent, office: Office) -> str:
        return post(content, office, LONGEST, self.name)

    def fields(self, content: EditionContent, office: Office) -> Mapping[str, Any]:
        return {
            "status": self.text(content, office),
            "visibility": "public",
            "language": "vi",
        }

    @contextmanager
    def posting(self, content: EditionContent, office: Office, home: Home) -> Iterator[Send]:
        fields = self.fields(content, office)

        def send(recipient: str) -> Receipt:
            # The server keeps the key for an hour, so even its own retries make one status.
            headers = {"Idempotency-Key": f"so-{content.number}"}
            answer = _call("POST", "statuses", headers=headers, body=fields)
            if not answer.get("id"):
                raise Lost("Câu trả lời không có mã bài")
            return Receipt(remote_id=str(answer["id"]))

        yield send

    def find(self, content: EditionContent, office: Office, home: Home) -> Receipt | None:
        account = _call("GET", "accounts/verify_credentials").get("id")
        marker = links.digest(office, content.number)
        listed = _call("GET", f"accounts/{account}/statuses", params=_LATEST).get("items") or []
        for status in listed:
            if marker in (status.get("content") or ""):
                return Receipt(remote_id=str(status["id"]), detail="Thấy trên Mastodon")
        return None

    def change(self, remote_id: str, content: EditionContent, office: Office, home: Home) -> None:
        fields = {"status": self.text(content, office), "language": "vi"}
        _call("PUT", f"statuses/{remote_id}", body=fields)

    def remove(self, remote_id: str, office: Office, home: Home) -> None:
        _call("DELETE", f"statuses/{remote_id}")

    def preview(self, content: EditionContent, office: Office) -> Preview:
        text = self.text(content, office)
        return Preview("text", text, _("%s ký tự") % f"{number(len(text))}/{LONGEST}")


def _call(
    method: str, path: str, *, headers: Mapping[str, str] | None = None, **fields: Any
) -> dict[str, Any]:
    if not (settings.MASTODON_URL and settings.MASTODON_TOKEN):
        raise Unreachable("Thiếu MASTODON_URL hoặc MASTODON_TOKEN trong .env", again=True)
    sent = {**(headers or {}), "Authorization": f"Bearer {settings.MASTODON_TOKEN}"}
    status, answer = call(method, f"{settings.MASTODON_URL}/api/v1/{path}", headers=sent, **fields)
    if status == 200:
        return answer
    if "error" not in answer:
        raise Lost(f"Câu trả lời {status} không đọc được")
    if status == 404 and path.startswith("statuses/"):
        raise Gone
    if status == 401:
        raise NotSent("Mã truy cập Mastodon không còn dùng được: lấy mã mới", again=False)
    raise NotSent(f"Mastodon từ chối: {status}", again=False)
