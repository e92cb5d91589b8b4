"""Xóa khỏi kho: somebody whom a story is about asked that nothing of it be kept."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from pipeline.publish import erasing
from pipeline.publish.withdrawal import carried_by
from pipeline.store.models import Erasure, Story
from pipeline.text.clock import utc_now
from pipeline.web.desk.labels import channel_label
from pipeline.web.desk.page import page
from pipeline.web.desk.permissions import Action, person, requires
from pipeline.web.reference import office


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Action.ERASE)
def erase(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Says what goes and what stays; a POST that says that this is understood does it."""
    story = get_object_or_404(Story.every, public_id=public_id).standing
    shown = reverse("desk:story", args=[story.public_id]) + "?status=any&label=any"
    if Erasure.objects.filter(story=story).exists():
        messages.info(request, _("Tin này đã được xóa khỏi kho."))
        return redirect(shown)
    asked = request.method == "POST" and request.POST.get("understood") != "yes"
    if request.method == "POST" and not asked:
        left = erasing.erase(story, person(request), utc_now(), office=office(), home=settings.HOME)
        messages.success(request, _("Đã xóa tin khỏi kho."))
        if left:
            words = _("Không tự thu hồi được ở: %s. Hãy đính chính hoặc xóa ở đó.")
            messages.warning(request, words % ", ".join(map(channel_label, left)))
        return redirect(shown)
    context = {
        "story": story,
        "plan": erasing.plan(story, settings.HOME),
        "left": carried_by(story, office()),
        "asked": asked,
    }
    return page(request, "web/erase_story.html", context, 422 if asked else 200)
