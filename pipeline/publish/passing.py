"""Time as it passes in a round."""

from __future__ import annotations

import time
from datetime import datetime, timedelta


class Clock:
    """``now`` as it was handed in, plus the time that has passed since: a long round's claims
    must not look old the moment they are made."""

    def __init__(self, now: datetime) -> None:
        self._now, self._started = now, time.monotonic()

    def __call__(self) -> datetime:
        return self._now + timedelta(seconds=time.monotonic() - self._started)
