"""The way from the crawling child to the store: one file per record, complete or absent.

A record is written beside its place, synced, renamed and the directory synced: after a SIGKILL or
a power cut a reader sees whole records only, in the order they were written. A record is read again
and again until ``remove``: storing it must be idempotent.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter, ValidationError

from pipeline.shapes import FeedItem, require_aware


class FailureKind(StrEnum):
    """What went wrong with one address. The value is what status pages and logs show."""

    DNS = "dns"
    CONNECTION = "connection"
    TIMEOUT = "timeout"
    TLS = "tls"
    PRIVATE_ADDRESS = "private_address"
    BAD_URL = "bad_url"
    REDIRECTS = "redirects"
    ROBOTS = "robots"
    ROBOTS_UNREACHABLE = "robots_unreachable"
    REFUSED = "refused"
    """401 or 403."""
    GONE = "gone"
    """404 or 410."""
    RATE_LIMITED = "rate_limited"
    """429, or 503 with Retry-After."""
    HTTP_ERROR = "http_error"
    TOO_LARGE = "too_large"
    BAD_ENCODING = "bad_encoding"
    """The compressed or chunked body is broken."""
    UNSAFE_XML = "unsafe_xml"
    """DOCTYPE or ENTITY in a feed or sitemap."""
    NOT_A_FEED = "not_a_feed"
    NOT_A_PAGE = "not_a_page"
    """The address answers with something that is not HTML."""
    NO_LINKS = "no_links"
    """A listing page without a single link to an article."""
    ELSEWHERE = "elsewhere"
    """A sitemap index that names only sitemaps of other sites."""
    TIME_LIMIT = "time_limit"
    """The round ended first; what is left stays pending."""
    NOT_ASKED = "not_asked"
    """Pages before were refused; ``Failure.left`` stays pending."""
    UNREADABLE = "unreadable"
    """It was had, and no parser could bear it."""
    STOPPED = "stopped"
    """Three pages in a row could not be had or read; the rest waits for the next round."""
    BUSY = "busy"
    """Another process is at this host; it is asked in a later round."""
    CRASHED = "crashed"
    """The child process died or something unforeseen happened."""


@dataclass(frozen=True, slots=True)
class Discovery:
    """One feed, sitemap or listing was asked for new articles."""

    source: str
    url: str
    at: datetime
    status: int
    """HTTP status; 304 means unchanged and carries no items."""
    items: tuple[FeedItem, ...] = ()
    """Wanted, not known, not older than the horizon, each once."""
    again: tuple[FeedItem, ...] = ()
    """As ``items``, but known: what the document now says of them may be an edit."""
    seen: int = 0
    """Entries in the document, known and unwanted ones too."""
    etag: str = ""
    last_modified: str = ""
    conditional: bool = False
    """Whether validators were sent; False is a full fetch."""
    newest_at: datetime | None = None
    """Latest date in the document."""
    kind: Literal["discovery"] = "discovery"

    def __post_init__(self) -> None:
        require_aware(self.at, "Discovery.at")


@dataclass(frozen=True, slots=True)
class FetchedPage:
    """One article page, as it came (after content decoding)."""

    source: str
    requested_url: str
    url: str
    """Final address, after redirects."""
    canonical_url: str
    """Of the address that discovery found: the key of its ``Link``."""
    at: datetime
    status: int
    headers: Mapping[str, str]
    """Lower-case names; repeated headers joined by a comma."""
    item: FeedItem
    body: Annotated[bytes, Field(exclude=True)] = b""
    """Kept raw, after the JSON line of the record."""
    kind: Literal["page"] = "page"

    def __post_init__(self) -> None:
        require_aware(self.at, "FetchedPage.at")


@dataclass(frozen=True, slots=True)
class Failure:
    """One address, or one source as a whole, could not be used."""

    source: str
    url: str
    at: datetime
    reason: FailureKind
    detail: str
    status: int | None = None
    item: FeedItem | None = None
    """Set for an article page: what the feed said of it. After ``REFUSED`` it can still become an
    article; after ``TIME_LIMIT`` its link stays as it is."""
    retry_at: datetime | None = None
    """When the outlet said to come back."""
    left: tuple[FeedItem, ...] = ()
    """Of ``NOT_ASKED``: what the feed said of the pages behind the wall."""
    kind: Literal["failure"] = "failure"

    def __post_init__(self) -> None:
        require_aware(self.at, "Failure.at")


@dataclass(frozen=True, slots=True)
class LinkChecked:
    """A page that is published was asked for again."""

    source: str
    url: str
    at: datetime
    """Of the round."""
    status: int | None = None
    reason: FailureKind | None = None
    """None: the page stands."""
    detail: str = ""
    final_url: str = ""
    """Where redirects led; with ``headers`` and ``body`` only if the whole page was asked for."""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Annotated[bytes, Field(exclude=True)] = b""
    kind: Literal["recheck"] = "recheck"

    def __post_init__(self) -> None:
        require_aware(self.at, "LinkChecked.at")


@dataclass(frozen=True, slots=True)
class HostReport:
    """How a host was treated in this round; the next round must respect it."""

    host: str
    last_request_at: datetime | None
    not_before: datetime
    """The earliest next request: the last one plus the delay in force, or what Retry-After said."""
    requests: int = 0
    crawl_delay: float | None = None
    """Seconds asked for by robots.txt."""
    kind: Literal["host"] = "host"


_WITH_BODY = (FetchedPage, LinkChecked)
Record = Discovery | FetchedPage | Failure | LinkChecked | HostReport


@dataclass(frozen=True, slots=True)
class _Head:
    record: Annotated[Record, Field(discriminator="kind")]


_HEAD = TypeAdapter(_Head)


@dataclass(slots=True)
class Spool:
    """A directory of records."""

    root: Path
    _count: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        self.root.mkdir(parents=True, exist_ok=True)

    def write(self, record: Record) -> Path:
        """Store ``record`` durably; when this returns it survives a power cut."""
        body = record.body if isinstance(record, _WITH_BODY) else b""
        head = _HEAD.dump_json(_Head(record))
        self._count += 1
        # Sorting by name is sorting by time; the process id keeps two children apart.
        name = f"{time.time_ns():020d}-{os.getpid()}-{self._count:06d}"
        temporary, final = self.root / f"{name}.tmp", self.root / f"{name}.rec"
        with temporary.open("wb") as file:
            file.write(head + b"\n" + body)
            file.flush()
            os.fsync(file.fileno())
        temporary.rename(final)
        self._sync_directory()
        return final

    def read(self) -> Iterator[tuple[Path, Record]]:
        """The records present now, oldest first. One that cannot be read is put aside as
        ``*.bad`` and skipped."""
        for path in sorted(self.root.glob("*.rec")):
            head, _, body = path.read_bytes().partition(b"\n")
            try:
                record = _HEAD.validate_json(head).record
            except ValidationError:
                path.rename(path.with_suffix(".bad"))
                continue
            yield path, replace(record, body=body) if isinstance(record, _WITH_BODY) else record

    def remove(self, path: Path) -> None:
        """Forget a record that has been stored."""
        path.unlink(missing_ok=True)

    def _sync_directory(self) -> None:
        directory = os.open(self.root, os.O_RDONLY)
        try:
            os.fsync(directory)
        finally:
            os.close(directory)
