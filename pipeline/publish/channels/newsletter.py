"""The weekly letter: one multipart mail per subscriber, over Django's mail (any SMTP server)."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from email.utils import formataddr, parseaddr
from functools import cache

import css_inline
from django.core.mail import EmailMultiAlternatives

from pipeline.config.home import Home
from pipeline.config.office import Office
from pipeline.digest.content import EditionContent, ItemContent
from pipeline.publish import links
from pipeline.publish.channels.base import NotWanted, Preview, Receipt, Send, render
from pipeline.publish.mail import Mailer
from pipeline.publish.verp import return_address
from pipeline.store.models import Subscriber, SubscriberState

LEAVE = "https://leave.invalid/"
"""Stands for the recipient's own address to leave by, so that a letter is rendered once."""

LIMIT = 100_000
"""Bytes of HTML; some readers cut longer letters off (Gmail at 102 kB)."""

_INLINER = css_inline.CSSInliner(
    load_remote_stylesheets=False, keep_style_tags=False, keep_at_rules=True
)


class Newsletter:
    name = "newsletter"
    label = "Thư"

    def enabled(self, office: Office) -> bool:
        return office.channels.newsletter.enabled

    def reversible(self, office: Office) -> bool:
        return False

    def recipients(self, office: Office) -> Iterator[str]:
        active = Subscriber.objects.filter(state=SubscriberState.ACTIVE).order_by("id")
        for public_id in active.values_list("public_id", flat=True).iterator():
            yield str(public_id)

    @contextmanager
    def sending(self, content: EditionContent, office: Office, home: Home) -> Iterator[Send]:
        rendered = cache(lambda items: letter(replace(content, items=items), office))
        with Mailer() as mailer:

            def send(recipient: str) -> Receipt:
                # Read now, not when planned: whoever has left meanwhile gets nothing.
                subscriber = Subscriber.objects.filter(
                    public_id=recipient, state=SubscriberState.ACTIVE
                ).first()
                if subscriber is None:
                    raise NotWanted("Người nhận đã thôi nhận thư")
                items = wanted(content, subscriber)
                if not items and not content.corrects:
                    raise NotWanted("Số này không có tin thuộc lựa chọn của người nhận")
                message = compose(content, office, subscriber, *rendered(items))
                mailer.send(message)
                return Receipt(remote_id=message.extra_headers["Message-ID"])

            yield send

    def preview(self, content: EditionContent, office: Office) -> Preview:
        html, text = letter(content, office)
        size = len(html.encode()) / 1000
        return Preview("html", html, f"{size:.0f}/{LIMIT / 1000:.0f} kB", text)


def wanted(content: EditionContent, subscriber: Subscriber) -> tuple[ItemContent, ...]:
    """The stories of the sectors and provinces the reader chose; none chosen means all. A
    correction goes to whoever was sent what it corrects."""
    if content.corrects:
        return content.items
    return tuple(
        item
        for item in content.items
        if (not subscriber.sectors or item.sector in subscriber.sectors)
        and (not subscriber.provinces or item.province in subscriber.provinces)
    )


def letter(content: EditionContent, office: Office) -> tuple[str, str]:
    """The HTML and the text part, both with ``LEAVE`` where the recipient's own link goes."""
    values = {
        "edition": content,
        "lead": content.items[0] if content.items else None,
        "others": content.items[1:],
        "digest_url": links.digest(office, content.number),
        "story_url": lambda item: links.story(office, item.public_id),
        "leave_url": LEAVE,
    }
    html = _INLINER.inline(render("channels/newsletter/letter.html", **values))
    return html, render("channels/newsletter/letter.txt", **values)


def _envelope(office: Office, content: EditionContent, subscriber: Subscriber) -> str:
    """Where this letter comes back to; empty: to its sender."""
    mailbox = office.channels.newsletter.bounces
    return return_address(mailbox, content.number, subscriber.public_id) if mailbox else ""


def compose(
    content: EditionContent, office: Office, subscriber: Subscriber, html: str, text: str
) -> EmailMultiAlternatives:
    """The letter to one subscriber, with the list headers of RFC 2369, 2919 and 8058."""
    sender = office.channels.newsletter.sender or office.contact
    _name, address = parseaddr(sender)
    domain = address.rpartition("@")[2]
    recipient = str(subscriber.public_id)
    leave = links.leave(office, uuid.UUID(recipient))
    message = EmailMultiAlternatives(
        subject=content.title,
        body=text.replace(LEAVE, leave),
        from_email=_envelope(office, content, subscriber) or address,
        to=[subscriber.email],
        headers={
            "From": formataddr((office.name, address)),
            # The same for the same delivery, whoever sends it: servers can tell a repetition.
            "Message-ID": f"<so-{content.number}.{recipient}@{domain}>",
            "List-Id": f"{office.name} <guongsang.{domain}>",
            "List-Unsubscribe": f"<{leave}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            "List-Archive": f"<{links.portal(office)}>",
            "Auto-Submitted": "auto-generated",
        },
    )
    message.attach_alternative(html.replace(LEAVE, leave), "text/html")
    return message
