"""Log lines that say which run they belong to and never show a secret; as text or as JSON."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

HIDDEN = "•••"
_run: ContextVar[str] = ContextVar("run", default="")


@contextmanager
def run_id(name: str) -> Iterator[None]:
    """Everything this thread logs inside the ``with`` carries ``name``."""
    token = _run.set(name)
    try:
        yield
    finally:
        _run.reset(token)


def current_run() -> str:
    """What the lines of this thread carry; empty outside of a run."""
    return _run.get()


def secrets_in(environment: Mapping[str, str]) -> list[str]:
    """What is secret in the addresses there: passwords as they are written (``%40`` for ``@``),
    and every longer part of an ``APPRISE_`` address, for each service puts its token elsewhere."""
    found = [
        each
        for name, value in environment.items()
        if name.startswith("APPRISE_")
        for each in (value, *re.findall(r"[^/:@?&=.]{8,}", value))
    ]
    for name in ("DATABASE_URL", "EMAIL_URL"):
        written = re.search(r"://[^:/@]*:([^@]+)@", environment.get(name, ""))
        found += [written[1]] if written else []
    return found


class Untraced(logging.Filter):
    """Leaves the message: where in our code a stranger's mistake was noticed helps nobody."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.exc_info = None
        return True


class Lines(logging.Formatter):
    """``time LEVEL logger [run]: message``, or with ``as_json`` one object a line."""

    def __init__(self, secrets: Sequence[str] = (), *, as_json: bool = False) -> None:
        """Args:
        secrets: values that stand in no line, whoever logs them; empty ones are left out.
        """
        super().__init__()
        # Longest first: one secret may be a part of another.
        self._secrets = sorted(filter(None, secrets), key=len, reverse=True)
        self._as_json = as_json

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        message, run = record.getMessage(), _run.get()
        trace = self.formatException(record.exc_info) if record.exc_info else ""
        if not self._as_json:
            head = f"{at} {record.levelname} {record.name}{f' [{run}]' if run else ''}: {message}"
            return self._hide(f"{head}\n{trace}" if trace else head)
        fields = {
            "at": at,
            "level": record.levelname,
            "logger": record.name,
            "run": run,
            "message": self._hide(message),
            "traceback": self._hide(trace),
        }
        return json.dumps({k: v for k, v in fields.items() if v}, ensure_ascii=False)

    def _hide(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, HIDDEN)
        return text
