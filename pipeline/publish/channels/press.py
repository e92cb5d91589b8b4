"""The package for newspapers and broadcasters: a Word document, the same as text, who owns what,
every link, and the square cards, in one ZIP file."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from io import StringIO

from django.utils.translation import gettext as _

from pipeline.config.office import Office
from pipeline.digest.content import EditionContent
from pipeline.publish import links
from pipeline.publish.channels.base import Preview
from pipeline.publish.channels.papers import Papers
from pipeline.publish.channels.poster import cards, drawn
from pipeline.publish.paper.word import archive, docx
from pipeline.publish.rendering import render
from pipeline.text.format import date, date_time
from pipeline.text.spreadsheet import safe_cell

COLUMNS = ("STT", "Tít", "Báo", "Tác giả", "Giờ đăng gốc", "Bài gốc", "Trang của ta", "Mã gương")


class Press(Papers):
    name = "press"
    label = "Gói bàn giao báo chí"

    def enabled(self, office: Office) -> bool:
        return office.channels.press

    def files(self, content: EditionContent, office: Office) -> Mapping[str, bytes]:
        if not content.items:
            return {}
        told = {
            "ban-tin.docx": docx(article(content, office), content.title, content.frozen_at),
            "ban-tin.txt": plain(content, office).encode(),
            "quyen-va-nguon.txt": rights(content, office).encode(),
            # With a byte order mark: without it Excel reads Vietnamese as something else.
            "lien-ket.csv": table(content, office).encode("utf-8-sig"),
        }
        for place, card in enumerate(drawn(content, office, "square"), 1):
            told[f"the/the-{place}.png"] = card
        return {f"press/{content.number}.zip": archive(told, content.frozen_at)}

    def preview(self, content: EditionContent, office: Office) -> Preview:
        """Every file of the package; the Word document has the words of the text file."""
        if not content.items:
            return Preview("text", "")
        texts = (plain(content, office), rights(content, office), table(content, office))
        note = _("tệp Word, tệp chữ, quyền và nguồn, bảng liên kết, thẻ vuông")
        return Preview("text", "\n\n".join(texts), note, sheets=cards(content, office))


def article(content: EditionContent, office: Office) -> str:
    """The stories as text for ``word.docx``."""
    url = links.digest(office, content.number)
    return render("channels/press/article.txt", edition=content, url=url)


def plain(content: EditionContent, office: Office) -> str:
    """As ``article``, without the marks of paragraphs."""
    lines = article(content, office).splitlines()
    marks = ("# ", "## ", "> ", "~ ")
    return "\n".join(line.split(" ", 1)[1] if line.startswith(marks) else line for line in lines)


def rights(content: EditionContent, office: Office) -> str:
    url = links.digest(office, content.number)
    return render("channels/press/rights.txt", edition=content, url=url)


def table(content: EditionContent, office: Office) -> str:
    """Every link, a story a line."""
    out = StringIO()
    rows = csv.writer(out)
    rows.writerow(COLUMNS)
    for place, item in enumerate(content.items, 1):
        shown = date if item.date_precision == "day" else date_time
        rows.writerow(
            [
                place,
                *map(safe_cell, (item.headline, item.outlet, item.author)),
                shown(item.published_at),
                item.url,
                links.story(office, item.public_id),
                item.public_id,
            ]
        )
    return out.getvalue()
