"""The desk is told what the machine took back, and which sources changed their layout."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import LazySettings
from django.test import Client
from django.urls import reverse

from pipeline.publish.outbox import publish_due
from pipeline.publish.withdrawal import open_withdrawals, withdraw
from pipeline.store.models import AuditEntry, Role, SourceState, Story, User
from pipeline.text.clock import utc_now
from tests.factories import NOW, make_user
from tests.homes import make_home
from tests.publishing import OFFICE, WEEK, approved_edition

pytestmark = pytest.mark.django_db
REASON = "Nguồn không còn bài gốc: 3 lần liền trả lời không còn (HTTP 404)"


@pytest.fixture
def story(tmp_path: Path, settings: LazySettings) -> Story:
    """Out on every channel, then taken back by its source."""
    settings.HOME = make_home(tmp_path)
    edition = approved_edition()
    publish_due(office=OFFICE, home=settings.HOME, now=NOW)
    item = edition.digest.items.first()
    assert item is not None
    withdraw(item.story, None, NOW, REASON, office=OFFICE, home=settings.HOME)
    return item.story


def pages(story: Story) -> list[str]:
    return [
        reverse("desk:overview"),
        reverse("desk:story", args=[story.public_id]),
        reverse("desk:digest", args=[WEEK]),
    ]


def test_the_notice_stands_on_overview_story_and_digest(client: Client, story: Story) -> None:
    client.force_login(User.objects.get(username="lananh"))
    overview, own, digest = [client.get(page).content.decode() for page in pages(story)]
    for shown in (overview, own, digest):
        assert REASON in shown
    for shown in (overview, own):
        assert "máy tự gỡ" in shown
        assert "Đã phát qua Zalo, Facebook: các kênh này không tự thu hồi được" in shown
    assert story.headline in overview
    assert '<span class="count count-warn">1' in overview


def test_why_it_was_withdrawn_stands_in_the_withdrawal_and_not_in_the_audit_trail(
    story: Story,
) -> None:
    entry = AuditEntry.objects.get(action="story.withdrawn")
    withdrawal = story.withdrawal
    assert entry.after == {"withdrawal": withdrawal.pk}
    assert withdrawal.reason == REASON


def test_a_person_says_that_it_is_handled(client: Client, story: Story) -> None:
    client.force_login(User.objects.get(username="lananh"))
    address = reverse("desk:handle_withdrawal", args=[story.public_id])
    assert address in client.get(reverse("desk:overview")).content.decode()
    after = client.post(address, follow=True).content.decode()
    assert "Đã xử lý việc gỡ tin: " in after
    assert REASON not in after
    assert not open_withdrawals().exists()
    own = client.get(reverse("desk:story", args=[story.public_id])).content.decode()
    assert REASON in own
    assert "Lan Anh đã xử lý" in own
    assert "Đã có người xử lý" in client.post(address, follow=True).content.decode()


def test_who_only_reads_sees_the_notice_and_no_button(client: Client, story: Story) -> None:
    client.force_login(make_user("canbo", Role.BOARD))
    address = reverse("desk:handle_withdrawal", args=[story.public_id])
    shown = client.get(reverse("desk:overview")).content.decode()
    assert REASON in shown
    assert address not in shown
    assert client.post(address).status_code == 403
    assert client.get(address).status_code == 405


def test_a_person_s_own_withdrawal_stays_open_only_where_something_is_left_to_do(
    story: Story, settings: LazySettings
) -> None:
    editor = User.objects.get(username="lananh")
    sent, never_sent = (
        Story.objects.exclude(pk=story.pk)[0],
        Story.objects.create(title="Tin chưa phát", found_at=NOW),
    )
    for each in (sent, never_sent):
        withdraw(each, editor, NOW, "Sai sự thật", office=OFFICE, home=settings.HOME)
    assert {withdrawal.story for withdrawal in open_withdrawals()} == {story, sent}


def test_a_changed_layout_stands_on_the_sources_page(
    client: Client, tmp_path: Path, settings: LazySettings
) -> None:
    settings.HOME = make_home(tmp_path)
    now = utc_now()
    for key, misses in (("baomot", 2), ("baohai", 3)):
        SourceState.objects.create(
            key=key,
            last_started_at=now,
            last_success_at=now,
            last_new_at=now,
            selector_misses=misses,
        )
    client.force_login(make_user("lananh"))
    shown = client.get(reverse("desk:sources")).content.decode()
    assert shown.count("bố cục trang có thể đã đổi") == 1
    assert "bố cục trang có thể đã đổi: 3 bài liền không khớp bộ chọn" in shown
    assert shown.index("Báo Hai") < shown.index("Báo Một")  # what ails stands first
    assert '<span class="count count-warn">1' in shown
