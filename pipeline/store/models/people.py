from __future__ import annotations

import secrets
import time

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _
from django_otp.models import Device, ThrottlingMixin
from django_otp.oath import TOTP


class Role(models.TextChoices):
    EDITOR = "editor", _("Biên tập viên")
    CHIEF = "chief", _("Lãnh đạo duyệt")
    BOARD = "board", _("Cán bộ thi đua")
    ADMIN = "admin", _("Quản trị")


class User(AbstractUser):  # type: ignore[django-manager-missing]  # django-otp has no types
    """A person of the office. What a role may do is decided in ``pipeline.digest.approval`` and
    ``pipeline.web.desk.permissions``, not here."""

    full_name = models.CharField(_("họ và tên"), max_length=120, blank=True)
    role = models.CharField(_("vai trò"), max_length=10, choices=Role, default=Role.EDITOR)

    def __str__(self) -> str:
        return self.full_name or self.username


def _salt() -> str:
    return secrets.token_hex(20)


class Telephone(ThrottlingMixin, Device):  # type: ignore[misc]
    """The telephone of a person's second step (TOTP, RFC 6238). The key it shares with us is made
    of this row and ``SECRET_KEY``: whoever has a copy of the database cannot make codes."""

    salt = models.CharField(max_length=40, default=_salt, editable=False)
    last_step = models.BigIntegerField(default=-1)
    """The time step of the last code that was right: none counts twice."""
    drift = models.SmallIntegerField(default=0)
    """Time steps by which its clock is off."""

    objects: models.Manager[Telephone] = models.Manager()

    @property
    def key(self) -> bytes:
        """Twenty bytes, as RFC 4226 recommends."""
        return salted_hmac("second step", self.salt).digest()

    def get_throttle_factor(self) -> int:
        """Seconds to wait after the first wrong code; each further one doubles them."""
        return 1

    def verify_token(self, token: str) -> bool:
        """Whether it is a code of now, one step early or one late, that did not count before."""
        if not self.verify_is_allowed()[0]:
            return False
        totp = TOTP(self.key, drift=self.drift)
        totp.time = time.time()
        right = token.isdecimal() and totp.verify(int(token), 1, self.last_step + 1)
        if right:
            self.last_step, self.drift = totp.t(), totp.drift
            self.throttle_reset(commit=False)
            self.save()
        else:
            self.throttle_increment()
        return bool(right)
