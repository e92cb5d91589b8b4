"""The tables behind a quarter's report as a workbook: one sheet an axis, and every story named."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from io import BytesIO
from typing import Any

from pipeline.config.office import Office
from pipeline.report.quarterly import KINDS
from pipeline.store.models import Article, QuarterReport, Story
from pipeline.text import format as show
from pipeline.text.spreadsheet import safe_cell

AXES = {
    "sector": "Lĩnh vực",
    "campaign": "Phong trào",
    "commune": "Xã, phường",
    "outlet": "Cơ quan báo chí",
    "kind": "Loại chủ thể",
}
MIME = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def workbook(report: QuarterReport, office: Office) -> bytes:
    """The .xlsx; cells that begin like a formula are text."""
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.active)
    for axis, heading in AXES.items():
        rows = [
            (
                KINDS.get(row["key"], row["name"]) if axis == "kind" else row["name"],
                len(row["accepted"]),
                len(row["published"]),
            )
            for row in report.figures["tables"][axis]
        ]
        add_sheet(book, heading, (heading, "Tin được nhận", "Tin đã giới thiệu"), rows)
    channels = [
        (row["name"], len(row["editions"]), row["messages"]) for row in report.figures["channels"]
    ]
    add_sheet(book, "Kênh", ("Kênh", "Kỳ", "Lượt phát"), channels)
    missing = [(name,) for name in report.figures["gaps"]["communes"]]
    add_sheet(book, "Xã chưa có", ("Xã, phường chưa có điển hình",), missing)
    add_sheet(book, "Danh sách tin", _STORY, _stories(report, office))
    out = BytesIO()
    book.save(out)
    return out.getvalue()


_STORY = (
    *("Tiêu đề", "Chủ thể", "Xã, phường", "Tỉnh", "Báo", "Ngày đăng", "Đã giới thiệu"),
    *("Bài gốc", "Trên bàn biên tập"),
)


def _stories(report: QuarterReport, office: Office) -> Iterable[Sequence[Any]]:
    counts = report.figures["counts"]
    out = set(counts["published"])
    ids = list(dict.fromkeys([*counts["accepted"], *counts["published"]]))
    rows = {
        str(story.public_id): story
        for story in Story.every.filter(public_id__in=ids).select_related("lead")
    }
    for each in ids:
        story = rows.get(each)
        if story is None:  # erased since
            continue
        lead: Article | None = story.lead
        yield (
            story.headline,
            story.subject,
            story.commune,
            story.province,
            ", ".join(story.outlets[:1]),
            show.date(story.published_at),
            "x" if each in out else "",
            lead.url if lead else "",
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
