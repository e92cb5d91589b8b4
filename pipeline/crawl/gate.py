"""Which hosts a round may ask, when several processes share one database.

A host is held by one process at a time, as a row that only the parent can write. The plan names
the hosts it holds; a redirect or a feed may lead to a further one (``media.bao.vn``), and then the
child asks: a line on stdout, the answer a line on stdin. What is not granted is not asked for.
"""

from __future__ import annotations

import asyncio
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from pydantic import TypeAdapter
from scrapy.exceptions import IgnoreRequest

ANSWER_WITHIN = 30.0
"""Seconds; the parent may be waiting for the database."""


@dataclass(frozen=True, slots=True)
class Grant:
    """The parent's answer about one host."""

    host: str
    granted: bool
    not_before: datetime | None = None
    """The earliest request that politeness allows."""

    def to_line(self) -> bytes:
        return _GRANT.dump_json(self) + b"\n"


_GRANT = TypeAdapter(Grant)


class HostBusy(IgnoreRequest):
    """Another process is at this host, or nobody could say."""

    def __init__(self, host: str) -> None:
        super().__init__(f"another process is crawling {host}")


@dataclass(slots=True)
class Gate:
    """``held`` None: nobody else can be at any host, all are free."""

    held: set[str] | None
    ask: Callable[[str], None]
    granted: Callable[[str, datetime | None], None]
    """Called before the first request to a host that was asked for."""
    _asked: dict[str, asyncio.Future[Grant]] = field(default_factory=dict, init=False)

    async def enter(self, host: str) -> None:
        """Raises:
        HostBusy: ``host`` may not be asked in this round.
        """
        if self.held is None or host in self.held:
            return
        if host not in self._asked:
            self._asked[host] = asyncio.get_running_loop().create_future()
            self.ask(host)
        try:
            async with asyncio.timeout(ANSWER_WITHIN):
                grant = await asyncio.shield(self._asked[host])
        except TimeoutError:
            raise HostBusy(host) from None
        if not grant.granted:
            raise HostBusy(host)
        if host not in self.held:
            self.held.add(host)
            self.granted(host, grant.not_before)

    def listen(self) -> None:
        """Take the parent's answers from stdin, for as long as there is one."""
        loop = asyncio.get_running_loop()

        def read() -> None:
            for line in sys.stdin.buffer:
                loop.call_soon_threadsafe(self._answered, _GRANT.validate_json(line))

        if self.held is not None:
            threading.Thread(target=read, name="grants", daemon=True).start()

    def _answered(self, grant: Grant) -> None:
        waiting = self._asked.get(grant.host)
        if waiting and not waiting.done():
            waiting.set_result(grant)
