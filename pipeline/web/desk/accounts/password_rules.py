"""What Django says of a password only in English."""

from __future__ import annotations

from django.contrib.auth.password_validation import MinimumLengthValidator
from django.utils.translation import ngettext


class LongEnough(MinimumLengthValidator):
    """Django's rule; its words have no Vietnamese translation."""

    def get_error_message(self) -> str:
        return ngettext(
            "Mật khẩu quá ngắn: cần ít nhất %(num)s ký tự.",
            "Mật khẩu quá ngắn: cần ít nhất %(num)s ký tự.",
            self.min_length,
        ) % {"num": self.min_length}
