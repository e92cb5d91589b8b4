"""The speakers' brief: what an official speaker needs to tell the week's stories, on two pages.

Key facts, figures and quotations with their source, how to tell it, questions to discuss. Figures
and quotations are cut out of the approved summaries word for word; nothing is made up.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from math import ceil

from django.utils.translation import gettext as _

from pipeline.config.office import Office
from pipeline.digest.content import EditionContent, ItemContent
from pipeline.publish import links
from pipeline.publish.channels.base import Preview
from pipeline.publish.channels.papers import Papers
from pipeline.publish.paper.word import docx, unmarked
from pipeline.publish.rendering import render
from pipeline.text import speech
from pipeline.text.fit import sentences

SIZE = 12
LINES, WIDTH = 92, 86
"""Of two A4 pages in 12 points, with the small gaps between paragraphs; characters of a line."""
FIGURES, QUOTATIONS = 8, 4

_QUOTED = re.compile(r"“([^“”]{20,300})”|\"([^\"]{20,300})\"")
_CLAUSE = re.compile(r"[;:!?…()“”]\s*|[.,](?!\d)\s*|\s[–-]\s")
_FIGURE = re.compile(
    r"(?<![\w.,/:-])"
    # A day, a rule, a place: nothing that is counted.
    r"(?<!năm )(?<!ngày )(?<!tháng )(?<!quý )(?<!số )(?<!khóa )(?<!lúc )(?<!điều )(?<!tổ )"
    r"(?<!thôn )(?<!bản )(?<!khu )(?<!lộ )(?<!phường )(?<!quận )"
    r"\d+(?:[.,]\d+)*(?![\w/:-])",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Cutting:
    """Words of an item's summary."""

    words: str
    item: ItemContent


@dataclass(frozen=True, slots=True)
class Told:
    item: ItemContent
    told: str
    """Its summary, or as many whole sentences of it as there is room for; perhaps none."""


class Brief(Papers):
    name = "brief"
    label = "Đề cương báo cáo viên"

    def enabled(self, office: Office) -> bool:
        return office.channels.brief

    def files(self, content: EditionContent, office: Office) -> Mapping[str, bytes]:
        if not content.items:
            return {}
        made = docx(brief(content, office), content.title, content.frozen_at, size=SIZE)
        return {f"print/{content.number}/de-cuong.docx": made}

    def preview(self, content: EditionContent, office: Office) -> Preview:
        text = brief(content, office)
        return Preview(
            "text", unmarked(text), _("%s dòng của hai trang A4") % f"{lines(text)}/{LINES}"
        )


def brief(content: EditionContent, office: Office) -> str:
    """The whole brief as text for ``word.docx``, kept to ``LINES`` by telling each story shorter
    (in whole sentences), then by headlines alone, then by telling fewer."""
    for most in (None, 90, 60, 45, 30, 0):
        text = _written(content, office, len(content.items), most)
        if lines(text) <= LINES:
            return text
    count = len(content.items)
    while lines(text) > LINES and count > 1:
        count -= 1
        text = _written(content, office, count, 0)
    return text


def lines(text: str) -> int:
    """How many lines of a page ``text`` takes, at a cautious guess."""
    return sum(ceil(len(line) / WIDTH) for line in text.splitlines())


def figures(items: Iterable[ItemContent]) -> Iterator[Cutting]:
    """The clauses with something counted in them: ``chị dạy ủ men lá cho 31 phụ nữ trong bản``."""
    for item in items:
        for clause in _CLAUSE.split(item.summary):
            if _FIGURE.search(clause) and len(clause.split()) > 2:
                yield Cutting(clause[:1].upper() + clause[1:], item)


def quotations(items: Iterable[ItemContent]) -> Iterator[Cutting]:
    """What somebody is quoted with, of at least twenty characters."""
    for item in items:
        for match in _QUOTED.finditer(item.summary):
            yield Cutting((match[1] or match[2]).strip(), item)


def _written(content: EditionContent, office: Office, count: int, most: int | None) -> str:
    items = content.items[:count]
    stories = [Told(item, _shortened(item.summary, most)) for item in items]
    spoken = " ".join(f"{each.item.headline} {each.told}" for each in stories)
    return render(
        "channels/brief/brief.txt",
        edition=content,
        stories=stories,
        left_out=len(content.items) - len(items),
        figures=_first(figures(items), FIGURES),
        quotations=_first(quotations(items), QUOTATIONS),
        minutes=max(1, round(speech.seconds(speech.aloud(spoken)) / 60)),
        url=links.digest(office, content.number),
    )


def _shortened(summary: str, most: int | None) -> str:
    """As many whole sentences from the start as ``most`` words hold."""
    kept: list[str] = []
    for sentence in sentences(summary):
        if most is not None and len(" ".join([*kept, sentence]).split()) > most:
            break
        kept.append(sentence)
    return " ".join(kept)


def _first(found: Iterable[Cutting], most: int) -> list[Cutting]:
    """At most ``most``, one of each item before the second of any: all stories get a figure."""
    by_item: dict[str, list[Cutting]] = {}
    for each in found:
        same = by_item.setdefault(each.item.public_id, [])
        if all(each.words != known.words for known in same):
            same.append(each)
    rounds = max(map(len, by_item.values()), default=0)
    spread = [group[n] for n in range(rounds) for group in by_item.values() if n < len(group)]
    return spread[:most]
