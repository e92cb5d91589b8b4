"""Posts follow what is decided after them: stories taken back, put back, corrected."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest
from django.test import Client
from django.urls import reverse

from pipeline.config.home import Home
from pipeline.digest import approval
from pipeline.operate.doctor import examine
from pipeline.operate.findings import Verdict
from pipeline.publish import amending, corrections
from pipeline.publish.approved import telling
from pipeline.publish.outbox import publish_due
from pipeline.publish.plan import LEASE
from pipeline.publish.withdrawal import carried_by, restore, taken_back, withdraw
from pipeline.store.models import (
    Amendment,
    AuditEntry,
    Delivery,
    Digest,
    DigestItem,
    Edition,
    Exemplar,
    Role,
    Story,
    User,
)
from tests.factories import NOW, make_user
from tests.homes import make_home
from tests.publishing import EVERYWHERE, OFFICE, accepted_story, approved_edition, later
from tests.social_apis import Api, Graph, MastodonServer, WordPressSite, Zalo, served

pytestmark = [pytest.mark.django_db]

EDITABLE = ("facebook", "zalo", "mastodon", "wordpress")
OFFICE_LIVE = EVERYWHERE.model_copy(
    update={
        "channels": EVERYWHERE.channels.model_copy(
            update={
                "zalo_broadcast": "off",
                "others": OFFICE.channels.others,
                "notice": OFFICE.channels.notice,
            }
        )
    }
)


@dataclass
class Posted:
    """Two stories, posted everywhere, two minutes ago."""

    edition: Edition
    stories: list[Story]
    apis: dict[str, Api]
    home: Home
    minutes: float = 0

    def round(self, minutes: float = 1, stop: Mock | None = None) -> None:
        self.minutes += minutes
        now = later(minutes=self.minutes)
        publish_due(office=OFFICE_LIVE, home=self.home, now=now, stop=stop)

    def take_back(self, story: Story) -> list[str]:
        by = User.objects.get(username="thuha")
        at = later(minutes=self.minutes)
        return withdraw(story, by, at, "Sai tên", office=OFFICE_LIVE, home=self.home)

    def text(self, channel: str) -> str:
        (post,) = self.apis[channel].posts
        return str(post)

    def tells(self, channel: str, story: Story) -> bool:
        return address_of(self.edition, story) in self.text(channel)

    def state(self, channel: str) -> str:
        return str(Delivery.objects.get(channel=channel).state)


def address_of(edition: Edition, story: Story) -> str:
    """Of the original, to which every post that tells the story links."""
    (url,) = [
        str(item["url"])
        for item in edition.content["items"]
        if item["public_id"] == str(story.public_id)
    ]
    return url


@pytest.fixture
def posted(tmp_path: Path, settings: Any) -> Iterator[Posted]:
    apis: dict[str, Api] = dict(
        zip(EDITABLE, (Graph(), Zalo(), MastodonServer(), WordPressSite()), strict=True)
    )
    with ExitStack() as stack:
        at = {name: stack.enter_context(served(api)) for name, api in apis.items()}
        settings.FACEBOOK_API, settings.ZALO_API = at["facebook"], at["zalo"]
        settings.ZALO_OAUTH = at["zalo"]
        settings.FACEBOOK_PAGE_ID, settings.FACEBOOK_PAGE_TOKEN = "77", Graph.token
        settings.ZALO_APP_ID, settings.ZALO_APP_SECRET = "app", "secret"
        settings.ZALO_REFRESH_TOKEN = "first"
        settings.MASTODON_URL, settings.MASTODON_TOKEN = at["mastodon"], MastodonServer.token
        settings.WORDPRESS_URL, settings.WORDPRESS_USER = at["wordpress"], WordPressSite.user
        settings.WORDPRESS_PASSWORD = WordPressSite.password
        edition = approved_edition(2, OFFICE_LIVE)
        ids = [item["public_id"] for item in edition.content["items"]]
        stories = [Story.objects.get(public_id=public_id) for public_id in ids]
        found = Posted(edition, stories, apis, Home(tmp_path))
        found.round(0)
        yield found


def test_what_is_taken_back_leaves_each_post_and_the_rest_stays(posted: Posted) -> None:
    first, second = posted.stories
    radio = posted.home.output_dir / "radio" / "1.txt"
    assert radio.read_text().count("Theo bao") == 2
    assert taken_back(first, OFFICE_LIVE) == [
        (name, False) for name in ("zalo", "facebook", "mastodon", "wordpress")
    ]
    left = posted.take_back(first)
    assert "facebook" not in left
    assert set(left) == {"radio", "sms"}, "their files follow; who has read them out does not"
    posted.round()
    for channel in EDITABLE:
        assert not posted.tells(channel, first), channel
        assert posted.tells(channel, second), channel
        assert posted.state(channel) == "sent"
    assert radio.read_text().count("Theo bao") == 1
    assert all(done for _name, done in taken_back(first, OFFICE_LIVE))
    assert AuditEntry.objects.filter(action="delivery.amended").count() >= len(EDITABLE)
    calls = {name: len(api.calls) for name, api in posted.apis.items()}
    posted.round()
    assert {name: len(api.calls) for name, api in posted.apis.items()} == calls, "asked for once"


def test_a_post_without_a_story_left_is_removed_and_not_posted_again(posted: Posted) -> None:
    for story in posted.stories:
        posted.take_back(story)
    posted.round()
    for channel in EDITABLE:
        assert posted.apis[channel].posts == [], channel
        assert posted.state(channel) == "withdrawn"
    assert not (posted.home.output_dir / "radio" / "1.txt").exists()
    chief = User.objects.get(username="thuha")
    restore(posted.stories[0], chief, later(minutes=3), office=OFFICE_LIVE, home=posted.home)
    posted.round(5)
    assert [api.posts for api in posted.apis.values()] == [[]] * len(EDITABLE)


def test_what_is_put_back_stands_in_the_post_again(posted: Posted) -> None:
    first = posted.stories[0]
    before = {channel: posted.text(channel) for channel in EDITABLE}
    posted.take_back(first)
    posted.round()
    chief = User.objects.get(username="thuha")
    restore(first, chief, later(minutes=3), office=OFFICE_LIVE, home=posted.home)
    posted.round(5)
    assert {channel: posted.text(channel) for channel in EDITABLE} == before


@pytest.mark.parametrize("fault", ["cut", "500", "busy"])
def test_a_lost_answer_is_simply_tried_again(posted: Posted, fault: str) -> None:
    for story in posted.stories:
        posted.take_back(story)
    for name, api in posted.apis.items():
        api.fault = "429" if fault == "busy" and name in ("mastodon", "wordpress") else fault
    posted.round()
    assert {posted.state(channel) for channel in EDITABLE} == {"sent"}
    posted.round(2)
    assert {posted.state(channel) for channel in EDITABLE} == {"withdrawn"}
    assert [api.posts for api in posted.apis.values()] == [[]] * len(EDITABLE)


def test_what_somebody_removed_there_counts_as_taken_back(posted: Posted) -> None:
    for api in posted.apis.values():
        api.posts.clear()
    posted.take_back(posted.stories[0])
    posted.round()
    assert {posted.state(channel) for channel in EDITABLE} == {"withdrawn"}


def test_who_ends_finishes_the_post_in_hand_and_leaves_the_rest(posted: Posted) -> None:
    first = posted.stories[0]
    posted.take_back(first)

    def telling() -> list[str]:
        return [channel for channel in EDITABLE if posted.tells(channel, first)]

    posted.round(stop=Mock(is_set=lambda: len(telling()) < len(EDITABLE)))
    assert len(telling()) == len(EDITABLE) - 1
    posted.round()
    assert telling() == []


def test_a_refusal_is_a_persons_on_the_desk(posted: Posted, client: Client, settings: Any) -> None:
    first = posted.stories[0]
    settings.HOME = make_home(posted.home.root)
    posted.take_back(first)
    for api in posted.apis.values():
        api.fault = "refuse"
    posted.round()
    rows = list(amending.failed())
    assert {row.delivery.channel for row in rows} == set(EDITABLE)
    assert all(row.detail for row in rows)
    told = {each.about: each for each in examine(posted.home, later(minutes=3))}
    for channel in EDITABLE:
        finding = told[f"bài đã đăng ({channel})"]
        assert (finding.verdict, finding.words[:2]) == (Verdict.BAD, "1 ")
    assert (
        f"guongsang_amendments_failed {len(EDITABLE)}.0" in client.get("/metrics").content.decode()
    )
    assert set(EDITABLE) <= set(carried_by(first, OFFICE_LIVE))
    client.force_login(User.objects.get(username="thuha"))
    overview = client.get(reverse("desk:overview")).content.decode()
    assert overview.count("Chưa sửa hoặc gỡ được bài đã đăng.") == len(EDITABLE)
    for row in rows:
        address = reverse("desk:amendment", args=[row.pk])
        assert address in overview
        client.post(address, {"choice": "retry"})
    posted.round()
    assert not any(posted.tells(channel, first) for channel in EDITABLE)
    assert not amending.failed().exists()
    assert "/amendments/" not in client.get(reverse("desk:overview")).content.decode()


def test_a_person_may_have_done_it_by_hand(posted: Posted, client: Client) -> None:
    posted.take_back(posted.stories[0])
    posted.apis["facebook"].fault = "refuse"
    posted.round()
    (row,) = amending.failed()
    client.force_login(make_user("bien", Role.EDITOR))
    address = reverse("desk:amendment", args=[row.pk])
    assert client.post(address, {"choice": "done"}).status_code == 403
    client.force_login(User.objects.get(username="thuha"))
    assert client.post(address).status_code == 400
    assert amending.failed().exists(), "nothing said is nothing decided"
    client.post(address, {"choice": "done"})
    assert not amending.failed().exists()
    assert "facebook" not in carried_by(posted.stories[0], OFFICE_LIVE)


def test_a_dead_workers_amendment_is_done_by_the_next(posted: Posted) -> None:
    posted.take_back(posted.stories[0])
    at = later(minutes=posted.minutes)
    Amendment.objects.update(claimed_by="dead", claimed_at=at)
    posted.round()
    assert posted.tells("facebook", posted.stories[0]), "somebody may be at it"
    posted.round(LEASE / timedelta(minutes=1))
    assert not posted.tells("facebook", posted.stories[0])


def test_what_is_asked_meanwhile_is_done_after_it(
    posted: Posted, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Taken back while the worker is writing the text without another story."""
    first, second = posted.stories
    channel = amending.CHANNELS["facebook"]
    original = type(channel).change  # type: ignore[attr-defined]

    def slowly(self: Any, *args: Any) -> None:
        monkeypatch.undo()
        posted.take_back(second)
        original(self, *args)

    posted.take_back(first)
    monkeypatch.setattr(type(channel), "change", slowly)
    posted.round()
    assert posted.tells("facebook", second)
    posted.round()
    assert posted.state("facebook") == "withdrawn"


