"""Filters of the inbox kept under a name, for oneself or for the office."""

from __future__ import annotations

from dataclasses import replace

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from pipeline.store.models import SavedView, StoryStatus, User
from pipeline.text.fold import nfc
from pipeline.web.desk.labels import FLAGS
from pipeline.web.desk.permissions import Action, person, requires
from pipeline.web.desk.queue.filters import Filters
from pipeline.web.reference import reference

SHOWN = 40


def views_of(user: User) -> list[SavedView]:
    """One's own and the office's."""
    mine_or_shared = SavedView.objects.filter(Q(owner=user) | Q(shared=True))
    return list(mine_or_shared.select_related("owner").order_by("name", "pk")[:SHOWN])


def view_name(filters: Filters) -> str:
    """``Lào Cai · Nông nghiệp - nông thôn · Chưa duyệt``"""
    known = reference()
    statuses = {str(value): str(words) for value, words in StoryStatus.choices}
    days = [
        words % day
        for words, day in ((_("từ %s"), filters.since), (_("đến %s"), filters.until))
        if day
    ]
    parts = (
        filters.place,
        known.sector(filters.sector) if filters.sector else "",
        known.campaign(filters.campaign) if filters.campaign else "",
        known.outlet(filters.outlet) if filters.outlet else "",
        str(FLAGS.get(filters.flag, filters.flag)),
        *days,
        f"“{filters.q}”" if filters.q else "",
        statuses.get(filters.status, _("mọi tình trạng")),
        _("cả tin máy loại") if filters.label == "any" else "",
    )
    return " · ".join(filter(None, parts))[:80]


@require_POST
@requires(Action.READ)
def save(request: HttpRequest) -> HttpResponse:
    """A name used before takes the new filters."""
    filters = replace(Filters.read(request.POST), page=1)
    name = _typed_name(request) or view_name(filters)
    SavedView.objects.update_or_create(
        owner=person(request),
        name=name,
        defaults={"query": filters.query(), "shared": bool(request.POST.get("shared"))},
    )
    messages.success(request, _("Đã lưu bộ lọc “%s”.") % name)
    return HttpResponseRedirect(reverse("desk:inbox") + filters.query())


@require_POST
@requires(Action.READ)
def rename(request: HttpRequest, pk: int) -> HttpResponse:
    """Only one's own, to a name that no other of one's own has."""
    view = get_object_or_404(SavedView, pk=pk, owner=person(request))
    name = _typed_name(request)
    if not name:
        messages.warning(request, _("Hãy ghi tên cho bộ lọc."))
    elif SavedView.objects.filter(owner=view.owner, name=name).exclude(pk=pk).exists():
        messages.warning(request, _("Bạn đã có bộ lọc tên “%s”. Hãy chọn tên khác.") % name)
    else:
        view.name = name
        view.save(update_fields=["name"])
        messages.success(request, _("Bộ lọc nay tên là “%s”.") % name)
    filters = Filters.read(request.POST)
    return HttpResponseRedirect(reverse("desk:inbox") + filters.query())


def _typed_name(request: HttpRequest) -> str:
    return " ".join(nfc(request.POST.get("name", "")).split())[:80].strip()


@require_POST
@requires(Action.READ)
def drop(request: HttpRequest, pk: int) -> HttpResponse:
    """Only one's own; what the office shares is its owner's to drop."""
    view = get_object_or_404(SavedView, pk=pk, owner=person(request))
    view.delete()
    messages.success(request, _("Đã bỏ bộ lọc “%s”.") % view.name)
    filters = Filters.read(request.POST)
    return HttpResponseRedirect(reverse("desk:inbox") + filters.query())
