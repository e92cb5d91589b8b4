"""What channels that post share: off, a dry run, or live; live cannot be taken back."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from typing import Any, Literal

from pipeline.config.home import Home
from pipeline.config.office import Office
from pipeline.digest.content import EditionContent
from pipeline.publish.channels.base import PUBLIC, Preview, Send
from pipeline.publish.channels.social import dry_run

Mode = Literal["off", "dry-run", "live"]


class Posting(ABC):
    """Posts to a service of somebody else's."""

    name: str
    label: str

    @abstractmethod
    def mode(self, office: Office) -> Mode: ...

    @abstractmethod
    def text(self, content: EditionContent, office: Office) -> str:
        """What goes, for people to read in a dry run."""

    @abstractmethod
    def posting(
        self, content: EditionContent, office: Office, home: Home
    ) -> AbstractContextManager[Send]:
        """As ``Channel.sending``, when it is live."""

    @abstractmethod
    def preview(self, content: EditionContent, office: Office) -> Preview: ...

    def fields(self, content: EditionContent, office: Office) -> Mapping[str, Any]:
        """The very fields that the API is given, for a dry run; none: it has no fields of ours."""
        return {}

    def enabled(self, office: Office) -> bool:
        return self.mode(office) != "off"

    def reversible(self, office: Office) -> bool:
        return self.mode(office) != "live"

    def recipients(self, office: Office) -> Iterable[str]:
        return PUBLIC

    def sending(
        self, content: EditionContent, office: Office, home: Home
    ) -> AbstractContextManager[Send]:
        if self.mode(office) == "live":
            return self.posting(content, office, home)
        return self._dry_run(content, office, home)

    def _dry_run(
        self, content: EditionContent, office: Office, home: Home
    ) -> AbstractContextManager[Send]:
        return dry_run(
            home,
            content,
            self.name,
            lambda: self.text(content, office),
            lambda: self.fields(content, office),
        )

    def amends(self, office: Office) -> bool:
        """Here: a dry run's files, written anew."""
        return self.mode(office) != "live"

    def amend(
        self,
        remote_id: str,
        approved: EditionContent,
        content: EditionContent,
        office: Office,
        home: Home,
    ) -> None:
        with self._dry_run(content, office, home) as send:
            for recipient in self.recipients(office):
                send(recipient)


class Editable(Posting):
    """Its service changes and removes posts by their id."""

    @abstractmethod
    def change(self, remote_id: str, content: EditionContent, office: Office, home: Home) -> None:
        """Raises as ``Amended.amend``."""

    @abstractmethod
    def remove(self, remote_id: str, office: Office, home: Home) -> None:
        """Raises as ``Amended.amend``."""

    def amends(self, office: Office) -> bool:
        return True

    def amend(
        self,
        remote_id: str,
        approved: EditionContent,
        content: EditionContent,
        office: Office,
        home: Home,
    ) -> None:
        if self.mode(office) != "live":
            super().amend(remote_id, approved, content, office, home)
        elif content.items:
            self.change(remote_id, content, office, home)
        else:
            self.remove(remote_id, office, home)
