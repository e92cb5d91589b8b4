"""Facebook and Zalo against their APIs: posted once, and what a lost answer leaves."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pipeline.config.home import Home
from pipeline.publish import links
from pipeline.publish.approved import content_of
from pipeline.publish.channels import CHANNELS
from pipeline.publish.channels.base import Asked
from pipeline.publish.outbox import publish_due
from pipeline.store.models import AuditEntry, Delivery
from tests.factories import NOW
from tests.ports import unused_port
from tests.publishing import LIVE, approved_edition, later
from tests.social_apis import Api, Graph, Zalo, served

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
        assert post["link"] == links.digest(LIVE, edition.number)
    else:
        assert post["title"] in preview
        assert all(part["content"] in preview for part in post["body"])
        assert (post["status"], post["comment"]) == ("hide", "hide")


@pytest.mark.parametrize("channel", ["facebook", "zalo"])
@pytest.mark.parametrize("fault", ["cut", "500"])
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
    listed = [call for call in there.calls if call.startswith("GET")]
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
