"""Merge and split of exemplars, and how either is undone."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from pipeline.review import register_regrouping as regrouping
from pipeline.review.register import registered
from pipeline.store.models import Exemplar, RegisterRegrouping, Story
from pipeline.text.clock import utc_now
from pipeline.text.fold import fold_search, nfc
from pipeline.web.desk.labels import CANNOT_REGROUP_EXEMPLARS
from pipeline.web.desk.page import page
from pipeline.web.desk.permissions import Action, person, requires
from pipeline.web.desk.register.board import with_cards

FOUND = 10


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Action.REGISTER)
def merge(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Offers profiles of like name, and a search; a POST with one of them merges."""
    found = get_object_or_404(Exemplar, public_id=public_id, merged_into=None)
    if request.method == "POST":
        other = get_object_or_404(Exemplar, public_id=_id(request.POST.get("other", "")))
        try:
            kept = regrouping.merge_exemplars(found, other, person(request), utc_now())
        except regrouping.CannotRegroup as refusal:
            messages.warning(request, CANNOT_REGROUP_EXEMPLARS[refusal.why])
            return redirect("desk:exemplar", found.public_id)
        messages.success(request, _("Đã gộp hai hồ sơ; hoàn tác được ở phần Gộp và tách."))
        return redirect("desk:exemplar", kept.public_id)
    words = nfc(request.GET.get("words", found.name)).strip()[:200]
    others = with_cards(registered()).exclude(pk=found.pk)
    for word in fold_search(words).split():
        others = others.filter(search_text__contains=word)
    context = {
        "exemplar": found,
        "words": words,
        "found": list(others.order_by("-found_at", "-pk")[:FOUND]) if words else [],
    }
    return page(request, "web/exemplar_merge.html", context)


@require_POST
@requires(Action.REGISTER)
def split(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Takes the chosen stories out into a profile of their own."""
    found = get_object_or_404(Exemplar, public_id=public_id, merged_into=None)
    chosen = [_id(each) for each in request.POST.getlist("story")[:100]]
    stories = Story.objects.filter(exemplar=found, public_id__in=chosen)
    try:
        new = regrouping.split_exemplar(found, stories, person(request), utc_now())
    except regrouping.CannotRegroup as refusal:
        messages.warning(request, CANNOT_REGROUP_EXEMPLARS[refusal.why])
        return redirect("desk:exemplar", found.public_id)
    messages.success(request, _("Đã tách thành hồ sơ riêng; hoàn tác được ở hồ sơ cũ."))
    return redirect("desk:exemplar", new.public_id)


@require_POST
@requires(Action.REGISTER)
def undo(request: HttpRequest, key: int) -> HttpResponse:
    row = get_object_or_404(RegisterRegrouping.objects.select_related("exemplar"), pk=key)
    try:
        regrouping.undo_regrouping(row, person(request), utc_now())
    except regrouping.CannotRegroup as refusal:
        messages.warning(request, CANNOT_REGROUP_EXEMPLARS[refusal.why])
    else:
        messages.success(request, _("Đã hoàn tác."))
    return redirect("desk:exemplar", row.exemplar.public_id)


def _id(given: str) -> UUID:
    try:
        return UUID(given)
    except ValueError:
        return UUID(int=0)
