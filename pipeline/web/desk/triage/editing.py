"""Editing a story beside its sources, and the live check of what is being written."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from pipeline import review
from pipeline.digest.facts import source_text
from pipeline.judge.fidelity.calming import calm
from pipeline.judge.fidelity.checking import check
from pipeline.store.models import Axis, Story
from pipeline.text.clock import utc_now
from pipeline.text.fold import nfc
from pipeline.text.privacy import published_as
from pipeline.web.desk.labels import KINDS
from pipeline.web.desk.page import page
from pipeline.web.desk.permissions import Action, person, requires
from pipeline.web.desk.queue.filters import Filters
from pipeline.web.desk.triage import story_form
from pipeline.web.desk.triage.deciding import address, conflict_words
from pipeline.web.desk.triage.inbox import places_offered
from pipeline.web.desk.triage.look import StoryLook
from pipeline.web.desk.triage.revisions import FieldChange, changes_since
from pipeline.web.desk.triage.story_form import Draft
from pipeline.web.reference import office, reference


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Action.REVIEW)
def edit(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """On a conflict the page comes back with the writer's own words still in the form, what the
    other person changed above them, and the version to write over named: saving again is a
    decision."""
    stories = Story.every.prefetch_related("tags", "places", "articles__judgement")
    story = get_object_or_404(stories, public_id=public_id)
    filters = Filters.read(request.GET)
    if story.merged_into and request.method != "POST":
        return HttpResponseRedirect(address(filters, story.standing))
    if request.method != "POST":
        return _show(request, story, story_form.shown(story), filters)
    draft = story_form.read(request.POST, story)
    if not draft.ok:
        return _show(request, story, draft, filters, status=422)
    seen = draft.form.cleaned_data["version"]
    try:
        changed = review.revise(story, person(request), utc_now(), draft.wishes, seen)
    except review.Conflict as conflict:
        messages.warning(request, conflict_words(conflict, seen))
        now = get_object_or_404(stories, pk=conflict.current.pk)
        draft.form = story_form.StoryForm({**draft.form.cleaned_data, "version": now.version})
        theirs = changes_since(now, seen) if not conflict.merged else ()
        return _show(request, now, draft, filters, status=409, theirs=theirs, last=conflict.last)
    except review.NotAgreed as refusal:
        name = reference().outlet(refusal.source)
        said = _("%s chưa thỏa thuận cho dùng ảnh, nên không chọn được ảnh này.") % name
        draft.errors["picture"] = [said]
        return _show(request, story, draft, filters, status=422)
    if changed:
        undo = f"{story.public_id} {story.version}"
        messages.success(request, _("Đã lưu: %s") % story.headline, extra_tags=undo)
    return HttpResponseRedirect(address(filters, story))


def _show(
    request: HttpRequest,
    story: Story,
    draft: Draft,
    filters: Filters,
    *,
    status: int = 200,
    theirs: tuple[FieldChange, ...] = (),
    last: Any = None,
) -> HttpResponse:
    known = reference()
    context = {
        "look": StoryLook(story),
        "draft": draft,
        "form": draft.form,
        "theirs": theirs,
        "conflict": status == 409,
        "last": last,
        "filters": filters,
        "kinds": KINDS,
        "places_offered": places_offered(office().province),
        "axes": {
            Axis.SECTOR: (_("Lĩnh vực"), [known.sector(slug) for slug in known.sectors]),
            Axis.CAMPAIGN: (_("Phong trào"), [known.campaign(slug) for slug in known.campaigns]),
        },
        "pictures": [
            (article, review.photos_agreed(article.source))
            for article in story.articles.all()
            if article.image
        ],
        **_checked(story, draft),
    }
    return page(request, "web/edit.html", context, status)


def _checked(story: Story, draft: Draft) -> dict[str, Any]:
    """What the summary says that its sources do not, what exaggerates, and how the texts will be
    published where that is not as they are written."""
    title = nfc(draft.form["title"].value() or "")
    summary = nfc(draft.form["summary"].value() or "")[:5000]
    texts = {"title": title, "summary": summary}
    as_told = {
        name: published_as(text, draft.names, draft.hide_schools) for name, text in texts.items()
    }
    return {
        "findings": check(summary, source_text(story.articles.all())).unsupported,
        "calmer": calm(f"{title}\n{summary}", reference().hype),
        "published": as_told if as_told != texts else None,
    }


@require_POST
@requires(Action.REVIEW)
def findings(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The same of the form being filled in: a fragment for htmx."""
    stories = Story.objects.prefetch_related("tags", "places", "articles__judgement")
    story = get_object_or_404(stories, public_id=public_id)
    draft = story_form.read(request.POST, story)
    return render(request, "web/_findings.html", _checked(story, draft))
