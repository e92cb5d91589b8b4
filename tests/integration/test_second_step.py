"""Logging in with a code: only both steps let anybody in."""

from __future__ import annotations

import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.test import Client
from django.urls import reverse
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice

from pipeline.store.models import AuditEntry, Role, User
from pipeline.web.desk import accounts, second_step
from tests.factories import NOW, PASSWORD, make_user
from tests.homes import make_home

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def home(tmp_path: Path, settings: LazySettings) -> None:
    settings.HOME = make_home(tmp_path)


def digits(user: User, later: int = 0) -> str:
    """What the telephone shows ``later`` steps of 30 seconds from now."""
    device = TOTPDevice.objects.get(user=user)
    found = TOTP(device.bin_key)
    found.time = time.time() + 30 * later
    return f"{found.token():06d}"


def switch_on(client: Client, user: User) -> None:
    client.force_login(user)
    own = reverse("desk:second_step")
    client.post(own, {"step": "start"})
    code = digits(user)
    client.post(own, {"step": "confirm", "code": f"{code[:3]} {code[3:]}"})
    assert second_step.is_on(user)


def enter(client: Client, user: User, password: str = PASSWORD) -> str:
    form = {"username": user.username, "password": password}
    answer = client.post(reverse("desk:login") + "?next=/desk/digests/", form)
    return answer.headers.get("Location", "")


def test_it_is_switched_on_only_by_a_code_of_the_key_shown(client: Client, editor: User) -> None:
    client.force_login(editor)
    own = reverse("desk:second_step")
    assert "data:image/svg" not in client.get(own).content.decode()
    page = client.post(own, {"step": "start"}, follow=True).content.decode()
    assert 'src="data:image/svg' in page
    assert client.post(own, {"step": "confirm", "code": "000000"}).status_code == 422
    assert not second_step.is_on(editor)
    TOTPDevice.objects.update(throttling_failure_count=0)
    assert client.post(own, {"step": "confirm", "code": digits(editor)}).status_code == 302
    assert second_step.is_on(editor)
    assert AuditEntry.objects.get().action == "person.second_step_on"
    shown = client.get(own).content.decode()
    assert "data:image/svg" not in shown
    client.post(own, {"step": "start"})
    assert second_step.is_on(editor)


def test_the_password_alone_lets_nobody_in(editor: User) -> None:
    switch_on(Client(), editor)
    client = Client()
    code = reverse("desk:code")
    assert enter(client, editor) == code
    assert client.get("/desk/").status_code == 302
    assert client.get(code).status_code == 200
    assert client.post(code, {"code": "123"}).status_code == 422
    assert client.get("/desk/").status_code == 302
    TOTPDevice.objects.update(throttling_failure_count=0)
    answer = client.post(code, {"code": digits(editor, 1)})
    assert answer["Location"] == "/desk/digests/"
    assert client.get("/desk/").status_code == 200


def test_a_code_counts_once_and_wrong_ones_slow_down(editor: User) -> None:
    switch_on(Client(), editor)
    used = digits(editor, 1)
    for expected in (302, 422):
        client = Client()
        enter(client, editor)
        assert client.post(reverse("desk:code"), {"code": used}).status_code == expected
    # The one just refused has to be waited for, even by the right code.
    assert TOTPDevice.objects.get().throttling_failure_count == 1
    client = Client()
    enter(client, editor)
    TOTPDevice.objects.update(last_t=-1)
    assert client.post(reverse("desk:code"), {"code": used}).status_code == 422


def test_nobody_comes_to_the_code_without_the_password(
    editor: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    switch_on(Client(), editor)
    client, code = Client(), reverse("desk:code")
    assert client.post(code, {"code": digits(editor, 1)})["Location"] == reverse("desk:login")
    enter(client, editor, "sai")
    assert client.get(code)["Location"] == reverse("desk:login")
    enter(client, editor)
    monkeypatch.setattr(second_step, "PATIENCE", timedelta(seconds=-1))
    assert client.post(code, {"code": digits(editor, 1)})["Location"] == reverse("desk:login")
    assert client.get("/desk/").status_code == 302


def test_it_is_switched_off_with_the_password_or_by_a_reset(editor: User) -> None:
    client, own = Client(), reverse("desk:second_step")
    switch_on(client, editor)
    assert client.post(own, {"step": "off", "password": "sai"}).status_code == 422
    assert second_step.is_on(editor)
    client.post(own, {"step": "off", "password": PASSWORD})
    assert not second_step.is_on(editor)
    assert enter(Client(), editor) == "/desk/digests/"
    switch_on(client, editor)
    accounts.reset(editor, make_user("quantri", Role.ADMIN), NOW)
    assert not second_step.is_on(editor)
    entry = AuditEntry.objects.get(action="person.reset")
    assert entry.after == {"second_step_taken_away": True}


def test_a_person_switched_off_between_the_steps_stays_out(editor: User) -> None:
    switch_on(Client(), editor)
    client = Client()
    enter(client, editor)
    accounts.switch(editor, make_user("quantri", Role.ADMIN), NOW, on=False)
    answer = client.post(reverse("desk:code"), {"code": digits(editor, 1)})
    assert answer["Location"] == reverse("desk:login")
