"""What a channel is. ``docs/howto/add-a-channel.md`` adds one in ten minutes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal, Protocol, runtime_checkable

from pipeline.config.home import Home
from pipeline.config.office import Office
from pipeline.digest.content import EditionContent
from pipeline.publish.outcomes import NotSent as NotSent
from pipeline.publish.outcomes import NotWanted as NotWanted
from pipeline.publish.outcomes import Unreachable as Unreachable

PUBLIC = ("",)
"""The recipients of a channel that speaks to everybody at once."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A picture or a paper that the channel makes."""

    name: str
    """File name, such as ``to-roi.pdf``; no two of a preview are alike."""
    label: str
    """For the desk; also what a picture is called for those who do not see it."""
    media_type: Literal["image/png", "image/jpeg", "application/pdf"]
    make: Callable[[], bytes]
    """Called when the sheet is looked at, not when it is listed."""


@dataclass(frozen=True, slots=True)
class Preview:
    """What the channel would show, for the desk."""

    kind: Literal["html", "text"]
    body: str
    """May be empty where there are sheets."""
    note: str = ""
    """Figures against the channel's limits, such as ``142/150 ký tự``."""
    text: str = ""
    """What goes with an HTML body for readers that show none."""
    sheets: tuple[Sheet, ...] = ()


@dataclass(frozen=True, slots=True)
class Receipt:
    """The other side has it."""

    remote_id: str = ""
    detail: str = ""


Send = Callable[[str], Receipt]
"""Sends to one recipient. Raises ``NotSent`` or ``NotWanted``."""


class Channel(Protocol):
    """One way out of the house."""

    name: str
    label: str
    """For the desk, in Vietnamese."""

    def enabled(self, office: Office) -> bool: ...

    def reversible(self, office: Office) -> bool:
        """True: sending twice leaves the world as sending once did (files, updates with a key), so
        a doubtful send is simply repeated. False: it never is."""
        ...

    def recipients(self, office: Office) -> Iterable[str]: ...

    def sending(
        self, content: EditionContent, office: Office, home: Home
    ) -> AbstractContextManager[Send]:
        """Holds what a batch shares (a connection, a rendered letter)."""
        ...

    def preview(self, content: EditionContent, office: Office) -> Preview: ...


@runtime_checkable
class Asked(Protocol):
    """A channel whose other side can tell what became of a send with a lost answer."""

    def find(self, content: EditionContent, office: Office, home: Home) -> Receipt | None:
        """None: it is not among the latest, which proves nothing. May raise ``NotSent``."""
        ...


@runtime_checkable
class Amended(Protocol):
    """A channel that can change and remove what it has sent."""

    def amends(self, office: Office) -> bool:
        """Whether it can as the office has set it up."""
        ...

    def amend(
        self,
        remote_id: str,
        approved: EditionContent,
        content: EditionContent,
        office: Office,
        home: Home,
    ) -> None:
        """Make what was sent of ``approved`` show ``content``; remove it when that has no story.
        Twice leaves the world as once. ``remote_id``: of the receipt; empty where there is none.

        Raises:
            Gone: it is not there any more.
            NotSent: refused, or too many calls. Anything else is tried again.
        """
        ...


@runtime_checkable
class Paced(Protocol):
    """A channel whose recipients are not all to be reached at once."""

    def waits(self, recipients: Sequence[str], office: Office) -> Iterable[timedelta]:
        """How long after the due time each of ``recipients`` has its turn."""
        ...
