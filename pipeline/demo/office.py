"""The demo office: a fictional press office of Lào Cai in a home of its own.

``demo.json`` in the home keeps what must not change between two starts: the day the newspapers'
dates count back from, the ports (they stand in every article's address) and the log-ins.
"""

from __future__ import annotations

import os
import secrets
import socket
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import yaml
from pydantic import TypeAdapter

from pipeline.config.home import Home

PORTS = (8101, 8102, 8103)
"""Of the newspapers, where they are free."""
MAIL_PORT = 8125
OFFICE: dict[str, object] = {
    "name": "Tổ Gương sáng tỉnh Lào Cai (dùng thử)",
    "province": "Lào Cai",
    "contact": "guongsang@laocai.example.vn",
    "address": "Đường Hoàng Liên, phường Lào Cai, tỉnh Lào Cai",
}
SUBSCRIBERS: Sequence[tuple[str, list[str], list[str]]] = (
    ("hoa.doc.gia@example.vn", [], []),
    ("phong.van.hoa@example.vn", ["van-hoa-the-thao-du-lich", "giao-duc-dao-tao"], []),
    ("hoi.nong.dan@example.vn", ["nong-nghiep-nong-thon"], []),
    ("bandoc.laocai@example.vn", [], ["Lào Cai"]),
)
"""Address, sectors and provinces chosen; none means all."""
CONSENT = (
    "Tôi đồng ý nhận thư Gương sáng mỗi tuần một lần tại địa chỉ này và biết rằng "
    "tôi có thể thôi nhận bất cứ lúc nào."
)


class NotADemo(Exception):
    """The home belongs to a real office; the demo keeps away from it."""


@dataclass(frozen=True, slots=True)
class DemoState:
    """``demo.json``."""

    anchor: datetime
    ports: tuple[int, int, int]
    mail_port: int
    editor_password: str
    chief_password: str

    @classmethod
    def load_or_make(cls, home: Home, now: datetime) -> DemoState:
        """What the home's first start chose; made and kept if this is the first.

        Raises:
            NotADemo: the home is in use, but not by a demo.
        """
        file = home.root / "demo.json"
        if file.exists():
            return _STATE.validate_json(file.read_bytes())
        if home.office_file.exists():
            raise NotADemo(f"{home.root} is a real office's home: give the demo another --home")
        taken: list[int] = []
        for wanted in (*PORTS, MAIL_PORT):
            taken.append(free_port(wanted, taken))
        first, second, third, mail = taken
        state = cls(
            anchor=now.replace(microsecond=0),
            ports=(first, second, third),
            mail_port=mail,
            editor_password=f"lananh-{secrets.token_hex(3)}",
            chief_password=f"thuha-{secrets.token_hex(3)}",
        )
        home.root.mkdir(parents=True, exist_ok=True)
        file.touch(mode=0o600)
        file.write_bytes(_STATE.dump_json(state, indent=2))
        return state


_STATE = TypeAdapter(DemoState)


def is_free(port: int) -> bool:
    """Whether a server could listen on ``port`` of 127.0.0.1 now."""
    with closing(socket.socket()) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def free_port(wanted: int, taken: Sequence[int] = ()) -> int:
    """The first free port from ``wanted`` on that is not one of ``taken``.

    A port the system picks would lie among those it gives to outgoing connections: the home's next
    start could find it in use.
    """
    return next(port for port in range(wanted, 65536) if port not in taken and is_free(port))


def keep_to_loopback(state: DemoState) -> None:
    """Point this process and its children at the home's own database and the demo's mail server.

    The demo must never write into an office's PostgreSQL or mail through its server, whatever the
    environment says. Call it before Django is set up.
    """
    os.environ.pop("DATABASE_URL", None)
    os.environ["EMAIL_URL"] = f"smtp://127.0.0.1:{state.mail_port}"


def write_sources(home: Home, sources: list[dict[str, Any]]) -> None:
    """Make the demo newspapers the home's outlets; a file that says so already is left alone."""
    file = home.root / "sources.yaml"
    text = "# The demo newspapers; they answer while `guongsang demo` runs.\n" + yaml.safe_dump(
        {"sources": sources}, allow_unicode=True, sort_keys=False
    )
    if not file.exists() or file.read_text("utf-8") != text:
        file.write_text(text, "utf-8")


def open_office(state: DemoState, now: datetime) -> None:
    """Two accounts and a few subscribers with their consents; nothing is made twice."""
    from pipeline.store.models import Consent, Role, Subscriber, SubscriberState, User

    for username, name, role, password in (
        ("lananh", "Lan Anh", Role.EDITOR, state.editor_password),
        ("thuha", "Thu Hà", Role.CHIEF, state.chief_password),
    ):
        if not User.objects.filter(username=username).exists():
            User.objects.create_user(username, password=password, full_name=name, role=role)
    for email, sectors, provinces in SUBSCRIBERS:
        subscriber, created = Subscriber.objects.get_or_create(
            email=email,
            defaults={
                "state": SubscriberState.ACTIVE,
                "sectors": sectors,
                "provinces": provinces,
                "created_at": now,
            },
        )
        if created:
            for action in (Consent.Action.ASKED, Consent.Action.CONFIRMED):
                Consent.objects.create(
                    subscriber=subscriber,
                    action=action,
                    at=now,
                    wording=CONSENT,
                    wording_version="demo-1",
                )
