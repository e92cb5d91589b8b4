"""Any of the services that apprise knows, for a post or a notice: sent once, never retried here.

A service has a name in ``office.yaml``; its address, which holds its secrets, is in the environment
(``.env``) as ``APPRISE_`` and that name. Apprise tells success and no success, but not whether a
message without success was taken all the same: that is nobody's knowledge, so ``Lost``.
"""

from __future__ import annotations

import logging
import os
from email.charset import CHARSETS
from typing import Any

from pipeline.publish.outcomes import Lost, NotSent, Unreachable
from pipeline.publish.services import outward

WITHIN = 60  # seconds for one message
_PRIVATE = "tgram"
"""Telegram: blocked in Viet Nam since May 2025, so the public is not sent there."""

for _talker in ("apprise", "urllib3.connectionpool"):  # below warnings they write out addresses
    logging.getLogger(_talker).setLevel(logging.WARNING)


def variable_of(name: str) -> str:
    """``to-soan`` → ``APPRISE_TO_SOAN``."""
    return f"APPRISE_{name.upper().replace('-', '_')}"


class Service:
    """One service by its name.

    Raises:
        Unreachable: its address is missing, apprise does not understand it, or it leads into the
            office's own network.
        NotSent: it may not speak to the public.
    """

    def __init__(self, name: str, *, public: bool) -> None:
        import apprise  # two hundred modules, and few offices use one

        variable = variable_of(name)
        address = os.environ.get(variable, "")
        if not address:
            raise Unreachable(f"Thiếu {variable} trong .env", again=True)
        asset = apprise.AppriseAsset(async_mode=False, plugin_paths=[], storage_mode="memory")
        written = dict(CHARSETS)
        self._service: Any = apprise.Apprise.instantiate(address, asset=asset)
        CHARSETS.update(written)  # its mail plugin changes how all letters of this process look
        if self._service is None:
            raise Unreachable(f"Không hiểu địa chỉ trong {variable}", again=True)
        if public and _PRIVATE in self._protocols():
            raise NotSent("Telegram chỉ dùng cho báo nội bộ (channels.notice)", again=False)
        if outward.leads_inside(host := str(getattr(self._service, "host", "") or "")):
            told = f"{host} trong {variable} dẫn vào mạng nội bộ nên không gọi: {outward.MEND}"
            raise Unreachable(told, again=True)
        self._service.retry = 0  # an address may ask for more
        self._apprise = apprise.Apprise(asset=asset)
        self._apprise.add(self._service)

    @property
    def most(self) -> int:
        """Characters of a whole message."""
        room = int(self._service.body_maxlen)
        return room if self._service.title_maxlen else room - 2

    def send(self, title: str, body: str) -> None:
        """Raises ``Lost``: no success."""
        try:
            done = self._apprise.notify(title=title, body=body, body_format="text", timeout=WITHIN)
        except Exception as error:  # noqa: BLE001 - its text may hold the address
            raise Lost(f"{type(error).__name__} khi gửi") from None
        if not done:
            raise Lost("Dịch vụ không xác nhận đã nhận")

    def _protocols(self) -> set[str]:
        found: set[str] = set()
        for each in (self._service.protocol, self._service.secure_protocol):
            found.update([each] if isinstance(each, str) else each or ())
        return found
