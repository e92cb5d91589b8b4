"""Tin đã gỡ: what the machine took back and a person must see to."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from pipeline.publish.withdrawal import handle
from pipeline.store.models import Withdrawal
from pipeline.text.clock import utc_now
from pipeline.web.desk.permissions import Action, person, requires


@require_POST
@requires(Action.WITHDRAW)
def handled(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """A person has done what was left to do; the notice goes."""
    withdrawals = Withdrawal.objects.select_related("story")
    found = get_object_or_404(withdrawals, story__public_id=public_id)
    if handle(found, person(request), utc_now()):
        title = found.story.headline
        messages.success(request, _("Đã xử lý việc gỡ tin: %(title)s") % {"title": title})
    else:
        messages.info(request, _("Đã có người xử lý việc gỡ tin này."))
    return redirect("desk:overview")
