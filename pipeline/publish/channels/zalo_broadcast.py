"""Zalo broadcast: the edition's article, once a person has shown it, to everybody who follows.

Zalo moderates each broadcast for about half an hour and takes at most 5 articles in one (read in
third-party code, **not verified**). It keeps no list of broadcasts, so a lost answer stays a
person's question.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager

from pipeline.config.home import Home
from pipeline.config.office import Office
from pipeline.digest.content import EditionContent
from pipeline.publish.channels import zalo
from pipeline.publish.channels.base import PUBLIC, NotSent, Preview, Receipt, Send, render
from pipeline.publish.channels.social import dry_run
from pipeline.publish.zalo_account import broadcast_fields
from pipeline.text.clock import utc_now


class ZaloBroadcast:
    name = "zalo-broadcast"
    label = "Zalo: gửi người theo dõi"

    def enabled(self, office: Office) -> bool:
        return office.channels.zalo_broadcast != "off"

    def reversible(self, office: Office) -> bool:
        return office.channels.zalo_broadcast != "live"

    def recipients(self, office: Office) -> Iterable[str]:
        return PUBLIC

    def sending(
        self, content: EditionContent, office: Office, home: Home
    ) -> AbstractContextManager[Send]:
        if office.channels.zalo_broadcast != "live":
            return dry_run(
                home,
                content,
                self.name,
                lambda: told(content),
                lambda: broadcast_fields(["mã bài của số này trên Zalo"]),
            )
        return _broadcasting(content, home)

    def preview(self, content: EditionContent, office: Office) -> Preview:
        return Preview("text", told(content), "gửi khi bài đã được mở trên Zalo")


@contextmanager
def _broadcasting(content: EditionContent, home: Home) -> Iterator[Send]:
    account = zalo.account_of(home)
    title, _description = zalo.fields(content)

    def send(recipient: str) -> Receipt:
        article = account.find(title, utc_now())
        if article is None:
            raise NotSent("Zalo chưa có bài của số này", again=True)
        if not account.is_shown(article, utc_now()):
            raise NotSent("Bài trên Zalo còn ẩn: mở bài rồi phát lại", again=True)
        return Receipt(
            remote_id=account.broadcast([article], utc_now()),
            detail="Zalo duyệt rồi mới gửi",
        )

    yield send


def told(content: EditionContent) -> str:
    title, description = zalo.fields(content)
    return render("channels/zalo-broadcast/card.txt", title=title, description=description)
