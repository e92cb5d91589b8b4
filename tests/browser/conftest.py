"""A real Chromium. Where there is none these tests are skipped and say so, except under CI."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.utils import timezone
from playwright.sync_api import Browser, Page, Playwright, expect, sync_playwright
from pytest_django.live_server_helper import LiveServer

from pipeline.config.home import Home
from pipeline.store.models import Role, Story, User
from tests.factories import PASSWORD, make_story, make_user
from tests.homes import make_home

NAMES = ("chromium", "chromium-browser", "google-chrome")
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
WAIT = 30_000  # ms; a loaded machine is slow, a broken page waits in vain
HARMLESS = (
    "status of 409",  # a refused save is a page of its own, and Chromium logs its status
    "status of 400",  # so is a public form that needs another word
    "htmx:sendAbort",  # a link clicked while another loads replaces it
    "htmx:afterRequest",
)
WIDE, NARROW = (1366, 768), (390, 844)


@pytest.fixture(scope="session")
def chromium_path() -> str:
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        reason = f"no Chromium on this machine (looked for {', '.join(NAMES)})"
        if os.environ.get("CI") == "true":
            pytest.fail(f"{reason}, and CI=true asks for the browser tests")
        pytest.skip(reason)
    return found


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    # Playwright's sync API runs an event loop in this thread, and Django then refuses the ORM.
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    expect.set_options(timeout=WAIT)
    with sync_playwright() as started:
        yield started
    if before is None:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture(scope="session")
def browser(chromium_path: str, playwright: Playwright) -> Iterator[Browser]:
    browser = playwright.chromium.launch(executable_path=chromium_path, args=list(QUIET))
    yield browser
    browser.close()


@pytest.fixture(autouse=True)
def home(tmp_path: Path, settings: LazySettings, live_server: LiveServer) -> Home:
    settings.HOME = make_home(tmp_path, live_server.url)
    return settings.HOME


@pytest.fixture
def editor() -> User:
    return make_user("lananh")


@pytest.fixture
def chief() -> User:
    return make_user("thuha", Role.CHIEF)


def fresh_story(number: int, **fields: object) -> Story:
    """``Gương số 0`` and on, found yesterday; each scores a little less than the one before."""
    usual = {
        "title": f"Gương số {number}",
        "subject": f"Người thứ {number}",
        "score": 0.9 - number / 100,
        "published_at": timezone.now() - timedelta(days=1, hours=number),
        "found_at": timezone.now() - timedelta(hours=20),
    }
    return make_story(**{**usual, **fields})


Opens = Callable[..., Page]


@pytest.fixture
def open_page(browser: Browser, live_server: LiveServer) -> Iterator[Opens]:
    """Opens a window: ``open_page(user, size=WIDE)``, logged in if a user is
    given. Fails the test afterwards if a page logged an error, a refused script among them."""
    contexts, errors = [], []

    def hear(kind: str, text: str) -> None:
        if kind == "error" and not any(harmless in text for harmless in HARMLESS):
            errors.append(text)

    def opens(
        user: User | None = None,
        size: tuple[int, int] = WIDE,
        javascript: bool = True,
        errors_expected: bool = False,
    ) -> Page:
        context = browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            base_url=live_server.url,
            java_script_enabled=javascript,
            locale="en-US",
        )
        context.set_default_timeout(WAIT)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        if not errors_expected:  # such as a request that fails because the test lets it
            page.on("console", lambda line: hear(line.type, line.text))
        if user is not None:
            log_in(page, user)
        return page

    yield opens
    for context in contexts:
        context.close()
    assert not errors, "\n".join(errors)


def log_in(page: Page, user: User) -> None:
    page.goto("/desk/login/")
    page.fill("#id_username", user.username)
    page.fill("#id_password", PASSWORD)
    page.click("button.main")
    page.wait_for_url("**/desk/")
