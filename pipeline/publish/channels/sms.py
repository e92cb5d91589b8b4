"""Text messages, as a file for the operator's gateway: the office's contract names it.

Two forms, for phones and prices differ: with marks in at most 2 messages (UCS-2), without marks in
one (GSM-7).
"""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _

from pipeline.config.office import Office
from pipeline.digest.content import EditionContent
from pipeline.publish import links
from pipeline.publish.channels.base import Preview
from pipeline.publish.channels.papers import Papers
from pipeline.publish.rendering import render
from pipeline.text.fit import fit
from pipeline.text.sms import measure, unaccented

MARKED, PLAIN = 2, 1
"""Messages each form may cost."""


class Sms(Papers):
    name = "sms"
    label = "SMS"

    def enabled(self, office: Office) -> bool:
        return office.channels.sms != "off"

    def files(self, content: EditionContent, office: Office) -> Mapping[str, bytes]:
        if not content.items:
            return {}
        return {f"social/{content.number}/sms.txt": both(content, office).encode()}

    def preview(self, content: EditionContent, office: Office) -> Preview:
        sizes = [measure(each) for each in forms(content, office)]
        note = " · ".join(
            _("%(form)s: %(count)s tin nhắn, %(places)s ký tự")
            % {"form": name, "count": size.segments, "places": size.places}
            for name, size in zip((_("có dấu"), _("không dấu")), sizes, strict=True)
        )
        return Preview("text", both(content, office), note)


def both(content: EditionContent, office: Office) -> str:
    marked, plain = forms(content, office)
    return render("channels/sms/messages.txt", marked=marked, plain=plain)


def forms(content: EditionContent, office: Office) -> tuple[str, str]:
    """With and without marks: the lead story's headline (of a correction, its words) in as many
    whole words as there is room for beside title and link.

    A title or an address that alone is too long is still sent whole; the desk's note tells what it
    costs.
    """
    headline = content.items[0].headline if content.items else ""
    if content.corrects:  # what was wrong, not the story again
        headline = content.intro
    title, url = content.title, links.digest(office, content.number)
    plain = _longest(unaccented(title), unaccented(headline), url, PLAIN)
    return _longest(title, headline, url, MARKED), plain


def _longest(title: str, headline: str, url: str, most: int) -> str:
    for room in range(len(headline), 0, -1):
        text = f"{title}: {fit(headline, room)} {url}"
        if most == PLAIN:
            text = unaccented(text)
        if measure(text).segments <= most:
            return text
    return f"{title} {url}"
