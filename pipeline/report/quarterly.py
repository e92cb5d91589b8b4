"""The quarter's report: figures frozen once, then written as a paper in the layout of Decree
30/2020/NĐ-CP from a Word template that the office may edit (``templates/report/quarter.docx``).

The paper is a draft: number, date and signature stay blank, for only the registry gives them.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from io import BytesIO
from typing import Any

from django.db import transaction

from pipeline.config.home import Home
from pipeline.config.office import Office
from pipeline.config.provinces import provinces
from pipeline.report.figures import count
from pipeline.report.names import Names
from pipeline.report.period import Period, Quarter, period_of
from pipeline.store.audit import record
from pipeline.store.models import QuarterReport, User
from pipeline.text.clock import VIETNAM
from pipeline.text.format import date, number
from pipeline.text.numerals import spoken

TEMPLATE = "report/quarter.docx"
KINDS = {
    "individual": "Cá nhân",
    "household": "Hộ gia đình",
    "collective": "Tập thể",
    "enterprise": "Doanh nghiệp, hợp tác xã",
    "model": "Mô hình",
    "none": "Chưa rõ",
}


def take(
    quarter: Quarter, office: Office, names: Names, now: datetime, by: User | None = None
) -> QuarterReport:
    """The quarter's frozen figures; counted now when they are not there yet.

    Raises:
        ValueError: its period is not over, or the report before already covers it.
    """
    known = QuarterReport.objects.filter(quarter=str(quarter)).first()
    if known is not None:
        return known
    period = coming(quarter, office)
    if now < period.until:
        raise ValueError(
            f"kỳ báo cáo {quarter} đến hết {period.last:%d/%m/%Y} mới khép → chờ đến hôm sau"
        )
    figures = count(period, office, names)
    with transaction.atomic():
        report, created = QuarterReport.objects.get_or_create(
            quarter=str(quarter),
            defaults={
                "first_day": period.first,
                "last_day": period.last,
                "figures": figures,
                "taken_at": now,
            },
        )
        if created:
            record("report.taken", report, actor=by, at=now, after={"quarter": str(quarter)})
    return report


def so_far(quarter: Quarter, office: Office, names: Names, now: datetime) -> QuarterReport:
    """What the report would say of its period up to now; nothing is stored.

    Raises:
        ValueError: the period has not begun, or the report before already covers it.
    """
    whole = coming(quarter, office)
    today = now.astimezone(VIETNAM).date()
    if today < whole.first:
        raise ValueError(f"kỳ báo cáo {quarter} bắt đầu ngày {whole.first:%d/%m/%Y}")
    part = Period(whole.first, min(today, whole.last))
    return QuarterReport(
        quarter=str(quarter),
        first_day=part.first,
        last_day=part.last,
        figures=count(part, office, names),
        taken_at=now,
    )


def coming(quarter: Quarter, office: Office) -> Period:
    """The quarter's period as it stands now. Raises ``ValueError`` when there is none."""
    earlier = QuarterReport.objects.filter(quarter__lt=str(quarter)).order_by("-quarter").first()
    until = earlier.last_day if earlier else None
    return period_of(quarter, office.report.cutoff_day, until)


def period(report: QuarterReport) -> Period:
    return Period(report.first_day, report.last_day)


def mark_sent(report: QuarterReport, by: User, at: datetime) -> bool:
    """A person says that the signed paper went out. False when that was said before."""
    with transaction.atomic():
        changed = QuarterReport.objects.filter(pk=report.pk, sent_at=None).update(
            sent_at=at, sent_by=by
        )
        if changed:
            record("report.sent", report, actor=by, at=at, after={"quarter": report.quarter})
    report.refresh_from_db()
    return bool(changed)


def paper(report: QuarterReport, office: Office, home: Home) -> bytes:
    """The .docx. Each figure is a link to its list on the desk.

    Raises:
        ValueError: the office's own template is faulty (in Vietnamese, with what Word shows).
    """
    from docxtpl import DocxTemplate, RichText
    from jinja2 import TemplateError
    from jinja2.sandbox import SandboxedEnvironment

    for folder in home.template_dirs:
        if (folder / TEMPLATE).is_file():
            break
    template = DocxTemplate(folder / TEMPLATE)

    def linked(text: str, address: str) -> RichText:
        return RichText(text, url_id=template.build_url_id(address) if address else None)

    values = context(report, office, linked)
    try:
        template.render(values, SandboxedEnvironment(autoescape=True))
    except TemplateError as error:
        raise ValueError(f"mẫu {folder / TEMPLATE}: {error}") from error
    out = BytesIO()
    template.save(out)
    return out.getvalue()


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
                "name": KINDS.get(row["key"], row["name"]) if axis == "kind" else row["name"],
                "accepted": figure(row["accepted"], f"{axis}/{position}/accepted"),
                "published": figure(row["published"], f"{axis}/{position}/published"),
            }
            for position, row in enumerate(figures["tables"][axis])
        ]

    area = next(f"{each.type} {each.name}" for each in provinces() if each.name == office.province)
    counts = figures["counts"]
    gaps = figures["gaps"]
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
        "taken": date(report.taken_at),
        "count": {name: figure(ids, name) for name, ids in counts.items()},
        "plain": {name: len(ids) for name, ids in counts.items()},
        "in_words": {name: spoken(len(ids)) for name, ids in counts.items()},
        "table": {axis: rows(axis) for axis in figures["tables"]},
        "channels": [
            {
                "name": row["name"],
                "editions": number(len(row["editions"])),
                "messages": number(row["messages"]),
            }
            for row in figures["channels"]
        ],
        "hours": {
            name: number(value) if value is not None else ""
            for name, value in figures["hours"].items()
        },
        "communes_without": gaps["communes"],
        "communes_of": number(gaps["communes_of"]),
        "communes_count": linked(number(len(gaps["communes"])), f"{desk}#gaps"),
        "sectors_without": gaps["sectors"],
        "proposals": [
            {**each, "kind": KINDS.get(each["kind"], ""), "count": len(each["stories"])}
            for each in figures["proposals"]
        ],
    }
