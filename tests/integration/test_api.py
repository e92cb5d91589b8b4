"""The public JSON API says what the portal says, page by page, and tells when a story is gone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from pipeline.config.home import Home
from pipeline.publish.channels import portal
from pipeline.publish.outbox import publish_due
from pipeline.publish.site.entries import Entry
from pipeline.publish.withdrawal import withdraw
from pipeline.store.models import Story
from tests.factories import NOW
from tests.homes import make_home
from tests.publishing import OFFICE, approved_edition, item

pytestmark = pytest.mark.django_db
API = "/portal/api/v1"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, settings: Any) -> Home:
    settings.HOME = make_home(tmp_path)
    return settings.HOME  # type: ignore[no-any-return]


@pytest.fixture
def published(home: Home) -> list[dict[str, Any]]:
    edition = approved_edition(3)
    publish_due(office=OFFICE, home=home, now=NOW)
    return list(edition.content["items"])


def test_pages_hold_every_story_once(client: Client, published: list[dict[str, Any]]) -> None:
    found, address = [], f"{API}/stories?per_page=2"
    while address:
        page = client.get(address).json()
        assert (page["total"], page["pages"]) == (3, 2)
        found += [story["id"] for story in page["stories"]]
        address = (page["next"] or "").removeprefix("http://127.0.0.1:8000")
    assert found == [item["public_id"] for item in published]


def test_filters(client: Client, published: list[dict[str, Any]]) -> None:
    first = published[0]

    def total(query: str) -> int:
        return int(client.get(f"{API}/stories?{query}").json()["total"])

    of_sector = [item for item in published if item["sector"] == first["sector"]]
    assert total(f"sector={first['sector']}&province=lao-cai") == len(of_sector)
    assert total(f"commune={first['commune']}") >= 1
    assert total("sector=khong-co") == 0
    assert total("campaign=khong-co") == 0
    assert total("since=2026-01-01T00:00:00%2B07:00") == 3
    assert total("since=2027-01-01T00:00:00%2B07:00") == 0


@pytest.mark.parametrize(
    "query", ["page=0", "per_page=101", "since=hom-qua", "since=2026-01-01T00:00"]
)
def test_a_wrong_query_is_told(client: Client, published: list[dict[str, Any]], query: str) -> None:
    answer = client.get(f"{API}/stories?{query}")
    assert answer.status_code == 422
    assert query.partition("=")[0] in answer.content.decode()


def test_one_story_and_what_became_of_it(
    client: Client, home: Home, published: list[dict[str, Any]]
) -> None:
    first = published[0]
    address = f"{API}/stories/{first['public_id']}"
    told = client.get(address).json()
    assert (told["headline"], told["original_url"]) == (first["headline"], first["url"])
    assert client.get(f"{API}/stories/00000000-0000-4000-8000-000000000000").status_code == 404
    story = Story.objects.get(public_id=first["public_id"])
    withdraw(story, None, NOW, "nguồn đã gỡ", office=OFFICE, home=home)
    gone = client.get(address)
    assert gone.status_code == 410
    assert first["headline"] not in gone.content.decode()
    assert client.get(f"{API}/stories").json()["total"] == 2


def test_it_describes_itself_and_only_reads(client: Client) -> None:
    described = client.get(f"{API}/openapi.json").json()
    assert described["openapi"].startswith("3.")
    assert set(described["paths"]) == {f"{API}/stories", f"{API}/stories/{{public_id}}"}
    assert all(set(path) == {"get"} for path in described["paths"].values())
    assert client.post(f"{API}/stories").status_code == 405


def test_one_address_asks_so_often_and_no_more(client: Client) -> None:
    answers = [client.get(f"{API}/stories", REMOTE_ADDR="203.0.113.9") for _ in range(121)]
    assert [answer.status_code for answer in answers] == [200] * 120 + [429]
    assert client.get(f"{API}/stories", REMOTE_ADDR="203.0.113.10").status_code == 200
    # What a stranger claims counts for nothing; what our own proxy says does.
    for peer, status in (("203.0.113.9", 429), ("127.0.0.1", 200)):
        claim = {"X-Forwarded-For": "198.51.100.7"}
        answer = client.get(f"{API}/stories", REMOTE_ADDR=peer, headers=claim)
        assert answer.status_code == status


@pytest.mark.parametrize(
    ("wanted", "communes"),
    [
        ("Mỹ Thọ", {"Mỹ Thọ"}),
        ("MỸ THO", {"Mỹ Tho"}),
        ("my-tho", {"Mỹ Thọ", "Mỹ Tho"}),
        ("Mỹ-Thọ", {"Mỹ Thọ"}),
    ],
)
def test_marks_that_were_typed_count(
    client: Client, monkeypatch: pytest.MonkeyPatch, wanted: str, communes: set[str]
) -> None:
    items = [item(n, commune=name) for n, name in enumerate(("Mỹ Thọ", "Mỹ Tho", "Mỹ An"))]
    entries = [Entry(each, 1, NOW, NOW) for each in items]
    monkeypatch.setattr(portal, "entries", lambda: entries)
    found = client.get(f"{API}/stories", {"commune": wanted}).json()["stories"]
    assert {story["commune"] for story in found} == communes
