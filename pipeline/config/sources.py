"""``sources.yaml``: the outlets we collect from. Edited by people, checked here."""

from __future__ import annotations

import re
from collections import defaultdict
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import unquote, urlsplit

import cssselect
from pydantic import AfterValidator, BeforeValidator, Field

from pipeline.config.duration import Duration
from pipeline.config.provinces import CENTRAL, province_names, resolve_area
from pipeline.config.yamlfile import ConfigError, Fault, Strict, line_numbers, load_yaml


def _http_url(value: str) -> str:
    try:
        parts = urlsplit(value)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable or re.search(r"[\s\x00-\x1f]", value):
        raise ValueError(f"'{value}' is not a web address → write it like https://bao.vn/rss")
    if parts.username is not None or parts.password is not None:
        raise ValueError(f"'{value}' holds a log-in → leave out what stands before @")
    return value


def _slug(value: str) -> str:
    if not re.fullmatch(r"[a-z0-9]+(?:[-_][a-z0-9]+)*", value):
        raise ValueError(f"'{value}' is not a key → use a-z, 0-9 and -, such as baolaocai")
    return value


def _regex(value: object) -> re.Pattern[str]:
    if isinstance(value, re.Pattern):
        return value
    try:
        return re.compile(str(value))
    except re.error as error:
        raise ValueError(f"'{value}' is not a regular expression: {error}") from None


def _css(value: str) -> str:
    try:
        cssselect.parse(value)
    except cssselect.SelectorError as error:
        raise ValueError(f"'{value}' is not a CSS selector: {error}") from None
    return value


HttpUrl = Annotated[str, AfterValidator(_http_url)]
Regex = Annotated[re.Pattern[str], BeforeValidator(_regex)]
Css = Annotated[str, AfterValidator(_css)]


class Listing(Strict):
    """A page that lists articles."""

    url: HttpUrl
    """The page; news of the day first."""
    item: Css | None = None
    """The links to articles (or elements holding one); absent: every link on the page."""
    next: Css | None = None
    """The link to the next page; absent: this page only."""


class Selectors(Strict):
    """Where the parts of an article stand on this outlet's pages (CSS)."""

    title: Css | None = None
    """The headline."""
    sapo: Css | None = None
    """The lead paragraph."""
    body: Css | None = None
    """The element that holds the paragraphs."""
    author: Css | None = None
    """The byline."""
    published: Css | None = None
    """The time of publication, as text or in a datetime attribute."""
    caption: Css | None = None
    """The captions of pictures."""
    remove: tuple[Css, ...] = ()
    """Elements inside the body that are not the article."""


class Agreement(Strict):
    """A written agreement with the outlet; without one: short summary and link, no photos."""

    number: str
    """Number of the document."""
    date: date
    """Its date."""
    photos: bool = False
    """Whether it covers the outlet's own photos."""


SHUNNED = re.compile(
    r"^/(?:rao-vat|quang-cao|can-biet|tai-tro|thong-tin-quang-cao|thong-tin-doanh-nghiep"
    r"|doanh-nghiep-tu-gioi-thieu|tuyen-dung|mua-sam|advertorial|pr)(?:/|$)",
    re.IGNORECASE,
)
"""Sections without reporting of the outlet's own: classified ads, paid texts, service pages."""


class Source(Strict):
    """One outlet. The meaning of each key stands in ``docs/howto/add-a-source.md``."""

    key: Annotated[str, AfterValidator(_slug), Field(max_length=80)]
    """Unique; kept for ever, because stored articles name it."""
    name: Annotated[str, Field(min_length=1)]
    """As readers know it; shown in every credit line."""
    kind: Literal["newspaper", "tv", "portal"] = "newspaper"
    """``tv`` also expects pages of a video and two sentences."""
    province: str
    """Today's province of the outlet; ``Trung ương`` for one of the whole country."""
    home: HttpUrl
    """Its front page."""
    feeds: tuple[HttpUrl, ...] = ()
    """RSS, Atom or JSON Feed."""
    sitemaps: tuple[HttpUrl, ...] = ()
    """News sitemaps or sitemap indexes, gzip or not."""
    listings: tuple[Listing, ...] = ()
    """Pages that list articles."""
    article_url: Regex | None = None
    """Searched in the path (and query, if any); absent: any."""
    avoid: tuple[Regex, ...] | None = None
    """Regular expressions; an address that one of them finds is not fetched. Absent: sections of
    advertisements and classified ads; ``[]``: none."""
    delay: Duration = timedelta(seconds=5)
    """Least time between two requests to the host; robots.txt may only lengthen it."""
    every: Duration | None = None
    """Poll at most this often; absent: by how often the outlet publishes."""
    extractor: Literal["auto", "trafilatura", "newspaper", "feed"] = "auto"
    """``auto``: the source's selectors, our rules, trafilatura; ``feed``: only the feed's text."""
    selectors: Selectors | None = None
    """Where the parts stand on its pages; absent: found out."""
    agreement: Agreement | None = None
    """A written agreement; absent: short summary and link, no photos."""
    keep_case: bool = True
    """False: this outlet's addresses mean the same in upper and lower case."""
    enabled: bool = False
    """Only enabled sources are crawled."""
    verified: date | None = None
    """The day somebody checked that its addresses answer."""

    @property
    def local_province(self) -> str | None:
        """None for an outlet of the whole country: its articles may be from anywhere."""
        return None if self.province == CENTRAL else self.province

    def wants(self, url: str) -> bool:
        """Whether ``url`` looks like an article of this source, by ``article_url`` and ``avoid``.

        The patterns see the path as people read it (percent-decoded), with its query if it has one.
        """
        parts = urlsplit(url)
        path = unquote(parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        shunned = (SHUNNED,) if self.avoid is None else self.avoid
        if any(pattern.search(path) for pattern in shunned):
            return False
        # Patterns end in "$" for the path: a query (tracking, paging) must not hide the article.
        return self.article_url is None or any(
            self.article_url.search(form) for form in (path, unquote(parts.path or "/"))
        )


class SourcesFile(Strict):
    sources: tuple[Source, ...] = ()
    """The outlets, one entry each."""


def load_sources(path: Path) -> tuple[Source, ...]:
    """Read ``sources.yaml``.

    Raises:
        ConfigError: every fault with file, line, what is wrong and what would be right.
    """
    sources = load_yaml(path, SourcesFile).sources
    indexes: dict[str, list[int]] = defaultdict(list)
    for index, source in enumerate(sources):
        indexes[source.key].append(index)
    faults: list[tuple[int, str, str, str]] = []
    for key, where in indexes.items():
        for index in where[1:]:
            what = f"source '{key}' stands already further up (entry {where[0] + 1})"
            faults.append((index, "key", what, "give each source its own key"))
    known = {*province_names(), CENTRAL}
    for index, source in enumerate(sources):
        if source.province not in known:
            today = resolve_area(source.province)
            what = f"'{source.province}' is not a province of today"
            names = f"one of the 34 names since 2025-07-01, or '{CENTRAL}'"
            fix = f"write '{today}'" if today else f"use {names}"
            faults.append((index, "province", what, fix))
    if faults:
        lines = line_numbers(path.read_text("utf-8-sig"))
        raise ConfigError(
            [
                Fault(str(path), lines["sources", index, key], what, fix)
                for index, key, what, fix in faults
            ]
        )
    return sources
