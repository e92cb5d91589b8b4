"""Báo cáo: the quarter's report with the list behind each figure."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from pipeline.report import annex, quarterly
from pipeline.report import paper as papers
from pipeline.report.dossier import MIME as DOCX
from pipeline.report.names import Names, names_of
from pipeline.report.period import DUE_DAY, Period, Quarter, also_covered
from pipeline.report.words import AXES, COUNTS, NOTES
from pipeline.store.models import Edition, QuarterReport
from pipeline.text.clock import VIETNAM, utc_now
from pipeline.web.desk.figures.listed import listed
from pipeline.web.desk.labels import KINDS
from pipeline.web.desk.page import page
from pipeline.web.desk.permissions import Action, person, requires
from pipeline.web.reference import office

OF_EXEMPLARS = frozenset(COUNTS) - {"seen", "accepted", "published"}


@dataclass(frozen=True, slots=True)
class Coming:
    quarter: Quarter
    period: Period
    due: date


@require_safe
@requires(Action.READ)
def reports(request: HttpRequest) -> HttpResponse:
    """Every report taken, and the one that comes next."""
    today = utc_now().astimezone(VIETNAM).date()
    quarter = Quarter.of(today)
    coming = None
    if not QuarterReport.objects.filter(quarter=str(quarter)).exists():
        with suppress(ValueError):  # other reports cover it
            period = quarterly.coming(quarter, office())
            coming = Coming(quarter, period, quarter.day(DUE_DAY))
    context = {"reports": QuarterReport.objects.all(), "coming": coming, "today": today}
    return page(request, "web/reports.html", context)


@require_safe
@requires(Action.READ)
def report(request: HttpRequest, quarter: str) -> HttpResponse:
    found = _report(quarter)
    counts = found.figures["counts"]  # those of an earlier version lack what it did not count
    tables = found.figures["tables"]
    context = {
        "report": found,
        "quarter": Quarter.parse(found.quarter),
        "also": also_covered(Quarter.parse(found.quarter), found.first_day),
        "counts": [
            (name, _(words), counts[name]) for name, words in COUNTS.items() if name in counts
        ],
        "tables": [
            (axis, _(words), _(NOTES[axis]) if axis in NOTES else "", tables[axis])
            for axis, words in AXES.items()
        ],
        "columns": [_(COUNTS[name]) for name in ("accepted", "published")],
        "kinds": KINDS,
        "frozen": found.pk is not None,
    }
    return page(request, "web/report.html", context)


@require_safe
@requires(Action.READ)
def figure(
    request: HttpRequest, quarter: str, name: str, position: int = 0, which: str = ""
) -> HttpResponse:
    """What one figure counts."""
    found = _report(quarter)
    figures = found.figures
    if which:
        rows = figures["tables"].get(name, ())
        if position >= len(rows) or which not in ("accepted", "published"):
            raise Http404
        row = rows[position]
        title = KINDS.get(row["key"], row["name"]) if name == "kind" else row["name"]
        ids, heading = row[which], f"{_(COUNTS[which])}: {title}"
    elif name in COUNTS and name in figures["counts"]:
        ids, heading = figures["counts"][name], _(COUNTS[name])
    else:
        raise Http404
    return listed(
        request,
        heading,
        ids,
        exemplars=not which and name in OF_EXEMPLARS,
        back=reverse("desk:report", args=[found.quarter]),
        back_words=f"{_('← Báo cáo')} {found.quarter}",
    )


@require_safe
@requires(Action.READ)
def channel(request: HttpRequest, quarter: str, position: int) -> HttpResponse:
    """The editions that went out over a channel, and how many messages of each."""
    found = _report(quarter)
    channels = found.figures["channels"]
    if position >= len(channels):
        raise Http404
    row = channels[position]
    editions = Edition.objects.filter(number__in=row["editions"]).select_related("digest")
    sent = dict(zip(row["editions"], row["each"], strict=True))
    context = {
        "back": reverse("desk:report", args=[found.quarter]),
        "back_words": f"{_('← Báo cáo')} {found.quarter}",
        "heading": row["name"],
        "total": row["messages"],
        "exemplars": None,
        "editions": [(each, sent[each.number]) for each in editions.order_by("number")],
    }
    return page(request, "web/report_list.html", context)


@require_safe
@requires(Action.READ)
def paper(request: HttpRequest, quarter: str) -> HttpResponse:
    """The draft paper, for Word."""
    found = _report(quarter)
    try:
        data = papers.paper(found, office(), settings.HOME)
    except ValueError as error:
        messages.error(request, str(error))
        return redirect("desk:report", quarter)
    return _file(data, DOCX, f"bao-cao-{quarter}.docx")


@require_safe
@requires(Action.READ)
def tables(request: HttpRequest, quarter: str) -> HttpResponse:
    """The tables, for a spreadsheet."""
    data = annex.workbook(_report(quarter), office())
    return _file(data, annex.MIME, f"phu-luc-{quarter}.xlsx")


@require_POST
@requires(Action.REGISTER)
def take(request: HttpRequest, quarter: str) -> HttpResponse:
    """Freeze the figures of a period that is over."""
    try:
        quarterly.take(_quarter(quarter), office(), _names(), utc_now(), person(request))
    except ValueError as error:
        messages.error(request, str(error).partition(" → ")[0])
        return redirect("desk:reports")
    return redirect("desk:report", quarter)


@require_POST
@requires(Action.REGISTER)
def sent(request: HttpRequest, quarter: str) -> HttpResponse:
    """The signed paper went out: no more reminders. ``undo``: that was said by mistake."""
    found = _report(quarter)
    if found.pk is None:
        raise Http404
    if request.POST.get("undo"):
        if quarterly.mark_unsent(found, person(request), utc_now()):
            messages.success(request, _("Đã ghi: báo cáo chưa gửi."))
    elif quarterly.mark_sent(found, person(request), utc_now()):
        messages.success(request, _("Đã ghi: báo cáo đã gửi."))
    return redirect("desk:report", quarter)


def _quarter(text: str) -> Quarter:
    try:
        return Quarter.parse(text)
    except ValueError:
        raise Http404 from None


def _report(text: str) -> QuarterReport:
    """The frozen one, else what it would say by now."""
    quarter = _quarter(text)
    known = QuarterReport.objects.filter(quarter=str(quarter)).first()
    if known is not None:
        return known
    try:
        return quarterly.so_far(quarter, office(), _names(), utc_now())
    except ValueError:
        raise Http404 from None


def _names() -> Names:
    return names_of(settings.HOME)


def _file(data: bytes, mime: str, name: str) -> HttpResponse:
    response = HttpResponse(data, content_type=mime)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
