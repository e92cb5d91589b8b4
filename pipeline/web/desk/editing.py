"""Editing a story's title and summary beside its sources, and the live check of a summary."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from pipeline import review
from pipeline.digest.facts import source_text
from pipeline.judge.fidelity import check
from pipeline.store.models import Story
from pipeline.text.clock import utc_now
from pipeline.text.fold import nfc
from pipeline.web.desk.deciding import address, conflict_words
from pipeline.web.desk.labels import CLAIMS
from pipeline.web.desk.look import StoryLook
from pipeline.web.desk.page import page
from pipeline.web.desk.permissions import Action, person, requires
from pipeline.web.desk.queue import Filters


class StoryForm(forms.Form):
    version = forms.IntegerField(min_value=0)
    title = forms.CharField(label=gettext_lazy("Tiêu đề"), max_length=300)
    summary = forms.CharField(label=gettext_lazy("Tóm tắt"), max_length=5000, required=False)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Action.REVIEW)
def edit(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """On a conflict the page comes back with the writer's own words still in the form, the other
    person's beside them, and the version to write over named: saving again is a decision."""
    story = get_object_or_404(Story.every.prefetch_related("tags"), public_id=public_id)
    filters = Filters.read(request.GET)
    if story.merged_into and request.method != "POST":
        return HttpResponseRedirect(address(filters, story.standing))
    theirs, status = None, 200
    if request.method == "POST":
        form = StoryForm(request.POST)
        if form.is_valid():
            try:
                changed = review.edit(
                    story,
                    person(request),
                    utc_now(),
                    form.cleaned_data["version"],
                    title=form.cleaned_data["title"],
                    summary=form.cleaned_data["summary"],
                )
            except review.Conflict as conflict:
                messages.warning(request, conflict_words(conflict))
                story, theirs, status = conflict.current, conflict.last, 409
                form = StoryForm({**form.cleaned_data, "version": story.version})
            else:
                if changed:
                    undo = f"{story.public_id} {story.version}"
                    messages.success(request, _("Đã lưu: %s") % story.headline, extra_tags=undo)
                return HttpResponseRedirect(address(filters, story))
        else:
            status = 422
    else:
        form = StoryForm(
            {"version": story.version, "title": story.headline, "summary": story.summary}
        )
    context = {
        "look": StoryLook(story),
        "form": form,
        "theirs": theirs,
        "filters": filters,
        "claims": CLAIMS,
        "findings": check(nfc(form["summary"].value() or ""), source_text(story)).unsupported,
    }
    return page(request, "web/edit.html", context, status)


@require_POST
@requires(Action.REVIEW)
def findings(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """What a summary being written says that its sources do not: a fragment for htmx."""
    story = get_object_or_404(Story, public_id=public_id)
    summary = nfc(request.POST.get("summary", ""))[:5000]
    found = check(summary, source_text(story)).unsupported
    return render(request, "web/_findings.html", {"findings": found, "claims": CLAIMS})
