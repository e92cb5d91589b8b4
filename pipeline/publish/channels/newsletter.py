"""The weekly letter: one multipart mail per subscriber, over Django's mail (any SMTP server)."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from email.header import Header
from email.utils import formataddr, parseaddr
from functools import cache
from typing import Any

import css_inline
from django.core.mail import EmailMultiAlternatives

from pipeline.config.home import Home
from pipeline.config.office import Office
from pipeline.digest.content import EditionContent, ItemContent
from pipeline.publish import links
from pipeline.publish.channels.base import NotWanted, Preview, Receipt, Send
from pipeline.publish.channels.monthly import had_this_month, month_before
from pipeline.publish.mail.sending import Mailer
from pipeline.publish.mail.verp import return_address
from pipeline.publish.plan import stagger
from pipeline.publish.rendering import render
from pipeline.store.models import Rhythm, Subscriber, SubscriberState
from pipeline.text.clock import utc_now

LEAVE, CHOOSE = "https://leave.invalid/", "https://choose.invalid/"
"""Stand for the recipient's own addresses to leave and to choose by, so that a letter is rendered
once."""

TOLD = 7
"""Stories with their summary, a big one and six short ones; of further ones the headline leads to
the story's page."""

LIMIT = 100_000
"""Bytes of HTML; some readers cut longer letters off (Gmail at 102 kB)."""

_INLINER = css_inline.CSSInliner(
    load_remote_stylesheets=False, keep_style_tags=False, keep_at_rules=True
)


NAME = "newsletter"


class _Letter(EmailMultiAlternatives):
    def message(self, *args: Any, **kwargs: Any) -> Any:
        """Headers with addresses stay in one line (RFC 5322 allows 998 characters): not every
        program finds an address that begins in the second."""
        made = super().message(*args, **kwargs)
        made.policy = made.policy.clone(max_line_length=998)
        return made


class Newsletter:
    name = NAME
    label = "Thư"

    def enabled(self, office: Office) -> bool:
        return office.channels.newsletter.enabled

    def reversible(self, office: Office) -> bool:
        return False

    def recipients(self, office: Office) -> Iterator[str]:
        active = Subscriber.objects.filter(state=SubscriberState.ACTIVE).order_by("id")
        for public_id in active.values_list("public_id", flat=True).iterator():
            yield str(public_id)

    def waits(self, recipients: Sequence[str], office: Office) -> Iterable[timedelta]:
        addresses = Subscriber.objects.values_list("public_id", "email")
        domain = {str(each): email.rpartition("@")[2] for each, email in addresses.iterator()}
        return stagger(
            (domain.get(each, "") for each in recipients), office.channels.newsletter.per_minute
        )

    @contextmanager
    def sending(self, content: EditionContent, office: Office, home: Home) -> Iterator[Send]:
        at = content.publish_at or utc_now()
        monthly = cache(lambda: month_before(content, at))
        rendered = cache(lambda version: letter(version, office))
        with Mailer() as mailer:

            def send(recipient: str) -> Receipt:
                # Read now, not when planned: whoever has left meanwhile gets nothing.
                subscriber = Subscriber.objects.filter(
                    public_id=recipient, state=SubscriberState.ACTIVE
                ).first()
                if subscriber is None:
                    raise NotWanted("Người nhận đã thôi nhận thư")
                version = content
                if subscriber.rhythm == Rhythm.MONTHLY and not content.corrects:
                    if had_this_month(NAME, recipient, content.number, at):
                        raise NotWanted("Người nhận chọn mỗi tháng một thư")
                    version = monthly()
                version = replace(version, items=wanted(version, subscriber))
                if not version.items and not content.corrects:
                    raise NotWanted("Không có tin thuộc lựa chọn của người nhận")
                message = compose(version, content.number, office, subscriber, *rendered(version))
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
    """The HTML and the text part, both with ``LEAVE`` and ``CHOOSE`` where the recipient's own
    links go. When the whole would be cut off by a reader's program, only the first story keeps its
    summary in the HTML."""
    values = {
        "edition": content,
        "lead": content.items[0] if content.items else None,
        "online_url": links.digest(office, content.number)
        if content.number
        else links.portal(office),
        "story_url": lambda item: links.story(office, item.public_id),
        "most": TOLD,
        "leave_url": LEAVE,
        "choose_url": CHOOSE,
    }
    html = _INLINER.inline(render("channels/newsletter/letter.html", **values))
    if len(html.encode()) > LIMIT:
        html = _INLINER.inline(render("channels/newsletter/letter.html", brief=True, **values))
    return html, render("channels/newsletter/letter.txt", **values)


def _envelope(office: Office, number: int, subscriber: Subscriber) -> str:
    """Where this letter comes back to; empty: to its sender."""
    mailbox = office.channels.newsletter.bounces
    return return_address(mailbox, number, subscriber.public_id) if mailbox else ""


def compose(
    content: EditionContent,
    number: int,
    office: Office,
    subscriber: Subscriber,
    html: str,
    text: str,
) -> EmailMultiAlternatives:
    """The letter to one subscriber, with the list headers of RFC 2369, 2919 and 8058. ``number``:
    of the edition that it goes out with."""
    sender = office.channels.newsletter.sender or office.contact
    _name, address = parseaddr(sender)
    domain = address.rpartition("@")[2]
    recipient = str(subscriber.public_id)
    leave = links.leave(office, uuid.UUID(recipient))
    choose = links.choose(office, uuid.UUID(recipient))
    message = _Letter(
        subject=content.title,
        body=text.replace(LEAVE, leave).replace(CHOOSE, choose),
        from_email=_envelope(office, number, subscriber) or address,
        to=[subscriber.email],
        headers={
            "From": formataddr((office.name, address)),
            # The same for the same delivery, whoever sends it: servers can tell a repetition.
            "Message-ID": f"<so-{number}.{recipient}@{domain}>",
            # Only the name may be encoded: programs look for what is in brackets (RFC 2919).
            "List-Id": f"{Header(office.name).encode(linesep='')} <guongsang.{domain}>",
            "List-Unsubscribe": f"<{leave}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            "List-Archive": f"<{links.portal(office)}>",
            "Auto-Submitted": "auto-generated",
        },
    )
    message.attach_alternative(html.replace(LEAVE, leave).replace(CHOOSE, choose), "text/html")
    return message
