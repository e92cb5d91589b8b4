"""Facebook Page, dry run: the post that would be made, as text.

80 to 160 words, three to five hashtags: editorial custom (not a limit of the platform). One link of
our own; every story told also links to its original.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AbstractContextManager

from pipeline.config.home import Home
from pipeline.config.office import Office
from pipeline.digest.content import EditionContent, ItemContent
from pipeline.publish import links
from pipeline.publish.channels.base import PUBLIC, Preview, Send, render
from pipeline.publish.channels.social import dry_run, hashtags
from pipeline.text.fit import fit_words
from pipeline.text.format import number

WORDS = (80, 160)
HASHTAGS = 5


class Facebook:
    name = "facebook"
    label = "Facebook"
    reversible = True  # a file; a real post will not be

    def enabled(self, office: Office) -> bool:
        return office.channels.facebook != "off"

    def recipients(self, office: Office) -> Iterable[str]:
        return PUBLIC

    def sending(
        self, content: EditionContent, office: Office, home: Home
    ) -> AbstractContextManager[Send]:
        return dry_run(home, content, self.name, lambda: post(content, office))

    def preview(self, content: EditionContent, office: Office) -> Preview:
        text = post(content, office)
        return Preview("text", text, f"{number(words(text))}/{WORDS[1]} chữ")


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
        url=links.digest(office, content.number),
        hashtags=hashtags(content, HASHTAGS),
    )


def _credit(item: ItemContent) -> str:
    return render("channels/_shared/credit.txt", item=item)
