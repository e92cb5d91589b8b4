"""A mail server on loopback that keeps what it accepts and answers as told."""

from __future__ import annotations

import email
from email import policy
from email.message import EmailMessage

from aiosmtpd.smtp import SMTP, Envelope, Session


class MailServer:
    def __init__(self) -> None:
        self.raw: list[bytes] = []
        self.accepted: list[EmailMessage] = []
        self.answers: dict[str, list[str]] = {}
        self.cut_after_data = False

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        waiting = self.answers.get(address)
        if waiting:
            return waiting.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        content = envelope.original_content or b""
        self.raw.append(content)
        self.accepted.append(
            email.message_from_bytes(content, policy=policy.default)  # type: ignore[arg-type]
        )
        if self.cut_after_data:
            server.transport.abort()
        return "250 Message accepted for delivery"
