"""Accounts: who may keep them, how a person gets in, and that the office is never locked out."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from click.testing import CliRunner
from django.conf import LazySettings
from django.contrib.auth.password_validation import validate_password
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from pipeline.cli import cli
from pipeline.digest.rules import NotAllowed
from pipeline.store.models import AuditEntry, Role, Telephone, User
from pipeline.web.desk.accounts import recovery, rules
from tests.factories import NOW, PASSWORD, make_user
from tests.homes import make_home

pytestmark = pytest.mark.django_db
NEW = "suoi-trong-da-2026"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, settings: LazySettings) -> None:
    settings.HOME = make_home(tmp_path)


@pytest.fixture
def admin() -> User:
    return make_user("quantri", Role.ADMIN)


@pytest.fixture
def desk(client: Client, admin: User) -> Client:
    client.force_login(admin)
    return client


def actions() -> list[str]:
    return list(AuditEntry.objects.order_by("id").values_list("action", flat=True))


def follow(invitation: str, password: str = NEW) -> tuple[Client, bytes]:
    """Open the link on a machine of one's own and set the password asked for."""
    client = Client()
    answer = client.get(invitation, follow=True)
    if not answer.redirect_chain:
        return client, answer.content
    form = {"new_password1": password, "new_password2": password}
    return client, client.post(answer.redirect_chain[-1][0], form, follow=True).content


@pytest.mark.parametrize("role", [Role.EDITOR, Role.CHIEF, Role.BOARD])
def test_only_administrators_keep_accounts(client: Client, admin: User, role: Role) -> None:
    client.force_login(make_user("khac", role))
    assert "Quản trị</a>" not in client.get(reverse("desk:inbox")).content.decode()
    for address in (
        reverse("desk:people"),
        reverse("desk:add_person"),
        reverse("desk:person", args=[admin.pk]),
    ):
        assert client.get(address).status_code == 403
        assert client.post(address, {"full_name": "Ai", "role": "admin"}).status_code in (403, 405)
    for step in ("off", "on", "reset", "unlock"):
        address = reverse("desk:change_person", args=[admin.pk, step])
        assert client.post(address).status_code == 403
    admin.refresh_from_db()
    assert admin.is_active
    assert admin.has_usable_password()


def test_an_invited_person_sets_a_password_and_is_in(desk: Client, admin: User) -> None:
    form = {"username": "lananh", "full_name": "  Lan   Anh ", "role": "editor"}
    page = desk.post(reverse("desk:add_person"), form, follow=True).content.decode()
    person = User.objects.get(username="lananh")
    assert (person.full_name, person.role) == ("Lan Anh", "editor")
    link = page.split('id="invitation" readonly value="')[1].split('"')[0]
    assert link.startswith("http://testserver/desk/invitation/")
    client, content = follow(link)
    assert "Hộp tin" in content.decode()
    assert client.get(reverse("desk:inbox")).status_code == 200
    _, again = follow(link, "mot-mat-khau-khac-9")
    assert "không còn dùng được" in again.decode()
    person.refresh_from_db()
    assert person.check_password(NEW)
    assert actions() == ["person.added", "person.password_set"]
    entry = AuditEntry.objects.get(action="person.added")
    assert (entry.actor, entry.after) == (admin, {"role": "editor"})


@pytest.mark.parametrize(
    ("language", "words"),
    [("vi", "Mật khẩu quá ngắn: cần ít nhất 8 ký tự."), ("en", "needs at least 8 characters")],
)
def test_a_short_password_is_refused_in_the_readers_language(language: str, words: str) -> None:
    with override(language), pytest.raises(ValidationError, match=words):
        validate_password("bep-lua")


def test_an_invitation_ends(desk: Client, settings: LazySettings) -> None:
    person = make_user("lananh")
    person.set_unusable_password()
    person.save()

    class Later(PasswordResetTokenGenerator):
        def _now(self) -> datetime:
            age = timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT + 60)
            return datetime.now() - age  # noqa: DTZ005 - as Django counts here

    address = rules.invitation(person)
    stale = Later().make_token(person)
    expired = reverse("desk:invitation", args=[address.split("/")[3], stale])
    assert "không còn dùng được" in follow(expired)[1].decode()
    assert "Hộp tin" in follow(address)[1].decode()


