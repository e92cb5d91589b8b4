"""The steps by which people compose, send and approve a digest; who may take which is decided by
``pipeline.digest``."""

from __future__ import annotations

from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from pipeline.digest import approval
from pipeline.publish.channels import CHANNELS
from pipeline.store.models import Digest, DigestItem, Story
from pipeline.text.clock import VIETNAM, utc_now
from pipeline.web.desk.permissions import Action, person, requires
from pipeline.web.reference import office, reference


@require_POST
@requires(Action.READ)
def change(request: HttpRequest, week: str, step: str) -> HttpResponse:
    """One of ``STEPS``; a refusal is said on the digest's page."""
    found = get_object_or_404(Digest, week=week)
    try:
        said = STEPS[step](request, found)
    except approval.NotAllowed as refusal:
        messages.warning(request, refusal.reason)
    else:
        if said:
            messages.success(request, said)
    query = (
        f"?channel={channel}" if (channel := request.POST.get("channel", "")) in CHANNELS else ""
    )
    return HttpResponseRedirect(reverse("desk:digest", args=[week]) + query)


def _version(request: HttpRequest) -> int:
    given = request.POST.get("version", "")
    return int(given) if given.isdecimal() else -1


def _item(request: HttpRequest, found: Digest) -> DigestItem:
    given = request.POST.get("item", "")
    item = found.items.filter(pk=int(given) if given.isdecimal() else 0).first()
    if item is None:
        raise approval.Stale
    return item


def _add(request: HttpRequest, found: Digest) -> str:
    given = request.POST.get("story", "")
    story = get_object_or_404(Story, pk=int(given) if given.isdecimal() else 0)
    approval.add_item(found, person(request), utc_now(), story, expected_version=_version(request))
    return _("Đã thêm: %s") % story.headline


def _remove(request: HttpRequest, found: Digest) -> str:
    item = _item(request, found)
    approval.remove_item(
        found, person(request), utc_now(), item, expected_version=_version(request)
    )
    return _("Đã lấy ra: %s") % item.story.headline


def _move(request: HttpRequest, found: Digest) -> str:
    given = request.POST.get("position", "")
    position = int(given) if given.isdecimal() else 1
    approval.move_item(
        found,
        person(request),
        utc_now(),
        _item(request, found),
        position,
        expected_version=_version(request),
    )
    return ""


def _section(request: HttpRequest, found: Digest) -> str:
    section = request.POST.get("section", "")
    if section and section not in reference().sectors:
        raise approval.NotAllowed(_("Không có mục này."))
    item = _item(request, found)
    approval.set_section(
        found, person(request), utc_now(), item, section, expected_version=_version(request)
    )
    return _("Đã đổi mục: %s") % item.story.headline


def _text(request: HttpRequest, found: Digest) -> str:
    approval.edit_text(
        found,
        person(request),
        utc_now(),
        title=request.POST.get("title"),
        intro=request.POST.get("intro"),
        closing=request.POST.get("closing"),
        expected_version=_version(request),
    )
    return _("Đã lưu lời bản tin.")


def _sign(request: HttpRequest, found: Digest) -> str:
    approval.sign_warning(
        found,
        person(request),
        utc_now(),
        _item(request, found),
        request.POST.get("code", ""),
        request.POST.get("why", ""),
        expected_version=_version(request),
    )
    return _("Đã ghi nhận: bạn chịu trách nhiệm về cảnh báo này.")


def _submit(request: HttpRequest, found: Digest) -> str:
    approval.submit(
        found, person(request), utc_now(), office=office(), expected_version=_version(request)
    )
    return _("Đã gửi bản tin chờ duyệt.")


def _approve(request: HttpRequest, found: Digest) -> str:
    now = utc_now()
    edition = approval.approve(
        found,
        person(request),
        now,
        office(),
        _publish_at(request, now),
        expected_fingerprint=request.POST.get("fingerprint", ""),
        expected_version=_version(request),
    )
    if edition.publish_at <= now:
        said = _("Đã duyệt bản tin số %(number)s. Bản tin được phát trong ít phút.")
    else:
        said = _("Đã duyệt bản tin số %(number)s.")
    return said % {"number": edition.number}


def _publish_at(request: HttpRequest, now: datetime) -> datetime:
    """The time that the pressed button showed, or that was chosen (clock time in Viet Nam);
    ``now`` for publishing at once."""
    given = request.POST.get("publish_at", "")
    if given == "now":
        return now
    try:
        moment = datetime.fromisoformat(given)
    except ValueError:
        raise approval.Stale(_("Chưa rõ giờ phát. Hãy chọn lại giờ.")) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=VIETNAM)


def _send_back(request: HttpRequest, found: Digest) -> str:
    item = _item(request, found) if request.POST.get("item") else None
    approval.send_back(
        found,
        person(request),
        utc_now(),
        request.POST.get("text", ""),
        item,
        expected_version=_version(request),
    )
    return _("Đã trả lại bản tin kèm ghi chú.")


STEPS = {
    "add": _add,
    "remove": _remove,
    "move": _move,
    "section": _section,
    "text": _text,
    "sign": _sign,
    "submit": _submit,
    "approve": _approve,
    "send-back": _send_back,
}
