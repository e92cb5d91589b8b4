from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _
from django_otp.plugins.otp_totp.models import TOTPDevice


class Role(models.TextChoices):
    EDITOR = "editor", _("Biên tập viên")
    CHIEF = "chief", _("Lãnh đạo duyệt")
    BOARD = "board", _("Cán bộ thi đua")
    ADMIN = "admin", _("Quản trị")


class User(AbstractUser):
    """A person of the office. What a role may do is decided in ``pipeline.digest.approval`` and
    ``pipeline.web.desk.permissions``, not here."""

    full_name = models.CharField(_("họ và tên"), max_length=120, blank=True)
    role = models.CharField(_("vai trò"), max_length=10, choices=Role, default=Role.EDITOR)

    def __str__(self) -> str:
        return self.full_name or self.username


class Telephone(TOTPDevice):  # type: ignore[misc]
    """The telephone of a person's second step. The key it shares with us is made of this row and
    ``SECRET_KEY``: whoever reads the database, or a copy of it, cannot make codes."""

    class Meta:
        proxy = True

    @property
    def bin_key(self) -> bytes:
        return salted_hmac("second step", self.key).digest()
