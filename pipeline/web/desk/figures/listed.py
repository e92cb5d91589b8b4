"""The list behind a figure: the stories or exemplars that it counts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse

from pipeline.store.models import Exemplar, Story
from pipeline.web.desk.page import page

SHOWN = 500
"""Rows of a page."""


def listed(
    request: HttpRequest,
    heading: str,
    ids: Sequence[str],
    *,
    exemplars: bool,
    back: str,
    back_words: str,
) -> HttpResponse:
    """Every row that ``ids`` name, in their order, ``?page=2`` the next ``SHOWN``; ``back``: the
    address of the page with the figure."""
    pages = Paginator(ids, SHOWN).get_page(request.GET.get("page"))
    rows: Any = Exemplar.objects if exemplars else Story.every
    found = {str(row.public_id): row for row in rows.filter(public_id__in=list(pages))}
    shown = [found[each] for each in pages if each in found]
    others = request.GET.copy()
    others.pop("page", None)
    context = {
        "heading": heading,
        "total": len(ids),
        "pages": pages,
        "others": others.urlencode(),
        "back": back,
        "back_words": back_words,
        "exemplars": shown if exemplars else None,
        "stories": None if exemplars else shown,
    }
    return page(request, "web/report_list.html", context)
