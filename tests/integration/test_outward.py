"""Services of others are called where the public is, and in the house only by a name allowed."""

from __future__ import annotations

import pytest
import requests

from pipeline.publish.outcomes import Unreachable
from pipeline.publish.services import outward
from pipeline.publish.services.api import call
from pipeline.publish.services.through_apprise import Service
from tests.social_apis import Hook, served


def test_a_name_that_leads_inside_is_not_called(monkeypatch: pytest.MonkeyPatch) -> None:
    api = Hook()
    with served(api) as address:
        named = address.replace("127.0.0.1", "localhost")
        with pytest.raises(Unreachable, match="GUONGSANG_INTERNAL_HOSTS"):
            call("POST", f"{named}/notify", body={"message": "x"})
        monkeypatch.setenv("APPRISE_CHAT", named.replace("http://", "json://"))
        with pytest.raises(Unreachable, match="localhost trong APPRISE_CHAT"):
            Service("chat", public=True)
        assert api.posts == []
        monkeypatch.setenv("GUONGSANG_INTERNAL_HOSTS", "chat.so.example, LOCALHOST")
        Service("chat", public=True).send("Tin", "Một tin")
        assert [post["message"] for post in api.posts] == ["Một tin"]


@pytest.mark.parametrize("host", ["2130706433", "0x7f000001", "127.1", "0177.0.0.1"])
def test_loopback_in_another_spelling_is_not_called(host: str) -> None:
    """Resolvers read them all as 127.0.0.1; none is an address that somebody means."""
    api = Hook()
    with served(api) as address:
        with pytest.raises(Unreachable, match="GUONGSANG_INTERNAL_HOSTS"):
            call("POST", address.replace("127.0.0.1", host), body={})
        assert api.posts == []


def test_a_redirect_inside_is_not_followed() -> None:
    """Whatever a public server answers: the guard sits where connections are made."""
    api = Hook()
    with (
        served(api) as address,
        outward.session("https://hub.example/") as session,
        pytest.raises(requests.ConnectionError, match="not a public address"),
    ):
        session.post(address, json={})
    assert api.posts == []


@pytest.mark.parametrize(
    ("host", "inside"),
    [
        ("localhost", True),
        ("127.0.0.1", False),  # in figures it is meant
        ("2130706433", True),  # 127.0.0.1 as one number, which resolvers read
        ("no-such-name.invalid", False),
    ],
)
def test_names_are_looked_up_for_a_library_that_connects_itself(host: str, inside: bool) -> None:
    assert outward.leads_inside(host) is inside