def test_an_invitation_is_void_once_the_account_is_off(desk: Client, admin: User) -> None:
    person = make_user("lananh")
    rules.reset(person, admin, NOW)
    address = rules.invitation(person)
    rules.switch(person, admin, NOW, on=False)
    assert "không còn dùng được" in follow(address)[1].decode()


def test_a_weak_password_is_refused(desk: Client, admin: User) -> None:
    person = make_user("lananh")
    rules.reset(person, admin, NOW)
    _, content = follow(rules.invitation(person), "12345678")
    assert "quá phổ biến" in content.decode()
    person.refresh_from_db()
    assert not person.has_usable_password()


def test_names_are_taken_whatever_their_case(desk: Client) -> None:
    make_user("lananh")
    form = {"username": "LanAnh", "full_name": "Lan Anh", "role": "editor"}
    answer = desk.post(reverse("desk:add_person"), form)
    assert answer.status_code == 422
    assert "Đã có tài khoản tên này." in answer.content.decode()


def test_a_role_is_changed_and_nothing_private_is_audited(desk: Client) -> None:
    person = make_user("lananh")
    form = {"full_name": "Nguyễn Lan Anh", "role": "chief"}
    desk.post(reverse("desk:person", args=[person.pk]), form)
    person.refresh_from_db()
    assert (person.full_name, person.role) == ("Nguyễn Lan Anh", "chief")
    entry = AuditEntry.objects.get()
    assert (entry.before, entry.after) == ({"role": "editor"}, {"role": "chief", "renamed": True})
    desk.post(reverse("desk:person", args=[person.pk]), form)
    assert AuditEntry.objects.count() == 1
    answer = desk.post(reverse("desk:person", args=[person.pk]), {**form, "role": "vua"})
    assert answer.status_code == 422


def test_switching_off_ends_sessions_and_on_lets_in_again(desk: Client) -> None:
    person, theirs = make_user("lananh"), Client()
    theirs.force_login(person)
    desk.post(reverse("desk:change_person", args=[person.pk, "off"]))
    assert theirs.get(reverse("desk:inbox")).status_code == 302
    form = {"username": "lananh", "password": PASSWORD}
    assert theirs.post(reverse("desk:login"), form).status_code == 200
    desk.post(reverse("desk:change_person", args=[person.pk, "on"]))
    assert theirs.post(reverse("desk:login"), form).status_code == 302
    assert actions() == ["person.switched_off", "person.switched_on"]


def test_a_reset_ends_the_old_password_sessions_and_the_lock(desk: Client) -> None:
    person, theirs = make_user("lananh"), Client()
    theirs.force_login(person)
    locked = Client()
    for _ in range(8):
        wrong = {"username": "lananh", "password": "không phải"}
        status = locked.post(reverse("desk:login"), wrong).status_code
    assert status == 429
    address = reverse("desk:change_person", args=[person.pk, "reset"])
    page = desk.post(address, follow=True).content.decode()
    assert 'id="invitation"' in page
    assert theirs.get(reverse("desk:inbox")).status_code == 302
    person.refresh_from_db()
    follow(rules.invitation(person))
    right = {"username": "lananh", "password": NEW}
    assert locked.post(reverse("desk:login"), right).status_code == 302


def wrong_passwords(client: Client, number: int = 8, **extra: str) -> int:
    """How the last of them was answered."""
    wrong = {"username": "lananh", "password": "không phải"}
    statuses = [
        client.post(reverse("desk:login"), wrong, **extra).status_code for _ in range(number)
    ]  # type: ignore[arg-type]
    return statuses[-1]


def test_a_lock_is_shown_and_ended_without_a_new_password(desk: Client) -> None:
    person, theirs = make_user("lananh"), Client()
    one = reverse("desk:person", args=[person.pk])
    assert "Mở khóa đăng nhập" not in desk.get(one).content.decode()
    assert wrong_passwords(theirs) == 429
    assert "Mở khóa đăng nhập" in desk.get(one).content.decode()
    desk.post(reverse("desk:change_person", args=[person.pk, "unlock"]))
    assert "Mở khóa đăng nhập" not in desk.get(one).content.decode()
    right = {"username": "lananh", "password": PASSWORD}
    assert theirs.post(reverse("desk:login"), right).status_code == 302
    assert actions() == ["person.released"]


