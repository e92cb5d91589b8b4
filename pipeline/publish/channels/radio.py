"""Commune loudspeakers and radio: a script to read aloud, figures and abbreviations spelled out.

Opening, one passage per story, closing; what stands in brackets is for the announcer and not read.
As text and as a Word document.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _

from pipeline.config.office import Office
from pipeline.digest.content import EditionContent
from pipeline.publish.channels.base import Preview
from pipeline.publish.channels.papers import Papers
from pipeline.publish.paper.word import docx
from pipeline.publish.rendering import render
from pipeline.text import speech
from pipeline.text.fit import sentences
from pipeline.text.spoken_words import ABBREVIATIONS

LONGEST_SENTENCE = 25
"""Syllables that are read in one breath (custom of loudspeaker stations)."""


class Radio(Papers):
    name = "radio"
    label = "Kịch bản phát thanh"

    def enabled(self, office: Office) -> bool:
        return office.channels.radio.enabled

    def files(self, content: EditionContent, office: Office) -> Mapping[str, bytes]:
        text = script(content, office)
        return {
            f"radio/{content.number}.txt": text.encode(),
            # Large, for an announcer reads it from the desk.
            f"radio/{content.number}.docx": docx(text, content.title, content.frozen_at, size=15),
        }

    def preview(self, content: EditionContent, office: Office) -> Preview:
        text = script(content, office)
        read = read_aloud(text)
        long = sum(speech.syllables(each) > LONGEST_SENTENCE for each in sentences(read))
        minutes, seconds = divmod(speech.seconds(read), 60)
        note = _("đọc khoảng %(minutes)s phút %(seconds)02d giây") % {
            "minutes": minutes,
            "seconds": seconds,
        }
        if long:
            told = _("%(count)s câu dài trên %(limit)s tiếng")
            note += " · " + told % {"count": long, "limit": LONGEST_SENTENCE}
        if unsure := list(dict.fromkeys(speech.unspelled(read))):
            note += " · " + _("chưa rõ cách đọc: %s") % ", ".join(unsure)
        return Preview("text", text, note)


def script(content: EditionContent, office: Office) -> str:
    """The whole script; ``[…]`` is not read."""
    known = abbreviations(office)

    def aloud(text: str) -> str:
        return speech.aloud(text, known)

    return render(
        "channels/radio/script.txt",
        edition=content,
        radio=office.channels.radio,
        aloud=aloud,
        seconds=lambda item: speech.seconds(f"{aloud(item.headline)} {aloud(item.summary)}"),
    )


def read_aloud(script: str) -> str:
    """What the announcer says of a script."""
    return "\n".join(line for line in script.splitlines() if line and not line.startswith("["))


def abbreviations(office: Office) -> Mapping[str, str]:
    """The shipped ones and, over them, the office's own."""
    return {**ABBREVIATIONS, **office.channels.radio.spoken}
