"""Đề nghị khen thưởng: who deserves an award and has none; its exports and draft dossiers."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from io import BytesIO, StringIO
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from pipeline.report import dossier
from pipeline.report.annex import MIME as WORKBOOK
from pipeline.report.annex import add_sheet
from pipeline.review.register_nominations import candidates, nominations
from pipeline.store.models import Exemplar, Stage
from pipeline.text import format as vietnamese
from pipeline.text.clock import utc_now
from pipeline.text.fold import fold_search
from pipeline.text.spreadsheet import safe_cell
from pipeline.web.desk.labels import KINDS, NOMINATION_REASONS
from pipeline.web.desk.page import page
from pipeline.web.desk.permissions import Action, requires
from pipeline.web.desk.register.look import ExemplarLook
from pipeline.web.reference import office, reference

PAGE = 50


@require_safe
@requires(Action.READ)
def nominated(request: HttpRequest) -> HttpResponse:
    """``?page=2``: the next ones."""
    found = candidates(utc_now())
    asked = request.GET.get("page", "1")
    last = max(1, -(-len(found) // PAGE))
    number = min(max(1, int(asked)), last) if asked.isdecimal() and len(asked) < 6 else 1
    shown = found[(number - 1) * PAGE : number * PAGE]
    exemplars = Exemplar.objects.in_bulk([each.exemplar for each in shown])
    context = {
        "candidates": [(exemplars[each.exemplar], each) for each in shown],
        "total": len(found),
        "number": number,
        "more": number < last,
    }
    return page(request, "web/nominations.html", context)


@require_safe
@requires(Action.READ)
def export(request: HttpRequest) -> HttpResponse:
    """The list as CSV, with the mark that lets Excel read its Vietnamese."""
    out = StringIO()
    rows = csv.writer(out)
    rows.writerow(_columns())
    rows.writerows([safe_cell(str(cell)) for cell in row] for row in _rows(request))
    response = HttpResponse("\ufeff" + out.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="de-nghi-khen-thuong.csv"'
    return response


@require_safe
@requires(Action.READ)
def export_workbook(request: HttpRequest) -> HttpResponse:
    """The list as .xlsx: counts are numbers there."""
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.active)
    add_sheet(book, _("Đề nghị khen thưởng"), _columns(), _rows(request))
    out = BytesIO()
    book.save(out)
    response = HttpResponse(out.getvalue(), content_type=WORKBOOK)
    response["Content-Disposition"] = 'attachment; filename="de-nghi-khen-thuong.xlsx"'
    return response


def _columns() -> list[str]:
    return [
        *(_("Tên"), _("Loại"), _("Xã, phường"), _("Tỉnh"), _("Lĩnh vực"), _("Khâu")),
        *(_("Đơn vị theo dõi"), _("Ngày phát hiện"), _("Số ngày"), _("Số tin")),
        *(_("Vì sao"), _("Hồ sơ")),
    ]


def _rows(request: HttpRequest) -> Iterator[list[object]]:
    known = reference()
    for each in nominations(candidates(utc_now())):
        found = each.exemplar
        slugs = {
            tag.slug
            for story in each.stories
            for tag in story.tags.all()
            if tag.axis == "sector" and not tag.removed
        }
        row: list[object] = [found.name, str(KINDS.get(found.kind, "")), found.commune]
        row += [found.province, "; ".join(sorted(map(known.sector, slugs)))]
        row += [str(Stage(found.stage).label), str(found.agency or "")]
        row += [vietnamese.date(found.found_at), each.days, len(each.stories)]
        row += ["; ".join(str(NOMINATION_REASONS[reason]) for reason in each.reasons)]
        row += [request.build_absolute_uri(_address(found))]
        yield row


@require_safe
@requires(Action.READ)
def draft(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The draft dossier of one exemplar as a .docx file."""
    found = get_object_or_404(
        Exemplar.objects.select_related("agency"), public_id=public_id, merged_into=None
    )
    look, known, now = ExemplarLook(found), reference(), utc_now()
    words = {True: _("đạt"), False: _("chưa đạt"), None: _("chưa xem")}
    facts = dossier.Facts(
        office=office().name,
        province=office().province,
        kind=str(KINDS.get(found.kind, "")),
        stage=str(Stage(found.stage).label),
        sectors=tuple(map(known.sector, look.sectors)),
        campaigns=tuple(map(known.campaign, look.campaigns)),
        days=(now - found.found_at).days,
        adopters=look.adopters,
        criteria=tuple(
            (str(list_.agency), criterion.text, words[answer.met if answer else None])
            for list_ in look.check_lists
            for criterion, answer in list_.rows
        ),
    )
    outlets = {key: source.name for key, source in known.sources.items()}
    told = dossier.claims(look.accepted, outlets)
    body = dossier.write(found, told, look.changes, look.awards, facts, now)
    response = HttpResponse(body, content_type=dossier.MIME)
    name = slugify(fold_search(found.name))[:60] or "dien-hinh"
    response["Content-Disposition"] = f'attachment; filename="ho-so-{name}.docx"'
    return response


def _address(found: Exemplar) -> str:
    return reverse("desk:exemplar", args=[found.public_id])
