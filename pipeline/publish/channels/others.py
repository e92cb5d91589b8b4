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
from pipeline.publish.channels.base import Preview, Receipt, Send, render
from pipeline.publish.channels.posting import Mode, Posting
from pipeline.publish.channels.social import campaign_link, hashtags
from pipeline.publish.services import Service
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
            room = min(LONGEST, service.most) - len(content.title)
            service.send(content.title, post(content, office, max(room, 1)))
            return Receipt()

        yield send

    def preview(self, content: EditionContent, office: Office) -> Preview:
        text = self.text(content, office)
        return Preview("text", text, _("%s ký tự") % f"{number(len(text))}/{number(LONGEST)}")


def _whole(content: EditionContent, office: Office) -> str:
    return f"{content.title}\n\n{post(content, office, LONGEST - len(content.title) - 2)}"


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
