"""Facebook and Zalo against their APIs: posted once, and what a lost answer leaves."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from pipeline.config.home import Home
from pipeline.publish import links
from pipeline.publish.approved import content_of
from pipeline.publish.channels import CHANNELS, facebook, zalo_broadcast
from pipeline.publish.channels.base import Asked
from pipeline.publish.channels.zalo import fields
from pipeline.publish.outbox import publish_due
from pipeline.publish.services.zalo_account import broadcast_fields
from pipeline.store.models import AuditEntry, Delivery
from pipeline.text.clock import VIETNAM
from tests.factories import NOW
from tests.ports import unused_port
from tests.publishing import LIVE, approved_edition, later
from tests.social_apis import Api, Graph, MastodonServer, WordPressSite, Zalo, served

pytestmark = [pytest.mark.django_db]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


@pytest.fixture
def graph(settings: Any) -> Iterator[Graph]:
    api = Graph()
    with served(api) as address:
        settings.FACEBOOK_API = address
        settings.FACEBOOK_PAGE_ID, settings.FACEBOOK_PAGE_TOKEN = "77", Graph.token
        yield api


@pytest.fixture
def zalo(settings: Any) -> Iterator[Zalo]:
    api = Zalo()
    with served(api) as address:
        settings.ZALO_API = settings.ZALO_OAUTH = address
        settings.ZALO_APP_ID, settings.ZALO_APP_SECRET = "app", "secret"
        settings.ZALO_REFRESH_TOKEN = "first"
        yield api


def publish(home: Home, channel: str, minutes: float = 0) -> Delivery:
    """A round of this channel, its pages being out; the channel's delivery after it."""
    publish_due(office=LIVE, home=home, now=NOW, channel="portal")
    publish_due(office=LIVE, home=home, now=later(minutes=minutes), channel=channel)
    return Delivery.objects.get(channel=channel)


def api(channel: str, graph: Graph, zalo: Zalo) -> Api:
    return {"facebook": graph, "zalo": zalo}[channel]


@pytest.mark.parametrize("channel", ["facebook", "zalo"])
def test_posted_once_as_previewed(channel: str, home: Home, graph: Graph, zalo: Zalo) -> None:
    edition = approved_edition(2, LIVE)
    rows = [publish(home, channel, minutes=n) for n in (0, 5, 30)]
    assert [row.state for row in rows] == ["sent"] * 3
    (post,) = api(channel, graph, zalo).posts
    assert rows[0].remote_id == post["id"]
    preview = CHANNELS[channel].preview(content_of(edition), LIVE).body
    if channel == "facebook":
        assert post["message"] == preview
        assert post["link"] == (
            f"{links.digest(LIVE, edition.number)}"
            "?utm_source=facebook&utm_medium=social&utm_campaign=so-1"
        )
    else:
        assert post["title"] in preview
        assert all(part["content"] in preview for part in post["body"])
        assert (post["status"], post["comment"]) == ("hide", "hide")


@pytest.mark.parametrize("channel", ["facebook", "zalo"])
@pytest.mark.parametrize("fault", ["cut", "500", "403"])
def test_a_lost_answer_is_asked_for_and_never_posted_again(
    channel: str, fault: str, home: Home, graph: Graph, zalo: Zalo
) -> None:
    approved_edition(1, LIVE)
    api(channel, graph, zalo).fault = fault
    assert publish(home, channel).state == "unknown"
    after = publish(home, channel, minutes=1)
    assert (after.state, after.remote_id) == ("sent", api(channel, graph, zalo).posts[0]["id"])
    assert len(api(channel, graph, zalo).posts) == 1
    assert AuditEntry.objects.filter(action="delivery.found").count() == 1


