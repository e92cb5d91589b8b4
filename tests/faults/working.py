"""A process that forks workers, so that they can be killed; it imports Django and the judge once.

Reads one JSON command a line on stdin, answers one a line on stdout. It opens no connection itself.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

from tests.faults.forked import fork

PART = 4


def use_database(url: str) -> None:
    import environ
    from django.conf import settings
    from django.db import connections

    chosen = environ.Env.db_url_config(url)
    if url.startswith("sqlite"):
        chosen["OPTIONS"] = {
            "timeout": 20,
            "transaction_mode": "IMMEDIATE",
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
        }
    settings.DATABASES = {"default": chosen}
    connections.settings = connections.configure_settings(settings.DATABASES)
    with suppress(AttributeError):  # made, not opened, when models were imported
        del connections["default"]


def prepare(command: dict[str, Any]) -> None:
    """Stories that another model has judged, and what the workers shall do."""
    from django.core.management import call_command

    from pipeline.config.home import Home
    from pipeline.ingest import rejudging
    from pipeline.ingest.spreading import spread_judging
    from pipeline.store.models import JobRun
    from tests.factories import NOW, make_story

    call_command("migrate", verbosity=0)
    for _ in range(command["stories"]):
        make_story(status="accepted", decided_at=NOW)
    rejudging.PART = PART
    spread_judging(Home(Path(command["home"])), now=NOW, since=None)
    JobRun.objects.create(job="draft", scheduled_for=NOW)


def work(command: dict[str, Any]) -> None:
    from pipeline import worker
    from pipeline.config.home import Home
    from pipeline.ingest import rejudging
    from pipeline.store import due

    worker.POLL, worker.HEARTBEAT, due.STALE = 0.1, 0.3, timedelta(seconds=2)
    judge = rejudging._judge

    def slowly(*args: Any) -> Any:  # so that a kill falls into a part, not between two
        threading.Event().wait(0.03)
        return judge(*args)

    rejudging._judge = slowly
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    worker.run_worker(Home(Path(command["home"])), stop, ["judge", "documents"])


def begin(do: Callable[[dict[str, Any]], None], command: dict[str, Any]) -> int:
    def on_its_database() -> None:
        use_database(command["database"])
        do(command)

    return fork(on_its_database)


def main() -> None:
    import django

    django.setup()
    import pipeline.ingest.spreading
    import pipeline.worker  # noqa: F401 - imported once instead of in every fork

    for line in sys.stdin:
        command = json.loads(line)
        match command["do"]:
            case "prepare":
                answer = os.waitstatus_to_exitcode(os.waitpid(begin(prepare, command), 0)[1])
            case "work":
                answer = begin(work, command)
            case "end":
                os.kill(command["pid"], command["signal"])
                answer = os.waitstatus_to_exitcode(os.waitpid(command["pid"], 0)[1])
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
