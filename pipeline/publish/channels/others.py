"""Everything else: any service that apprise speaks to (Mattermost, Rocket.Chat, Microsoft Teams,
Bluesky, …), each named in ``office.yaml``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from django.utils.translation import gettext as _

from pipeline.config.home import Home
from pipeline.config.office import Office
from pipeline.digest.content import EditionContent
from pipeline.publish import links
from pipeline.publish.channels.base import NotSent, Preview, Receipt, Send
from pipeline.publish.channels.posting import Mode, Posting
from pipeline.publish.channels.social import campaign_link, hashtags
from pipeline.publish.rendering import render
from pipeline.publish.services.through_apprise import Service
from pipeline.text.fit import fit
from pipeline.text.format import number

LONGEST = 1000
"""Characters of a post where the service would take more: nobody reads a longer one."""
HASHTAGS = 3


class Others(Posting):
    name = "others"
    label = "Dịch vụ khác"

    def mode(self, office: Office) -> Mode:
        services = office.channels.others
        return services.mode if services.to else "off"

    def recipients(self, office: Office) -> Iterable[str]:
        return office.channels.others.to

    def text(self, content: EditionContent, office: Office) -> str:
        return _whole(content, office)

    @contextmanager
    def posting(self, content: EditionContent, office: Office, home: Home) -> Iterator[Send]:
        def send(recipient: str) -> Receipt:
            service = Service(recipient, public=True)
            service.send(content.title, _body(content, office, service.most))
            return Receipt()

        yield send

    def preview(self, content: EditionContent, office: Office) -> Preview:
        """Each text once, with the names of its services when these differ in length."""
        texts: dict[str, list[str]] = {}
        for name in office.channels.others.to or ("",):
            texts.setdefault(_whole(content, office, _most(name)), []).append(name)
        longest = max(len(text) - 2 for text in texts)  # the gap is not sent
        note = _("%s ký tự") % f"{number(longest)}/{number(LONGEST)}"
        if len(texts) == 1:
            return Preview("text", next(iter(texts)), note)
        named = (f"[{', '.join(names)}]\n{text}" for text, names in texts.items())
        return Preview("text", "\n\n\n".join(named), note)


def _whole(content: EditionContent, office: Office, most: int = LONGEST) -> str:
    return f"{content.title}\n\n{_body(content, office, most)}"


def _body(content: EditionContent, office: Office, most: int) -> str:
    return post(content, office, max(min(LONGEST, most) - len(content.title), 1))


def _most(name: str) -> int:
    """As ``Service.most``; our own limit while its address is missing."""
    try:
        return Service(name, public=True).most if name else LONGEST
    except NotSent:
        return LONGEST


def post(content: EditionContent, office: Office, most: int, channel: str = Others.name) -> str:
    """The lead story with its credit and both links, within ``most`` characters: its summary by
    whole sentences, then without it, then our link alone."""
    lead = content.items[0] if content.items else None
    url = campaign_link(office, content, channel)

    def written(body: str) -> str:
        return render(
            "channels/others/post.txt",
            edition=content,
            lead=lead,
            body=body,
            url=url,
            hashtags=hashtags(content, HASHTAGS),
        ).strip()

    bare = written("")
    room = most - len(bare) - 1
    if lead and room > 0:
        return written(fit(lead.summary, room))
    if len(bare) <= most:
        return bare
    return url if len(url) <= most else links.digest(office, content.number)
