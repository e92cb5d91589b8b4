"""The rules of accounts. Nobody is ever deleted: the audit trail and old editions name them."""

from __future__ import annotations

from datetime import datetime, timedelta

from axes.models import AccessAttempt
from axes.utils import reset as unlock
from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.db import transaction
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django.utils.translation import gettext as _

from pipeline.digest.rules import NotAllowed
from pipeline.store.audit import record
from pipeline.store.models import Role, User
from pipeline.web.desk.accounts import second_step


def add(person: User, by: User, at: datetime) -> None:
    """Save a new account. It has no password until its person follows the invitation."""
    person.set_unusable_password()
    with transaction.atomic():
        person.save()
        record("person.added", person, actor=by, at=at, after={"role": person.role})


def change(person: User, by: User, at: datetime, *, full_name: str, role: str) -> bool:
    """Set name and role; returns whether anything changed.

    Raises:
        NotAllowed: it would leave the office without an administrator.
    """
    with transaction.atomic():
        row = _locked(person)
        before, renamed = row.role, row.full_name != full_name
        if before == role and not renamed:
            return False
        row.full_name, row.role = full_name, role
        if role != Role.ADMIN:
            _require_another_administrator(row)
        row.save(update_fields=["full_name", "role"])
        record(
            "person.changed",
            row,
            actor=by,
            at=at,
            before={"role": before},
            after={"role": role, "renamed": renamed},
        )
    person.refresh_from_db()
    return True


def switch(person: User, by: User, at: datetime, *, on: bool) -> None:
    """Let ``person`` in or keep them out, from this moment: open sessions end, too.

    Raises:
        NotAllowed: it would leave the office without an administrator.
    """
    with transaction.atomic():
        row = _locked(person)
        if row.is_active != on:
            if not on:
                _require_another_administrator(row)
            row.is_active = on
            row.save(update_fields=["is_active"])
            action = "person.switched_on" if on else "person.switched_off"
            record(action, row, actor=by, at=at)
    person.refresh_from_db()


def reset(person: User, by: User, at: datetime) -> None:
    """Take the password and the second step away: both, open sessions and earlier invitations are
    void at once, and so is a lock after wrong passwords. A new invitation lets the person in again.

    Raises:
        NotAllowed: it would leave the office without an administrator.
    """
    with transaction.atomic():
        row = _locked(person)
        _require_another_administrator(row)
        _void(row, by, at)
    person.refresh_from_db()


def reset_from_server(person: User, at: datetime) -> None:
    """As ``reset``, by whoever keeps the server: the only administrator's way back in, too."""
    with transaction.atomic():
        _void(_locked(person), None, at)
    person.refresh_from_db()


def _void(row: User, by: User | None, at: datetime) -> None:
    row.set_unusable_password()
    row.save(update_fields=["password"])
    after = {"second_step_taken_away": second_step.take_away(row)}
    record("person.reset", row, actor=by, at=at, after=after)
    unlock(username=row.get_username())


def is_locked(person: User, at: datetime) -> bool:
    """Whether wrong passwords keep ``person`` out, at one address at least."""
    since = at - timedelta(hours=settings.AXES_COOLOFF_TIME)
    rows = AccessAttempt.objects.filter(username=person.get_username(), attempt_time__gt=since)
    return bool(rows.filter(failures_since_start__gte=settings.AXES_FAILURE_LIMIT).exists())


def release(person: User, by: User, at: datetime) -> None:
    """End a lock after wrong passwords; password and second step stay as they are."""
    with transaction.atomic():
        unlock(username=person.get_username())
        record("person.released", person, actor=by, at=at)


def invitation(person: User) -> str:
    """The path on which ``person`` sets a password. Its token is signed, ends after
    ``PASSWORD_RESET_TIMEOUT`` and with the first password set on it; nothing is stored."""
    who = urlsafe_base64_encode(force_bytes(person.pk))
    token = default_token_generator.make_token(person)
    return reverse("desk:invitation", args=[who, token])


def _locked(person: User) -> User:
    """The row of ``person``, and with it every administrator's: two of them switching each other
    off at the same time must not both succeed."""
    list(User.objects.select_for_update().filter(role=Role.ADMIN).order_by("pk"))
    return User.objects.select_for_update().get(pk=person.pk)


def _require_another_administrator(person: User) -> None:
    others = User.objects.filter(role=Role.ADMIN, is_active=True).exclude(pk=person.pk)
    if not any(other.has_usable_password() for other in others):
        raise NotAllowed(_("Cần ít nhất một quản trị viên khác đang dùng được tài khoản."))
