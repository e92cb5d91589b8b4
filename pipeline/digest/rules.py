"""Who may do what to a digest, and why not."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from pipeline.store.models import Digest, DigestState, Role, User
from pipeline.text.format import date_time

EDITORS = frozenset({Role.EDITOR, Role.CHIEF, Role.ADMIN})
APPROVERS = frozenset({Role.CHIEF, Role.ADMIN})
OPEN = frozenset({DigestState.DRAFT, DigestState.RETURNED})
GRACE = timedelta(minutes=5)
"""Between the page that offers a time and the click that takes it."""
LONGEST_WAIT = timedelta(days=31)


class NotAllowed(Exception):
    """The step is refused; ``reason`` says why, in the reader's language."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Stale(NotAllowed):
    """What was shown no longer holds; by default, someone else changed the digest meanwhile."""

    def __init__(self, reason: str = "") -> None:
        super().__init__(
            reason or _("Bản tin vừa được người khác sửa. Hãy tải lại trang rồi làm lại.")
        )


def require_editor(by: User) -> None:
    if not by.is_active or by.role not in EDITORS:
        raise NotAllowed(_("Vai trò của bạn không được soạn bản tin."))


def require_approver(by: User) -> None:
    if not by.is_active or by.role not in APPROVERS:
        raise NotAllowed(_("Chỉ lãnh đạo duyệt hoặc quản trị được duyệt và trả lại bản tin."))


def require_open(digest: Digest) -> None:
    """Raises ``NotAllowed`` unless the digest is a draft or was sent back."""
    if digest.state == DigestState.SUBMITTED:
        raise NotAllowed(_("Bản tin đang chờ duyệt: phải được trả lại trước khi sửa."))
    if digest.state not in OPEN:
        raise NotAllowed(_("Bản tin đã duyệt, không sửa được nữa."))


def require_submitted(digest: Digest) -> None:
    if digest.state == DigestState.APPROVED:
        raise NotAllowed(_("Bản tin này đã được duyệt."))
    if digest.state != DigestState.SUBMITTED:
        raise NotAllowed(_("Bản tin chưa được gửi duyệt."))


def require_time(publish_at: datetime, at: datetime) -> None:
    """``publish_at`` is a time that can be kept at ``at``; the delay after the sources is the
    checklist's.

    Raises:
        Stale: it has passed since it was shown.
        NotAllowed: it is so far ahead that a slip of the pen is likelier.
    """
    if publish_at < at - GRACE:
        raise Stale(_("Giờ phát %s đã qua. Hãy chọn giờ khác.") % date_time(publish_at))
    if publish_at > at + LONGEST_WAIT:
        raise NotAllowed(_("Giờ phát xa quá %s ngày. Hãy chọn giờ khác.") % LONGEST_WAIT.days)


def own_work(digest: Digest, by: User) -> str:
    """What of the digest is ``by``'s own work, in words; empty when another person may approve.

    Four eyes: who last edited or submitted the digest, or last edited the text or the tags of
    one of its stories, does not approve it.
    """
    if digest.last_edited_by_id == by.pk:
        return _("Bạn là người sửa bản tin lần cuối.")
    if digest.submitted_by_id == by.pk:
        return _("Bạn là người gửi duyệt bản tin.")
    edited = digest.items.filter(story__edited_by=by).select_related("story").first()
    if edited:
        return _("Bạn là người sửa lần cuối tin “%s”.") % edited.story.headline
    tagged = digest.items.filter(story__tagged_by=by).select_related("story").first()
    if tagged:
        return _("Bạn là người gắn nhãn lần cuối cho tin “%s”.") % tagged.story.headline
    return ""
