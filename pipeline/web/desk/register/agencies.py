"""The bodies that look after exemplars, each with the criteria it writes itself."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from pipeline.review import register_keeping as keeping
from pipeline.store.models import Agency, Criterion
from pipeline.text.clock import utc_now
from pipeline.web.desk.page import page
from pipeline.web.desk.permissions import Action, person, requires


@require_safe
@requires(Action.READ)
def agencies(request: HttpRequest) -> HttpResponse:
    current = Prefetch("criteria", Criterion.objects.filter(retired=False), to_attr="current")
    found = list(Agency.objects.filter(retired=False).prefetch_related(current))
    return page(request, "web/agencies.html", {"agencies": found})


@require_POST
@requires(Action.REGISTER)
def add(request: HttpRequest) -> HttpResponse:
    try:
        agency = keeping.add_agency(person(request), utc_now(), request.POST.get("name", ""))
    except ValueError:
        messages.warning(request, _("Hãy ghi tên đơn vị."))
    else:
        messages.success(request, _("Đã thêm: %s") % agency.name)
    return redirect("desk:agencies")


@require_POST
@requires(Action.REGISTER)
def change(request: HttpRequest, key: int) -> HttpResponse:
    """Writes the criteria anew, one a line, or retires the agency."""
    agency = get_object_or_404(Agency, pk=key)
    by, now = person(request), utc_now()
    if request.POST.get("retire") == "yes":
        if keeping.retire_agency(agency, by, now):
            messages.success(
                request, _("Không dùng nữa: %s. Thêm lại cùng tên để dùng lại.") % agency
            )
    elif keeping.write_criteria(agency, by, now, request.POST.get("criteria", "").splitlines()):
        messages.success(request, _("Đã lưu tiêu chí của %s.") % agency)
    return redirect("desk:agencies")
