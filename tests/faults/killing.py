"""Workers that publish on a database of their own, and all that they send to."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from copy import deepcopy
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.factories import NOW
from tests.ports import unused_port
from tests.social_apis import Api, Graph, Hook, MastodonServer, WordPressSite, Zalo, served

POSTGRES = os.environ.get("GUONGSANG_TEST_DB", "sqlite") == "postgres"
ROOT = Path(__file__).resolve().parents[2]


class Server:
    def __init__(self) -> None:
        self.received: Counter[str] = Counter()
        self.answer = "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.received[envelope.rcpt_tos[0]] += 1
        return self.answer


@dataclass(frozen=True)
class Outside:
    """The other ends of all channels that cannot be taken back."""

    mail: Server
    graph: Graph
    zalo: Zalo
    mastodon: MastodonServer
    wordpress: WordPressSite
    hook: Hook
    addresses: dict[str, Any]

    def forget(self) -> None:
        """As before the first round."""
        self.mail.received.clear()
        self.graph.posts.clear()
        self.zalo.posts.clear()
        self.zalo.refresh, self.zalo.access = "first", ""
        self.zalo.broadcasts.clear()
        for api in (self.mastodon, self.wordpress, self.hook):
            api.posts.clear()

    def editable(self) -> dict[str, Api]:
        return {
            "facebook": self.graph,
            "zalo": self.zalo,
            "mastodon": self.mastodon,
            "wordpress": self.wordpress,
        }

    def remember(self, posts: Mapping[str, list[Any]]) -> None:
        """As it was when these posts stood; tokens stay as the files have them."""
        self.mail.received.clear()
        self.zalo.broadcasts.clear()
        self.hook.posts.clear()
        for name, api in self.editable().items():
            api.posts[:] = deepcopy(posts[name])

    def posts(self) -> dict[str, list[Any]]:
        """What arrived, by channel."""
        told = [
            ("others" if "utm_source" in each["message"] else "notice", each)
            for each in self.hook.posts
        ]
        return {
            "facebook": self.graph.posts,
            "zalo": self.zalo.posts,
            "zalo-broadcast": self.zalo.broadcasts,
            "mastodon": self.mastodon.posts,
            "wordpress": self.wordpress.posts,
            **{
                name: [each for kind, each in told if kind == name] for name in ("others", "notice")
            },
        }


@contextmanager
def everybody() -> Iterator[Outside]:
    port = unused_port()
    mail, graph, zalo = Server(), Graph(), Zalo()
    others = {"mastodon": MastodonServer(), "wordpress": WordPressSite(), "hook": Hook()}
    zalo.shown_by_a_person = True
    controller = Controller(mail, hostname="127.0.0.1", port=port)
    controller.start()
    with ExitStack() as stack:
        apis = {"facebook": graph, "zalo": zalo, **others}
        addresses: dict[str, Any] = {
            name: stack.enter_context(served(api)) for name, api in apis.items()
        }
        addresses |= {"port": port, "hook": addresses["hook"].replace("http://", "json://")}
        yield Outside(mail, graph, zalo, **others, addresses=addresses)
    controller.stop()


class Databases:
    """A prepared database and quick copies of it, on SQLite or PostgreSQL."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        # Of this process alone: the tests run in several, with one server.
        self.template = f"faults_{os.getpid()}" if POSTGRES else str(folder / "template.sqlite3")
        if POSTGRES:
            self._admin(f"DROP DATABASE IF EXISTS {self.template}")
            self._admin(f"CREATE DATABASE {self.template}")

    def copy(self, number: int, original: str = "") -> str:
        if POSTGRES:
            name = f"faults_{os.getpid()}_{number}"
            self._admin(f"CREATE DATABASE {name} TEMPLATE {original or self.template}")
            return name
        path = self.folder / f"{number}.sqlite3"
        shutil.copy(original or self.template, path)
        return str(path)

    def drop(self, name: str) -> None:
        if POSTGRES:
            self._admin(f"DROP DATABASE {name} WITH (FORCE)")
        else:
            for path in self.folder.glob(f"{Path(name).name}*"):
                path.unlink()

    def _admin(self, statement: str) -> None:
        import psycopg

        address = os.environ["DATABASE_URL"].replace("postgres://", "postgresql://", 1)
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(statement.encode())


class Zygote:
    def __init__(self, folder: Path, addresses: Mapping[str, Any]) -> None:
        self.folder, self.addresses = folder, addresses
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.zygote"],
            cwd=ROOT,
            env={**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def do(self, what: str, database: str, **fields: Any) -> list[int]:
        command = {"do": what, "database": database, **self.addresses, **fields}
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps(command) + "\n")
        self.process.stdin.flush()
        statuses: list[int] = json.loads(self.process.stdout.readline())
        return statuses

    def publish(
        self,
        database: str,
        home: Path,
        *minutes: float,
        kill_at: int = 0,
        at_once: int = 1,
        take_back: int = 0,
    ) -> list[int]:
        """Rounds at these minutes after the edition is due, one after the other in one process
        (or in ``at_once`` processes); their exit codes."""
        return self.do(
            "publish",
            database,
            home=str(home),
            rounds=[(NOW + timedelta(minutes=each)).isoformat() for each in minutes],
            report=str(self.folder / "report"),
            kill_at=kill_at,
            at_once=at_once,
            take_back=take_back,
        )

    def report(self) -> tuple[int, dict[tuple[str, str], str]]:
        """Steps and the states of all deliveries after the last ``publish``."""
        report = json.loads((self.folder / "report").read_text())
        rows = report["rows"]
        return report["steps"], {(channel, person): state for channel, person, state in rows}

    def close(self) -> None:
        self.process.communicate(timeout=30)