def test_a_stranger_behind_the_proxy_locks_nobody_else_out() -> None:
    make_user("lananh")
    assert wrong_passwords(Client(), HTTP_X_FORWARDED_FOR="198.51.100.7") == 429
    right = {"username": "lananh", "password": PASSWORD}
    office = {"HTTP_X_FORWARDED_FOR": "203.0.113.5"}
    assert Client().post(reverse("desk:login"), right, **office).status_code == 302  # type: ignore[arg-type]


def test_the_last_administrator_stays(desk: Client, admin: User) -> None:
    invited = make_user("moi", Role.ADMIN)
    rules.reset(invited, admin, NOW)  # an administrator who cannot log in yet counts for nothing
    page = desk.post(
        reverse("desk:person", args=[admin.pk]), {"full_name": "Quản trị", "role": "editor"}
    )
    assert page.status_code == 422
    assert "Cần ít nhất một quản trị viên khác" in page.content.decode()
    for step in ("off", "reset"):
        desk.post(reverse("desk:change_person", args=[admin.pk, step]))
    admin.refresh_from_db()
    assert (admin.role, admin.is_active) == ("admin", True)
    assert admin.check_password(PASSWORD)
    follow(rules.invitation(invited))
    desk.post(reverse("desk:person", args=[admin.pk]), {"full_name": "Cũ", "role": "editor"})
    admin.refresh_from_db()
    assert admin.role == "editor"


def test_the_server_lets_the_only_administrator_in_again(
    admin: User, monkeypatch: pytest.MonkeyPatch, settings: LazySettings
) -> None:
    monkeypatch.setenv("GUONGSANG_HOME", str(settings.HOME.root))
    Telephone.objects.create(user=admin, name="totp", confirmed=True)
    recovery.make(admin)
    theirs = Client()
    theirs.force_login(admin)
    listed = CliRunner().invoke(cli, ["accounts", "list"]).output
    assert listed == "quantri\tadmin\tsecond step\n"
    done = CliRunner().invoke(cli, ["accounts", "reset", "quantri"])
    assert done.exit_code == 0, done.output
    assert theirs.get(reverse("desk:inbox")).status_code == 302
    link = done.output.strip()
    assert link.startswith("http://")
    follow(urlsplit(link).path)
    right = {"username": "quantri", "password": NEW}
    assert Client().post(reverse("desk:login"), right)["Location"] == reverse("desk:inbox")
    last = AuditEntry.objects.filter(action="person.reset").get()
    assert (last.actor, last.after) == (None, {"second_step_taken_away": True})


def test_the_server_says_who_cannot_be_reset(
    admin: User, monkeypatch: pytest.MonkeyPatch, settings: LazySettings
) -> None:
    monkeypatch.setenv("GUONGSANG_HOME", str(settings.HOME.root))
    rules.switch(make_user("cu"), admin, NOW, on=False)
    for name, why in (("khongco", "nobody is called"), ("cu", "switched off")):
        refused = CliRunner().invoke(cli, ["accounts", "reset", name])
        assert refused.exit_code == 1
        assert why in refused.output
    assert "cu\teditor\toff" in CliRunner().invoke(cli, ["accounts", "list"]).output


def test_two_administrators_cannot_switch_each_other_off(admin: User) -> None:
    other = make_user("khac", Role.ADMIN)
    rules.switch(other, admin, NOW, on=False)
    with pytest.raises(NotAllowed):
        rules.switch(admin, other, NOW, on=False)


def test_everybody_changes_their_own_password(client: Client) -> None:
    person, elsewhere = make_user("canbo", Role.BOARD), Client()
    client.force_login(person)
    elsewhere.force_login(person)
    address = reverse("desk:password")
    assert address in client.get(reverse("desk:inbox")).content.decode()
    form = {"old_password": "sai", "new_password1": NEW, "new_password2": NEW}
    assert client.post(address, form).status_code == 422
    assert client.post(address, {**form, "old_password": PASSWORD}).status_code == 302
    person.refresh_from_db()
    assert person.check_password(NEW)
    assert client.get(reverse("desk:inbox")).status_code == 200
    assert elsewhere.get(reverse("desk:inbox")).status_code == 302
    assert actions() == ["person.password_set"]
    assert Client().get(address).status_code == 302


def test_the_list_tells_who_can_log_in(desk: Client, admin: User) -> None:
    rules.reset(make_user("lananh"), admin, NOW)
    rules.switch(make_user("cu"), admin, NOW, on=False)
    page = desk.get(reverse("desk:people")).content.decode()
    for words in ("đang dùng", "chờ đặt mật khẩu", "đã tắt"):
        assert words in page
