"""Hộp tin: the queue on the left, one story on the right."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_safe

from pipeline.store.models import Article, Axis, SourceState, Story, StoryPlace, StoryStatus
from pipeline.web.desk.deciding import address
from pipeline.web.desk.labels import FLAGS, REJECT_REASONS
from pipeline.web.desk.look import StoryLook, open_digest
from pipeline.web.desk.page import page
from pipeline.web.desk.permissions import Action, requires
from pipeline.web.desk.queue import PAGE, Filters, capped_count
from pipeline.web.reference import reference

PLACES_OFFERED = 300


@require_safe
@requires(Action.READ)
def inbox(request: HttpRequest) -> HttpResponse:
    """The queue, with its first story open beside it on a wide screen."""
    return show(request, Filters.read(request.GET), None)


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
    rows = list(filters.shown())
    stories, more = rows[:PAGE], len(rows) > PAGE
    opened = chosen or (stories[0] if stories else None)
    context: dict[str, Any] = {
        "filters": filters,
        "stories": stories,
        "more": more,
        "total": capped_count(filters.stories()),
        "chosen": chosen,
        "look": StoryLook(opened) if opened else None,
        "open_digest": open_digest(),
        "options": options(filters),
        "reasons": REJECT_REASONS,
        "last_found": Article.objects.order_by("-found_at").values_list("found_at", flat=True)[:1],
    }
    return page(request, "web/inbox.html", context)


def options(filters: Filters) -> dict[str, list[tuple[str, str]]]:
    """What each filter offers, as (value, words)."""
    known = reference()
    places = (
        StoryPlace.objects.exclude(commune="")
        .values_list("commune", flat=True)
        .distinct()
        .order_by("commune")[:PLACES_OFFERED]
    )
    keys = sorted(SourceState.objects.values_list("key", flat=True), key=known.outlet)
    return {
        "status": [*((value, str(words)) for value, words in StoryStatus.choices)],
        Axis.SECTOR: [(slug, known.sector(slug)) for slug in known.sectors],
        Axis.CAMPAIGN: [(slug, campaign.name) for slug, campaign in known.campaigns.items()],
        "place": [(place, place) for place in places],
        "outlet": [(key, known.outlet(key)) for key in keys],
        "flag": [(slug, str(words)) for slug, words in FLAGS.items()],
    }


ARCHIVE_POLICY = (
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
    "form-action 'none'; frame-ancestors 'none'"
)


@require_safe
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
