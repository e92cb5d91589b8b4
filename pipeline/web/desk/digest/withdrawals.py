"""Gỡ tin: a person takes a published story back, or sees to what the machine took back, undoes it,
or decides where the machine only suspects."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from pipeline.publish.approved import telling
from pipeline.publish.withdrawal import (
    carried_by,
    doubted,
    handle,
    keep,
    restore,
    taken_back,
    withdraw,
)
from pipeline.store.models import Story, Withdrawal
from pipeline.text.clock import utc_now
from pipeline.text.fold import nfc
from pipeline.web.desk.labels import WITHDRAWAL_REASONS, answer_words, channel_label
from pipeline.web.desk.page import page
from pipeline.web.desk.permissions import Action, person, requires
from pipeline.web.reference import office

MOST_SETTLED = 500


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Action.WITHDRAW)
def take_back(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Says where the story is out and which channels cannot take it back; a POST with a reason
    takes it off all others.

    Raises:
        Http404: the story is in no approved edition.
    """
    story = get_object_or_404(Story, public_id=public_id)
    editions = list(telling(story).select_related("digest"))
    if not editions:
        raise Http404
    shown = reverse("desk:story", args=[public_id]) + "?status=any&label=any"
    if Withdrawal.objects.filter(story=story).exists():
        messages.info(request, _("Tin này đã được gỡ."))
        return redirect(shown)
    asked = False
    if request.method == "POST":
        parts = (request.POST.get("reason", ""), request.POST.get("words", ""))
        reason = ": ".join(filter(None, (nfc(part).strip() for part in parts)))
        asked = not reason
        if reason:
            left = withdraw(
                story, person(request), utc_now(), reason, office=office(), home=settings.HOME
            )
            messages.success(request, _("Đã gỡ: %s") % story.headline)
            if left:
                words = _("Không tự thu hồi được ở: %s. Hãy đính chính hoặc xóa ở đó.")
                messages.warning(request, words % ", ".join(map(channel_label, left)))
            return redirect(shown)
    context = {
        "story": story,
        "editions": editions,
        "left": carried_by(story, office()),
        "able": [name for name, _done in taken_back(story, office())],
        "reasons": WITHDRAWAL_REASONS,
        "asked": asked,
    }
    return page(request, "web/withdraw.html", context, 422 if asked else 200)


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


@require_POST
@requires(Action.RESTORE)
def put_back(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Portal and feeds show the story again, as it was approved."""
    story = get_object_or_404(Story, public_id=public_id)
    if restore(story, person(request), utc_now(), office=office(), home=settings.HOME):
        messages.success(request, _("Đã đưa tin trở lại: %s") % story.headline)
    else:
        messages.info(request, _("Tin này không còn ở trạng thái đã gỡ."))
    return redirect(reverse("desk:story", args=[public_id]) + "?status=any&label=any")


@require_POST
@requires(Action.WITHDRAW)
def settle(request: HttpRequest) -> HttpResponse:
    """Hide or keep, at once, all the doubted stories that the form showed.

    What has been decided or come back meanwhile is left alone.
    """
    shown = [number for number in request.POST.getlist("link") if number.isdecimal()]
    hide, by, now = request.POST.get("choice") == "hide", person(request), utc_now()
    settled = 0
    for link in doubted().filter(pk__in=shown[:MOST_SETTLED]):
        if hide:
            reason = _("Báo không còn bài gốc (%s)") % answer_words(link.answer)
            withdraw(link.story, by, now, reason, office=office(), home=settings.HOME)
            settled += 1
        else:
            settled += keep(link, by, now)
    if not settled:
        messages.info(request, _("Các tin này đã có người quyết định, hoặc bài gốc đã trở lại."))
    elif hide:
        words = ngettext("Đã gỡ %(n)s tin.", "Đã gỡ %(n)s tin.", settled)
        messages.success(request, words % {"n": settled})
    else:
        words = ngettext("Đã giữ %(n)s tin.", "Đã giữ %(n)s tin.", settled)
        messages.success(request, words % {"n": settled})
    return redirect("desk:overview")
