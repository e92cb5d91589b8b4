"""The hub is told of each feed that changed, once, whatever changed it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs

import feedparser
import pytest
from django.conf import LazySettings
from django.test import Client

from pipeline.config.home import Home
from pipeline.config.office import Channels, Office
from pipeline.publish.channels import portal
from pipeline.publish.outbox import publish_due
from pipeline.publish.websub import announce
from pipeline.publish.withdrawal import withdraw
from pipeline.store.models import Story
from tests.factories import NOW
from tests.homes import make_home
from tests.publishing import OFFICE, approved_edition, later

pytestmark = pytest.mark.django_db


class Hub:
    def __init__(self) -> None:
        self.topics: list[str] = []
        self.status = 204
        hub = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                [topic] = parse_qs(body)["hub.url"]
                if hub.status == 204:
                    hub.topics.append(topic)
                self.send_response(hub.status)
                self.end_headers()

            def log_message(self, *args: object) -> None: ...

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}/"


@pytest.fixture
def hub() -> Iterator[Hub]:
    hub = Hub()
    yield hub
    hub.server.shutdown()
    hub.server.server_close()


def office_with(hub: str) -> Office:
    channels = Channels(websub_hub=hub)
    return OFFICE.model_copy(update={"channels": channels})


def test_each_changed_feed_is_announced_once(hub: Hub, tmp_path: Path) -> None:
    office, home = office_with(hub.url), Home(tmp_path)
    assert announce(office, home, NOW) == []
    edition = approved_edition(office=office)
    publish_due(office=office, home=home, now=NOW, channel="portal")
    told = announce(office, home, NOW)
    assert told == hub.topics
    assert f"{office.site_url}/portal/atom.xml" in told
    assert f"{office.site_url}/portal/linh-vuc/y-te/feed.json" in told
    assert announce(office, home, NOW) == []
    story = Story.objects.get(public_id=edition.content["items"][0]["public_id"])
    withdraw(story, None, later(hours=1), "Nguồn đã gỡ", office=office, home=home)
    assert f"{office.site_url}/portal/atom.xml" in announce(office, home, later(hours=1))


def test_a_hub_that_fails_is_asked_later_and_loses_nothing(hub: Hub, tmp_path: Path) -> None:
    office, home = office_with(hub.url), Home(tmp_path)
    portal.rebuild(office, home)
    hub.status = 503
    assert announce(office, home, NOW) == []
    hub.status = 204
    assert announce(office, home, NOW + timedelta(seconds=30)) == []  # it rests
    assert len(announce(office, home, later(minutes=2))) == 6
    (home.output_dir / "websub" / "told.json").write_text("{half")
    assert len(announce(office, home, later(minutes=3))) == 6


def test_a_name_that_leads_inside_is_not_asked(hub: Hub, tmp_path: Path) -> None:
    office, home = office_with(hub.url.replace("127.0.0.1", "localhost")), Home(tmp_path)
    portal.rebuild(office, home)
    assert announce(office, home, NOW) == []
    assert hub.topics == []


def test_feeds_and_their_answers_name_the_hub(
    hub: Hub, tmp_path: Path, client: Client, settings: LazySettings
) -> None:
    office, home = office_with(hub.url), make_home(tmp_path)
    with home.office_file.open("a") as file:
        file.write(f"channels: {{websub_hub: {hub.url}}}\n")
    settings.HOME = home
    portal.rebuild(office, home)
    folder = portal.folder_of(home)
    for name in ("atom.xml", "rss.xml"):
        feed = feedparser.parse((folder / name).read_bytes())
        assert not feed.bozo
        assert hub.url in [link.href for link in feed.feed.links if link.rel == "hub"]
    assert f'"url": "{hub.url}"' in (folder / "feed.json").read_text()
    assert client.get("/portal/atom.xml")["Link"].startswith(f'<{hub.url}>; rel="hub", <http')
    assert "Link" not in client.get("/portal/index.html")
