"""The desk is told what the machine took back, and which sources changed their layout."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils.feedgenerator import rfc3339_date

from pipeline.publish import outbox
from pipeline.publish.channels.portal import folder_of
from pipeline.publish.outbox import publish_due
from pipeline.publish.rechecking import follow_editions
from pipeline.publish.withdrawal import open_withdrawals, withdraw
from pipeline.store.models import (
    AuditEntry,
    Delivery,
    PublishedLink,
    Restoration,
    Role,
    SourceState,
    Story,
    User,
    Withdrawal,
)
from pipeline.text.clock import utc_now
from tests.factories import NOW, make_user
from tests.homes import make_home
from tests.publishing import OFFICE, WEEK, approved_edition, subscriber

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
        assert "Đã phát qua Kịch bản phát thanh, SMS: các kênh này không tự thu hồi được" in shown
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


def test_an_approver_puts_a_story_back_and_portal_and_feeds_show_it_again(
    client: Client, story: Story, settings: LazySettings
) -> None:
    folder = folder_of(settings.HOME)
    feed = (folder / "atom.xml").read_text("utf-8")
    assert "deleted-entry" in feed
    address = reverse("desk:restore", args=[story.public_id])
    client.force_login(User.objects.get(username="lananh"))  # an editor may not publish alone
    assert client.post(address).status_code == 403
    assert address not in client.get(pages(story)[1]).content.decode()

    client.force_login(User.objects.get(username="thuha"))
    assert client.get(address).status_code == 405
    assert address in client.get(pages(story)[1]).content.decode()
    assert "Đã đưa tin trở lại: " in client.post(address, follow=True).content.decode()
    feed = (folder / "atom.xml").read_text("utf-8")
    assert story.headline in feed
    assert "deleted-entry" not in feed
    assert story.headline in (folder / "index.html").read_text("utf-8")
    restored = Restoration.objects.get()
    assert (restored.story, restored.reason, restored.withdrawn_by) == (story, REASON, None)
    # Newer than the tombstone was, or feed readers would go on leaving it out.
    assert f"<updated>{rfc3339_date(restored.at)}</updated>" in feed
    assert AuditEntry.objects.get(action="story.restored").actor == restored.by
    assert "không còn ở trạng thái đã gỡ" in client.post(address, follow=True).content.decode()

    follow_editions()  # while the original is missing the machine lets it be
    assert PublishedLink.objects.get(story=story).kept_at == restored.at
    withdraw(story, None, utc_now(), REASON, office=OFFICE, home=settings.HOME)
    assert Withdrawal.objects.filter(story=story).exists()


@pytest.fixture
def doubted(story: Story) -> list[PublishedLink]:
    """Two more stories of one outlet whose originals seem lost."""
    answers = ("HTTP 404", "redirected to the front page")
    return [
        PublishedLink.objects.create(
            story=other,
            source="baomot",
            url=f"https://baomot.example/bai-{other.pk}.html",
            published_at=NOW,
            answer=answer,
            held_at=NOW,
        )
        for answer, other in zip(answers, Story.objects.exclude(pk=story.pk), strict=True)
    ]


def test_the_desk_decides_with_one_button_about_all_that_it_was_shown(
    client: Client, doubted: list[PublishedLink], settings: LazySettings
) -> None:
    client.force_login(User.objects.get(username="lananh"))
    overview = client.get(reverse("desk:overview")).content.decode()
    assert "có thể báo đổi hệ thống" in overview
    assert "Gỡ cả 2 tin" in overview
    assert all(link.story.headline in overview for link in doubted)
    assert "HTTP 404" in overview
    assert "chuyển về trang chủ" in overview
    address = reverse("desk:settle_doubted")
    kept = client.post(address, {"link": [doubted[0].pk], "choice": "keep"}, follow=True)
    assert "Đã giữ 1 tin." in kept.content.decode()
    doubted[0].refresh_from_db()
    assert doubted[0].held_at is None
    assert doubted[0].kept_at is not None
    gone = client.post(
        address, {"link": [link.pk for link in doubted], "choice": "hide"}, follow=True
    )
    assert "Đã gỡ 1 tin." in gone.content.decode()  # the kept one is left alone
    withdrawal = Withdrawal.objects.get(story=doubted[1].story)
    assert withdrawal.by == User.objects.get(username="lananh")
    assert not PublishedLink.objects.filter(pk=doubted[1].pk).exists()
    assert [entry.action for entry in AuditEntry.objects.order_by("-pk")[:2]] == [
        "story.withdrawn",
        "story.kept",
    ]
    again = client.post(address, {"link": [doubted[0].pk], "choice": "keep"}, follow=True)
    assert "đã có người quyết định" in again.content.decode()


def test_who_only_reads_decides_nothing_about_doubted_stories(
    client: Client, doubted: list[PublishedLink]
) -> None:
    client.force_login(make_user("canbo", Role.BOARD))
    address = reverse("desk:settle_doubted")
    assert (
        f'<form class="pin" action="{address}"'
        in client.get(reverse("desk:overview")).content.decode()
    )
    assert client.post(address, {"link": [doubted[0].pk], "choice": "hide"}).status_code == 403
    assert not Withdrawal.objects.filter(story=doubted[0].story).exists()


def test_a_story_taken_back_while_letters_go_out_is_not_in_the_rest(
    tmp_path: Path, settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.HOME = make_home(tmp_path)
    edition = approved_edition()
    for name in ("an", "binh", "chi"):
        subscriber(name)
    first = edition.digest.items.first()
    assert first is not None
    publish_due(office=OFFICE, home=settings.HOME, now=NOW, channel="portal")
    deliver = outbox._deliver

    def and_take_back(*args: Any, **kwargs: Any) -> None:
        deliver(*args, **kwargs)
        withdraw(first.story, None, NOW, REASON, office=OFFICE, home=settings.HOME)

    monkeypatch.setattr(outbox, "_deliver", and_take_back)
    done = publish_due(office=OFFICE, home=settings.HOME, now=NOW, channel="newsletter")
    assert len(done) == len(mail.outbox) == 3
    carried = [first.story.headline in str(letter.body) for letter in mail.outbox]
    assert carried == [True, False, False]
    assert Delivery.objects.filter(channel="newsletter", state="sent").count() == 3
