"""Đơn thư: what the public sent, with the clock of each; who sent it is private."""

from __future__ import annotations

import re
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from pipeline.review import public_requests
from pipeline.store.models import Attachment, Edition, PublicRequest, RequestKind, Story
from pipeline.text.clock import utc_now
from pipeline.web.desk.page import page
from pipeline.web.desk.permissions import Action, person, requires

PAGE = 50
_CODE = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


@never_cache
@require_safe
@requires(Action.REQUESTS)
def requests(request: HttpRequest) -> HttpResponse:
    """Those that wait, the most urgent first; ``?state=all``: every one, the newest first."""
    everything = request.GET.get("state") == "all"
    kind = request.GET.get("kind", "")
    rows: QuerySet[PublicRequest] = public_requests.open_requests()
    if everything:
        rows = PublicRequest.objects.select_related("story", "handled_by")
    if kind in RequestKind.values:
        rows = rows.filter(kind=kind)
    number = request.GET.get("page", "1")
    first = (max(1, int(number)) - 1) * PAGE if number.isdecimal() and len(number) < 6 else 0
    shown = list(rows[first : first + PAGE + 1])
    context = {
        "rows": shown[:PAGE],
        "more": len(shown) > PAGE,
        "number": first // PAGE + 1,
        "everything": everything,
        "kind": kind if kind in RequestKind.values else "",
        "kinds": RequestKind.choices,
    }
    return page(request, "web/requests.html", context)


@never_cache
@require_safe
@requires(Action.REQUESTS)
def request_page(request: HttpRequest, public_id: UUID) -> HttpResponse:
    rows = PublicRequest.objects.select_related("story__exemplar", "handled_by")
    row = get_object_or_404(rows, public_id=public_id)
    files = row.attachments.defer("body").order_by("pk")
    published = row.story and Edition.objects.filter(digest__items__story=row.story).exists()
    context = {"row": row, "files": list(files), "published": bool(published)}
    return page(request, "web/request.html", context)


@require_POST
@requires(Action.REQUESTS)
def link(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """By the address of a story, on the desk or among the published, or its code alone."""
    row = get_object_or_404(PublicRequest, public_id=public_id)
    code = _CODE.search(request.POST.get("story", ""))
    story = Story.objects.filter(public_id=code[0]).first() if code else None
    if story is None:
        messages.warning(
            request, _("Không có tin nào ở địa chỉ này. Hãy dán địa chỉ của trang tin.")
        )
    elif public_requests.link(row, person(request), utc_now(), story):
        messages.success(request, _("Đã gắn với tin: %s") % story.headline)
    return redirect("desk:request", public_id)


@require_POST
@requires(Action.REQUESTS)
def handle(request: HttpRequest, public_id: UUID) -> HttpResponse:
    row = get_object_or_404(PublicRequest, public_id=public_id)
    try:
        done = public_requests.handle(
            row, person(request), utc_now(), request.POST.get("outcome", "")
        )
    except ValueError:
        messages.warning(request, _("Hãy ghi đã trả lời thế nào."))
        return redirect("desk:request", public_id)
    if done:
        messages.success(request, _("Đã ghi: trả lời xong."))
    else:
        messages.info(request, _("Đã có người trả lời đơn này."))
    return redirect("desk:requests")


@require_POST
@requires(Action.ERASE)
def erase(request: HttpRequest, public_id: UUID) -> HttpResponse:
    row = get_object_or_404(PublicRequest, public_id=public_id)
    if public_requests.erase(row, person(request), utc_now()):
        messages.success(request, _("Đã xóa thông tin người gửi và tệp kèm theo."))
    return redirect("desk:request", public_id)


@never_cache
@require_safe
@requires(Action.REQUESTS)
def attachment(request: HttpRequest, public_id: UUID, key: int) -> HttpResponse:
    """A stranger's file: for download only, never shown or run by the browser here."""
    row = get_object_or_404(Attachment, pk=key, request__public_id=public_id)
    response = HttpResponse(bytes(row.body), content_type="application/octet-stream")
    response.headers["Content-Disposition"] = _download(row.name)
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


def _download(name: str) -> str:
    return str(content_disposition_header(as_attachment=True, filename=name))
