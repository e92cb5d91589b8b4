"""One connection for many letters, and the truth about each: gone out, not gone out, or unknown."""

from __future__ import annotations

import contextlib
import smtplib
from email.charset import QP, Charset
from typing import Any, Self

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.smtp import EmailBackend

from pipeline.publish.mail.dkim_signing import BadKey, Signer
from pipeline.publish.outcomes import NotSent, Unreachable

_SMTP = "django.core.mail.backends.smtp.EmailBackend"
_SEVEN_BITS = Charset("utf-8")
_SEVEN_BITS.body_encoding = QP
"""Not every server takes eight (RFC 6152), and one that re-encodes breaks the signature."""


class _Tracking(smtplib.SMTP):
    """Signs what it sends, and notes whether the letter itself was begun: before that a lost
    connection loses nothing."""

    data_begun = False
    signer: Signer | None = None

    def sendmail(
        self, from_addr: str, to_addrs: Any, msg: Any, *args: Any, **kwargs: Any
    ) -> dict[str, tuple[int, bytes]]:
        signed = self.signer.sign(msg) if self.signer else msg
        return super().sendmail(from_addr, to_addrs, signed, *args, **kwargs)

    def data(self, msg: Any) -> Any:
        self.data_begun = True
        return super().data(msg)


class _TrackingTls(_Tracking, smtplib.SMTP_SSL):
    pass


class TrackingBackend(EmailBackend):
    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        return _TrackingTls if self.use_ssl else _Tracking


class Mailer:
    """Sends over the configured mail backend; a connection lost between letters is opened anew.

    ``unsigned``: rather without a signature than not at all, when the key is broken.

    Raises:
        Unreachable: on entering, when there is no server to talk to, or no key to sign with though
            there should be one.
    """

    _signer: Signer | None = None

    def __init__(self, *, unsigned: bool = False) -> None:
        self._unsigned = unsigned
        smtp = settings.EMAIL_BACKEND == _SMTP
        ours = f"{TrackingBackend.__module__}.{TrackingBackend.__qualname__}"
        self._backend = get_connection(backend=ours if smtp else None)

    def __enter__(self) -> Self:
        try:
            self._signer = Signer.from_settings()
        except BadKey as error:
            if not self._unsigned:
                raise Unreachable(f"Không ký được thư: {error}", again=True) from error
        self._open()
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._close()

    def send(self, message: EmailMessage) -> None:
        """Hand over one letter.

        Raises:
            NotSent: the server certainly did not take it: it said so, or the connection broke
                before the letter was begun.
            Exception: anything else: nobody knows. The answer to the end of data may be lost
                after the server took responsibility (RFC 5321, 4.2.5 and 6.1).
        """
        self._open()
        connection = getattr(self._backend, "connection", None)
        if connection is not None:
            connection.data_begun, connection.signer = False, self._signer
        message.encoding = _SEVEN_BITS
        try:
            self._backend.send_messages([message])
        except smtplib.SMTPRecipientsRefused as error:
            code, answer = next(iter(error.recipients.values()))
            raise _refused(code, answer) from error
        except (smtplib.SMTPSenderRefused, smtplib.SMTPDataError) as error:
            raise _refused(error.smtp_code, error.smtp_error) from error
        except Exception as error:
            self._close()
            if connection is None or connection.data_begun:
                raise
            lost = isinstance(error, OSError)
            raise NotSent(f"{type(error).__name__} trước khi gửi", again=lost) from error

    def _open(self) -> None:
        try:
            self._backend.open()
        except OSError as error:  # smtplib's own errors are OSErrors, too
            raise Unreachable(f"Không nối được máy chủ thư: {error}", again=True) from error

    def _close(self) -> None:
        # What was sent is sent; a server that is rude about QUIT changes nothing.
        with contextlib.suppress(OSError):
            self._backend.close()


def _refused(code: int, answer: bytes | str) -> NotSent:
    """4yz: try again later; 5yz: do not (RFC 5321, 4.2.1). The answer may quote the address, so
    only the codes are kept."""
    text = answer.decode(errors="replace") if isinstance(answer, bytes) else answer
    enhanced = text.split(" ", 1)[0]
    detail = f"Máy chủ thư từ chối: {code}" + (f" {enhanced}" if enhanced[:1].isdigit() else "")
    return NotSent(detail, again=400 <= code < 500)
