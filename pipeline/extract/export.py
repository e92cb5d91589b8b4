"""The contract's article shape (``docs/reference/shapes.md``)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pipeline.shapes import ExtractedArticle
from pipeline.text.clock import VIETNAM


def article_json(
    article: ExtractedArticle, *, id: str | None = None, source: str | None = None
) -> dict[str, Any]:
    """The JSON form of an article; ``source`` is the key of its source, where known."""
    image = article.image
    return {
        "id": id,
        "url": article.url,
        "canonical_url": article.canonical_url,
        "source": source,
        "title": article.title,
        "sapo": article.sapo,
        "text": article.text,
        "paragraphs": list(article.paragraphs),
        "author": article.author,
        "published_at": _local(article.published_at),
        "date_precision": article.date_precision,
        "date_reason": article.date_reason,
        "modified_at": _local(article.modified_at),
        "image": image and {"url": image.url, "caption": image.caption, "credit": image.credit},
        "captions": list(article.captions),
        "tags": list(article.tags),
        "credit": article.credit,
        "syndicated": article.syndicated,
        "language": article.language,
        "extractor": article.extractor,
        "confidence": round(article.confidence, 3),
        "selectors_missed": list(article.selectors_missed),
    }


def _local(moment: datetime | None) -> str | None:
    return moment.astimezone(VIETNAM).isoformat(timespec="seconds") if moment else None
