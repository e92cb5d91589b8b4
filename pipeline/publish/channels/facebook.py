"""Facebook Page, dry run: the post that would be made, as text.

80 to 160 words, one link, three to five hashtags: editorial custom (not a limit of the platform).
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AbstractContextManager

from pipeline.config.home import Home
from pipeline.config.office import Office
from pipeline.digest.content import EditionContent
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
    """Of the message, without link and hashtags."""
    return sum(not word.startswith(("#", "http")) for word in text.split())


def post(content: EditionContent, office: Office) -> str:
    """Title, the lead story by whole sentences, then one line per further story while the words
    last, one link, hashtags."""
    lead, rest = (content.items[0], content.items[1:]) if content.items else (None, ())
    left = WORDS[1] - words(content.title)
    body = ""
    if lead:
        left -= words(lead.outlet) + 2
        # Leave room to name the others, but let a lone story use the space.
        body = fit_words(lead.summary, left if not rest else min(left, 90))
        left -= words(body) + 3
    lines = []
    for item in rest:
        if words(item.headline) + 1 > left:
            break
        lines.append(item.headline)
        left -= words(item.headline) + 1
    return render(
        "channels/facebook/post.txt",
        edition=content,
        lead=lead,
        body=body,
        lines=lines,
        url=links.digest(office, content.number),
        hashtags=hashtags(content, HASHTAGS),
    )
