"""One decision on many stories of the queue, and its undo."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from pipeline import review
from pipeline.store.models import Story, StoryStatus
from pipeline.text.clock import utc_now
from pipeline.web.desk.permissions import Action, person, requires
from pipeline.web.desk.queue.filters import Filters
from pipeline.web.desk.triage.deciding import address, posted_tags, reject_reason

STEPS = {
    "accept": StoryStatus.ACCEPTED,
    "hold": StoryStatus.HELD,
    "reject": StoryStatus.REJECTED,
}


@require_POST
@requires(Action.REVIEW)
def decide(request: HttpRequest) -> HttpResponse:
    """``story`` comes once per chosen story, as ``<id>:<version it was shown at>``."""
    filters = Filters.read(request.POST)
    versions = dict(_chosen(request.POST.getlist("story")))
    step = request.POST.get("step", "")
    status = STEPS.get(step)
    stories = list(Story.objects.filter(pk__in=list(versions)).order_by("-score", "pk"))
    if not stories or (status is None and step != "tag"):
        messages.warning(request, _("Hãy đánh dấu ít nhất một tin trong danh sách."))
        return HttpResponseRedirect(address(filters, None))
    try:
        by, at = person(request), utc_now()
        if status is None:
            tags = posted_tags(request)
            outcome = review.tag_many(stories, by, at, tags, versions=versions)
        else:
            reason = reject_reason(request) if status == StoryStatus.REJECTED else ""
            outcome = review.decide_many(stories, by, at, status, reason, versions=versions)
    except ValueError:
        if len(stories) > review.MOST:
            said = _("Mỗi lần chỉ xử lý được %s tin. Hãy chọn ít hơn.") % review.MOST
        elif status is None:
            said = _("Hãy đánh dấu ít nhất một lĩnh vực hay phong trào.")
        else:
            said = _("Hãy chọn hoặc ghi lý do từ chối.")
        messages.warning(request, said)
    else:
        _tell(request, outcome, status)
    return HttpResponseRedirect(address(filters, None))


@require_POST
@requires(Action.REVIEW)
def undo(request: HttpRequest, batch: UUID, public_id: UUID | None = None) -> HttpResponse:
    """``public_id``: of the story whose history it is asked from, and shown again."""
    filters = Filters.read(request.POST)
    try:
        outcome = review.undo_batch(batch, person(request), utc_now())
    except review.NothingToUndo:
        messages.info(request, _("Không còn gì để hoàn tác ở lần này."))
    else:
        count = len(outcome.done)
        said = ngettext("Đã hoàn tác %(num)s tin.", "Đã hoàn tác %(num)s tin.", count)
        tell = messages.success if count else messages.warning
        tell(request, " ".join((said % {"num": count}, _skipped(outcome))).strip())
    if public_id:
        back = reverse("desk:history", args=[public_id]) + filters.query()
        return HttpResponseRedirect(back)
    return HttpResponseRedirect(address(filters, None))


def _tell(request: HttpRequest, outcome: review.Outcome, status: StoryStatus | None) -> None:
    count = len(outcome.done)
    said = {
        None: ngettext("Đã thêm nhãn cho %(num)s tin.", "Đã thêm nhãn cho %(num)s tin.", count),
        StoryStatus.ACCEPTED: ngettext("Đã nhận %(num)s tin.", "Đã nhận %(num)s tin.", count),
        StoryStatus.HELD: ngettext("Đã giữ lại %(num)s tin.", "Đã giữ lại %(num)s tin.", count),
        StoryStatus.REJECTED: ngettext("Đã từ chối %(num)s tin.", "Đã từ chối %(num)s tin.", count),
    }[status]
    words = " ".join((said % {"num": count}, _skipped(outcome))).strip()
    if outcome.done:
        messages.success(request, words, extra_tags=f"batch {outcome.batch}")
    else:
        messages.warning(request, words)


def _skipped(outcome: review.Outcome) -> str:
    """What was left alone, and that it was."""
    count = len(outcome.skipped)
    if not count:
        return ""
    words = ngettext(
        "%(num)s tin vừa được người khác thay đổi nên để nguyên: %(titles)s",
        "%(num)s tin vừa được người khác thay đổi nên để nguyên: %(titles)s",
        count,
    )
    titles = "; ".join(f"“{story.headline}”" for story in outcome.skipped[:3])
    return words % {"num": count, "titles": titles + ("…" if count > 3 else ".")}


def _chosen(given: Iterable[str]) -> Iterable[tuple[int, int]]:
    for each in given:
        key, _colon, version = each.partition(":")
        if key.isdecimal() and version.isdecimal() and len(key) < 19 and len(version) < 10:
            yield int(key), int(version)
