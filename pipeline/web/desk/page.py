"""Rendering a desk page with what its frame needs: navigation counts and the permission table."""

from __future__ import annotations

from functools import partial
from typing import Any, cast

from django.db.models import Count, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from pipeline.crawl.health import LAYOUT_CHANGED
from pipeline.publish.withdrawal import doubted, open_withdrawals
from pipeline.review.public_requests import open_requests
from pipeline.review.register_keeping import due_follow_ups
from pipeline.store.models import Digest, DigestState, SourceState, User
from pipeline.text.clock import VIETNAM, utc_now
from pipeline.web.desk.permissions import allows, person
from pipeline.web.desk.queue import Filters, capped_count
from pipeline.web.reference import reference


def page(
    request: HttpRequest,
    template: str,
    context: dict[str, Any],
    status: int = 200,
    in_queue: int | None = None,
) -> HttpResponse:
    """Costs two queries besides the view's own; one where the view has counted the queue."""
    frame = {
        "nav": _waiting(person(request), in_queue),
        "ref": reference(),
        "may": partial(allows, person(request)),
        "section": template.removeprefix("web/").removesuffix(".html"),
    }
    return render(request, template, {**frame, **context}, status=status)


def _waiting(who: User, in_queue: int | None) -> dict[str, int]:
    """How much waits behind each entry of the navigation."""
    ailing = Q(selector_misses__gte=LAYOUT_CHANGED) | ~Q(failing_since=None) | ~Q(broken={})
    counts = User.objects.filter(pk=who.pk).values(
        waiting=_count(Digest.objects.filter(state=DigestState.SUBMITTED)),
        due=_count(due_follow_ups(utc_now().astimezone(VIETNAM).date())),
        requests=_count(open_requests()),
        withdrawn=_count(open_withdrawals()) + _count(doubted()),
        ailing=_count(SourceState.objects.filter(ailing)),
    )
    if in_queue is None:
        in_queue = capped_count(Filters().stories())
    return {"inbox": in_queue, **cast("dict[str, int]", counts.get())}


def _count(rows: QuerySet[Any]) -> Coalesce:
    """The number of ``rows`` as a value within another query."""
    one = rows.order_by().annotate(one=Value(1)).values("one")
    return Coalesce(Subquery(one.annotate(count=Count("*")).values("count")), 0)
