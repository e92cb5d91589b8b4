"""A folder of saved real pages, served on loopback as the outlets they came from.

The folder (see its own README) holds ``pages/manifest.jsonl`` with one JSON object a line (file,
url, publisher, title, time) and ``national/manifest.jsonl`` (file, url, host). The pages stay the
newspapers' property: they are read at run time and never copied.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree

from slugify import slugify

from pipeline.config.provinces import resolve_province
from pipeline.demo.loopback import Document, Request, Site
from pipeline.text.clock import VIETNAM, utc_now


@dataclass(frozen=True, slots=True)
class CorpusPage:
    file: Path
    path: str
    """Where it is served."""
    publisher: str
    title: str
    """Empty: not known."""
    time: str
    """As the manifest writes it: ISO with a zone, dd/mm/yyyy, or empty."""

    @property
    def day_only(self) -> bool:
        return "/" in self.time

    @property
    def published_at(self) -> datetime | None:
        """Aware; a day alone is its midnight in Viet Nam."""
        if not self.time:
            return None
        if self.day_only:
            return datetime.strptime(self.time, "%d/%m/%Y").replace(tzinfo=VIETNAM)
        return datetime.fromisoformat(self.time)


def load_corpus(folder: Path) -> tuple[CorpusPage, ...]:
    """The pages of ``pages/`` and ``national/``.

    Raises:
        FileNotFoundError: ``folder`` is no such corpus.
    """
    pages = [
        CorpusPage(
            file=folder / "pages" / row["file"],
            path=urlsplit(row["url"]).path,
            publisher=row["publisher"],
            title=row["title"],
            time=row["time"],
        )
        for row in _lines(folder / "pages" / "manifest.jsonl")
    ]
    pages += [
        CorpusPage(
            file=folder / "national" / row["file"],
            path=urlsplit(row["url"]).path,
            publisher=row["host"],
            title="",
            time="",
        )
        for row in _lines(folder / "national" / "manifest.jsonl")
    ]
    return tuple(pages)


@dataclass(frozen=True, slots=True)
class Served:
    sources: list[dict[str, Any]]
    """Entries of ``sources.yaml``, one a publisher."""
    requests: list[Request]


@contextmanager
def serve(pages: tuple[CorpusPage, ...]) -> Iterator[Served]:
    """One site for all publishers: a feed each, made from the manifest."""
    site = Site("corpus")
    try:
        publishers = sorted({page.publisher for page in pages})
        documents = {page.path: _file(page.file) for page in pages}
        for publisher in publishers:
            own = [page for page in pages if page.publisher == publisher]
            documents[f"/rss/{slugify(publisher)}.xml"] = _feed(publisher, own, site.base)
        site.documents = documents
        yield Served([_source(publisher, site.base) for publisher in publishers], site.log)
    finally:
        site.close()


def _source(publisher: str, base: str) -> dict[str, Any]:
    name = publisher.removeprefix("Báo ").removeprefix("Đài Phát thanh và truyền hình ")
    return {
        "key": slugify(publisher),
        "name": publisher,
        "kind": "tv" if publisher.startswith("Đài") else "newspaper",
        # National papers sit in the capital; sources.yaml wants a province for every outlet.
        "province": resolve_province(name) or "Hà Nội",
        "home": base,
        "feeds": [f"{base}/rss/{slugify(publisher)}.xml"],
        "delay": 0,
        "enabled": True,
    }


def _feed(publisher: str, pages: list[CorpusPage], base: str) -> Document:
    root = ElementTree.Element("rss", version="2.0")
    channel = ElementTree.SubElement(root, "channel")
    for tag, text in (("title", publisher), ("link", base), ("description", publisher)):
        ElementTree.SubElement(channel, tag).text = text
    for page in pages:
        item = ElementTree.SubElement(channel, "item")
        ElementTree.SubElement(item, "title").text = page.title
        ElementTree.SubElement(item, "link").text = base + page.path
        if page.time:
            ElementTree.SubElement(item, "pubDate").text = page.time
    return _fixed(ElementTree.tostring(root, "utf-8", xml_declaration=True), "application/rss+xml")


def _file(file: Path) -> Document:
    return _fixed(file.read_bytes(), "text/html; charset=utf-8")


def _fixed(body: bytes, content_type: str) -> Document:
    return Document(lambda now: body, content_type, utc_now(), f'"{sha256(body).hexdigest()[:16]}"')


def _lines(file: Path) -> Iterator[dict[str, Any]]:
    with file.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)
