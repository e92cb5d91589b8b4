"""Each row of the checklist made red by a real cause: while it is red nobody can send the digest or
approve it, whatever page they press on; then it is mended, or signed where it may be."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from pipeline import review
from pipeline.digest import approval
from pipeline.digest.drafting import draft_digest
from pipeline.store.models import (
    Article,
    AuditEntry,
    Digest,
    DigestItem,
    Edition,
    Role,
    Story,
    User,
    Withdrawal,
)
from pipeline.text.clock import utc_now
from pipeline.web.desk.digest.checks import RULES, checklist_rows
from pipeline.web.reference import office
from tests.factories import make_story, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home")]


def _story(**fields: Any) -> Callable[[Story], None]:
    def change(story: Story) -> None:
        Story.objects.filter(pk=story.pk).update(**fields)

    return change


def _original(**fields: Any) -> Callable[[Story], None]:
    def change(story: Story) -> None:
        Article.objects.filter(story=story).update(**fields)

    return change


def _withdrawn(story: Story) -> None:
    Withdrawal.objects.create(story=story, at=utc_now(), reason="Sai")


def _picture(story: Story) -> None:
    """Chosen, and its outlet has not agreed."""
    article = story.articles.get()
    article.image = {"url": "https://baomot.example/anh.jpg", "caption": ""}
    article.save()
    _story(picture=article)(story)


def _private(story: Story) -> None:
    """The digest's own words name whom the story does not."""
    _story(initials_for=[story.subject])(story)
    Digest.objects.update(intro=f"Chuyện của {story.subject}.")


def _in_an_earlier_edition(story: Story) -> None:
    by = make_user("truoc", Role.CHIEF)
    earlier = Digest.objects.create(week="2026-W01", title="Tuần 1", drafted_at=utc_now())
    DigestItem.objects.create(digest=earlier, story=story, position=1, section="y-te")
    Edition.objects.create(
        digest=earlier, number=1, content={}, content_hash="0" * 64,
        approved_by=by, approved_at=utc_now(), publish_at=utc_now(),
    )  # fmt: skip


CAUSES: dict[str, tuple[int, Callable[[Story], None], bool]] = {
    "not accepted": (0, _story(status="new"), False),
    "withdrawn": (0, _withdrawn, False),
    "no summary": (1, _story(edited_summary="", draft_summary=""), False),
    "unsupported claim": (1, _story(edited_summary="Chị được tặng Huân chương năm 2031."), True),
    "too long": (1, _story(edited_summary="Chị mở lớp dạy ủ men lá. " * 30), True),
    "no author": (2, _original(author=""), True),
    "no time": (2, _original(published_at=None), False),
    "no link": (2, _original(url=""), False),
    "no outlet": (2, _original(source=""), False),
    "180 minutes": (3, _original(published_at=utc_now() + timedelta(days=20)), False),
    "minor": (4, _story(flags=["minor"]), True),
    "health": (4, _story(flags=["health"]), True),
    "poverty": (4, _story(flags=["poverty"]), True),
    "named": (4, _private, False),
    "photo": (5, _picture, False),
    "syndicated": (6, _story(flags=["syndicated"]), True),
    "repeated": (7, _in_an_earlier_edition, True),
    "hype": (8, _story(flags=["hype"]), True),
}
"""Row of ``RULES``, the cause, and whether somebody may sign for it."""


@pytest.fixture
def digest(editor: User) -> Digest:
    now = utc_now()
    story = make_story(published_at=now - timedelta(days=1), found_at=now - timedelta(hours=20))
    review.accept(story, editor, now)
    found = draft_digest("2026-W48", office=office(), now=now, by=editor)
    if not found.items.exists():
        approval.add_item(found, editor, now, story)
    return found


def states(digest: Digest) -> list[str]:
    digest.refresh_from_db()
    publish_at = approval.next_publication(office(), utc_now())
    _content, problems = approval.checklist(digest, office(), publish_at)
    return [row.state for row in checklist_rows(problems)]


def test_every_rule_has_a_cause_here() -> None:
    assert {row for row, _cause, _signable in CAUSES.values()} == set(range(len(RULES)))


@pytest.mark.parametrize("name", CAUSES)
def test_red_stops_sending_and_approving(digest: Digest, editor: User, name: str) -> None:
    row, cause, signable = CAUSES[name]
    chief, now = make_user("thuha", Role.CHIEF), utc_now()
    assert set(states(digest)) == {"green"}
    approval.submit(digest, editor, now, office=office())
    item = digest.items.get()
    cause(item.story)
    red = ["red" if n == row else "green" for n in range(len(RULES))]
    assert states(digest) == red
    with pytest.raises(approval.NotAllowed):
        approval.approve(digest, chief, now, office())
    approval.send_back(digest, chief, now, "Xem lại.", item)
    with pytest.raises(approval.NotAllowed):
        approval.submit(digest, editor, now, office=office())
    _content, problems = approval.checklist(digest, office(), now + timedelta(days=1))
    for problem in problems:
        if problem.stops and problem.item:
            approval.sign_warning(digest, editor, now, item, problem.code, "Đã xem lại")
    if not signable:
        assert states(digest) == red
        with pytest.raises(approval.NotAllowed):
            approval.submit(digest, editor, now, office=office())
        return
    assert states(digest)[row] == "signed"
    assert AuditEntry.objects.filter(action="digest.warning_signed", actor=editor).exists()
    approval.submit(digest, editor, now, office=office())
    approval.approve(digest, chief, now, office())
    assert digest.state == "approved"
