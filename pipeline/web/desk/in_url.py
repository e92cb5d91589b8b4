"""What a list shows, kept in its address: shared, bookmarked, undone with the back button."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any
from urllib.parse import urlencode

from pipeline.text.fold import nfc

LAST_PAGE = 100_000
"""Beyond, an OFFSET would not fit the database's integers."""
LONGEST = 200


@dataclass(frozen=True, slots=True)
class InUrl:
    """The base of such filters. Each field of a subclass is a text with its default."""

    page: int = 1

    @classmethod
    def given(cls, query: Mapping[str, str]) -> dict[str, Any]:
        """The fields that a query string fills; a faulty page is the first."""
        found: dict[str, Any] = {
            field.name: nfc(query[field.name]).strip()[:LONGEST]
            for field in fields(cls)
            if query.get(field.name, "").strip()
        }
        number = found.pop("page", "1")
        found["page"] = max(1, min(int(number), LAST_PAGE)) if number.isdecimal() else 1
        return found

    def parts(self) -> dict[str, Any]:
        """The fields that are not at their default, as an address or a form carries them."""
        values = ((field, getattr(self, field.name)) for field in fields(self))
        return {field.name: value for field, value in values if value != field.default}

    def query(self, **changes: Any) -> str:
        """A query string with its ``?``, empty when all is default."""
        parts = (replace(self, **changes) if changes else self).parts()
        return f"?{urlencode(parts)}" if parts else ""
