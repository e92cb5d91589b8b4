"""Rendering a desk page with what its frame needs: navigation counts and the permission table."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from pipeline.crawl.health import LAYOUT_CHANGED
from pipeline.publish.withdrawal import doubted, open_withdrawals
from pipeline.review.register_keeping import due_follow_ups
from pipeline.store.models import Digest, DigestState, SourceState
from pipeline.text.clock import VIETNAM, utc_now
from pipeline.web.desk.permissions import allows, person
from pipeline.web.desk.queue import Filters, capped_count
from pipeline.web.reference import reference


def page(
    request: HttpRequest, template: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    """Costs six queries besides the view's own."""
    nav = {
        "inbox": capped_count(Filters().stories()),
        "waiting": Digest.objects.filter(state=DigestState.SUBMITTED).count(),
        "due": due_follow_ups(utc_now().astimezone(VIETNAM).date()).count(),
        "withdrawn": open_withdrawals().count() + doubted().count(),
        "ailing": SourceState.objects.filter(
            ~Q(failing_since=None) | ~Q(broken={}) | Q(selector_misses__gte=LAYOUT_CHANGED)
        ).count(),
    }
    frame = {
        "nav": nav,
        "ref": reference(),
        "may": partial(allows, person(request)),
        "section": template.removeprefix("web/").removesuffix(".html"),
    }
    return render(request, template, {**frame, **context}, status=status)
