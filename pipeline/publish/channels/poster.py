"""Print to hang up and pictures to share: an A3 poster and a square card for each story.

At most 40 words about the story (what is the same on every poster is not counted): who walks past
reads no more.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Literal

from django.utils.translation import gettext as _

from pipeline.config.office import Office
from pipeline.digest.content import EditionContent, ItemContent
from pipeline.publish import links
from pipeline.publish.channels.base import Preview, Sheet
from pipeline.publish.channels.papers import Papers
from pipeline.publish.paper.typesetting import pdf, pictures, qr
from pipeline.text.fit import ELLIPSIS, fit_words, sentences
from pipeline.text.format import number

WORDS = 40
TEMPLATE = "channels/poster/poster.typ"
BRAND, SCAN, DRAFTED = "Gương sáng", "Quét mã để đọc", "Máy soạn, đã biên tập"

COUNTED = ("headline", "deed", "place", "credit")
Shape = Literal["a3", "square"]
_DOTS = {"a3": 96, "square": 144}
"""An inch: a poster of 1123 x 1587 for screens (printers take the PDF), a card of 1080 x 1080."""


class Poster(Papers):
    name = "poster"
    label = "Áp phích và thẻ"

    def enabled(self, office: Office) -> bool:
        return office.channels.poster

    def files(self, content: EditionContent, office: Office) -> Mapping[str, bytes]:
        """``ap-phich.pdf`` (A3), ``ap-phich-nha-in.pdf`` (with 3 mm of bleed), ``the.pdf``, and
        each page as a picture."""
        if not content.items:
            return {}
        folder = f"print/{content.number}"
        files = {
            f"{folder}/ap-phich.pdf": _paper(content, office, "a3"),
            f"{folder}/ap-phich-nha-in.pdf": _paper(content, office, "a3", bleed=True),
            f"{folder}/the.pdf": _paper(content, office, "square"),
        }
        shapes: dict[str, Shape] = {"ap-phich": "a3", "the": "square"}
        for name, shape in shapes.items():
            for place, picture in enumerate(drawn(content, office, shape), 1):
                files[f"{folder}/{name}-{place}.png"] = picture
        return files

    def preview(self, content: EditionContent, office: Office) -> Preview:
        if not content.items:
            return Preview("text", "")
        said = [placard(item) for item in content.items]
        posters = Sheet(
            "ap-phich.pdf",
            _("Áp phích A3"),
            "application/pdf",
            lambda: _paper(content, office, "a3"),
        )
        most = f"{number(max(map(words, said)))}/{WORDS}"
        note = _("nhiều nhất %s chữ một áp phích") % most
        if cut := sum(each["deed"].endswith(ELLIPSIS) for each in said):
            note += " · " + _("%s câu dài quá phải cắt") % number(cut)
        lines = ("headline", "deed", "place", "credit", "mark")
        text = "\n\n".join("\n".join(filter(None, (each[line] for line in lines))) for each in said)
        return Preview("text", text, note, sheets=(posters, *cards(content, office)))


def drawn(content: EditionContent, office: Office, shape: Shape) -> list[bytes]:
    """A PNG of each story, in their order."""
    return pictures(TEMPLATE, _data(content, office, shape), _DOTS[shape])


def placard(item: ItemContent) -> dict[str, str]:
    """The words on the poster of ``item``, by where they stand."""
    said = {
        "brand": BRAND,
        "place": item.place,
        "credit": f"Theo {item.outlet}",
        "mark": DRAFTED if item.machine_drafted else "",
        "scan": SCAN,
    }
    said["headline"] = fit_words(item.headline, WORDS - words(said))
    return {**said, "deed": deed(item.summary, WORDS - words(said))}


def words(said: Mapping[str, str]) -> int:
    return sum(len(said.get(line, "").split()) for line in COUNTED)


def deed(summary: str, most: int) -> str:
    """The first whole sentence of at most ``most`` words; when there is none, the first beginning
    of one that ends where a clause does and has a figure in it (``Mười năm qua, bà Lan ở xã Hòa…``
    says nothing yet). Empty rather than a stump that says nothing."""
    told = sentences(summary)
    whole = (each for each in told if 5 <= len(each.split()) <= most)
    begun = (cut for each in told if re.search(r"\d", cut := _clauses(each, most)))
    return next(whole, "") or next(begun, "")


def _clauses(sentence: str, most: int) -> str:
    ends = [stop.start() for stop in re.finditer(r"[,;:](?=\s)|\s[–-]\s", sentence)]
    cuts = [sentence[:end] for end in ends if 8 <= len(sentence[:end].split()) <= most]
    closed = [cut for cut in cuts if all(cut.count(a) == cut.count(b) for a, b in ("()", "“”"))]
    return closed[-1] + ELLIPSIS if closed else ""


def cards(content: EditionContent, office: Office) -> tuple[Sheet, ...]:
    """A square card of each story."""
    return tuple(_card(content, office, place) for place in range(len(content.items)))


def _card(content: EditionContent, office: Office, place: int) -> Sheet:
    item = content.items[place]

    def make() -> bytes:
        (picture,) = drawn(replace(content, items=(item,)), office, "square")
        return picture

    return Sheet(f"the-{place + 1}.png", _("Thẻ vuông: %s") % item.headline, "image/png", make)


def _paper(content: EditionContent, office: Office, shape: Shape, *, bleed: bool = False) -> bytes:
    data = _data(content, office, shape) | {"bleed": bleed}
    return pdf(TEMPLATE, data, content.frozen_at)


def _data(content: EditionContent, office: Office, shape: Shape) -> dict[str, Any]:
    sheets = [
        {**placard(item), "qr": qr(links.story(office, item.public_id))} for item in content.items
    ]
    return {"format": shape, "bleed": False, "title": content.title, "items": sheets}
