"""Make ``templates/report/quarter.docx``, the Word template of the quarterly report.

    python -m tools.report_template

Layout of Decree 30/2020/NĐ-CP, annex I: A4, margins 20/20/30/20 mm, Times New Roman 13-14, page
numbers from page 2. An office copies the result into its home and edits it in Word; the words in
``{{ }}`` and ``{% %}`` are filled in by ``pipeline.report.paper``.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from docx import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from pipeline.report.words import COUNTS, NOTES

PATH = Path(__file__).parents[1] / "templates" / "report" / "quarter.docx"
FONT = "Times New Roman"
CENTER, JUSTIFY = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.JUSTIFY


def main() -> None:
    document = Document()
    _page(document)
    _letterhead(document)
    _title(document)
    _body(document)
    _closing(document)
    _annex(document)
    PATH.parent.mkdir(parents=True, exist_ok=True)
    document.core_properties.author = "Gương Sáng"
    document.core_properties.title = "Báo cáo quý"
    document.save(str(PATH))


def _page(document: Any) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin = section.bottom_margin = section.right_margin = Mm(20)
    section.left_margin = Mm(30)
    section.header_distance = Mm(10)
    section.different_first_page_header_footer = True
    number = section.header.paragraphs[0]
    number.alignment = CENTER
    _field(number, "PAGE")
    style = document.styles["Normal"]
    style.font.name, style.font.size = FONT, Pt(14)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), FONT)
    style.paragraph_format.space_after = Pt(6)
    style.paragraph_format.space_before = Pt(0)
    style.paragraph_format.line_spacing = 1.15


def _field(paragraph: Any, code: str) -> None:
    for kind, text in (("begin", ""), ("", code), ("end", "")):
        run = paragraph.add_run()
        run.font.size = Pt(13)
        if kind:
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
        else:
            mark = OxmlElement("w:instrText")
            mark.text = text
        run._r.append(mark)


def _letterhead(document: Any) -> None:
    table = document.add_table(rows=2, cols=2)
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    _widths(table, 64, 100)
    left, right = table.rows[0].cells
    _line(left, "{%p if superior %}", 13, first=True)
    _line(left, "{{ superior|upper }}", 13)
    _line(left, "{%p endif %}", 13)
    _line(left, "{{ office|upper }}", 13, bold=True)
    _rule(left, 25, 60)
    _line(right, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 13, bold=True, first=True)
    _line(right, "Độc lập - Tự do - Hạnh phúc", 14, bold=True)
    _rule(right, 60, 96)
    left, right = table.rows[1].cells
    _line(left, "Số:          /BC-{{ mark }}", 13, first=True)
    _line(right, "{{ province }}, ngày      tháng      năm {{ year }}", 14, italic=True, first=True)


def _widths(table: Any, *columns: int) -> None:
    """Fixed, in mm: left to itself Word shares the width evenly."""
    table.autofit = False
    for row in table.rows:
        for cell, width in zip(row.cells, columns, strict=True):
            cell.width = Mm(width)
    for column, width in zip(table.columns, columns, strict=True):
        column.width = Mm(width)


def _line(
    cell: Any,
    text: str,
    size: int,
    *,
    bold: bool = False,
    italic: bool = False,
    first: bool = False,
) -> None:
    paragraph = cell.paragraphs[0] if first else cell.add_paragraph()
    paragraph.alignment = CENTER
    paragraph.paragraph_format.space_after = Pt(0)
    paragraph.paragraph_format.line_spacing = 1.0
    run = paragraph.add_run(text)
    run.bold, run.italic, run.font.size = bold, italic, Pt(size)


def _rule(place: Any, width: int, inside: int) -> None:
    """The short line under a heading, as a paragraph with a border, ``width`` mm of ``inside``."""
    paragraph = place.add_paragraph()
    side = Mm((inside - width) / 2)
    form = paragraph.paragraph_format
    form.left_indent = form.right_indent = side
    form.space_after, form.line_spacing = Pt(4), Pt(3)
    borders = OxmlElement("w:pBdr")
    top = OxmlElement("w:top")
    for name, value in (("val", "single"), ("sz", "6"), ("space", "1"), ("color", "000000")):
        top.set(qn(f"w:{name}"), value)
    borders.append(top)
    paragraph._p.get_or_add_pPr().append(borders)


def _title(document: Any) -> None:
    for text, size in (
        ("BÁO CÁO", 14),
        (
            "Kết quả phát hiện, bồi dưỡng, tổng kết và nhân rộng điển hình tiên tiến "
            "quý {{ quarter }} năm {{ year }}",
            14,
        ),
    ):
        paragraph = document.add_paragraph()
        paragraph.alignment = CENTER
        paragraph.paragraph_format.space_before = Pt(10 if text == "BÁO CÁO" else 0)
        run = paragraph.add_run(text)
        run.bold, run.font.size = True, Pt(size)
    _rule(document, 45, 160)
    to = document.add_paragraph()
    to.alignment = CENTER
    to.paragraph_format.space_before = to.paragraph_format.space_after = Pt(10)
    to.add_run("Kính gửi: {{ addressee }}")


def _text(document: Any, text: str) -> None:
    """A paragraph; ``[[name]]`` is a figure that links to its list."""
    paragraph = document.add_paragraph()
    paragraph.alignment = JUSTIFY
    paragraph.paragraph_format.first_line_indent = Mm(12.7)
    for position, part in enumerate(text.replace("]]", "[[").split("[[")):
        paragraph.add_run(f"{{{{r {part} }}}}" if position % 2 else part)


def _heading(document: Any, text: str) -> None:
    paragraph = document.add_paragraph()
    paragraph.paragraph_format.first_line_indent = Mm(12.7)
    paragraph.paragraph_format.keep_with_next = True
    paragraph.add_run(text).bold = True


def _only(document: Any, condition: str, *texts: str) -> None:
    """Paragraphs that stand only when ``condition`` holds."""
    document.add_paragraph(f"{{%p if {condition} %}}")
    for text in texts:
        _text(document, text)
    document.add_paragraph("{%p endif %}")


def _body(document: Any) -> None:
    _text(
        document,
        "{{ office }} báo cáo kết quả công tác phát hiện, bồi dưỡng, tổng kết và nhân rộng điển "
        "hình tiên tiến từ ngày {{ first }} đến ngày {{ last }} "
        "({% if frozen %}số liệu chốt{% else %}số liệu tạm tính đến{% endif %} ngày {{ taken }}"
        "{% if also %}; gồm cả số liệu {{ also }}, chưa có báo cáo riêng{% endif %}) như sau:",
    )
    _heading(document, "I. KẾT QUẢ")
    _heading(document, "1. Phát hiện")
    _text(
        document,
        "Qua theo dõi các báo, đài và cổng thông tin điện tử, ghi nhận [[count.seen]] tin, bài có "
        "nội dung nêu gương; biên tập viên thẩm định, tiếp nhận [[count.accepted]] tin, bài; lập "
        "hồ sơ theo dõi [[count.exemplars]] điển hình mới"
        "{% if plain.exemplars_here is defined and plain.exemplars_here != plain.exemplars %}, "
        "trong đó [[count.exemplars_here]] điển hình ở {{ province }}{% endif %}.",
    )
    _heading(document, "2. Bồi dưỡng")
    _only(document, "plain.nurtured", "Đưa vào diện bồi dưỡng [[count.nurtured]] điển hình.")
    _only(document, "not plain.nurtured", "Trong kỳ chưa có điển hình được đưa vào diện bồi dưỡng.")
    _heading(document, "3. Tổng kết, khen thưởng")
    _only(document, "plain.summed_up", "Tổng kết [[count.summed_up]] điển hình.")
    _only(document, "plain.awards", "Trong kỳ có [[count.awards]] điển hình được khen thưởng.")
    _only(
        document,
        "not plain.summed_up and not plain.awards",
        "Trong kỳ chưa có điển hình được tổng kết, khen thưởng.",
    )
    _heading(document, "4. Nhân rộng, tuyên truyền")
    _only(document, "plain.spread", "Nhân rộng [[count.spread]] điển hình.")
    _only(
        document,
        "plain.adoptions",
        "Có [[count.adoptions]] điển hình được nơi khác học tập, làm theo.",
    )
    _only(
        document,
        "not plain.spread and not plain.adoptions",
        "Trong kỳ chưa có điển hình được nhân rộng.",
    )
    _only(document, "plain.published", "Giới thiệu [[count.published]] tin, bài mới.")
    _only(document, "not plain.published", "Trong kỳ chưa giới thiệu tin, bài mới.")
    _only(
        document,
        "channels",
        "Phát qua [[channels_count]] kênh (số kỳ, số lượt phát của từng kênh tại mục 4 Phụ lục).",
    )
    _only(
        document,
        "prepared",
        "Soạn sẵn để các đơn vị sử dụng: {% for each in prepared %}{{ each.name }} "
        "([[each.editions]] kỳ){{ '.' if loop.last else '; ' }}{% endfor %}",
    )
    _heading(document, "5. Tính kịp thời")
    for span, words in (
        ("found", "được ghi nhận trong vòng [[hours.found]] kể từ khi báo đăng"),
        ("decided", "được biên tập viên xử lý trong vòng [[hours.decided]] kể từ khi ghi nhận"),
        ("published", "đến với công chúng trong vòng [[hours.published]] kể từ khi được tiếp nhận"),
    ):
        _only(document, f"hours.{span}", f"- Một nửa số tin, bài {words}.")
    _only(
        document,
        "not hours.found and not hours.decided and not hours.published",
        "Trong kỳ chưa đủ số liệu để đánh giá.",
    )
    _heading(document, "6. Kết quả theo lĩnh vực")
    _stories(document, "Lĩnh vực", "sector")
    _heading(document, "II. HẠN CHẾ")
    _text(
        document,
        "- [[communes_count]]/[[communes_of]] xã, phường chưa có điển hình được ghi nhận trong kỳ "
        "(danh sách tại mục 6 Phụ lục).",
    )
    _only(
        document,
        "sectors_without",
        "- Lĩnh vực chưa có điển hình được ghi nhận: {{ sectors_without|join('; ') }}.",
    )
    _heading(document, "III. ĐỀ XUẤT, KIẾN NGHỊ")
    document.add_paragraph("{%p if proposals %}")
    _text(
        document,
        "Đề nghị xem xét khen thưởng [[proposals_count]] điển hình có thành tích rõ nét, chưa "
        "được khen thưởng:",
    )
    document.add_paragraph("{%p for each in proposals %}")
    _text(
        document,
        "{{ loop.index }}. [[each.name]]{% if each.place %}, {{ each.place }}{% endif %}: "
        "[[each.count]] tin, bài; phát hiện cách đây [[each.days]] ngày"
        "{{ '.' if loop.last else ';' }}",
    )
    document.add_paragraph("{%p endfor %}")
    document.add_paragraph("{%p endif %}")
    _only(document, "not proposals", "Trong kỳ không có đề xuất khen thưởng.")
    _text(
        document,
        "Trên đây là báo cáo kết quả phát hiện, bồi dưỡng, tổng kết và nhân rộng điển hình tiên "
        "tiến quý {{ quarter }} năm {{ year }} của {{ office }}, kính trình {{ addressee }} xem "
        "xét, chỉ đạo./.",
    )


def _closing(document: Any) -> None:
    table = document.add_table(rows=1, cols=2)
    _widths(table, 70, 90)
    left, right = table.rows[0].cells
    heading = left.paragraphs[0]
    heading.paragraph_format.space_after = Pt(0)
    run = heading.add_run("Nơi nhận:")
    run.bold = run.italic = True
    run.font.size = Pt(12)
    for text in (
        "{%p for each in copies %}",
        "- {{ each }}{{ '.' if loop.last else ';' }}",
        "{%p endfor %}",
    ):
        line = left.add_paragraph()
        line.paragraph_format.space_after = Pt(0)
        line.add_run(text).font.size = Pt(11)
    _line(right, "QUYỀN HẠN, CHỨC VỤ CỦA NGƯỜI KÝ", 14, bold=True, first=True)
    _line(right, "(Chữ ký, dấu)", 13, italic=True)
    for _blank in range(4):
        _line(right, "", 14)
    _line(right, "Họ và tên", 14, bold=True)


def _stories(document: Any, heading: str, axis: str) -> None:
    row = ("{{ row.name }}", "{{r row.accepted }}", "{{r row.published }}")
    headings = (heading, COUNTS["accepted"], COUNTS["published"])
    _table(document, headings, f"table.{axis}", row, NOTES.get(axis, ""))


def _table(
    document: Any, headings: tuple[str, ...], rows: str, filled: tuple[str, ...], note: str = ""
) -> None:
    table = document.add_table(rows=4, cols=3)
    table.style = "Table Grid"
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    texts = (
        headings,
        (f"{{%tr for row in {rows} %}}", "", ""),
        filled,
        ("{%tr endfor %}", "", ""),
    )
    for number, (row, cells) in enumerate(zip(table.rows, texts, strict=True)):
        for column, (cell, text) in enumerate(zip(row.cells, cells, strict=True)):
            paragraph = cell.paragraphs[0]
            paragraph.paragraph_format.space_after = Pt(2)
            paragraph.paragraph_format.keep_with_next = number == 0
            paragraph.alignment = CENTER if column or number == 0 else WD_ALIGN_PARAGRAPH.LEFT
            run = paragraph.add_run(text)
            run.bold, run.font.size = number == 0, Pt(13)
    _widths(table, 92, 34, 34)
    table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    for row in table.rows:  # not torn by the end of a page
        row._tr.get_or_add_trPr().insert(0, OxmlElement("w:cantSplit"))
    below = document.add_paragraph()
    below.alignment = JUSTIFY
    below.paragraph_format.space_before, below.paragraph_format.space_after = Pt(4), Pt(8)
    run = below.add_run(note)
    run.italic, run.font.size = True, Pt(12)


def _annex(document: Any) -> None:
    for text, form in (
        ("PHỤ LỤC", "bold"),
        ("SỐ LIỆU VỀ ĐIỂN HÌNH TIÊN TIẾN QUÝ {{ quarter }} NĂM {{ year }}", "bold"),
        (
            "(Kèm theo Báo cáo số          /BC-{{ mark }} ngày      tháng      năm {{ year }} "
            "của {{ office }})",
            "italic",
        ),
    ):
        line = document.add_paragraph()
        line.alignment = CENTER
        # Not a break of its own: after a full page that would leave an empty one.
        line.paragraph_format.page_break_before = text == "PHỤ LỤC"
        setattr(line.add_run(text), form, True)
    _section(document, "1. Theo phong trào thi đua", "table.campaign")
    _stories(document, "Phong trào thi đua", "campaign")
    _otherwise(document)
    _section(document, "2. Theo xã, phường", "table.commune")
    _stories(document, "Xã, phường", "commune")
    _otherwise(document)
    _section(document, "3. Theo cơ quan báo chí", "table.outlet")
    _stories(document, "Cơ quan báo chí", "outlet")
    _otherwise(document)
    _section(document, "4. Theo kênh giới thiệu", "channels")
    sent = ("{{ row.name }}", "{{r row.editions }}", "{{r row.messages }}")
    _table(document, ("Kênh", "Số kỳ", "Số lượt phát"), "channels", sent)
    _otherwise(document)
    _section(document, "5. Theo loại chủ thể", "table.kind")
    _stories(document, "Loại chủ thể", "kind")
    _otherwise(document)
    _heading(document, "6. Xã, phường chưa có điển hình được ghi nhận")
    _text(
        document,
        "{% if communes_without %}{{ communes_without|join(', ') }}.{% else %}Không có.{% endif %}",
    )


def _section(document: Any, heading: str, rows: str) -> None:
    """What follows stands when there are ``rows``."""
    _heading(document, heading)
    document.add_paragraph(f"{{%p if {rows} %}}")


def _otherwise(document: Any) -> None:
    document.add_paragraph("{%p else %}")
    _text(document, "Trong kỳ chưa có.")
    document.add_paragraph("{%p endif %}")


if __name__ == "__main__":
    main()
