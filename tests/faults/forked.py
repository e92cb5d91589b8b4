"""A fork, in which work may be killed."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Callable


def fork(work: Callable[[], None]) -> int:
    """Its process id; it ends with 0, or with 1 and a traceback."""
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            work()
            status = 0
        except BaseException:  # noqa: BLE001 - the child's last word
            traceback.print_exc()
        finally:
            sys.stderr.flush()
            os._exit(status)
    return pid
