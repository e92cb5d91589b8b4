"""What a page says of itself to machines: JSON-LD, ``meta`` and ``title``."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from lxml.html import HtmlElement

from pipeline.extract.charset import clean

_ARTICLE_TYPES = re.compile(r"(?:Article|NewsArticle|BlogPosting|Report\w*|VideoObject)$")
_MAX_LD = 1_000_000
_KEYS = ("property", "name", "itemprop", "http-equiv")


@dataclass(slots=True)
class Metadata:
    meta: dict[str, list[str]] = field(default_factory=dict)
    """Contents by lower-case property, name or itemprop, in page order."""
    ld: dict[str, Any] = field(default_factory=dict)
    """The JSON-LD object of the article."""
    is_listing: bool = False
    """JSON-LD says the page is a collection or a search result."""
    title: str = ""
    """The ``title`` element."""
    language: str = ""
    canonical: str = ""

    def first(self, *names: str) -> str:
        """The first non-empty content among these names, in the order of the names."""
        for name in names:
            for value in self.meta.get(name, ()):
                if value:
                    return value
        return ""

    def ld_text(self, *path: str) -> str:
        """A string inside the JSON-LD article; of lists the first, of things their name."""
        value: Any = self.ld
        for key in path:
            value = _head(value)
            value = value.get(key) if isinstance(value, dict) else None
        value = _head(value)
        if isinstance(value, dict):
            value = value.get("name") or value.get("url")
        return _line(value) if isinstance(value, str) else ""


def read_metadata(tree: HtmlElement) -> Metadata:
    """Read all of it; broken JSON-LD counts as absent."""
    data = Metadata(language=(tree.get("lang") or "").lower())
    for element in tree.iter("meta"):
        content = _line(element.get("content") or "")
        for key in _KEYS:
            if name := element.get(key):
                data.meta.setdefault(name.strip().lower(), []).append(content)
    title = next(tree.iter("title"), None)
    data.title = _line("".join(title.itertext())) if title is not None else ""
    for link in tree.iter("link"):
        if (link.get("rel") or "").lower() == "canonical" and link.get("href"):
            data.canonical = link.get("href").strip()
            break
    _read_ld(tree, data)
    return data


def _read_ld(tree: HtmlElement, data: Metadata) -> None:
    for script in tree.iter("script"):
        if "ld+json" not in (script.get("type") or "").lower():
            continue
        for thing in _things(_loads(script.text or "")):
            kinds = thing.get("@type")
            names = [str(kind) for kind in (kinds if isinstance(kinds, list) else [kinds])]
            if any(_ARTICLE_TYPES.search(name) for name in names):
                # The first article wins: later ones may be those of a related list.
                if not data.ld or (
                    data.ld.get("@type") == "VideoObject" and "Video" not in names[0]
                ):
                    data.ld = thing
            elif any(name in ("CollectionPage", "SearchResultsPage") for name in names):
                data.is_listing = True


def _loads(text: str) -> Any:
    text = text.strip().removeprefix("<!--").removesuffix("-->").strip()[:_MAX_LD]
    text = re.sub(r"^//\s*<!\[CDATA\[|//\s*\]\]>$", "", text)
    for attempt in (text, re.sub(r"[\x00-\x1f]+", " ", text), re.sub(r",\s*([}\]])", r"\1", text)):
        try:
            return json.loads(attempt, strict=False)
        except (ValueError, RecursionError):
            continue
    return None


def _things(value: Any, depth: int = 0) -> Iterator[dict[str, Any]]:
    if depth > 4:
        return
    if isinstance(value, list):
        for item in value[:50]:
            yield from _things(item, depth + 1)
    elif isinstance(value, dict):
        yield value
        for key in ("@graph", "mainEntity", "mainEntityOfPage"):
            yield from _things(value.get(key), depth + 1)


def _head(value: Any) -> Any:
    return value[0] if isinstance(value, list) and value else value


def _line(text: str) -> str:
    """Entities escaped twice occur in metadata, also bits of mark-up."""
    text = html.unescape(text)
    if "<" in text:
        text = re.sub(r"<[^<>]{1,200}>", " ", text)
    return " ".join(clean(text).split())
