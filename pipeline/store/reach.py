"""Whether the database answers: said once when it stops and once when it answers again."""

from __future__ import annotations

import logging
import threading
import time

logger = logging.getLogger(__name__)

SOONEST = 2.0  # seconds
LATEST = 15.0  # seconds; work resumes at most that long after the database is back


class Reach:
    """What the threads of one process know of it together."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._since: float | None = None

    def lost(self, error: Exception) -> float:
        """Seconds to wait before the next try: as long as it has been away, within bounds."""
        now = time.monotonic()
        with self._lock:
            if self._since is None:
                self._since = now
                words = " · ".join(str(error).split("\n")).strip()
                logger.error("the database does not answer, trying until it does: %s", words)
            return min(max(now - self._since, SOONEST), LATEST)

    def answered(self) -> None:
        with self._lock:
            if self._since is not None:
                away = time.monotonic() - self._since
                logger.warning("the database answers again, after %.0f seconds", away)
                self._since = None
