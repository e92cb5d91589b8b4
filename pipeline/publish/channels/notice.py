"""A notice for our own people when an edition has gone out: what went where, and what waits for a
person. Over apprise; the one place where Telegram may be used."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from django.utils.translation import gettext as _

from pipeline.config.home import Home
from pipeline.config.office import Office
from pipeline.digest.content import EditionContent
from pipeline.publish import links
from pipeline.publish.channels.base import Preview, Receipt, Send
from pipeline.publish.channels.posting import Mode, Posting
from pipeline.publish.rendering import render
from pipeline.publish.services.through_apprise import Service
from pipeline.store.models import Delivery, DeliveryState
from pipeline.text.fit import fit


class Notice(Posting):
    name = "notice"
    label = "Báo nội bộ"

    def mode(self, office: Office) -> Mode:
        services = office.channels.notice
        return services.mode if services.to else "off"

    def recipients(self, office: Office) -> Iterable[str]:
        return office.channels.notice.to

    def text(self, content: EditionContent, office: Office) -> str:
        return f"{content.title}\n\n{notice(content, office)}"

    @contextmanager
    def posting(self, content: EditionContent, office: Office, home: Home) -> Iterator[Send]:
        def send(recipient: str) -> Receipt:
            service = Service(recipient, public=False)
            room = max(service.most - len(content.title), 1)
            told = notice(content, office).strip()
            # To fit is to run lines together.
            service.send(content.title, told if len(told) <= room else fit(told, room))
            return Receipt()

        yield send

    def preview(self, content: EditionContent, office: Office) -> Preview:
        return Preview("text", self.text(content, office), _("không ra công chúng"))


def notice(content: EditionContent, office: Office) -> str:
    """What became of the edition's deliveries so far, by state, each channel once."""
    rows = Delivery.objects.filter(edition__number=content.number).exclude(channel=Notice.name)
    pairs = set(rows.order_by().values_list("state", "channel"))
    told = [
        (state.label, sorted(channel for each, channel in pairs if each == state))
        for state in DeliveryState
        if any(each == state for each, _channel in pairs)
    ]
    url = links.digest(office, content.number)
    return render("channels/notice/notice.txt", edition=content, told=told, url=url)
