"""Hộp tin: the queue on the left, one story on the right."""

from __future__ import annotations

from functools import cache
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from pipeline.config.provinces import province_names
from pipeline.judge.names.named_places import named_places
from pipeline.store.models import Article, Axis, SourceState, Story, StoryStatus
from pipeline.web.desk.labels import FLAGS, REJECT_REASONS
from pipeline.web.desk.page import page
from pipeline.web.desk.permissions import Action, person, requires
from pipeline.web.desk.queue.filters import Filters
from pipeline.web.desk.triage.deciding import address
from pipeline.web.desk.triage.look import StoryLook, open_digest
from pipeline.web.desk.triage.saved import view_name, views_of
from pipeline.web.reference import office, reference


@require_safe
@requires(Action.READ)
def inbox(request: HttpRequest) -> HttpResponse:
    """The queue, with its first story open beside it on a wide screen. The filter form sends its
    empty fields too: its answer has an address that one can pass on."""
    filters = Filters.read(request.GET)
    if "" in request.GET.values():
        return redirect(reverse("desk:inbox") + filters.query())
    return show(request, filters, None)


@require_safe
@requires(Action.READ)
def story(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One story; the address of a merged one leads to where its articles are."""
    found = get_object_or_404(Story.every.prefetch_related("tags"), public_id=public_id)
    filters = Filters.read(request.GET)
    if found.merged_into:
        return redirect(address(filters, found.standing))
    return show(request, filters, found)


def show(request: HttpRequest, filters: Filters, chosen: Story | None) -> HttpResponse:
    shown = filters.shown()
    opened = chosen or (Story.objects.get(pk=shown.stories[0].pk) if shown.stories else None)
    context: dict[str, Any] = {
        "filters": filters,
        "stories": shown.stories,
        "more": shown.more,
        "total": shown.total,
        "chosen": chosen,
        "look": StoryLook(opened) if opened else None,
        "open_digest": open_digest(),
        "options": options(filters),
        "reasons": REJECT_REASONS,
        "views": views_of(person(request)),
        "view_name": view_name(filters),
        "last_found": Article.objects.order_by("-found_at").values_list("found_at", flat=True)[:1],
    }
    in_queue = None if filters.narrowed else shown.total
    return page(request, "web/inbox.html", context, in_queue=in_queue)


def options(filters: Filters) -> dict[str, list[tuple[str, str]]]:
    """What each filter offers, as (value, words)."""
    known = reference()
    keys = sorted(SourceState.objects.values_list("key", flat=True), key=known.outlet)
    return {
        "status": [*((value, str(words)) for value, words in StoryStatus.choices)],
        Axis.SECTOR: [(slug, known.sector(slug)) for slug in known.sectors],
        Axis.CAMPAIGN: [(slug, campaign.name) for slug, campaign in known.campaigns.items()],
        "place": [(place, place) for place in places_offered(office().province)],
        "outlet": [(key, known.outlet(key)) for key in keys],
        "flag": [(slug, str(words)) for slug, words in FLAGS.items()],
    }


@cache
def places_offered(province: str) -> tuple[str, ...]:
    """The office's communes, then the provinces; any other place can be typed."""
    return (*named_places().communes(province), *province_names())


ARCHIVE_POLICY = (
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
    "form-action 'none'; frame-ancestors 'self'"
)


@require_safe
@xframe_options_sameorigin
@requires(Action.READ)
def archived(request: HttpRequest, public_id: UUID, article: int) -> HttpResponse:
    """The raw page as it was fetched. It may hold anything, so it runs nothing, loads nothing from
    elsewhere and counts as a foreign origin."""
    found = get_object_or_404(
        Article.objects.select_related("page").exclude(page=None),
        pk=article,
        story__public_id=public_id,
    )
    assert found.page is not None
    headers = {name.lower(): value for name, value in found.page.headers.items()}
    kind = str(headers.get("content-type", "text/html"))
    if not kind.startswith(("text/html", "application/xhtml+xml")):
        kind = "text/plain; charset=utf-8"
    response = HttpResponse(found.page.body, content_type=kind)
    response.headers["Content-Security-Policy"] = ARCHIVE_POLICY
    return response
