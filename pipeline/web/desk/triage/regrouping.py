"""Tách, gộp tin; and whether two stories are about one exemplar."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from pipeline import review
from pipeline.store.models import Story
from pipeline.text.clock import utc_now
from pipeline.text.fold import nfc
from pipeline.web.desk.labels import CANNOT_REGROUP
from pipeline.web.desk.page import page
from pipeline.web.desk.permissions import Action, person, requires
from pipeline.web.desk.queue.filters import Filters
from pipeline.web.desk.triage.deciding import address, conflict_words

FOUND = 10


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Action.REVIEW)
def merge(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Offers the stories most like this one, and a search; a POST with one of them merges."""
    story = get_object_or_404(Story.every, public_id=public_id)
    filters = Filters.read(request.POST if request.method == "POST" else request.GET)
    if request.method == "POST":
        return HttpResponseRedirect(address(filters, _merge(request, story)))
    if story.merged_into:
        return HttpResponseRedirect(address(filters, story.standing))
    words = nfc(request.GET.get("words", "")).strip()[:200]
    found = replace(Filters(), status="any", label="any", q=words).stories().exclude(pk=story.pk)
    context = {
        "story": story,
        "filters": filters,
        "words": words,
        "found": list(found[:FOUND]) if words else [],
        "likely": review.likely_same(story),
    }
    return page(request, "web/merge.html", context)


def _merge(request: HttpRequest, story: Story) -> Story:
    other = get_object_or_404(Story.every, public_id=_id(request, "other"))
    versions = {story.pk: _number(request, "version"), other.pk: _number(request, "other_version")}
    try:
        kept = review.merge([story, other], person(request), utc_now(), versions)
    except review.Conflict as conflict:
        messages.warning(request, conflict_words(conflict))
    except review.CannotRegroup as refusal:
        messages.warning(request, CANNOT_REGROUP[refusal.why])
    else:
        undo = f"{kept.public_id} {kept.version}"
        messages.success(request, _("Đã gộp thành: %s") % kept.headline, extra_tags=undo)
        return kept
    return story


@require_POST
@requires(Action.REVIEW)
def split(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Takes the chosen articles out into a story of their own."""
    story = get_object_or_404(Story.every, public_id=public_id)
    chosen = [int(key) for key in request.POST.getlist("article") if key.isdecimal()]
    articles = list(story.articles.filter(pk__in=chosen[:FOUND]))
    try:
        new = review.split(story, articles, person(request), utc_now(), _number(request, "version"))
    except review.Conflict as conflict:
        messages.warning(request, conflict_words(conflict))
    except review.CannotRegroup as refusal:
        messages.warning(request, CANNOT_REGROUP[refusal.why])
    else:
        undo = f"{story.public_id} {story.version}"
        messages.success(request, _("Đã tách thành tin riêng: %s") % new.headline, extra_tags=undo)
    return HttpResponseRedirect(address(Filters.read(request.POST), story))


@require_POST
@requires(Action.REVIEW)
def identity(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Keeps the answer to "one exemplar?", or takes it back."""
    story = get_object_or_404(Story, public_id=public_id)
    other = get_object_or_404(Story, public_id=_id(request, "other"))
    by, now, given = person(request), utc_now(), request.POST.get("answer", "")
    try:
        if given == "forget":
            if review.forget(story, other, by, now):
                messages.success(request, _("Đã rút lại câu trả lời về gương này."))
        elif given in ("same", "different") and story != other:
            review.answer(story, other, by, now, same=given == "same")
            said = _("Đã ghi: cùng một gương.") if given == "same" else _("Đã ghi: không phải.")
            messages.success(request, said)
    except review.AlreadyAnswered as answered:
        kept, asked = answered.given, {story, other}
        words = (
            _("%(who)s đã trả lời khác. Hãy rút lại câu trả lời đó trước.")
            if {kept.first, kept.second} == asked
            else _(
                "Chưa ghi: %(who)s đã trả lời “%(one)s” và “%(two)s” không phải cùng một gương, mà "
                "hai tin ấy sẽ về một hồ sơ. Hãy rút lại câu trả lời đó trước."
            )
        )
        about = {"one": kept.first.headline, "two": kept.second.headline}
        messages.warning(request, words % {"who": kept.by, **about})
    return HttpResponseRedirect(address(Filters.read(request.POST), story))


def _id(request: HttpRequest, name: str) -> UUID:
    try:
        return UUID(request.POST.get(name, ""))
    except ValueError:
        return UUID(int=0)


def _number(request: HttpRequest, name: str) -> int:
    given = request.POST.get(name, "")
    return int(given) if given.isdecimal() else -1
