"""What every answer carries, and what no request may do: docs/threat-model.md names these tests."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver, resolve, reverse

from pipeline.config.home import Home
from pipeline.publish.outbox import publish_due
from pipeline.store.models import Digest, Role, User
from tests.factories import NOW, PASSWORD, make_story, make_user
from tests.publishing import OFFICE, WEEK, approved_edition

pytestmark = pytest.mark.django_db

UNGUARDED = {"api", "leave"}
"""Read-only; and leaving by one click (RFC 8058), whose address is a signed secret."""


def views(patterns: Any = None, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Every address of ours with its pattern."""
    for each in patterns if patterns is not None else get_resolver().url_patterns:
        address = prefix + str(each.pattern)
        if isinstance(each, URLResolver):
            yield from views(each.url_patterns, address)
        else:
            yield "/" + address, each


class Inline(HTMLParser):
    """Code in the page itself: scripts without an address, styles, handlers, javascript: links."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        data = given.get("type", "") in ("application/json", "application/ld+json")
        if (tag == "script" and "src" not in given and not data) or tag == "style":
            self.found.append(tag)
        self.found += [
            f"{tag} {name}"
            for name, value in attrs
            if name.startswith("on") or name == "style" or (value or "").startswith("javascript:")
        ]


@pytest.fixture
def pages(home: Home, client: Client) -> list[str]:
    """Addresses of pages with something on each."""
    approved_edition(2)
    publish_due(office=OFFICE, home=home, now=NOW)
    story = make_story()
    client.force_login(make_user("quantri", Role.ADMIN))
    names = "inbox digests sources overview learning people audit second_step password requests"
    known = {each.name for _address, each in views() if each.name}
    listed = [reverse(f"desk:{name}") for name in names.split() if name in known]
    return [
        *listed,
        reverse("desk:story", args=[story.public_id]),
        reverse("desk:edit", args=[story.public_id]),
        reverse("desk:digest", args=[WEEK]),
        "/portal/",
        "/portal/so/1.html",
        "/portal/dang-ky/",
        "/portal/gioi-thieu/",
        "/portal/dinh-chinh/",
        "/portal/api/v1/stories",
        "/desk/khong-co/",
    ]


def test_every_answer_has_a_policy_without_inline_code_and_holds_none(
    client: Client, pages: list[str]
) -> None:
    assert Digest.objects.exists()
    for address in pages:
        answer = client.get(address)
        assert answer.status_code == (404 if "khong-co" in address else 200), address
        policy = answer["Content-Security-Policy"]
        assert "unsafe" not in policy, address
        assert "default-src 'none'" in policy, address
        assert "script-src 'self'" in policy, address
        assert answer["X-Content-Type-Options"] == "nosniff", address
        assert answer["Referrer-Policy"] == "same-origin", address
        assert "frame-ancestors" in policy, address
        if "html" in answer["Content-Type"]:
            page = b"".join(answer) if answer.streaming else answer.content
            assert Inline(page.decode()).found == [], address


@pytest.mark.parametrize("address", ["/portal/", "/healthz", "/portal/atom.xml"])
def test_a_question_for_the_headers_alone_gets_no_body(pages: list[str], address: str) -> None:
    environ = RequestFactory().head(address).environ | {"HTTP_HOST": "localhost"}
    headers: dict[str, str] = {}
    answer = WSGIHandler()(environ, lambda _status, given: headers.update(given))
    assert b"".join(answer) == b""
    assert headers["Content-Type"]


def test_htmx_runs_no_code_from_the_page(client: Client, pages: list[str]) -> None:
    (told,) = re.findall(
        r"""name="htmx-config" content='([^']+)'""", client.get(pages[0]).content.decode()
    )
    assert '"includeIndicatorStyles":false' in told
    assert '"allowEval":false' in told


def test_desk_pages_stand_in_no_frame(client: Client, pages: list[str]) -> None:
    answer = client.get(pages[0])
    assert answer["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in answer["Content-Security-Policy"]


def test_answers_use_no_device_and_desk_pages_stay_with_their_reader(
    client: Client, pages: list[str]
) -> None:
    for address in [*pages, "/desk/?q=%00", "/healthz"]:
        answer = client.get(address)
        assert "camera=()" in answer["Permissions-Policy"]
        assert "default-src 'none'" in answer["Content-Security-Policy"]
        if address.startswith("/desk/"):
            assert "private" in answer["Cache-Control"]


def test_only_known_views_take_a_form_without_its_token() -> None:
    exempt = {
        "api" if "/api/" in address else str(each.name)
        for address, each in views()
        if getattr(each.callback, "csrf_exempt", False)
    }
    assert exempt <= UNGUARDED


@pytest.mark.parametrize("role", [*Role, None])
def test_a_foreign_form_is_refused_everywhere(home: Home, role: Role | None) -> None:
    browser = Client(enforce_csrf_checks=True)
    if role:
        browser.force_login(make_user("ai-do", role))
    samples = {
        "uuid": "00000000-0000-0000-0000-000000000000",
        "int": "1",
        "week": "2026-W47",
        "slug": "portal",
        "story_step": "accept",
        "digest_step": "approve",
        "person_step": "off",
        "register_step": "move",
    }
    for address, each in views():
        if getattr(each.callback, "csrf_exempt", False):
            continue
        target = re.sub(r"<(?:(\w+):)?\w+>", lambda m: samples.get(m[1] or "", "2026Q4"), address)
        assert resolve(target).func is each.callback, target
        for method in (browser.post, browser.put, browser.patch, browser.delete):
            assert method(target).status_code == 403, target


@pytest.mark.parametrize("secure", [False, True])
def test_cookies_are_for_our_own_pages_and_no_script(
    home: Home, settings: LazySettings, secure: bool
) -> None:
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = secure
    make_user()
    browser = Client()
    browser.get(reverse("desk:login"))
    answer: HttpResponse = browser.post(
        reverse("desk:login"), {"username": "lananh", "password": PASSWORD}
    )
    session = answer.cookies["sessionid"]
    assert session["httponly"]
    for cookie in (session, answer.cookies["csrftoken"]):
        assert cookie["samesite"] == "Lax"
        assert bool(cookie["secure"]) is secure


def test_passwords_are_kept_slowly_hashed_and_long(home: Home) -> None:
    from django.contrib.auth.password_validation import validate_password
    from django.core.exceptions import ValidationError

    from pipeline import settings as ours

    assert not hasattr(ours, "PASSWORD_HASHERS"), "Django's own: PBKDF2"
    for weak in ("12345678", "lananh", "abc"):
        with pytest.raises(ValidationError):
            validate_password(weak, User(username="lananh"))


def test_a_wrong_host_costs_one_line_of_the_log(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    assert client.get("/desk/login/", headers={"host": "evil.example"}).status_code == 400
    [line] = [each for each in caplog.records if each.name == "django.security.DisallowedHost"]
    assert "evil.example" in line.getMessage()
    assert not line.exc_info
