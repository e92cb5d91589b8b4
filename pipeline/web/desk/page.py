"""Rendering a desk page with what its frame needs: navigation counts and the permission table."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from pipeline.store.models import Digest, DigestState, SourceState
from pipeline.web.desk.permissions import allows, person
from pipeline.web.desk.queue import Filters, capped_count
from pipeline.web.reference import reference


def page(
    request: HttpRequest, template: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    """Costs three queries besides the view's own."""
    nav = {
        "inbox": capped_count(Filters().stories()),
        "waiting": Digest.objects.filter(state=DigestState.SUBMITTED).count(),
        "ailing": SourceState.objects.filter(failures__gt=0).count(),
    }
    frame = {
        "nav": nav,
        "ref": reference(),
        "may": partial(allows, person(request)),
        "section": template.removeprefix("web/").removesuffix(".html"),
    }
    return render(request, template, {**frame, **context}, status=status)
