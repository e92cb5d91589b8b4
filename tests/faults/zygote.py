"""A process that forks publishing workers and lets them be killed at a chosen step.

Reads one JSON command a line on stdin, answers one a line on stdout. It imports Django once, so a
round costs a fork; it never opens a database connection itself, so a fork shares none.
"""

from __future__ import annotations

import json
import os
import signal
import smtplib
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import requests

from tests.faults.forked import fork
from tests.social_apis import Graph, MastodonServer, WordPressSite


class Steps:
    """Counts the boundaries of statements, commits, SMTP exchanges, calls of APIs and replacements
    of files; kills its own process with SIGKILL at the ``kill_at``-th (0: never)."""

    def __init__(self, kill_at: int) -> None:
        self.kill_at, self.count = kill_at, 0

    def step(self) -> None:
        self.count += 1
        if self.count == self.kill_at:
            os.kill(os.getpid(), signal.SIGKILL)

    def around(self, owner: Any, name: str) -> None:
        original: Callable[..., Any] = getattr(owner, name)

        def stepping(*args: Any, **kwargs: Any) -> Any:
            self.step()
            result = original(*args, **kwargs)
            self.step()
            return result

        setattr(owner, name, stepping)

    def watch(self) -> None:
        from django.db import connection

        def statement(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
            self.step()
            result = execute(sql, params, many, context)
            self.step()
            return result

        connection.execute_wrappers.append(statement)
        self.around(connection, "_commit")
        self.around(smtplib.SMTP, "send")
        self.around(smtplib.SMTP, "getreply")
        self.around(requests.Session, "send")
        self.around(Path, "replace")


def use_database(name: str) -> None:
    from django.db import connection

    connection.settings_dict["NAME"] = name


def prepare(command: dict[str, Any]) -> None:
    from django.core.management import call_command

    from tests.publishing import EVERYWHERE, approved_edition, subscriber

    call_command("migrate", verbosity=0)
    for number in range(command["subscribers"]):
        subscriber(f"doc-gia-{number}")
    approved_edition(2, EVERYWHERE)


def take_back(command: dict[str, Any]) -> None:
    """As many stories as ``command`` says; a person who sees that one is not does it again."""
    from pipeline.config.home import Home
    from pipeline.publish.withdrawal import withdraw
    from pipeline.store.models import Edition, Story, User, Withdrawal
    from tests.publishing import EVERYWHERE

    by = User.objects.get(username="thuha")
    now = datetime.fromisoformat(command["rounds"][0])
    items = Edition.objects.get().content["items"][: command["take_back"]]
    for item in items:
        story = Story.objects.get(public_id=item["public_id"])
        if Withdrawal.objects.filter(story=story).exists():
            continue
        withdraw(story, by, now, "Sai", office=EVERYWHERE, home=Home(Path(command["home"])))


def publish(command: dict[str, Any]) -> None:
    from django.conf import settings

    from pipeline.config.home import Home
    from pipeline.publish.outbox import publish_due
    from pipeline.store.models import Delivery
    from tests.publishing import EVERYWHERE

    settings.FACEBOOK_API, settings.ZALO_API = command["facebook"], command["zalo"]
    settings.ZALO_OAUTH = command["zalo"]
    settings.FACEBOOK_PAGE_ID, settings.FACEBOOK_PAGE_TOKEN = "77", Graph.token
    settings.ZALO_APP_ID, settings.ZALO_APP_SECRET = "app", "secret"
    settings.ZALO_REFRESH_TOKEN = "first"
    settings.MASTODON_URL, settings.MASTODON_TOKEN = command["mastodon"], MastodonServer.token
    settings.WORDPRESS_URL, settings.WORDPRESS_USER = command["wordpress"], WordPressSite.user
    settings.WORDPRESS_PASSWORD = WordPressSite.password
    os.environ["APPRISE_TOA_SOAN"] = command["hook"]
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", command["port"]
    steps = Steps(command["kill_at"])
    steps.watch()
    take_back(command)
    for moment in command["rounds"]:
        now = datetime.fromisoformat(moment)
        publish_due(office=EVERYWHERE, home=Home(Path(command["home"])), now=now)
    rows = list(Delivery.objects.values_list("channel", "recipient", "state"))
    report = {"steps": steps.count, "rows": rows}
    Path(command["report"]).write_text(json.dumps(report))


WORK = {"prepare": prepare, "publish": publish}


def begin(command: dict[str, Any]) -> int:
    def on_its_database() -> None:
        from django.db import connection

        use_database(command["database"])
        WORK[command["do"]](command)
        connection.close()  # SQLite: the copy needs no write-ahead log then

    return fork(on_its_database)


def main() -> None:
    import django

    django.setup()
    # What a worker imports anyway: imported here once instead of in every fork.
    import apprise
    import docx  # noqa: F401
    from django.template import engines as template_engines

    import tests.publishing  # noqa: F401

    apprise.Apprise.instantiate("json://127.0.0.1")  # reads all its services
    template_engines.all()

    for line in sys.stdin:
        command = json.loads(line)
        pids = [begin(command) for _each in range(command.get("at_once", 1))]
        statuses = [os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in pids]
        print(json.dumps(statuses), flush=True)


if __name__ == "__main__":
    main()