@pytest.mark.parametrize("channel", ["facebook", "zalo"])
@pytest.mark.parametrize("fault", ["slow", "drip"])
def test_an_answer_is_not_waited_for_for_ever(
    channel: str,
    fault: str,
    home: Home,
    graph: Graph,
    zalo: Zalo,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("pipeline.publish.services.api.ANSWER_WITHIN", 0.2)
    monkeypatch.setattr("pipeline.publish.services.api.READ_WITHIN", 0.2)
    approved_edition(1, LIVE)
    api(channel, graph, zalo).fault = fault
    assert publish(home, channel).state == "unknown"
    assert publish(home, channel, minutes=1).state == "sent"
    assert len(api(channel, graph, zalo).posts) == 1


@pytest.mark.parametrize("channel", ["facebook", "zalo"])
def test_what_the_channel_does_not_show_stays_a_persons_decision(
    channel: str, home: Home, graph: Graph, zalo: Zalo
) -> None:
    approved_edition(1, LIVE)
    there = api(channel, graph, zalo)
    there.fault = "cut"
    publish(home, channel)
    there.posts.clear()
    for minutes in (1, 5, 12):
        row = publish(home, channel, minutes)
        assert row.state == "unknown"
        assert row.detail.count("hỏi lúc") == 1
    assert there.posts == []
    listed = [
        call for call in there.calls if call.endswith(("/feed", "/getslice")) and "GET" in call
    ]
    assert len(listed) == 2  # not at every round


@pytest.mark.parametrize("channel", ["facebook", "zalo"])
def test_too_many_calls_wait_and_go_later(
    channel: str, home: Home, graph: Graph, zalo: Zalo
) -> None:
    approved_edition(1, LIVE)
    api(channel, graph, zalo).fault = "busy"
    assert publish(home, channel).state == "planned"
    assert publish(home, channel, minutes=2).state == "sent"
    assert len(api(channel, graph, zalo).posts) == 1


def test_a_server_that_asks_for_patience_by_its_status_gets_it(home: Home, graph: Graph) -> None:
    approved_edition(1, LIVE)
    graph.fault = "429"
    assert publish(home, "facebook").state == "planned"
    assert publish(home, "facebook", minutes=2).state == "sent"


def test_a_post_waits_on_facebook_for_its_hour(home: Home, graph: Graph) -> None:
    evening = LIVE.channels.model_copy(update={"facebook_hour": "19:30"})
    office = LIVE.model_copy(update={"channels": evening})
    approved_edition(1, office)
    publish_due(office=office, home=home, now=NOW, channel="portal")
    graph.fault = "cut"
    publish_due(office=office, home=home, now=NOW, channel="facebook")
    assert Delivery.objects.get(channel="facebook").state == "unknown"
    publish_due(office=office, home=home, now=later(minutes=1), channel="facebook")
    row = Delivery.objects.get(channel="facebook")
    assert (row.state, row.remote_id) == ("sent", graph.posts[0]["id"])
    at = datetime.fromtimestamp(graph.posts[0]["at"], VIETNAM)
    assert (at.hour, at.minute) == (19, 30)


@pytest.mark.parametrize(
    ("now", "shown"),
    [
        ("2026-11-20 16:00", "2026-11-20 19:30"),
        ("2026-11-20 19:15", "2026-11-20 19:30"),
        ("2026-11-20 19:16", "2026-11-21 19:30"),
        ("2026-12-31 23:50", "2027-01-01 19:30"),
    ],
)
def test_the_next_hour_that_facebook_takes(now: str, shown: str) -> None:
    moments = [datetime.fromisoformat(each).replace(tzinfo=VIETNAM) for each in (now, shown)]
    assert facebook.shown_at("19:30", moments[0].astimezone(UTC)) == moments[1]
    assert facebook.shown_at("", moments[0]) is None


def test_a_refusal_and_an_expired_token_say_what_to_do(
    home: Home, graph: Graph, settings: Any
) -> None:
    approved_edition(1, LIVE)
    settings.FACEBOOK_PAGE_TOKEN = "old"
    row = publish(home, "facebook")
    assert row.state == "failed"
    assert "lấy mã mới" in row.detail
    assert graph.posts == []


def test_a_post_just_like_one_that_stands_is_a_question(home: Home, graph: Graph) -> None:
    edition = approved_edition(1, LIVE)
    text = CHANNELS["facebook"].preview(content_of(edition), LIVE).body
    graph.posts.append({"id": "77_0", "message": text})
    assert publish(home, "facebook").state == "unknown"
    assert publish(home, "facebook", minutes=1).remote_id == "77_0"


@pytest.mark.parametrize("channel", ["facebook", "zalo"])
def test_nobody_at_home_is_tried_again(channel: str, home: Home, settings: Any) -> None:
    nowhere = f"http://127.0.0.1:{unused_port()}"
    settings.FACEBOOK_API = settings.ZALO_API = settings.ZALO_OAUTH = nowhere
    settings.FACEBOOK_PAGE_ID = settings.FACEBOOK_PAGE_TOKEN = "x"
    settings.ZALO_APP_ID = settings.ZALO_APP_SECRET = "x"
    approved_edition(1, LIVE)
    row = publish(home, channel)
    assert row.state == "planned"
    assert "Không nối được" in row.detail


@pytest.mark.parametrize("channel", ["facebook", "zalo"])
def test_missing_secrets_are_told(channel: str, home: Home) -> None:
    approved_edition(1, LIVE)
    row = publish(home, channel)
    assert row.state == "planned"
    assert ".env" in row.detail


def test_tokens_are_renewed_kept_for_the_owner_and_used_once(home: Home, zalo: Zalo) -> None:
    approved_edition(1, LIVE)
    publish(home, "zalo")
    kept = home.root / "secrets" / "zalo.json"
    assert kept.stat().st_mode & 0o777 == 0o600
    assert zalo.renewals == 1
    zalo.access = "revoked elsewhere"
    channel = CHANNELS["zalo"]
    assert isinstance(channel, Asked)
    assert channel.find(content_of(Delivery.objects.get(channel="zalo").edition), LIVE, home)
    assert zalo.renewals == 2


def test_no_article_without_a_cover(home: Home, zalo: Zalo) -> None:
    bare = LIVE.channels.model_copy(update={"zalo_cover": ""})
    approved_edition(1, LIVE)
    publish_due(office=LIVE, home=home, now=NOW, channel="portal")
    office = LIVE.model_copy(update={"channels": bare})
    (row,) = publish_due(office=office, home=home, now=NOW, channel="zalo")
    assert row.state == "planned"
    assert "zalo_cover" in row.detail


@pytest.mark.parametrize("channel", ["facebook", "zalo"])
def test_secrets_stay_out_of_logs_and_the_database(
    channel: str, home: Home, graph: Graph, zalo: Zalo, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    approved_edition(1, LIVE)
    api(channel, graph, zalo).fault = "cut"
    rows = [publish(home, channel, minutes) for minutes in (0, 1)]
    told = caplog.text + "".join(row.detail for row in rows)
    for secret in (Graph.token, "access-1", "refresh-1", "secret_key"):
        assert secret not in told


def test_a_dry_run_shows_the_very_fields(home: Home, graph: Graph, zalo: Zalo) -> None:
    tried = LIVE.channels.model_copy(update={"facebook": "dry-run", "zalo": "dry-run"})
    dry = LIVE.model_copy(update={"channels": tried})
    approved_edition(2, dry)
    for name in ("portal", "facebook", "zalo"):
        publish_due(office=dry, home=home, now=NOW, channel=name)
    assert graph.posts == zalo.posts == []
    shown = {
        name: json.loads((home.output_dir / f"social/1/{name}.json").read_text())
        for name in ("facebook", "zalo")
    }
    Delivery.objects.filter(channel__in=shown).update(state="planned")
    for name in shown:
        publish_due(office=LIVE, home=home, now=NOW, channel=name)
    assert shown["facebook"].pop("published") == "true"
    assert graph.posts == [{"id": "77_1", **shown["facebook"]}]
    made = {"id": "art-1", "token": "tok-1"}
    assert zalo.posts == [{**shown["zalo"], **made}]


class TestBroadcast:
    OFFICE = LIVE.model_copy(
        update={"channels": LIVE.channels.model_copy(update={"zalo_broadcast": "live"})}
    )

    def round(self, home: Home, minutes: float = 0) -> Delivery:
        for channel in ("portal", "zalo", "zalo-broadcast"):
            publish_due(office=self.OFFICE, home=home, now=later(minutes=minutes), channel=channel)
        return Delivery.objects.get(channel="zalo-broadcast")

    def test_it_waits_until_a_person_has_shown_the_article(self, home: Home, zalo: Zalo) -> None:
        approved_edition(1, self.OFFICE)
        row = self.round(home)
        assert (row.state, zalo.broadcasts) == ("planned", [])
        assert "còn ẩn" in row.detail
        zalo.posts[0]["status"] = "show"
        rows = [self.round(home, minutes) for minutes in (2, 5, 30)]
        assert [row.state for row in rows] == ["sent"] * 3
        assert zalo.broadcasts == [["art-1"]]
        assert rows[0].remote_id == "cast-1"

    def test_before_the_article_there_is_nothing_to_send(self, home: Home, zalo: Zalo) -> None:
        approved_edition(1, self.OFFICE)
        publish_due(office=self.OFFICE, home=home, now=NOW, channel="portal")
        publish_due(office=self.OFFICE, home=home, now=NOW, channel="zalo-broadcast")
        row = Delivery.objects.get(channel="zalo-broadcast")
        assert (row.state, row.detail) == ("planned", "Zalo chưa có bài của số này")

    def test_an_older_article_of_the_same_title_is_not_ours(self, home: Home, zalo: Zalo) -> None:
        edition = approved_edition(1, self.OFFICE)
        title, _description = fields(content_of(edition))
        body = [{"type": "text", "content": links.digest(self.OFFICE, 11)}]
        older = {"id": "art-0", "token": "tok-0", "title": title, "status": "show", "body": body}
        zalo.posts.append(older)
        zalo.fault = "cut"
        for channel in ("portal", "zalo"):
            publish_due(office=self.OFFICE, home=home, now=NOW, channel=channel)
        zalo.posts.pop()  # taken, but not listed yet
        assert self.round(home, 1).state == "planned"
        assert Delivery.objects.get(channel="zalo").state == "unknown"
        assert zalo.broadcasts == []

    def test_what_a_person_saw_there_is_broadcast(self, home: Home, zalo: Zalo) -> None:
        zalo.shown_by_a_person = True
        approved_edition(1, self.OFFICE)
        for channel in ("portal", "zalo"):
            publish_due(office=self.OFFICE, home=home, now=NOW, channel=channel)
        Delivery.objects.filter(channel="zalo").update(remote_id="")
        assert self.round(home).state == "sent"
        assert zalo.broadcasts == [["art-1"]]

    @pytest.mark.parametrize("fault", ["cut", "500"])
    def test_a_lost_answer_is_a_persons_question(self, fault: str, home: Home, zalo: Zalo) -> None:
        zalo.shown_by_a_person = True
        approved_edition(1, self.OFFICE)
        for channel in ("portal", "zalo"):
            publish_due(office=self.OFFICE, home=home, now=NOW, channel=channel)
        zalo.fault = fault
        for minutes in (0, 5, 60):
            assert self.round(home, minutes).state == "unknown"
        assert zalo.broadcasts == [["art-1"]]

    @pytest.mark.parametrize("count", [0, 6])
    def test_a_broadcast_carries_one_to_five_articles(self, count: int) -> None:
        with pytest.raises(ValueError, match="1 to 5"):
            broadcast_fields([f"art-{n}" for n in range(count)])
        assert broadcast_fields(["art-1"] * 5)["message"]

    def test_a_dry_run_sends_nothing(self, home: Home, zalo: Zalo) -> None:
        tried = self.OFFICE.channels.model_copy(update={"zalo_broadcast": "dry-run"})
        office = LIVE.model_copy(update={"channels": tried})
        edition = approved_edition(1, office)
        publish_due(office=office, home=home, now=NOW)
        assert zalo.broadcasts == []
        shown = (home.output_dir / "social/1/zalo-broadcast.txt").read_text()
        assert shown == zalo_broadcast.told(content_of(edition), office)


class TestMastodonAndWordPress:
    OFFICE = LIVE.model_copy(
        update={
            "channels": LIVE.channels.model_copy(update={"mastodon": "live", "wordpress": "live"})
        }
    )

    @pytest.fixture(params=["mastodon", "wordpress"])
    def there(self, request: pytest.FixtureRequest, settings: Any) -> Iterator[tuple[str, Api]]:
        api = MastodonServer() if request.param == "mastodon" else WordPressSite()
        with served(api) as address:
            settings.MASTODON_URL = settings.WORDPRESS_URL = address
            settings.MASTODON_TOKEN = MastodonServer.token
            settings.WORDPRESS_USER = WordPressSite.user
            settings.WORDPRESS_PASSWORD = WordPressSite.password
            yield request.param, api

    def round(self, home: Home, channel: str, minutes: float = 0) -> Delivery:
        publish_due(office=self.OFFICE, home=home, now=NOW, channel="portal")
        publish_due(office=self.OFFICE, home=home, now=later(minutes=minutes), channel=channel)
        return Delivery.objects.get(channel=channel)

    def test_posted_once_as_previewed(self, home: Home, there: tuple[str, Api]) -> None:
        name, api = there
        edition = approved_edition(2, self.OFFICE)
        rows = [self.round(home, name, minutes) for minutes in (0, 5, 30)]
        assert [row.state for row in rows] == ["sent"] * 3
        (post,) = api.posts
        assert rows[0].remote_id == str(post["id"])
        preview = CHANNELS[name].preview(content_of(edition), self.OFFICE).body
        if name == "wordpress":
            assert post["content"] == preview
            assert post["slug"] == "guong-sang-so-1"
            for story in edition.content["items"]:
                assert f'href="{story["url"]}"' in preview
                assert story["outlet"] in preview
        else:
            assert len(preview) <= 500
            assert edition.content["items"][0]["url"] in preview

    @pytest.mark.parametrize("fault", ["cut", "500"])
    def test_a_lost_answer_is_asked_for(
        self, fault: str, home: Home, there: tuple[str, Api]
    ) -> None:
        name, api = there
        approved_edition(1, self.OFFICE)
        api.fault = fault
        assert self.round(home, name).state == "unknown"
        assert self.round(home, name, minutes=1).state == "sent"
        assert len(api.posts) == 1

    def test_too_many_calls_wait(self, home: Home, there: tuple[str, Api]) -> None:
        name, api = there
        approved_edition(1, self.OFFICE)
        api.fault = "429"
        assert self.round(home, name).state == "planned"
        assert self.round(home, name, minutes=2).state == "sent"

    def test_a_wrong_key_says_what_to_do(
        self, home: Home, there: tuple[str, Api], settings: Any
    ) -> None:
        name, api = there
        settings.MASTODON_TOKEN = settings.WORDPRESS_PASSWORD = "old"
        approved_edition(1, self.OFFICE)
        row = self.round(home, name)
        assert (row.state, api.posts) == ("failed", [])
        assert "mã mới" in row.detail or "mật khẩu ứng dụng" in row.detail

    def test_missing_secrets_are_told(self, home: Home) -> None:
        approved_edition(1, self.OFFICE)
        for name in ("mastodon", "wordpress"):
            assert ".env" in self.round(home, name).detail
