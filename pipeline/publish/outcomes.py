"""How a send may end other than well; apart from the channels, for what they call raises these."""

from __future__ import annotations


class NotSent(Exception):
    """The other side certainly does not have it.

    ``again``: trying later may help. Any other exception from an irreversible channel means that
    nobody knows.
    """

    def __init__(self, detail: str, *, again: bool) -> None:
        super().__init__(detail)
        self.again = again


class NotWanted(Exception):
    """Nothing was sent, because the recipient no longer wants it."""


class Unreachable(NotSent):
    """Nobody can be reached now: the rest of the batch need not be tried."""


class Gone(Exception):
    """What was to be changed or removed is not there any more."""


class Lost(Exception):
    """No answer, or none that can be read: the other side may have it."""
