"""What a source's task tells: failures to the spool, progress to whoever watches."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pipeline.crawl.fetch import FetchFailed
from pipeline.crawl.items import clean
from pipeline.crawl.spool import Failure, FailureKind, Spool
from pipeline.shapes import FeedItem
from pipeline.text.clock import utc_now

Emit = Callable[[str, str, str, int], None]
"""``emit(event, source key, url, count)``."""


@dataclass(frozen=True, slots=True)
class Report:
    """Of one source."""

    key: str
    spool: Spool
    emit: Emit

    def failed(self, url: str, error: FetchFailed, item: FeedItem | None = None) -> None:
        self._write(
            Failure(
                self.key,
                url,
                utc_now(),
                error.kind,
                error.detail,
                error.status,
                item,
                retry_at=error.retry_at,
            )
        )

    def trouble(self, url: str, kind: FailureKind, detail: str) -> None:
        """With a document as a whole."""
        self._write(Failure(self.key, url, utc_now(), kind, clean(detail)))

    def not_asked(self, url: str, detail: str, left: tuple[FeedItem, ...]) -> None:
        """One record for all pages that were not asked for."""
        kind = FailureKind.NOT_ASKED
        self._write(Failure(self.key, url, utc_now(), kind, detail, left=left))

    def _write(self, failure: Failure) -> None:
        self.spool.write(failure)
        self.emit("failed", self.key, failure.url, max(1, len(failure.left)))
