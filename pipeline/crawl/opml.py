"""Subscription lists of other feed readers (OPML 2.0) to sources. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Set
from itertools import count
from urllib.parse import urlsplit

from lxml import etree
from pydantic import ValidationError

from pipeline.config.sources import Source
from pipeline.crawl.items import address
from pipeline.crawl.markup import safe_xml
from pipeline.crawl.probe import key_for
from pipeline.text.fold import nfc


class NotOpml(ValueError):
    """The document is no OPML list."""


def read_opml(body: bytes, province: str) -> tuple[Source, ...]:
    """One source per host (with or without ``www.``), with all its feeds and a key of its own.

    ``province`` stands in all of them for a person to correct. Outlines without a usable feed
    address are left out.

    Raises:
        NotOpml: it is something else.
        UnsafeXml: it has a DOCTYPE or entities.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True)
    try:
        root = etree.fromstring(safe_xml(body).encode("utf-8"), parser)
    except etree.XMLSyntaxError as error:
        raise NotOpml(f"not XML: {error}") from None
    if root is None or root.tag != "opml":
        raise NotOpml("the root element is not opml")
    by_host: dict[str, list[etree._Element]] = {}
    for outline in root.iter("outline"):
        feed = address(outline.get("xmlUrl"), "")
        host = urlsplit(feed).hostname if feed else None
        if host:
            by_host.setdefault(host.removeprefix("www."), []).append(outline)
    return tuple(source for outlines in by_host.values() if (source := _source(outlines, province)))


def with_own_keys(sources: Iterable[Source], taken: Set[str]) -> list[Source]:
    """The sources, those whose key stands already among ``taken`` or before them numbered."""
    keys, renamed = set(taken), []
    for source in sources:
        free = (key for n in count(1) if (key := f"{source.key}-{n}" if n > 1 else source.key))
        renamed.append(
            source.model_copy(update={"key": next(key for key in free if key not in keys)})
        )
        keys.add(renamed[-1].key)
    return renamed


def _source(outlines: list[etree._Element], province: str) -> Source | None:
    first = outlines[0]
    addresses = (address(outline.get("xmlUrl"), "") for outline in outlines)
    feeds = tuple(dict.fromkeys(filter(None, addresses)))
    home = address(first.get("htmlUrl"), "") or "{0.scheme}://{0.netloc}".format(urlsplit(feeds[0]))
    names = (" ".join(nfc(o.get("title") or o.get("text") or "").split()) for o in outlines)
    name = next(filter(None, names), "")
    try:
        return Source(
            key=key_for(home), name=name or key_for(home), province=province, home=home, feeds=feeds
        )
    except ValidationError:
        return None
