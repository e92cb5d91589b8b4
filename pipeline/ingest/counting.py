"""What one source gave in one round, in numbers."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(slots=True)
class RoundCounts:
    """What one source gave in one round: a line of ``guongsang crawl --json``."""

    source: str
    found: int = 0
    fetched: int = 0
    not_modified: int = 0
    new: int = 0
    updated: int = 0
    gone: int = 0
    errors: list[dict[str, str]] = field(default_factory=list)
    heard: dict[str, int] = field(default_factory=dict, repr=False)
    """HTTP status by address of its feeds, sitemaps and listings that answered."""
    unread: list[dict[str, str]] = field(default_factory=list, repr=False)
    """The errors that concern article pages."""
    oldest: datetime | None = field(default=None, repr=False)
    """New articles published before are left out: a listing does not date what it links to."""
    unreadable: int = field(default=0, repr=False)
    """Pages on which reading itself failed."""
    from_feed: int = field(default=0, repr=False)
    """Refused pages of which the feed's own text serves."""

    @property
    def answered(self) -> bool:
        """Whether any of its feeds, sitemaps or listings could be read."""
        return bool(self.heard)

    def as_json(self) -> dict[str, Any]:
        keys = ("source", "found", "fetched", "not_modified", "new", "updated", "gone", "errors")
        return {key: getattr(self, key) for key in keys}