def test_a_post_whose_answer_was_lost_is_changed_once_it_is_found(
    tmp_path: Path, settings: Any
) -> None:
    graph = Graph()
    with served(graph) as address:
        settings.FACEBOOK_API = address
        settings.FACEBOOK_PAGE_ID, settings.FACEBOOK_PAGE_TOKEN = "77", Graph.token
        edition = approved_edition(2, OFFICE_LIVE)
        story = Story.objects.get(public_id=edition.content["items"][0]["public_id"])
        home = Home(tmp_path)
        publish_due(office=OFFICE_LIVE, home=home, now=NOW, channel="portal")
        graph.fault = "cut"
        publish_due(office=OFFICE_LIVE, home=home, now=NOW, channel="facebook")
        assert Delivery.objects.get(channel="facebook").state == "unknown"
        by = User.objects.get(username="thuha")
        withdraw(story, by, later(minutes=1), "Sai", office=OFFICE_LIVE, home=home)
        for minute in (2, 3):
            publish_due(
                office=OFFICE_LIVE, home=home, now=later(minutes=minute), channel="facebook"
            )
        (post,) = graph.posts
        assert address_of(edition, story) not in post["message"]


def test_a_correction_stands_in_the_posts_and_goes_out_as_one_of_its_own(posted: Posted) -> None:
    story = posted.stories[0]
    exemplar = Exemplar.objects.create(name=story.subject, found_at=NOW, founder=story)
    Story.objects.filter(pk=story.pk).update(exemplar=exemplar)
    told = "Giải thưởng năm 2025 đã bị thu hồi."
    row = corrections.propose(exemplar, make_user("minh", Role.EDITOR), NOW, text=told)
    chief = User.objects.get(username="thuha")
    assert corrections.approve(row, chief, later(minutes=1), OFFICE_LIVE)
    posted.round(2)
    for channel in EDITABLE:
        posts = sorted(posted.apis[channel].posts, key=lambda post: str(post["id"]))
        assert len(posts) == 2, channel
        assert told in str(posts[0]), channel
        assert told in str(posts[1]), channel


