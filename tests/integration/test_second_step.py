"""Logging in with a code: only both steps let anybody in."""

from __future__ import annotations

import re
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.test import Client
from django.urls import reverse
from django_otp.oath import TOTP
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken

from pipeline.store.models import AuditEntry, Role, Telephone, User
from pipeline.web.desk.accounts import recovery, rules, second_step
from tests.factories import NOW, PASSWORD, make_user
from tests.homes import make_home

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def home(tmp_path: Path, settings: LazySettings) -> None:
    settings.HOME = make_home(tmp_path)


def digits(user: User, later: int = 0) -> str:
    """What the telephone shows ``later`` steps of 30 seconds from now."""
    device = Telephone.objects.get(user=user)
    found = TOTP(device.key)
    found.time = time.time() + 30 * later
    return f"{found.token():06d}"


CODE = r"<code>([a-z2-9]{5}-[a-z2-9]{5})</code>"


def switch_on(client: Client, user: User) -> list[str]:
    """The recovery codes."""
    client.force_login(user)
    own = reverse("desk:second_step")
    client.post(own, {"step": "start"})
    code = digits(user)
    page = client.post(own, {"step": "confirm", "code": f"{code[:3]} {code[3:]}"})
    assert second_step.is_on(user)
    return re.findall(CODE, page.content.decode())


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
    Telephone.objects.update(throttling_failure_count=0)
    page = client.post(own, {"step": "confirm", "code": digits(editor)}).content.decode()
    assert len(re.findall(CODE, page)) == 10
    assert second_step.is_on(editor)
    actions = AuditEntry.objects.order_by("pk").values_list("action", flat=True)
    assert list(actions) == ["person.second_step_on", "person.recovery_codes_made"]
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
    Telephone.objects.update(throttling_failure_count=0)
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
    assert Telephone.objects.get().throttling_failure_count == 1
    client = Client()
    enter(client, editor)
    Telephone.objects.update(last_step=-1)
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
    rules.reset(editor, make_user("quantri", Role.ADMIN), NOW)
    assert not second_step.is_on(editor)
    entry = AuditEntry.objects.get(action="person.reset")
    assert entry.after == {"second_step_taken_away": True}


def test_a_person_switched_off_between_the_steps_stays_out(editor: User) -> None:
    switch_on(Client(), editor)
    client = Client()
    enter(client, editor)
    rules.switch(editor, make_user("quantri", Role.ADMIN), NOW, on=False)
    answer = client.post(reverse("desk:code"), {"code": digits(editor, 1)})
    assert answer["Location"] == reverse("desk:login")


def test_a_recovery_code_lets_its_owner_in_once(editor: User) -> None:
    codes = switch_on(Client(), editor)
    chief = make_user("thuha", Role.CHIEF)
    switch_on(Client(), chief)
    address = reverse("desk:code")

    def enters(user: User, code: str) -> bool:
        StaticDevice.objects.update(throttling_failure_count=0)
        client = Client()
        enter(client, user)
        return bool(client.post(address, {"code": code}).status_code == 302)

    assert not enters(chief, codes[0])
    assert enters(editor, codes[0])
    assert not enters(editor, codes[0])
    assert enters(editor, codes[1].upper().replace("-", " "))
    entry = AuditEntry.objects.filter(action="person.recovery_code_used").first()
    assert entry is not None
    assert codes[0] not in str((entry.before, entry.after))
    client = Client()
    client.force_login(editor)
    assert "Còn 8 mã dự phòng." in client.get(reverse("desk:second_step")).content.decode()


def test_wrong_recovery_codes_slow_down_without_locking_the_telephone_out(editor: User) -> None:
    codes = switch_on(Client(), editor)
    client, address = Client(), reverse("desk:code")
    enter(client, editor)
    assert client.post(address, {"code": "aaaaa-aaaaa"}).status_code == 422
    assert client.post(address, {"code": codes[0]}).status_code == 422
    assert client.post(address, {"code": digits(editor, 1)}).status_code == 302


def test_new_recovery_codes_need_the_password_and_void_the_old(editor: User) -> None:
    client, own = Client(), reverse("desk:second_step")
    old = switch_on(client, editor)
    assert client.post(own, {"step": "codes", "password": "sai"}).status_code == 422
    page = client.post(own, {"step": "codes", "password": PASSWORD}).content.decode()
    new = re.findall(CODE, page)
    assert len(new) == 10
    assert not set(new) & set(old)
    assert not recovery.use(editor, old[0])
    assert not re.findall(CODE, client.get(own).content.decode())
    client.post(own, {"step": "off", "password": PASSWORD})
    assert not StaticToken.objects.exists()


def test_the_database_alone_makes_no_codes(editor: User, settings: LazySettings) -> None:
    codes = switch_on(Client(), editor)
    device = Telephone.objects.get()
    assert device.key.hex() != device.salt
    shown = digits(editor)
    settings.SECRET_KEY = "another-key-of-another-office"
    assert digits(editor) != shown
    plain = {code.replace("-", "") for code in codes}
    assert not plain & set(StaticToken.objects.values_list("token", flat=True))
    assert not recovery.use(editor, codes[0])
