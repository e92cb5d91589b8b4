"""A Word document from plain text, so that an office edits a text template and no layout.

Each line is a paragraph; how it begins says what it is: ``# `` title, ``## `` heading, ``- ``
point, ``> `` quotation, ``~ `` small print (on one page with what is above it), ``[`` a note that
is not read aloud. Web addresses become links.
"""

from __future__ import annotations

import re
import zipfile
from datetime import datetime
from io import BytesIO
from typing import TYPE_CHECKING

from pipeline.text.clock import VIETNAM

if TYPE_CHECKING:
    from docx.document import Document
    from docx.text.paragraph import Paragraph

FONT = "Times New Roman"
_ADDRESS = re.compile(r"(https?://[^\s<>\"”]+[^\s<>\"”.,;:!?)])")
_GREY = "5F5B57"


def docx(text: str, title: str, at: datetime, *, size: float = 13) -> bytes:
    """``size``: of the running text in points. A4, margins 20/20/25/20 mm. The same arguments give
    the same bytes."""
    from docx import Document  # slow to load, and not every process writes documents

    document = Document()
    _page(document, size)
    for line in filter(None, map(str.strip, text.splitlines())):
        if line.startswith("~ ") and document.paragraphs:
            document.paragraphs[-1].paragraph_format.keep_with_next = True
        _paragraph(document, line, size)
    about = document.core_properties
    about.title, about.author, about.comments = title, "", ""
    about.created = about.modified = at.replace(tzinfo=None)
    about.last_modified_by, about.revision = "", 1
    out = BytesIO()
    document.save(out)
    return archive(_parts(out.getvalue()), at)


def unmarked(text: str) -> str:
    """The words of the document made of ``text``: without the marks of paragraphs, points apart."""
    return re.sub(r"(?m)^- ", "• ", re.sub(r"(?m)^(?:##?|[>~]) ", "", text))


def archive(files: dict[str, bytes], at: datetime) -> bytes:
    """A ZIP file in which everything is dated ``at``."""
    out = BytesIO()
    moment = at.astimezone(VIETNAM).timetuple()[:6]
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as zipped:
        for name, data in files.items():
            zipped.writestr(zipfile.ZipInfo(name, moment), data, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _parts(made: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(BytesIO(made)) as zipped:
        return {name: zipped.read(name) for name in zipped.namelist()}


def _page(document: Document, size: float) -> None:
    from docx.oxml.ns import qn
    from docx.shared import Mm, Pt

    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin = section.bottom_margin = section.right_margin = Mm(20)
    section.left_margin = Mm(25)
    style = document.styles["Normal"]
    style.font.name, style.font.size = FONT, Pt(size)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), FONT)
    style.paragraph_format.space_after = Pt(4)
    style.paragraph_format.line_spacing = 1.1
    language = style.element.rPr.makeelement(qn("w:lang"), {qn("w:val"): "vi-VN"})
    style.element.rPr.append(language)


def _paragraph(document: Document, line: str, size: float) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Mm, Pt, RGBColor

    mark, _space, rest = line.partition(" ")
    if mark in ("#", "##"):
        paragraph = document.add_heading(level=len(mark))
        run = paragraph.add_run(rest)
        run.font.name, run.font.color.rgb = FONT, RGBColor(0, 0, 0)
        run.font.size = Pt(size + 3 if mark == "#" else size + 0.5)
        paragraph.paragraph_format.space_before = Pt(0 if mark == "#" else 6)
        paragraph.paragraph_format.space_after = Pt(3)
        if mark == "#":
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        return
    if mark == "-":
        paragraph = document.add_paragraph(style="List Bullet")
        paragraph.paragraph_format.space_after = Pt(2)
        _words(paragraph, rest, size)
    elif mark == ">":
        paragraph = document.add_paragraph()
        paragraph.paragraph_format.left_indent = Mm(8)
        _words(paragraph, rest, size, italic=True)
    elif mark == "~":
        _words(document.add_paragraph(), rest, size - 2.5, colour=_GREY)
    elif line.startswith("["):
        _words(document.add_paragraph(), line, size - 2, italic=True, colour=_GREY)
    else:
        _words(document.add_paragraph(), line, size)


def _words(
    paragraph: Paragraph, text: str, size: float, *, italic: bool = False, colour: str = ""
) -> None:
    from docx.shared import Pt, RGBColor

    for place, part in enumerate(_ADDRESS.split(text)):
        if not part:
            continue
        run = paragraph.add_run(part)
        run.font.size, run.italic = Pt(size), italic
        if colour:
            run.font.color.rgb = RGBColor.from_string(colour)
        if place % 2:
            _link(paragraph, run, part)


def _link(paragraph: Paragraph, run: object, address: str) -> None:
    from docx.opc.constants import RELATIONSHIP_TYPE
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    link = OxmlElement("w:hyperlink")
    key = paragraph.part.relate_to(address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
    link.set(qn("r:id"), key)
    run.underline = True  # type: ignore[attr-defined]
    link.append(run._r)  # type: ignore[attr-defined]
    paragraph._p.append(link)
