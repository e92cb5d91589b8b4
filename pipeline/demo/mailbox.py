"""A real SMTP server on loopback that keeps every letter as a file and sends none on."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import Self

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


class Mailbox:
    """Context manager. Letters land in ``folder`` as ``0001.eml`` and so on.

    Raises:
        OSError: the port is taken (on entering).
    """

    def __init__(self, folder: Path, port: int) -> None:
        self._folder = folder
        self._controller = Controller(self, hostname="127.0.0.1", port=port)

    def __enter__(self) -> Self:
        self._folder.mkdir(parents=True, exist_ok=True)
        self._next = len(self.letters()) + 1
        self._controller.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._controller.stop()

    def letters(self) -> list[Path]:
        return sorted(self._folder.glob("*.eml"))

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        content = envelope.original_content or b""
        (self._folder / f"{self._next:04}.eml").write_bytes(content)
        self._next += 1
        return "250 Message accepted for delivery"
