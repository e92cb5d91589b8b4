"""Nhật ký: who did what, when, with filters that live in the URL, and as CSV."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from pipeline.store.audit import record
from pipeline.store.models import AuditEntry, User
from pipeline.text.clock import VIETNAM, utc_now
from pipeline.text.spreadsheet import safe_cell
from pipeline.web.desk.audit_labels import ACTIONS, OBJECTS
from pipeline.web.desk.page import page
from pipeline.web.desk.permissions import Action, person, requires
from pipeline.web.desk.register.profile import read_day

PAGE = 50


@dataclass(frozen=True, slots=True)
class AuditFilters:
    action: str = ""
    who: str = ""
    """A person's number; ``machine``: nobody."""
    kind: str = ""
    """What was acted upon: ``story``, ``digest``, …"""
    key: str = ""
    """Its number."""
    since: str = ""
    until: str = ""
    """Days, the last one included."""

    @classmethod
    def read(cls, query: Mapping[str, str]) -> AuditFilters:
        return cls(**{each.name: query.get(each.name, "").strip()[:60] for each in fields(cls)})

    def query(self, **changes: Any) -> str:
        changed = replace(self, **changes)
        parts = {each.name: getattr(changed, each.name) for each in fields(self)}
        return urlencode({name: value for name, value in parts.items() if value})

    def entries(self) -> QuerySet[AuditEntry]:
        """The matching entries, the newest first."""
        rows: QuerySet[AuditEntry] = AuditEntry.objects.select_related("actor")
        if self.action:
            rows = rows.filter(action=self.action)
        if self.who == "machine":
            rows = rows.filter(actor=None)
        elif self.who.isdecimal() and len(self.who) < 10:
            rows = rows.filter(actor=int(self.who))
        if self.kind:
            rows = rows.filter(object_type=self.kind)
        if self.key:
            rows = rows.filter(object_id=self.key)
        since, until = _midnight(self.since), _midnight(self.until)
        if since:
            rows = rows.filter(at__gte=since)
        if until:
            rows = rows.filter(at__lt=until + timedelta(days=1))
        return rows


def _midnight(day: str) -> datetime | None:
    found = read_day(day)
    return datetime.combine(found, time(), VIETNAM) if found else None


@require_safe
@requires(Action.AUDIT)
def audit(request: HttpRequest) -> HttpResponse:
    filters = AuditFilters.read(request.GET)
    kinds = AuditEntry.objects.order_by("object_type").values_list("object_type", flat=True)
    context = {
        "entries": Paginator(filters.entries(), PAGE).get_page(request.GET.get("page")),
        "filters": filters,
        "actions": ACTIONS,
        "kinds": [(kind, OBJECTS.get(kind, kind)) for kind in kinds.distinct()],
        "people": User.objects.order_by("full_name", "username"),
    }
    return page(request, "web/audit.html", context)


@require_safe
@requires(Action.AUDIT)
def export(request: HttpRequest) -> HttpResponseBase:
    """The matching entries as CSV, with the mark that lets Excel read its Vietnamese. That it was
    taken is an entry of its own."""
    filters, by = AuditFilters.read(request.GET), person(request)
    until = utc_now()
    rows = filters.entries().filter(at__lte=until)
    record("audit.exported", by, actor=by, at=until, after={"filters": filters.query()})
    response = StreamingHttpResponse(_lines(rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="nhat-ky.csv"'
    return response


class _Echo:
    """What ``csv`` writes to, and hands on at once."""

    def write(self, line: str) -> str:
        return line


def _lines(rows: QuerySet[AuditEntry]) -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield "\ufeff"
    yield writer.writerow(
        [
            *(_("Lúc"), _("Mã người"), _("Người"), _("Việc")),
            *(_("Đối tượng"), _("Mã đối tượng"), _("Trước"), _("Sau")),
        ]
    )
    for row in rows.iterator(chunk_size=500):
        states = [
            json.dumps(each, ensure_ascii=False) if each is not None else ""
            for each in (row.before, row.after)
        ]
        who = [row.actor_id or "", row.actor or ""]
        cells = [row.at.astimezone(VIETNAM).isoformat(timespec="seconds"), *who, row.action]
        cells += [row.object_type, row.object_id, *states]
        yield writer.writerow([safe_cell(str(cell)) for cell in cells])
