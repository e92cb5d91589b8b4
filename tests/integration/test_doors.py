"""Requests that no browser of a reader makes: the table "At our own doors" of
docs/bench/hostile.md."""

from __future__ import annotations

import pytest
from django.test import Client

from pipeline.config.home import Home

pytestmark = pytest.mark.django_db
STORIES = "/portal/api/v1/stories"


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (f"{STORIES}?q=%00a", 400),
        ("/portal/%00", 400),
        (f"{STORIES}?q=%ff%fe", 200),
        ("/portal/..%2f..%2foffice.yaml", 404),
        ("/portal/../../.env", 404),
        ("/portal/..%5c.env", 404),
        (f"{STORIES}?page=-1&per_page=1e9", 422),
        (f"{STORIES}?page=99999999999999999999999", 422),
    ],
)
def test_a_crafted_address_is_answered_plainly(
    home: Home, client: Client, path: str, status: int
) -> None:
    (home.root / ".env").write_text("GUONGSANG_SECRET_KEY=bi-mat\n")
    answer = client.get(path)
    assert answer.status_code == status
    told = b"".join(answer) if answer.streaming else answer.content
    assert b"bi-mat" not in told


def test_a_foreign_host_and_methods_of_no_use(home: Home, client: Client) -> None:
    assert client.get("/", headers={"host": "evil.example"}).status_code == 400
    assert client.trace("/desk/").status_code == 405


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("&".join(f"a{number}=1" for number in range(5000)), "application/x-www-form-urlencoded"),
        ("x", "multipart/form-data"),
    ],
)
def test_a_form_of_no_form(home: Home, client: Client, body: str, kind: str) -> None:
    answer = client.post("/portal/dinh-chinh/", body, content_type=kind)
    assert answer.status_code == 400


def test_logging_in_leads_to_no_other_site(home: Home, client: Client) -> None:
    page = client.get("/desk/login/?next=//evil.example/").content.decode()
    assert 'href="//evil.example' not in page
    assert client.post("/language/", {"language": "en", "next": "//evil.example"}).headers.get(
        "Location", ""
    ) in ("", "/")
