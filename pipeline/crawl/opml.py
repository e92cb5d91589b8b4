"""Subscription lists of other feed readers (OPML 2.0) to sources. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass
from itertools import count
from urllib.parse import urlsplit

from lxml import etree
from pydantic import ValidationError

from pipeline.config.sources import Source
from pipeline.crawl.candidates import key_for
from pipeline.crawl.items import address
from pipeline.crawl.markup import safe_xml
from pipeline.text.fold import nfc
from pipeline.text.urls import canonical_url, same_address


class NotOpml(ValueError):
    """The document is no OPML list."""


@dataclass(frozen=True, slots=True)
class _Entry:
    """One feed of the list."""

    feed: str
    home: str
    name: str


def read_opml(body: bytes, province: str) -> tuple[Source, ...]:
    """One source per site, each with all its feeds.

    A site is the host (with or without ``www.``, ``m.``) that the list names as a feed's home, for
    feeds of many outlets may come from one service; where it names none, the feed's own.
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
    entries: dict[str, _Entry] = {}
    for entry in filter(None, map(_entry, root.iter("outline"))):
        known = entries.get(entry.feed)
        if known is None or not known.home:
            entries[entry.feed] = entry
    by_site: dict[str, list[_Entry]] = {}
    for entry in entries.values():
        by_site.setdefault(_site(entry.home or entry.feed), []).append(entry)
    return tuple(source for mine in by_site.values() if (source := _source(mine, province)))


def not_listed(found: Iterable[Source], listed: Iterable[Source]) -> Iterator[tuple[Source, str]]:
    """The sources of ``found`` that have feeds of their own which ``listed`` has not, reduced to
    these, each with the key of the listed source at the same site, if there is one."""
    feeds: set[str] = set()
    keys: dict[str, str] = {}
    for source in listed:
        feeds |= {_name(feed) for feed in source.feeds}
        keys.setdefault(_site(source.home), source.key)
    for source in found:
        new = tuple(feed for feed in source.feeds if _name(feed) not in feeds)
        if new:
            yield source.model_copy(update={"feeds": new}), keys.get(_site(source.home), "")


def _name(feed: str) -> str:
    return same_address(canonical_url(feed))


def _site(home: str) -> str:
    return urlsplit(canonical_url(home)).hostname or ""


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


def _entry(outline: etree._Element) -> _Entry | None:
    told = {name.lower(): value for name, value in outline.attrib.items()}  # some write xmlURL
    feed = address(told.get("xmlurl"), "")
    if feed is None or not urlsplit(feed).hostname:
        return None
    name = " ".join(nfc(told.get("title") or told.get("text") or "").split())
    return _Entry(feed, address(told.get("htmlurl"), "") or "", name)


def _source(entries: list[_Entry], province: str) -> Source | None:
    feeds = tuple(entry.feed for entry in entries)
    told = next((entry.home for entry in entries if entry.home), feeds[0])
    home = "{0.scheme}://{0.netloc}".format(urlsplit(told))
    name = next((entry.name for entry in entries if entry.name), "")
    try:
        return Source(
            key=key_for(home), name=name or key_for(home), province=province, home=home, feeds=feeds
        )
    except ValidationError:
        return None