def test_a_dry_run_posts_nothing_and_its_file_follows(tmp_path: Path) -> None:
    office = OFFICE.model_copy(
        update={"channels": OFFICE.channels.model_copy(update={"facebook": "dry-run"})}
    )
    edition = approved_edition(2, office)
    story = Story.objects.get(public_id=edition.content["items"][0]["public_id"])
    home = Home(tmp_path)
    publish_due(office=office, home=home, now=NOW)
    shown = home.output_dir / "social" / "1" / "facebook.txt"
    assert address_of(edition, story) in shown.read_text()
    by = User.objects.get(username="thuha")
    left = withdraw(story, by, later(minutes=1), "Sai", office=office, home=home)
    assert "facebook" not in left, "it reached nobody"
    publish_due(office=office, home=home, now=later(minutes=2))
    assert address_of(edition, story) not in shown.read_text()


def test_the_post_of_a_correction_follows_when_any_story_it_tells_is_taken_back(
    posted: Posted, django_assert_num_queries: Any
) -> None:
    """It hangs on the newest digest and tells a story of an older one as well."""
    first = posted.stories[0]
    editor, chief = (User.objects.get(username=name) for name in ("lananh", "thuha"))
    newer, beside = accepted_story(3, subject=first.subject), accepted_story(4)
    exemplar = Exemplar.objects.create(name=first.subject, found_at=NOW, founder=first)
    Story.objects.filter(pk__in=[first.pk, newer.pk]).update(exemplar=exemplar)
    digest = Digest.objects.create(week="2026-W48", drafted_at=NOW, last_edited_by=editor)
    for position, story in enumerate([newer, beside], start=1):
        DigestItem.objects.create(digest=digest, story=story, position=position)
    approval.submit(digest, editor, NOW, office=OFFICE_LIVE)
    approval.approve(digest, chief, NOW, OFFICE_LIVE, publish_at=NOW)
    row = corrections.propose(exemplar, editor, NOW, text="Giải thưởng đã bị thu hồi.")
    posted.round()
    edition = corrections.approve(row, chief, later(minutes=posted.minutes), OFFICE_LIVE)
    assert edition
    assert edition.digest == digest
    posted.round()
    assert [each.digest for each in telling(beside)] == [digest], "the correction tells none of it"
    Delivery.objects.filter(edition=posted.edition).delete()
    assert carried_by(first, OFFICE_LIVE) == ["radio", "sms"], "of the correction alone"
    with django_assert_num_queries(1):
        able = taken_back(first, OFFICE_LIVE)
    assert {name for name, _done in able} == set(EDITABLE)

    def tells(channel: str) -> bool:
        return address_of(edition, first) in str(posted.apis[channel].posts[-1])

    before = [channel for channel in EDITABLE if tells(channel)]
    posted.take_back(first)
    asked = Amendment.objects.filter(delivery__edition=edition, done_at=None)
    assert set(asked.values_list("delivery__channel", flat=True)) >= {"radio", *EDITABLE}
    posted.round()
    assert before
    assert not any(tells(channel) for channel in EDITABLE)
    restore(first, chief, later(minutes=posted.minutes), office=OFFICE_LIVE, home=posted.home)
    posted.round()
    assert [channel for channel in EDITABLE if tells(channel)] == before
