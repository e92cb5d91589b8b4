"""``run``, ``web``, ``scheduler``, ``worker``: the long-running processes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from typing import Any

import click

from pipeline.cli import WorkFailed, setup_django
from pipeline.cli.installing import migrate
from pipeline.config.home import Home
from pipeline.config.office import load_office
from pipeline.operate.running import running

SUPERVISED = "_SUPERVISED_BY_RUN"
STOP_WITHIN = 30.0  # seconds from SIGTERM until a child is killed
PORT = click.option(
    "--port",
    type=click.IntRange(1, 65535),
    default=8000,
    show_default=True,
    help="Port to listen on.",
)


def end_with_supervisor() -> None:
    """In a supervised child: SIGTERM to ourselves once the supervisor is gone."""
    if os.environ.pop(SUPERVISED, None) is None:
        return

    def watch() -> None:
        while os.read(0, 1):
            pass
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, daemon=True, name="supervisor").start()


def stop_on_signals() -> threading.Event:
    """An event set by SIGTERM or SIGINT."""
    stop = threading.Event()

    def handle(signum: int, frame: object) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, handle)
    signal.signal(signal.SIGINT, handle)
    return stop


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@PORT
@click.option("--threads", default=8, show_default=True, help="Requests served at once.")
def web(host: str, port: int, threads: int) -> None:
    """Serve the desk and the public pages."""
    home = Home.locate()
    load_office(home.office_file)
    end_with_supervisor()
    setup_django()
    from gunicorn.app.base import BaseApplication
    from gunicorn.glogging import Logger

    class Log(Logger):  # type: ignore[misc]
        """Its lines look like all others, and hide the same secrets."""

        def setup(self, cfg: Any) -> None:
            super().setup(cfg)
            self.error_log.handlers.clear()
            self.error_log.propagate = True

    class Server(BaseApplication):  # type: ignore[misc]
        def load_config(self) -> None:
            for key, value in {
                "bind": f"{host}:{port}",
                "workers": 1,
                "threads": threads,
                "worker_class": "gthread",
                "graceful_timeout": 20,
                "accesslog": None,
                "loglevel": "warning",
                "logger_class": Log,
                "proc_name": "guongsang-web",
                "control_socket_disable": True,
            }.items():
                if key in self.cfg.settings:
                    self.cfg.set(key, value)

        def load(self) -> Any:
            from pipeline.web.wsgi import application

            return application

    with running(home):
        Server().run()


@click.command()
def scheduler() -> None:
    """Keep time: write down what is due (one process only)."""
    home = Home.locate()
    office = load_office(home.office_file)
    end_with_supervisor()
    setup_django()
    from pipeline.schedule import run_scheduler

    with running(home):
        run_scheduler(office.schedule, stop_on_signals())


@click.command()
@click.option(
    "--queue",
    "queues",
    multiple=True,
    type=click.Choice(["fetch", "judge", "recheck", "publish", "documents"]),
    help="Only this queue; may be repeated (default: all).",
)
def worker(queues: tuple[str, ...]) -> None:
    """Do what is due. Any number of workers, on any number of machines, share one database.

    fetch: outlets; judge: re-judging; recheck: published links; publish: deliveries; documents:
    the week's draft, the quarter's report, upkeep.
    """
    home = Home.locate()
    load_office(home.office_file)
    end_with_supervisor()
    setup_django()
    from pipeline.worker import QUEUES, run_worker

    with running(home):
        run_worker(home, stop_on_signals(), queues or QUEUES)


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@PORT
def run(host: str, port: int) -> None:
    """Web, scheduler and worker together; stops cleanly on SIGTERM or Ctrl-C.

    Brings the database to the present schema first.
    """
    home = Home.locate()
    office = load_office(home.office_file)
    setup_django()
    verbs = [["web", "--host", host, "--port", str(port)], ["scheduler"], ["worker"]]
    with running(home):
        migrate()
        click.echo(f"{office.name}: http://{host}:{port}/desk/  (Ctrl-C stops)")
        supervise(verbs, home)


def supervise(verbs: list[list[str]], home: Home) -> None:
    """Run the verbs as child processes until a signal, or until one of them ends.

    The children get SIGTERM, then SIGKILL after ``STOP_WITHIN``. They leave the terminal's process
    group, so that Ctrl-C reaches them once, in order; and each holds the reading end of a pipe from
    us, so that it also ends when this process is killed outright.

    Raises:
        WorkFailed: a child ended by itself; a service manager then restarts the whole.
    """
    stop = stop_on_signals()
    environment = {**os.environ, "GUONGSANG_HOME": str(home.root), SUPERVISED: "1"}
    children = {
        verb[0]: subprocess.Popen(  # noqa: S603 - our own command
            [sys.executable, "-m", "pipeline.cli", *verb],
            env=environment,
            stdin=subprocess.PIPE,
            start_new_session=True,
        )
        for verb in verbs
    }
    ended = None
    try:
        while not stop.wait(0.5):
            ended = next(
                (name for name, child in children.items() if child.poll() is not None), None
            )
            if ended:
                break
    finally:
        for child in children.values():
            if child.poll() is None:
                child.terminate()
        deadline = time.monotonic() + STOP_WITHIN
        for child in children.values():
            try:
                child.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()
    if ended:
        raise WorkFailed(f"{ended} ended with code {children[ended].returncode}; all stopped")
