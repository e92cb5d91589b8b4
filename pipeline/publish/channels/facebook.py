"""Facebook Page: a post, or (dry run) a file that shows exactly what would be posted.

80 to 160 words, three to five hashtags: editorial custom (not a limit of the platform). One link of
our own; every story told also links to its original. With an hour in ``channels.facebook_hour`` the
post is handed over at once and shown by Facebook at the next such hour.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from pipeline.config.home import Home
from pipeline.config.office import Office
from pipeline.digest.content import EditionContent, ItemContent
from pipeline.publish import links
from pipeline.publish.channels.base import Preview, Receipt, Send, Unreachable
from pipeline.publish.channels.posting import Editable, Mode
from pipeline.publish.channels.social import campaign_link, hashtags
from pipeline.publish.rendering import render
from pipeline.publish.services.facebook_page import FacebookPage
from pipeline.text.clock import VIETNAM, utc_now
from pipeline.text.fit import fit_words
from pipeline.text.format import date_time, number

WORDS = (80, 160)
HASHTAGS = 5
NOTICE = timedelta(minutes=15)
"""The API takes nothing for the next ten minutes (read in third-party documents, not verified)."""


class Facebook(Editable):
    name = "facebook"
    label = "Facebook"

    def mode(self, office: Office) -> Mode:
        return office.channels.facebook

    def text(self, content: EditionContent, office: Office) -> str:
        return post(content, office)

    def fields(self, content: EditionContent, office: Office) -> Mapping[str, Any]:
        return FacebookPage.fields(*_posted(content, office, utc_now()))

    @contextmanager
    def posting(self, content: EditionContent, office: Office, home: Home) -> Iterator[Send]:
        page = _page()

        def send(recipient: str) -> Receipt:
            text, link, at = _posted(content, office, utc_now())
            detail = f"Hẹn giờ: {date_time(at)}" if at else ""
            return Receipt(remote_id=page.post(text, link, at), detail=detail)

        yield send

    def find(self, content: EditionContent, office: Office, home: Home) -> Receipt | None:
        found = _page().find(links.digest(office, content.number))
        return Receipt(remote_id=found, detail="Thấy trên Trang") if found else None

    def change(self, remote_id: str, content: EditionContent, office: Office, home: Home) -> None:
        _page().change(remote_id, post(content, office))

    def remove(self, remote_id: str, office: Office, home: Home) -> None:
        _page().remove(remote_id)

    def preview(self, content: EditionContent, office: Office) -> Preview:
        text = post(content, office)
        return Preview("text", text, _("%s chữ") % f"{number(words(text))}/{WORDS[1]}")


def _posted(
    content: EditionContent, office: Office, now: datetime
) -> tuple[str, str, datetime | None]:
    link = campaign_link(office, content, Facebook.name)
    return post(content, office), link, shown_at(office.channels.facebook_hour, now)


def shown_at(hour: str, now: datetime) -> datetime | None:
    """The next ``HH:MM`` of the clock in Vietnam that Facebook still takes; None: at once."""
    if not hour:
        return None
    earliest = (now + NOTICE).astimezone(VIETNAM)
    moment = datetime.combine(earliest.date(), time.fromisoformat(hour), VIETNAM)
    return moment if moment >= earliest else moment + timedelta(days=1)


def _page() -> FacebookPage:
    if not (settings.FACEBOOK_PAGE_ID and settings.FACEBOOK_PAGE_TOKEN):
        raise Unreachable("Thiếu FACEBOOK_PAGE_ID hoặc FACEBOOK_PAGE_TOKEN trong .env", again=True)
    return FacebookPage(
        settings.FACEBOOK_API, settings.FACEBOOK_PAGE_ID, settings.FACEBOOK_PAGE_TOKEN
    )


def words(text: str) -> int:
    """Of the message, without links and hashtags."""
    return sum(not word.startswith(("#", "http")) for word in text.split())


def post(content: EditionContent, office: Office) -> str:
    """Title, the lead story by whole sentences, then one line per further story while the words
    last, our link, hashtags. Every story told carries its credit and the link to its original."""
    left = WORDS[1] - words(content.title)
    lead, rest = (content.items[0], content.items[1:]) if content.items else (None, ())
    body = ""
    if lead:
        left -= words(_credit(lead)) + 3
        # Leave room to name the others, but let a lone story use the space.
        body = fit_words(lead.summary, max(1, left if not rest else min(left, 70)))
        left -= words(body) + 3
    told = []
    for item in rest:
        left -= words(f"• {item.headline} {_credit(item)}")
        if left < 0:
            break
        told.append(item)
    return render(
        "channels/facebook/post.txt",
        edition=content,
        lead=lead,
        body=body,
        rest=told,
        url=campaign_link(office, content, Facebook.name),
        hashtags=hashtags(content, HASHTAGS),
    )


def _credit(item: ItemContent) -> str:
    return render("channels/_shared/credit.txt", item=item)
