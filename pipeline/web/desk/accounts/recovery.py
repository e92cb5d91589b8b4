"""Recovery codes of the second step, for the day the telephone is lost: each lets in once.

They are shown when they are made and kept only as a keyed hash, which fits django-otp's own table.
"""

from __future__ import annotations

import re
import secrets

from django.db import transaction
from django.utils.crypto import salted_hmac
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken

from pipeline.store.audit import record
from pipeline.store.models import User
from pipeline.text.clock import utc_now

NUMBER = 10
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without those that are read for one another."""
_HALF = 5
_SHAPE = re.compile(rf"[{_LETTERS}]{{{2 * _HALF}}}")


def make(user: User) -> list[str]:
    """New codes, such as ``k7mpq-x2wn9``; earlier ones are void."""
    codes = ["".join(secrets.choice(_LETTERS) for _ in range(2 * _HALF)) for _ in range(NUMBER)]
    with transaction.atomic():
        device, _created = StaticDevice.objects.get_or_create(user=user, name="recovery")
        device.token_set.all().delete()
        StaticToken.objects.bulk_create(
            StaticToken(device=device, token=_kept(user, code)) for code in codes
        )
        record("person.recovery_codes_made", user, actor=user, at=utc_now())
    return [f"{code[:_HALF]}-{code[_HALF:]}" for code in codes]


def left(user: User) -> int:
    return int(StaticToken.objects.filter(device__user=user).count())


def looks_like_one(typed: str) -> bool:
    return _SHAPE.fullmatch(_plain(typed)) is not None


def use(user: User, typed: str) -> bool:
    """Whether ``typed`` is one of the codes, which is then void. Each wrong one doubles the time
    until the next is looked at (django-otp)."""
    with transaction.atomic():
        device = StaticDevice.objects.select_for_update().filter(user=user).first()
        if device is None or not device.verify_token(_kept(user, _plain(typed))):
            return False
        record("person.recovery_code_used", user, actor=user, at=utc_now())
    return True


def take_away(user: User) -> None:
    StaticDevice.objects.filter(user=user).delete()


def _plain(typed: str) -> str:
    return typed.replace("-", "").lower()


def _kept(user: User, code: str) -> str:
    return salted_hmac("recovery code", f"{user.pk} {code}").hexdigest()[:16]
