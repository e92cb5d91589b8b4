"""Zalo broadcast: the edition's article, once a person has shown it, to everybody who follows.

Zalo moderates each broadcast for about half an hour and takes at most 5 articles in one (read in
third-party code, **not verified**). It keeps no list of broadcasts, so a lost answer stays a
person's question.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.utils.translation import gettext as _

from pipeline.config.home import Home
from pipeline.config.office import Office
from pipeline.digest.content import EditionContent
from pipeline.publish.channels import zalo
from pipeline.publish.channels.base import NotSent, Preview, Receipt, Send
from pipeline.publish.channels.posting import Mode, Posting
from pipeline.publish.rendering import render
from pipeline.publish.services.zalo_account import broadcast_fields
from pipeline.store.models import Delivery, DeliveryState
from pipeline.text.clock import utc_now


class ZaloBroadcast(Posting):
    name = "zalo-broadcast"
    label = "Zalo: gửi người theo dõi"

    def mode(self, office: Office) -> Mode:
        return office.channels.zalo_broadcast

    def text(self, content: EditionContent, office: Office) -> str:
        return told(content, office)

    def fields(self, content: EditionContent, office: Office) -> Mapping[str, Any]:
        return broadcast_fields(["mã bài của số này trên Zalo"])

    @contextmanager
    def posting(self, content: EditionContent, office: Office, home: Home) -> Iterator[Send]:
        account = zalo.account_of(home)

        def send(recipient: str) -> Receipt:
            article = account.id_of(_receipt(content, office, home), utc_now())
            if not account.is_shown(article, utc_now()):
                raise NotSent("Bài trên Zalo còn ẩn: mở bài rồi phát lại", again=True)
            sent = account.broadcast([article], utc_now())
            return Receipt(remote_id=sent, detail="Zalo duyệt rồi mới gửi")

        yield send

    def preview(self, content: EditionContent, office: Office) -> Preview:
        return Preview("text", told(content, office), _("gửi khi bài đã được mở trên Zalo"))


def _receipt(content: EditionContent, office: Office, home: Home) -> str:
    """Of the article of this very edition. Where a person saw that it is there, nobody wrote its
    id down."""
    articles = zalo.Zalo()
    made = Delivery.objects.filter(
        edition__number=content.number, channel=articles.name, state=DeliveryState.SENT
    ).first()
    receipt = made.remote_id if made else None
    if receipt == "":
        found = articles.find(content, office, home)
        receipt = found.remote_id if found else None
    if not receipt:
        raise NotSent("Zalo chưa có bài của số này", again=True)
    return receipt


def told(content: EditionContent, office: Office) -> str:
    title, description = zalo.fields(content)
    article = "\n\n".join(zalo.paragraphs(content, office))
    return render(
        "channels/zalo-broadcast/card.txt", title=title, description=description, article=article
    )
