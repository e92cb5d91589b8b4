"""What channels that make files share: writing them again leaves the world as it was."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from pipeline.config.home import Home
from pipeline.config.office import Office
from pipeline.digest.content import EditionContent
from pipeline.publish.channels.base import PUBLIC, NotWanted, Preview, Receipt, Send
from pipeline.publish.files import write


class Papers(ABC):
    """Puts files under ``output/`` for people to print, read aloud or hand on."""

    name: str
    label: str

    @abstractmethod
    def enabled(self, office: Office) -> bool: ...

    @abstractmethod
    def files(self, content: EditionContent, office: Office) -> Mapping[str, bytes]:
        """By path under ``output/``; none: there is nothing to tell. The same content gives the
        same bytes."""

    @abstractmethod
    def preview(self, content: EditionContent, office: Office) -> Preview: ...

    def reversible(self, office: Office) -> bool:
        return True

    def recipients(self, office: Office) -> Iterable[str]:
        return PUBLIC

    @contextmanager
    def sending(self, content: EditionContent, office: Office, home: Home) -> Iterator[Send]:
        def send(recipient: str) -> Receipt:
            files = self.files(content, office)
            if not files:
                raise NotWanted("Số này không còn tin nào")
            for path, data in files.items():
                write(home.output_dir / path, data)
            return Receipt(detail=_where(home, list(files)))

        yield send

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
        wanted = self.files(content, office) if content.items else {}
        for path, data in wanted.items():
            write(home.output_dir / path, data)
        for path in self.files(approved, office).keys() - wanted.keys():
            (home.output_dir / path).unlink(missing_ok=True)


def _where(home: Home, paths: list[str]) -> str:
    shown = [str((home.output_dir / path).relative_to(home.root)) for path in paths]
    return shown[0] if len(shown) == 1 else f"{Path(shown[0]).parent}/ ({len(shown)} tệp)"
