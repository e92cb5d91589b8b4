"""The draft dossier of a nomination: what the press has said of an exemplar, each claim with the
sentence it comes from and a link. Layout by Decree 30/2020/NĐ-CP (A4, margins 20/20/30/15 mm,
Times New Roman 14). What only the office can say is left blank."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import TYPE_CHECKING

from pipeline.judge.reading.sentences import sentences
from pipeline.review.register_awards import judged
from pipeline.store.models import Exemplar, ExemplarAward, StageChange, Story
from pipeline.text import format as show

if TYPE_CHECKING:
    from docx.document import Document
    from docx.text.paragraph import Paragraph

MIME = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
HEADINGS = {
    "subject": "Chủ thể",
    "deed": "Việc làm",
    "result": "Kết quả",
    "award": "Khen thưởng báo chí đã nhắc tới",
}
"""Kinds of claims, in the order they are written."""
_BLANK = "........................................................................................"


@dataclass(frozen=True, slots=True)
class Claim:
    """What an article says of the exemplar, word for word."""

    kind: str
    sentence: str
    start: int
    end: int
    """The part of ``sentence`` that is the claim."""
    outlet: str
    published_at: datetime | None
    url: str


@dataclass(frozen=True, slots=True)
class Facts:
    """What the dossier says besides the claims, in words."""

    office: str
    province: str
    kind: str
    stage: str
    sectors: tuple[str, ...]
    campaigns: tuple[str, ...]
    days: int
    adopters: int
    criteria: tuple[tuple[str, str, str], ...]
    """Agency, criterion, answer."""


def claims(stories: Iterable[Story], outlets: dict[str, str]) -> list[Claim]:
    """The evidence of the leads of ``stories``, each sentence once for a kind. Reads
    ``lead.judgement``."""
    found: dict[tuple[str, str], Claim] = {}
    for story in stories:
        article = story.lead
        if article is None:
            continue
        for each in judged(story).get("evidence", ()):
            if each["for"] not in HEADINGS:
                continue
            field = str(getattr(article, each["field"]))
            first, last = int(each["start"]), int(each["end"])
            sentence, start = _around(field, first, last)
            claim = Claim(
                each["for"],
                sentence,
                first - start,
                last - start,
                outlets.get(article.source, article.source),
                article.published_at,
                article.url,
            )
            found.setdefault((claim.kind, claim.sentence), claim)
    order = list(HEADINGS)
    return sorted(found.values(), key=lambda each: order.index(each.kind))


def _around(field: str, first: int, last: int) -> tuple[str, int]:
    """The sentences of ``field`` that hold the span, and where they begin."""
    held = [each for each in sentences(field) if each.start < last and each.end > first]
    start = min([first, *(each.start for each in held)])
    end = max([last, *(each.end for each in held)])
    return field[start:end], start


def write(
    exemplar: Exemplar,
    told: list[Claim],
    changes: Iterable[StageChange],
    awards: Iterable[ExemplarAward],
    facts: Facts,
    now: datetime,
) -> bytes:
    """The draft as a .docx file."""
    import docx  # slow to load, and only this needs it

    document = docx.Document()
    _page(document)
    _head(document, facts, now)
    _line(document, "HỒ SƠ ĐỀ NGHỊ KHEN THƯỞNG", bold=True, centred=True)
    _line(document, f"(Dự thảo) {exemplar.name}", bold=True, centred=True)
    _section(document, "1. Thông tin chung")
    place = ", ".join(filter(None, (exemplar.commune, exemplar.province)))
    rows = [
        ("Tên", exemplar.name),
        ("Loại", facts.kind),
        ("Địa chỉ hiện nay", place),
        ("Lĩnh vực", "; ".join(facts.sectors)),
        ("Phong trào thi đua", "; ".join(facts.campaigns)),
        ("Đơn vị theo dõi", str(exemplar.agency or "")),
        ("Khâu hiện nay", facts.stage),
        ("Phát hiện", f"{show.date(exemplar.found_at)} ({facts.days} ngày tính đến nay)"),
        ("Nơi học theo", f"{facts.adopters} xã, phường" if facts.adopters else ""),
    ]
    for name, value in rows:
        _line(document, f"{name}: {value or _BLANK[:40]}")
    if exemplar.portrait:
        _line(document, exemplar.portrait)
    _section(document, "2. Thành tích, theo báo chí đã đăng")
    if not told:
        _line(document, "Chưa có câu nào của báo chí làm căn cứ.")
    for kind, heading in HEADINGS.items():
        of_kind = [claim for claim in told if claim.kind == kind]
        if of_kind:
            _line(document, heading, bold=True)
        for claim in of_kind:
            _claim(document, claim)
    _section(document, "3. Quá trình theo dõi")
    steps = [
        f"{show.date(each.at)}: {each.get_before_display()} → {each.get_after_display()}. "
        f"{each.why} ({each.by})"
        for each in sorted(changes, key=lambda each: each.at)
    ]
    for step in steps or ["Chưa chuyển khâu lần nào."]:
        _line(document, f"- {step}")
    _section(document, "4. Tiêu chí của đơn vị")
    for agency, criterion, answer in facts.criteria:
        _line(document, f"- {agency}: {criterion}: {answer}")
    if not facts.criteria:
        _line(document, "Chưa đơn vị nào viết tiêu chí.")
    _section(document, "5. Khen thưởng đã ghi nhận")
    given = [each for each in awards if each.state != "refused"]
    for award in given:
        words = [award.title, award.decision, award.get_state_display()]
        _line(document, "- " + "; ".join(filter(None, words)))
    if not given:
        _line(document, "Chưa có.")
    _section(document, "6. Phần do cơ quan điền")
    for name in ("Hình thức khen đề nghị", "Ý kiến của đơn vị theo dõi", "Xác nhận của địa phương"):
        _line(document, f"{name}: {_BLANK[:60]}")
    _line(
        document,
        "Các câu trích là của báo chí, có liên kết để đối chiếu; "
        "cơ quan cần thẩm tra trước khi trình.",
        italic=True,
    )
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def _page(document: Document) -> None:
    from docx.oxml.ns import qn
    from docx.shared import Mm, Pt

    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin = section.bottom_margin = Mm(20)
    section.left_margin, section.right_margin = Mm(30), Mm(15)
    style = document.styles["Normal"]
    style.font.name = "Times New Roman"
    style.element.rPr.rFonts.set(qn("w:eastAsia"), "Times New Roman")
    style.font.size = Pt(14)
    style.paragraph_format.space_after = Pt(6)


def _head(document: Document, facts: Facts, now: datetime) -> None:
    from docx.shared import Mm, Pt

    table = document.add_table(rows=1, cols=2)
    left, right = table.rows[0].cells
    table.autofit = False  # the national heading must keep to one line
    for column, width in zip(table.columns, (Mm(60), Mm(105)), strict=True):
        column.width = width
    left.width, right.width = Mm(60), Mm(105)
    _centre(left.paragraphs[0], facts.office.upper(), bold=True)
    _centre(left.add_paragraph(), "Số:        /HS-…")
    _centre(right.paragraphs[0], "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", bold=True)
    _centre(right.add_paragraph(), "Độc lập - Tự do - Hạnh phúc", bold=True)
    year = show.date(now)[-4:]
    _centre(
        right.add_paragraph(), f"{facts.province}, ngày      tháng      năm {year}", italic=True
    )
    for cell in (left, right):
        for paragraph in cell.paragraphs:
            for run in paragraph.runs:
                run.font.size = Pt(12)


def _centre(paragraph: Paragraph, text: str, *, bold: bool = False, italic: bool = False) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = paragraph.add_run(text)
    run.bold, run.italic = bold, italic


def _line(
    document: Document,
    text: str,
    *,
    bold: bool = False,
    italic: bool = False,
    centred: bool = False,
) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    paragraph = document.add_paragraph()
    run = paragraph.add_run(text)
    run.bold, run.italic = bold, italic
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER if centred else WD_ALIGN_PARAGRAPH.JUSTIFY


def _section(document: Document, text: str) -> None:
    paragraph = document.add_paragraph()
    paragraph.paragraph_format.keep_with_next = True
    paragraph.add_run(text).bold = True


def _claim(document: Document, claim: Claim) -> None:
    paragraph = document.add_paragraph("- “")
    paragraph.add_run(claim.sentence[: claim.start])
    paragraph.add_run(claim.sentence[claim.start : claim.end]).bold = True
    paragraph.add_run(f"{claim.sentence[claim.end :]}” (")
    dated = f", {show.date(claim.published_at)}" if claim.published_at else ""
    _link(paragraph, f"{claim.outlet}{dated}", claim.url)
    paragraph.add_run(")")


def _link(paragraph: Paragraph, text: str, url: str) -> None:
    from docx.opc.constants import RELATIONSHIP_TYPE
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    link = OxmlElement("w:hyperlink")
    key = paragraph.part.relate_to(url, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
    link.set(qn("r:id"), key)
    run = paragraph.add_run(text)
    run.underline = True
    link.append(run._r)
    paragraph._p.append(link)
