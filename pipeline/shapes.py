"""The values that travel between the rooms, as frozen dataclasses.

One place, because every room below ``store`` speaks them and none of those rooms may import
another. Their JSON forms are the public contract (``docs/reference/shapes.md``).

All datetimes are aware; all text is NFC. Offsets are Unicode code points of that NFC text.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Literal


class DatePrecision(StrEnum):
    MINUTE = "minute"
    DAY = "day"


class ExemplarLabel(StrEnum):
    YES = "yes"
    NO = "no"
    BORDERLINE = "borderline"


class ExemplarKind(StrEnum):
    INDIVIDUAL = "individual"
    HOUSEHOLD = "household"
    COLLECTIVE = "collective"
    ENTERPRISE = "enterprise"
    MODEL = "model"
    NONE = "none"


def require_aware(value: datetime | None, name: str) -> None:
    """Refuse a naive datetime where it is built, not where it later does harm.

    Raises:
        ValueError: ``value`` has no time zone.
    """
    if value is not None and value.utcoffset() is None:
        raise ValueError(f"{name} has no time zone: {value!r}")


@dataclass(frozen=True, slots=True)
class FeedItem:
    """One entry of a feed, sitemap or listing: what discovery knows before the page is read."""

    url: str
    title: str | None = None
    summary_html: str | None = None
    content_html: str | None = None
    author: str | None = None
    published_at: datetime | None = None
    tags: tuple[str, ...] = ()
    image_url: str | None = None
    updated_at: datetime | None = None
    """When the outlet edited the article, where it also says when that came out."""

    def __post_init__(self) -> None:
        require_aware(self.published_at, "FeedItem.published_at")
        require_aware(self.updated_at, "FeedItem.updated_at")


@dataclass(frozen=True, slots=True)
class Image:
    url: str
    caption: str | None = None
    credit: str | None = None


@dataclass(frozen=True, slots=True)
class ArticleText:
    """The part of an article that judging and grouping read."""

    title: str
    text: str
    sapo: str | None = None
    published_at: datetime | None = None
    source: str | None = None
    """Key in ``sources.yaml`` or display name of the outlet."""
    province: str | None = None
    """The outlet's province (today's name), where known."""
    url: str | None = None
    credit: str | None = None
    syndicated: bool = False

    def __post_init__(self) -> None:
        require_aware(self.published_at, "ArticleText.published_at")


@dataclass(frozen=True, slots=True)
class ExtractedArticle:
    """What extraction read from one page. ``text`` is the body only, paragraphs joined by \\n."""

    url: str
    canonical_url: str
    title: str
    paragraphs: tuple[str, ...]
    sapo: str | None = None
    author: str | None = None
    published_at: datetime | None = None
    date_precision: DatePrecision | None = None
    date_reason: str | None = None
    """Why ``published_at`` is null, or which rule found it (for the desk and for debugging)."""
    modified_at: datetime | None = None
    image: Image | None = None
    captions: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    credit: str | None = None
    syndicated: bool = False
    language: str = "vi"
    extractor: Literal["selectors", "trafilatura", "newspaper", "feed"] = "trafilatura"
    confidence: float = 0.0
    selectors_missed: tuple[str, ...] = ()
    """Selectors of the source that matched nothing on this page ("layout changed" evidence)."""

    def __post_init__(self) -> None:
        require_aware(self.published_at, "ExtractedArticle.published_at")
        require_aware(self.modified_at, "ExtractedArticle.modified_at")

    @property
    def text(self) -> str:
        return "\n".join(self.paragraphs)


@dataclass(frozen=True, slots=True)
class Evidence:
    """A span that supports a judgement; ``quote == field_text[start:end]`` always."""

    for_: str
    """``exemplar``, ``subject``, ``deed``, ``result``, ``award``, ``hype``, ``sector:<slug>``,
    ``campaign:<id>``, ``place``, ``flag:<slug>``."""
    field: Literal["title", "sapo", "text"]
    start: int
    end: int
    quote: str


@dataclass(frozen=True, slots=True)
class Scored:
    slug: str
    score: float


@dataclass(frozen=True, slots=True)
class Place:
    text: str
    province: str | None
    """Today's province (34 since 2025-07-01)."""
    commune: str | None
    """Today's commune, without its type word; None when only the province is known."""
    as_of: Literal["old", "new"]
    candidates: tuple[str, ...] = ()
    """``commune, province`` strings when the context left the name open."""


@dataclass(frozen=True, slots=True)
class Award:
    text: str
    level: str
    """state | government | ministry | province | district | commune | organisation"""
    to: str = ""
    """Who receives it, as the text says; empty where its sentence does not tell."""


@dataclass(frozen=True, slots=True)
class Flag:
    slug: str
    """hype | minor | health | poverty | syndicated | advert | document | leadership"""
    evidence: Evidence | None = None
    suggestion: str = ""
    """Of ``hype``: what to write instead."""


@dataclass(frozen=True, slots=True)
class ExemplarOpinion:
    label: ExemplarLabel
    score: float
    kind: ExemplarKind = ExemplarKind.NONE
    subject: str | None = None
    reasons: tuple[str, ...] = ()
    """Short slugs of the transparent features that fired, for the desk ("subject", "deed", ...)."""


@dataclass(frozen=True, slots=True)
class Judgement:
    exemplar: ExemplarOpinion
    sectors: tuple[Scored, ...] = ()
    campaigns: tuple[Scored, ...] = ()
    places: tuple[Place, ...] = ()
    people: tuple[str, ...] = ()
    organisations: tuple[str, ...] = ()
    awards: tuple[Award, ...] = ()
    flags: tuple[Flag, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    version: str = ""
    """Identifies taxonomy and model, so that a rebuild knows what is stale."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One claim of a summary that its source text does not support."""

    kind: Literal[
        "number", "name", "date", "award", "place", "quotation", "superlative", "negation"
    ]
    start: int
    end: int
    quote: str
    why: str


@dataclass(frozen=True, slots=True)
class Fidelity:
    claims: int
    unsupported: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class SummarySentence:
    """A piece of a drafted summary and the span of the source it was cut from."""

    text: str
    field: Literal["sapo", "text"]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Summary:
    text: str
    sentences: tuple[SummarySentence, ...] = field(default_factory=tuple)
