"""What people do to a story from the inbox: one POST each, then on to the next story."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from pipeline import review
from pipeline.digest import approval
from pipeline.digest.rules import OPEN
from pipeline.store.models import Axis, Story, StoryStatus, User
from pipeline.text.clock import utc_now
from pipeline.web.desk.labels import CANNOT_REGROUP
from pipeline.web.desk.permissions import Action, person, requires
from pipeline.web.desk.queue.filters import Filters
from pipeline.web.desk.triage.look import open_digest
from pipeline.web.desk.triage.revisions import changes_since
from pipeline.web.reference import reference

Step = Callable[[Story, User, int, HttpRequest], str]
"""Does one thing to the story, seen at a version, and says in words what was done."""


def _accept(story: Story, by: User, version: int, request: HttpRequest) -> str:
    review.accept(story, by, utc_now(), version)
    return _("Đã nhận: %(title)s")


def _reject(story: Story, by: User, version: int, request: HttpRequest) -> str:
    review.reject(story, by, utc_now(), reject_reason(request), version)
    return _("Đã từ chối: %(title)s")


def _hold(story: Story, by: User, version: int, request: HttpRequest) -> str:
    review.hold(story, by, utc_now(), version)
    return _("Đã giữ lại: %(title)s")


def _undo(story: Story, by: User, version: int, request: HttpRequest) -> str:
    review.undo(story, by, utc_now(), version)
    return _("Đã hoàn tác: %(title)s")


def _tags(story: Story, by: User, version: int, request: HttpRequest) -> str:
    review.set_tags(story, by, utc_now(), posted_tags(request), version)
    return _("Đã sửa nhãn: %(title)s")


def _add(story: Story, by: User, version: int, request: HttpRequest) -> str:
    digest = open_digest()
    if digest is None:
        raise approval.NotAllowed(_("Chưa có bản tin nào đang soạn. Hãy lập bản tin tuần trước."))
    with transaction.atomic():
        if story.status != StoryStatus.ACCEPTED:
            review.accept(story, by, utc_now(), version)
        approval.add_item(digest, by, utc_now(), story)
    return _("Đã đưa vào bản tin: %(title)s")


def _take_out(story: Story, by: User, version: int, request: HttpRequest) -> str:
    """Takes ``_add`` back, and its acceptance where it was part of it."""
    item = story.digest_items.filter(digest__state__in=OPEN).select_related("digest").first()
    if item is None:
        raise review.NothingToUndo
    with transaction.atomic():
        approval.remove_item(item.digest, by, utc_now(), item)
        if request.POST.get("accepted"):
            review.undo(story, by, utc_now(), version)
    return _("Đã hoàn tác: %(title)s")


STEPS: dict[str, tuple[Step, bool]] = {
    "accept": (_accept, True),
    "reject": (_reject, True),
    "hold": (_hold, True),
    "undo": (_undo, False),
    "tags": (_tags, False),
    "digest": (_add, True),
    "take_out": (_take_out, False),
}
"""What to do, and whether the reader then goes on to the next story."""


@require_POST
@requires(Action.REVIEW)
def decide(request: HttpRequest, public_id: UUID, step: str) -> HttpResponse:
    """Does ``step`` and redirects. A change by someone else since the page was shown is told, and
    the story is shown again as it stands now; nothing is overwritten."""
    story = get_object_or_404(Story.every, public_id=public_id)
    filters = Filters.read(request.POST)
    version = seen_version(request)
    act, moves_on = STEPS[step]
    following = filters.after(story) if moves_on else story
    try:
        said = act(story, person(request), version, request)
    except review.Conflict as conflict:
        messages.warning(request, conflict_words(conflict, version))
        following = story
    except review.CannotRegroup as refusal:
        messages.warning(request, CANNOT_REGROUP[refusal.why])
        following = story
    except review.NothingToUndo:
        messages.info(request, _("Không còn gì để hoàn tác ở tin này."))
    except ValueError:
        messages.warning(request, _("Hãy chọn hoặc ghi lý do từ chối."))
        following = story
    except approval.NotAllowed as refusal:
        messages.warning(request, refusal.reason)
        following = story
    else:
        undo = "" if step in ("undo", "take_out") else f"{story.public_id} {story.version}"
        if step == "digest":
            undo += " take_out" + (" accepted" if story.version != version else "")
        messages.success(request, said % {"title": story.headline}, extra_tags=undo)
    return HttpResponseRedirect(address(filters, following))


def address(filters: Filters, story: Story | None) -> str:
    """Where the story is shown with these filters around it; the queue alone when there is none."""
    if story is None:
        return reverse("desk:inbox") + filters.query(page=1)
    return reverse("desk:story", args=[story.public_id]) + filters.query()


def seen_version(request: HttpRequest) -> int:
    """The version a form was shown at; -1, which no story is at, where it says none."""
    given = request.POST.get("version", "")
    return int(given) if given.isdecimal() and len(given) < 10 else -1


def posted_tags(request: HttpRequest) -> dict[Axis, list[str]]:
    """What is ticked and known."""
    known = reference()
    return {
        axis: [slug for slug in request.POST.getlist(f"tag_{axis}") if slug in slugs]
        for axis, slugs in ((Axis.SECTOR, known.sectors), (Axis.CAMPAIGN, known.campaigns))
    }


def reject_reason(request: HttpRequest) -> str:
    chosen = [request.POST.get("reason", ""), request.POST.get("words", "")]
    return ": ".join(filter(None, map(str.strip, chosen)))


def conflict_words(conflict: review.Conflict, seen: int = -1) -> str:
    """Who was first, what stands now and, where the version ``seen`` is kept, what changed."""
    if conflict.merged:
        return _("Tin này vừa được gộp vào tin “%(title)s”. Chưa ghi thao tác của bạn.") % {
            "title": conflict.current.headline
        }
    status = StoryStatus(conflict.current.status).label
    changed = ", ".join(change.label for change in changes_since(conflict.current, seen))
    about = _("Đã đổi: %s.") % changed if changed else ""
    if conflict.last is None or conflict.last.by is None:
        said = _("Tin này vừa được thay đổi (nay: %(status)s). Chưa ghi thao tác của bạn.") % {
            "status": status
        }
    else:
        said = _("%(who)s vừa thay đổi tin này (nay: %(status)s). Chưa ghi thao tác của bạn.") % {
            "who": conflict.last.by,
            "status": status,
        }
    return f"{said} {about}".strip()
