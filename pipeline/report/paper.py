"""The quarter's report as a paper in the layout of Decree 30/2020/NĐ-CP, from a Word template that
the office may edit (``templates/report/quarter.docx``).

It is a draft: number, date and signature stay blank, for only the registry gives them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

from pipeline.config.home import Home
from pipeline.config.office import Office
from pipeline.config.provinces import provinces
from pipeline.report.period import Quarter, also_covered
from pipeline.report.words import KINDS, row_name
from pipeline.store.models import QuarterReport
from pipeline.text.format import date, number
from pipeline.text.numerals import spoken

TEMPLATE = "report/quarter.docx"
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def paper(report: QuarterReport, office: Office, home: Home) -> bytes:
    """The .docx. Each figure is a link to its list on the desk.

    Raises:
        ValueError: the office's own template is faulty: in Vietnamese, which words of it.
    """
    from docxtpl import DocxTemplate, RichText
    from jinja2 import StrictUndefined
    from jinja2.sandbox import SandboxedEnvironment

    for folder in home.template_dirs:
        if (folder / TEMPLATE).is_file():
            break
    path = folder / TEMPLATE
    template = DocxTemplate(path)

    def linked(text: str, address: str) -> RichText:
        return RichText(text, url_id=template.build_url_id(address) if address else None)

    try:
        template.init_docx()
    except (BadZipFile, KeyError, ValueError) as error:
        raise ValueError(f"mẫu {path} không phải tệp Word → lưu lại dạng .docx") from error
    # Strict: a name mistyped would otherwise leave a gap where the paper should say a figure.
    words = SandboxedEnvironment(autoescape=True, undefined=StrictUndefined)
    out = BytesIO()
    try:
        template.render(context(report, office, linked), words)
    except Exception as error:  # an expression in the template may raise whatever it likes
        raise ValueError(_fault(path, error)) from error
    template.save(out)
    return out.getvalue()


def _fault(path: Path, error: Exception) -> str:
    """What is wrong with a template, for who edits it in Word."""
    from jinja2 import TemplateSyntaxError, UndefinedError

    if isinstance(error, UndefinedError):
        name = (_NAME.findall(str(error)) or [""])[-1]
        near = _where(path, name)
        return (
            f"mẫu {path}: không có chỗ điền tên “{name}”"
            f"{f', ở đoạn: “{near}”' if near else f' ({error})'} → mở mẫu trong Word, tìm “{name}”,"
            " sửa thành một tên có trong bản mẫu gốc hoặc bỏ cả cặp ngoặc {{ }} ấy"
        )
    if isinstance(error, TemplateSyntaxError):
        near = " ".join(" ".join(getattr(error, "docx_context", ())).split())[:200]
        return (
            f"mẫu {path}: dấu ngoặc {{{{ }}}} hoặc {{% %}} bị thiếu hay sai ({error.message})"
            f"{f', gần: {near}' if near else ''} → sửa chỗ ấy trong Word"
        )
    return f"mẫu {path}: không tính được ({error}) → xem lại chữ trong {{{{ }}}} và {{% %}}"


_NAME = re.compile(r"'(\w+)'")


def _where(path: Path, name: str) -> str:
    """The first paragraph of body, tables, header or footer that fills in ``name``."""
    from docx import Document

    document = Document(str(path))
    parts = [document.part]
    parts += [rel.target_part for rel in document.part.rels.values() if not rel.is_external]
    filled = re.compile(rf"\{{[{{%][^}}]*\b{re.escape(name)}\b")
    for part in parts:
        root = getattr(part, "element", None)
        for paragraph in () if root is None else root.iter(f"{_W}p"):
            text = "".join(node.text or "" for node in paragraph.iter(f"{_W}t"))
            if filled.search(text):
                return " ".join(text.split())[:200]
    return ""


def context(report: QuarterReport, office: Office, linked: Any) -> dict[str, Any]:
    """What the template can say. ``linked(text, address)`` makes a figure a link."""
    figures: Mapping[str, Any] = report.figures
    quarter, ours = Quarter.parse(report.quarter), office.report
    desk = f"{office.site_url}/desk/reports/{report.quarter}/"

    def figure(ids: list[str], path: str) -> Any:
        return linked(number(len(ids)), f"{desk}{path}/" if ids else "")

    def rows(axis: str) -> list[dict[str, Any]]:
        return [
            {
                "name": row_name(axis, row),
                "accepted": figure(row["accepted"], f"{axis}/{position}/accepted"),
                "published": figure(row["published"], f"{axis}/{position}/published"),
            }
            for position, row in enumerate(figures["tables"][axis])
        ]

    area = next(f"{each.type} {each.name}" for each in provinces() if each.name == office.province)
    covered = (
        f"{office.site_url}/desk/coverage/"
        f"?tu={report.first_day.isoformat()}&den={report.last_day.isoformat()}"
    )
    counts = figures["counts"]
    gaps = figures["gaps"]
    channels = [
        {
            "name": row["name"],
            "prepared": row["prepared"],
            "editions": linked(number(len(row["editions"])), f"{desk}channel/{position}/"),
            "messages": linked(number(row["messages"]), f"{desk}channel/{position}/"),
        }
        for position, row in enumerate(figures["channels"])
    ]
    sent = [row for row in channels if not row["prepared"]]
    return {
        "office": ours.agency or office.name,
        "superior": ours.superior,
        "mark": ours.mark,
        "province": office.province,
        "addressee": ours.addressee or f"Ủy ban nhân dân {area}",
        "copies": ours.copies,
        "quarter": quarter.roman,
        "year": quarter.year,
        "first": f"{report.first_day:%d/%m/%Y}",
        "last": f"{report.last_day:%d/%m/%Y}",
        "also": ", ".join(
            f"quý {q.roman}/{q.year}" for q in also_covered(quarter, report.first_day)
        ),
        "taken": date(report.taken_at),
        "frozen": report.pk is not None,
        "count": {name: figure(ids, name) for name, ids in counts.items()},
        "plain": {name: len(ids) for name, ids in counts.items()},
        "in_words": {name: spoken(len(ids)) for name, ids in counts.items()},
        "table": {axis: rows(axis) for axis in sorted(figures["tables"])},
        "channels": sent,
        "channels_count": linked(number(len(sent)), f"{desk}#channels-title"),
        "prepared": [row for row in channels if row["prepared"]],
        "hours": {
            name: linked(_lasting(value), f"{desk}{_TIMED[name]}/") if value is not None else ""
            for name, value in figures["hours"].items()
        },
        "communes_without": gaps["communes"],
        "communes_of": linked(number(gaps["communes_of"]), covered),
        "communes_count": linked(number(len(gaps["communes"])), f"{desk}#gaps"),
        "sectors_without": gaps["sectors"],
        "proposals": [
            {
                **each,
                "name": linked(each["name"], _profile(office, each)),
                "kind": KINDS.get(each["kind"], ""),
                "count": linked(number(len(each["stories"])), _profile(office, each)),
                "days": linked(number(each["days"]), _profile(office, each)),
            }
            for each in figures["proposals"]
        ],
        "proposals_count": linked(number(len(figures["proposals"])), f"{desk}#proposals-title"),
    }


def _profile(office: Office, proposal: Mapping[str, Any]) -> str:
    return f"{office.site_url}/desk/register/{proposal['id']}/"


_TIMED = {"found": "accepted", "decided": "accepted", "published": "published"}
"""Whose times each median is of."""


def _lasting(hours: float) -> str:
    """A length of time as an office writes it."""
    if hours < 1:
        return "chưa đầy 01 giờ"
    return f"{number(round(hours / 24, 1))} ngày" if hours >= 72 else f"{number(hours)} giờ"
