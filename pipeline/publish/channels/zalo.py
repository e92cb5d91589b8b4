"""Zalo Official Account, dry run: the article that would be created, as text.

Limits as third-party SDKs document them (not verified against Zalo itself): title 150, author 50,
description 300 characters; an article needs a cover picture; a new article stays hidden until a
person shows it; a broadcast carries at most 5 articles and is moderated by Zalo.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AbstractContextManager

from pipeline.config.home import Home
from pipeline.config.office import Office
from pipeline.digest.content import EditionContent, ItemContent
from pipeline.publish import links
from pipeline.publish.channels.base import PUBLIC, Preview, Send, render
from pipeline.publish.channels.social import dry_run
from pipeline.text.fit import fit

TITLE, AUTHOR, DESCRIPTION = 150, 50, 300


class Zalo:
    name = "zalo"
    label = "Zalo"
    reversible = True  # a file; a real article/create will not be

    def enabled(self, office: Office) -> bool:
        return office.channels.zalo != "off"

    def recipients(self, office: Office) -> Iterable[str]:
        return PUBLIC

    def sending(
        self, content: EditionContent, office: Office, home: Home
    ) -> AbstractContextManager[Send]:
        return dry_run(home, content, self.name, lambda: article(content, office))

    def preview(self, content: EditionContent, office: Office) -> Preview:
        title, description = fields(content)
        note = f"tiêu đề {len(title)}/{TITLE} · mô tả {len(description)}/{DESCRIPTION} ký tự"
        return Preview("text", article(content, office), note)


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
        url=links.digest(office, content.number),
    )
