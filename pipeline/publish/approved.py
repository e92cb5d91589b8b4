"""What was approved, and nothing else, is what goes out."""

from __future__ import annotations

from pipeline.digest.content import EditionContent, content_hash, from_json
from pipeline.store.models import Edition


def content_of(edition: Edition) -> EditionContent:
    """The frozen content.

    Raises:
        ValueError: the stored content is not what was approved.
    """
    content = from_json(edition.content)
    if content_hash(content) != edition.content_hash:
        raise ValueError(f"edition {edition.number}: content does not match its approved hash")
    return content
