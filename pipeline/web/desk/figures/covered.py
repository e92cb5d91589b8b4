"""Who has reported nothing: the inspection's page, its tables and the list behind each figure."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from datetime import date
from io import StringIO

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from pipeline.report import annex
from pipeline.report.coverage import Coverage, Row, coverage, recent
from pipeline.report.names import names_of
from pipeline.report.period import Period
from pipeline.report.words import COUNTS
from pipeline.text.clock import utc_now
from pipeline.text.spreadsheet import safe_cell
from pipeline.web.desk.figures.listed import listed
from pipeline.web.desk.page import page
from pipeline.web.desk.permissions import Action, requires
from pipeline.web.reference import office


@require_safe
@requires(Action.READ)
def covered(request: HttpRequest) -> HttpResponse:
    """Which communes, agencies and sectors have how much; ``?format=xlsx``, ``csv`` and ``json``
    too. CSV is for programs, with commas (RFC 4180): Excel in Vietnamese wants semicolons."""
    period, problem = _asked_period(request)
    form = request.GET.get("format")
    if problem and form:
        return HttpResponse(problem, status=400, content_type="text/plain; charset=utf-8")
    found = coverage(period, office(), names_of(settings.HOME))
    name = f"do-phu-{period.first}-den-{period.last}"
    match form:
        case "json":
            return JsonResponse(found.as_json(), json_dumps_params={"ensure_ascii": False})
        case "csv":
            data = ("\ufeff" + _csv(found)).encode()
            response = HttpResponse(data, content_type="text/csv; charset=utf-8")
            response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
            return response
        case "xlsx":
            response = HttpResponse(annex.covered(found), content_type=annex.MIME)
            response["Content-Disposition"] = f'attachment; filename="{name}.xlsx"'
            return response
    values = {
        "coverage": found,
        "period": period,
        "problem": problem,
        "columns": [_(words) for words in annex.COVERED],
    }
    return page(request, "web/coverage.html", values)


@require_safe
@requires(Action.READ)
def covered_by(request: HttpRequest, axis: str, which: str) -> HttpResponse:
    """What one figure counts, of the commune, agency or sector that ``?name=`` names."""
    period, problem = _asked_period(request)
    found = coverage(period, office(), names_of(settings.HOME))
    axes = {"commune": found.communes, "agency": found.agencies, "sector": found.sectors}
    name = request.GET.get("name", "")
    row = next((row for row in axes.get(axis, ()) if row.name == name), None)
    ids = _ids(row, which) if row else None
    if problem or row is None or ids is None:
        raise Http404
    days = f"?tu={period.first.isoformat()}&den={period.last.isoformat()}"
    return listed(
        request,
        f"{_(COUNTS[which])}: {row.name}, {period.first:%d/%m/%Y} – {period.last:%d/%m/%Y}",
        ids,
        exemplars=which == "exemplars",
        back=reverse("desk:coverage") + days,
        back_words=_("← Đơn vị nào chưa có gương"),
    )


def _ids(row: Row, which: str) -> Sequence[str] | None:
    listings = {
        "accepted": row.accepted,
        "published": row.published,
        "exemplars": row.exemplars,
    }
    return listings.get(which)


def _csv(found: Coverage) -> str:
    out = StringIO()
    rows = csv.writer(out)
    rows.writerow([_("Loại"), _("Tên"), *map(_, annex.COVERED)])
    for kind, row in (
        *((_("Xã, phường"), row) for row in found.communes),
        *((_("Đơn vị theo dõi"), row) for row in found.agencies),
        *((_("Lĩnh vực"), row) for row in found.sectors),
    ):
        cells = [kind, safe_cell(row.name), *row.numbers().values()]
        rows.writerow(["" if cell is None else cell for cell in cells])
    return out.getvalue()


def _asked_period(request: HttpRequest) -> tuple[Period, str]:
    """``?tu=2026-09-01&den=2026-11-22``; where that is no period the usual one, and why."""
    usual = recent(utc_now())
    try:
        first = date.fromisoformat(request.GET.get("tu") or str(usual.first))
        last = date.fromisoformat(request.GET.get("den") or str(usual.last))
    except ValueError:
        return usual, _("Ngày không đọc được; viết như 2026-11-22.")
    if not all(2000 <= day.year < 2100 for day in (first, last)):
        return usual, _("Năm phải từ 2000 đến 2099.")
    if first > last:
        words = _("Từ ngày %(first)s lại sau đến ngày %(last)s.")
        return usual, words % {"first": f"{first:%d/%m/%Y}", "last": f"{last:%d/%m/%Y}"}
    return Period(first, last), ""
