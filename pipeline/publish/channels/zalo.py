"""Zalo Official Account: an article, or (dry run) a file that shows what would be created.

Limits as third-party SDKs document them (not verified against Zalo itself): title 150, author 50,
description 300 characters; an article needs a cover picture; a new article stays hidden until a
person shows it; a broadcast carries at most 5 articles and is moderated by Zalo.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from pipeline.config.home import Home
from pipeline.config.office import Office
from pipeline.digest.content import EditionContent, ItemContent
from pipeline.publish import links
from pipeline.publish.channels.base import NotSent, Preview, Receipt, Send, Unreachable
from pipeline.publish.channels.posting import Editable, Mode
from pipeline.publish.channels.social import campaign_link
from pipeline.publish.rendering import render
from pipeline.publish.services.zalo_account import ZaloAccount
from pipeline.text.clock import utc_now
from pipeline.text.fit import fit

TITLE, AUTHOR, DESCRIPTION = 150, 50, 300


class Zalo(Editable):
    name = "zalo"
    label = "Zalo"

    def mode(self, office: Office) -> Mode:
        return office.channels.zalo

    def text(self, content: EditionContent, office: Office) -> str:
        return article(content, office)

    def fields(self, content: EditionContent, office: Office) -> Mapping[str, Any]:
        return payload(content, office)

    @contextmanager
    def posting(self, content: EditionContent, office: Office, home: Home) -> Iterator[Send]:
        if not office.channels.zalo_cover:
            raise NotSent("Zalo cần ảnh bìa: đặt channels.zalo_cover trong office.yaml", again=True)
        account, body = account_of(home), payload(content, office)

        def send(recipient: str) -> Receipt:
            made = account.create(body, utc_now())
            return Receipt(remote_id=made, detail="Đang ẩn: chờ người mở")

        yield send

    def find(self, content: EditionContent, office: Office, home: Home) -> Receipt | None:
        title, _description = fields(content)
        found = account_of(home).find(title, links.digest(office, content.number), utc_now())
        return Receipt(remote_id=found, detail="Thấy trong danh sách bài") if found else None

    def change(self, remote_id: str, content: EditionContent, office: Office, home: Home) -> None:
        account_of(home).change(remote_id, payload(content, office), utc_now())

    def remove(self, remote_id: str, office: Office, home: Home) -> None:
        account_of(home).remove(remote_id, utc_now())

    def preview(self, content: EditionContent, office: Office) -> Preview:
        title, description = fields(content)
        note = _("tiêu đề %(title)s · mô tả %(description)s ký tự") % {
            "title": f"{len(title)}/{TITLE}",
            "description": f"{len(description)}/{DESCRIPTION}",
        }
        return Preview("text", article(content, office), note)


def account_of(home: Home) -> ZaloAccount:
    if not (settings.ZALO_APP_ID and settings.ZALO_APP_SECRET):
        raise Unreachable("Thiếu ZALO_APP_ID hoặc ZALO_APP_SECRET trong .env", again=True)
    return ZaloAccount(
        base=settings.ZALO_API,
        oauth=settings.ZALO_OAUTH,
        app_id=settings.ZALO_APP_ID,
        secret=settings.ZALO_APP_SECRET,
        first_refresh_token=settings.ZALO_REFRESH_TOKEN,
        tokens=home.root / "secrets" / "zalo.json",
    )


def payload(content: EditionContent, office: Office) -> dict[str, Any]:
    """The body of ``article/create``. Zalo takes none without a cover picture."""
    title, description = fields(content)
    cover = {"cover_type": "photo", "photo_url": office.channels.zalo_cover, "status": "show"}
    return {
        "type": "normal",
        "title": title,
        "author": fit(office.name, AUTHOR),
        "cover": cover,
        "description": description,
        "body": [{"type": "text", "content": each} for each in paragraphs(content, office)],
        "status": "hide",  # a person shows it: showing is what the public sees
        "comment": "hide",
    }


def paragraphs(content: EditionContent, office: Office) -> list[str]:
    url = campaign_link(office, content, Zalo.name)
    text = render("channels/zalo/body.txt", edition=content, url=url)
    return [each.strip() for each in text.split("\n\n") if each.strip()]


def fields(content: EditionContent) -> tuple[str, str]:
    """Title and description within the limits."""
    lead = content.items[0] if content.items else None
    title = f"{content.title}: {lead.headline}" if lead else content.title
    if len(title) > TITLE:
        title = content.title
    about = content.intro or (_told(lead) if lead else content.title)
    return fit(title, TITLE), fit(about, DESCRIPTION)


def _told(item: ItemContent) -> str:
    """Summary and credit within the description's limit; the article itself has the link."""
    credit = f" ({render('channels/_shared/credit.txt', item=item)})"
    return fit(item.summary, max(1, DESCRIPTION - len(credit))) + credit


def article(content: EditionContent, office: Office) -> str:
    title, description = fields(content)
    return render(
        "channels/zalo/article.txt",
        edition=content,
        title=title,
        author=fit(office.name, AUTHOR),
        description=description,
        cover=office.channels.zalo_cover,
        body="\n\n".join(paragraphs(content, office)),
    )
