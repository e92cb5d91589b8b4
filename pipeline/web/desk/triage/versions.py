"""Versions of a story: what people made of it one after the other, and how its outlets differ."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from pipeline import review
from pipeline.store.models import Article, Story
from pipeline.text.clock import utc_now
from pipeline.text.differing import Piece, differences
from pipeline.web.desk.labels import CANNOT_REGROUP
from pipeline.web.desk.page import page
from pipeline.web.desk.permissions import Action, person, requires
from pipeline.web.desk.queue.filters import Filters
from pipeline.web.desk.triage.deciding import address, conflict_words, seen_version
from pipeline.web.desk.triage.revisions import steps


@require_safe
@requires(Action.READ)
def history(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Every version that people made, each with what it changed."""
    story = get_object_or_404(Story, public_id=public_id)
    context = {"story": story, "steps": steps(story), "filters": Filters.read(request.GET)}
    return page(request, "web/history.html", context)


@require_POST
@requires(Action.REVIEW)
def bring_back(request: HttpRequest, public_id: UUID) -> HttpResponse:
    story = get_object_or_404(Story, public_id=public_id)
    filters = Filters.read(request.POST)
    wanted = request.POST.get("wanted", "")
    try:
        review.restore(
            story,
            person(request),
            utc_now(),
            int(wanted) if wanted.isdecimal() else -1,
            seen_version(request),
        )
    except review.Conflict as conflict:
        messages.warning(request, conflict_words(conflict, seen_version(request)))
    except review.CannotRegroup as refusal:
        messages.warning(request, CANNOT_REGROUP[refusal.why])
    except review.NothingToUndo:
        messages.info(request, _("Tin đang ở đúng phiên bản đó."))
    else:
        undo = f"{story.public_id} {story.version}"
        messages.success(request, _("Đã khôi phục: %s") % story.headline, extra_tags=undo)
        return HttpResponseRedirect(address(filters, story))
    back = reverse("desk:history", args=[story.public_id]) + filters.query()
    return HttpResponseRedirect(back)


@require_safe
@requires(Action.READ)
def against_original(request: HttpRequest, public_id: UUID, article: int) -> HttpResponse:
    """One outlet's telling beside the one the story is told by, word by word. The page's part
    ``#differences`` is also shown within the story."""
    story = get_object_or_404(Story.objects.select_related("lead"), public_id=public_id)
    other = get_object_or_404(story.articles, pk=article)
    original = story.lead or other
    pieces: tuple[Piece, ...] | None
    try:
        pieces = differences(_whole(original), _whole(other))
    except ValueError:
        pieces = None
    context = {
        "story": story,
        "original": original,
        "other": other,
        "pieces": pieces,
        "share": shared(pieces) if pieces else None,
        "alike": pieces is not None and all(piece.change == "same" for piece in pieces),
        "filters": Filters.read(request.GET),
    }
    return page(request, "web/differences.html", context)


def shared(pieces: Iterable[Piece]) -> float:
    """Part of the words of the second text that the first has too, 0 to 1."""
    words = dict.fromkeys(("same", "added", "removed"), 0)
    for piece in pieces:
        words[piece.change] += len(piece.text.split())
    return words["same"] / max(1, words["same"] + words["added"])


def _whole(article: Article) -> str:
    return "\n".join(filter(None, (article.title, article.sapo, article.text)))
