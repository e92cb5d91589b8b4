"""The tables behind a quarter's report as a workbook: one sheet an axis, and every story named."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from io import BytesIO
from typing import Any

from pipeline.config.office import Office
from pipeline.report.coverage import Coverage
from pipeline.report.words import AXES, COUNTS, row_name
from pipeline.store.models import QuarterReport
from pipeline.text.spreadsheet import safe_cell

MIME = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def workbook(report: QuarterReport, office: Office) -> bytes:
    """The .xlsx; cells that begin like a formula are text."""
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.active)
    for axis, heading in AXES.items():
        rows = [
            (row_name(axis, row), len(row["accepted"]), len(row["published"]))
            for row in report.figures["tables"][axis]
        ]
        add_sheet(book, heading, (heading, COUNTS["accepted"], COUNTS["published"]), rows)
    channels = report.figures["channels"]
    sent = [row for row in channels if not row["prepared"]]
    counted = [(row["name"], len(row["editions"]), row["messages"]) for row in sent]
    add_sheet(book, "Kênh", ("Kênh", "Kỳ", "Lượt phát"), counted)
    prepared = [(row["name"], len(row["editions"])) for row in channels if row["prepared"]]
    add_sheet(book, "Tài liệu soạn sẵn", ("Tài liệu", "Kỳ"), prepared)
    missing = [(name,) for name in report.figures["gaps"]["communes"]]
    add_sheet(book, "Xã chưa có", ("Xã, phường chưa có điển hình",), missing)
    add_sheet(book, "Danh sách tin", _STORY, _stories(report, office))
    out = BytesIO()
    book.save(out)
    return out.getvalue()


COVERED = tuple(COUNTS[name] for name in ("accepted", "published", "exemplars"))


def covered(found: Coverage) -> bytes:
    """Coverage as an .xlsx: a sheet an axis; a cell that an axis does not count is empty."""
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.active)
    for heading, rows in (
        ("Xã, phường", found.communes),
        ("Đơn vị theo dõi", found.agencies),
        ("Lĩnh vực", found.sectors),
    ):
        cells = [(row.name, *row.numbers().values()) for row in rows]
        add_sheet(book, heading, (heading, *COVERED), cells)
    none = [("Xã, phường", name) for name in found.without]
    none += [("Đơn vị theo dõi", name) for name in found.agencies_without]
    add_sheet(book, "Chưa có gương nào", ("Loại", "Tên"), none)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


_STORY = (
    *("Tiêu đề", "Chủ thể", "Xã, phường", "Tỉnh", "Báo", "Ngày đăng", "Đã giới thiệu"),
    *("Bài gốc", "Trên bàn biên tập"),
)


def _stories(report: QuarterReport, office: Office) -> Iterable[Sequence[Any]]:
    """As they were called when the figures were taken: the report does not change with the desk."""
    counts, stories = report.figures["counts"], report.figures["stories"]
    out = set(counts["published"])
    # By the lists: PostgreSQL keeps the keys of an object in an order of its own.
    for each in dict.fromkeys([*counts["accepted"], *counts["published"]]):
        told = stories[each]
        yield (
            told["headline"],
            told["subject"],
            told["commune"],
            told["province"],
            told["outlet"],
            told["published_on"],
            "x" if each in out else "",
            told["url"],
            f"{office.site_url}/desk/story/{each}/",
        )


def add_sheet(book: Any, title: str, heading: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """A headed table at the end of ``book``; cells that begin like a formula are text."""
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    sheet = book.create_sheet(title.replace("/", "-")[:31])
    sheet.append(list(heading))
    for row in rows:
        sheet.append([safe_cell(cell) if isinstance(cell, str) else cell for cell in row])
    for cell in sheet[1]:
        cell.font, cell.alignment = Font(bold=True), Alignment(wrap_text=True)
    for number, column in enumerate(sheet.columns, start=1):
        longest = max(len(str(cell.value or "")) for cell in column)
        sheet.column_dimensions[get_column_letter(number)].width = min(60, longest + 3)
    sheet.freeze_panes = "A2"
