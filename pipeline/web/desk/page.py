"""Rendering a desk page with what its frame needs: navigation counts and the permission table."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from pipeline.crawl.health import LAYOUT_CHANGED
from pipeline.publish.withdrawal import doubted, open_withdrawals
from pipeline.review.public_requests import open_requests
from pipeline.review.register_keeping import due_follow_ups
from pipeline.store.models import Digest, DigestState, SourceState
from pipeline.text.clock import VIETNAM, utc_now
from pipeline.web.desk.permissions import allows, person
from pipeline.web.desk.queue.filters import Filters, capped_count
from pipeline.web.reference import reference


def page(
    request: HttpRequest,
    template: str,
    context: dict[str, Any],
    status: int = 200,
    in_queue: int | None = None,
) -> HttpResponse:
    """Costs seven queries besides the view's own; six where the view has counted the queue."""
    frame = {
        "nav": _waiting(in_queue),
        "ref": reference(),
        "may": partial(allows, person(request)),
        "section": template.removeprefix("web/").removesuffix(".html"),
    }
    return render(request, template, {**frame, **context}, status=status)


def _waiting(in_queue: int | None) -> dict[str, int]:
    """How much waits behind each entry of the navigation. Six small queries: put together as one
    they cost Django three times as long to word."""
    ailing = Q(selector_misses__gte=LAYOUT_CHANGED) | ~Q(failing_since=None) | ~Q(broken={})
    today = utc_now().astimezone(VIETNAM).date()
    return {
        "inbox": capped_count(Filters().stories()) if in_queue is None else in_queue,
        "waiting": Digest.objects.filter(state=DigestState.SUBMITTED).count(),
        "due": due_follow_ups(today).count(),
        "requests": open_requests().count(),
        "withdrawn": open_withdrawals().count() + doubted().count(),
        "ailing": SourceState.objects.filter(ailing).count(),
    }
