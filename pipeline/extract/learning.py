"""Selectors of an outlet, learned from its own pages.

What varies from page to page is content, what stays is the site's. The general rules read every
page (``naming`` finds out under which selector they found each part); what was learned is then
tried on pages held back.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from lxml.html import HtmlElement

from pipeline.config.sources import Selectors, Source
from pipeline.extract.article import extract
from pipeline.extract.blocks import Block, remove_unseen, walk
from pipeline.extract.charset import decode
from pipeline.extract.errors import NotAnArticle
from pipeline.extract.naming import LEAST_AGREEMENT, ReadPage, name_parts
from pipeline.extract.tree import ancestors, parse
from pipeline.shapes import ExtractedArticle

LEAST_PAGES = 9
"""Articles needed: two thirds to learn from, a third to try it on."""
_CONSTANT = 0.6
"""A line on so large a share of the pages belongs to the site."""
_BOXED = 0.3
"""The largest share of a text that stands in a box of the site's own."""
_AT_THE_ENDS = ("sapo", "author", "credit", "syndicated", "tags")
_PARTS = ("title", "sapo", "body", "author", "published", "caption")


class CannotLearn(ValueError):
    """There is nothing to learn from; the message says why."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """On how many of the pages held back the selector finds what the general rules find."""

    pages: int
    of: int

    @property
    def is_enough(self) -> bool:
        return self.of > 0 and self.pages >= LEAST_AGREEMENT * self.of


@dataclass(frozen=True, slots=True)
class Learned:
    selectors: Selectors
    agreements: dict[str, Agreement]
    """Of each part that was learned or tried and left out."""
    learned_from: int
    tried_on: int


def learn_selectors(pages: Sequence[tuple[str, bytes]], *, now: datetime) -> Learned:
    """Learn from pages of one outlet, each its address and its bytes.

    Raises:
        CannotLearn: too few articles, or the pages name nothing alike.
    """
    read = [page for url, html in pages if (page := _read(url, html, now))]
    if len(read) < LEAST_PAGES:
        raise CannotLearn(
            f"{len(read)} of {len(pages)} pages are articles; at least {LEAST_PAGES} are needed"
        )
    often = Counter(line for page in read for line in set(page.article.paragraphs))
    constant = {line for line, count in often.items() if count >= max(3, _CONSTANT * len(read))}
    for page in read:
        boxed = _under_constant_headings(page, constant)
        page.text = [
            line for line in page.article.paragraphs if line not in constant and line not in boxed
        ]
    held = read[2::3]
    taught = [page for place, page in enumerate(read) if place % 3 != 2]
    selectors = name_parts(taught, now=now)
    return _tried(selectors, held, learned_from=len(taught), now=now)


def _read(url: str, html: bytes, now: datetime) -> ReadPage | None:
    try:
        article = extract(html, url=url, now=now)
        text = decode(html)
        raw, tree = parse(text), parse(text)
    except (NotAnArticle, ValueError):
        return None
    remove_unseen(tree)
    return ReadPage(url, html, article, raw, tree, list(walk(tree)))


def _under_constant_headings(page: ReadPage, constant: Collection[str]) -> set[str]:
    """Lines in boxes that open with the same words on most pages ("Cùng tác giả")."""
    lines = set(page.article.paragraphs)
    found: set[str] = set()
    first: dict[HtmlElement, Block] = {}
    inside: dict[HtmlElement, list[str]] = {}
    for block in page.blocks:
        for holder in ancestors(block.element):
            first.setdefault(holder, block)
            inside.setdefault(holder, []).append(block.text)
    for holder, block in first.items():
        told = [line for line in inside[holder] if line in lines]
        if block.text in constant and len(told) <= _BOXED * len(lines):
            found.update(told)
    return found


def _tried(
    selectors: Selectors, held: Sequence[ReadPage], *, learned_from: int, now: datetime
) -> Learned:
    """Without the parts that too few of the pages held back agree with."""
    agreements: dict[str, Agreement] = {}
    while True:
        articles = [_extracted(page, selectors, now) for page in held]
        asked = [name for name in _PARTS if getattr(selectors, name)]
        agreements |= {name: _agreement(name, held, articles) for name in asked}
        weak = [name for name in asked if not agreements[name].is_enough]
        if not weak:
            break
        gone: dict[str, object] = dict.fromkeys(weak)
        if "body" in weak:
            gone |= {"remove": (), "caption": None}
        selectors = selectors.model_copy(update=gone)
    if not asked:
        raise CannotLearn(
            f"the {learned_from + len(held)} articles name no part of them alike: "
            "these pages are better read by the general rules"
        )
    if selectors.remove and _told(held, selectors, now) < _told(
        held, bare := selectors.model_copy(update={"remove": ()}), now
    ):
        selectors = bare  # something was cut away that the rules find a part in
    return Learned(selectors, agreements, learned_from, len(held))


def _extracted(page: ReadPage, selectors: Selectors, now: datetime) -> ExtractedArticle | None:
    source = Source(key="l", name="-", province="-", home="https://x.vn", selectors=selectors)
    try:
        return extract(page.html, url=page.url, source=source, now=now)
    except NotAnArticle:
        return None


def _told(held: Sequence[ReadPage], selectors: Selectors, now: datetime) -> int:
    """How many of the parts that stand at a text's ends come out as by the general rules."""
    same = 0
    for page in held:
        if article := _extracted(page, selectors, now):
            same += sum(getattr(page.article, k) == getattr(article, k) for k in _AT_THE_ENDS)
    return same


def _agreement(
    name: str, held: Sequence[ReadPage], articles: Sequence[ExtractedArticle | None]
) -> Agreement:
    """Pages without the part by either reading tell nothing, and are not counted."""
    agree = of = 0
    for page, article in zip(held, articles, strict=True):
        wanted = _part(name, page.article, page)
        missed = article is None or name in article.selectors_missed
        got = None if article is None or missed else _part(name, article, page)
        if wanted or got:
            of += 1
            agree += _same_text(wanted, got) if name == "body" else wanted == got
    return Agreement(agree, of)


def _part(name: str, article: ExtractedArticle, page: ReadPage) -> object:
    if name == "body":
        site = set(page.article.paragraphs) - set(page.text)
        return tuple(line for line in article.paragraphs if line not in site)
    if name == "published":
        return article.published_at and (article.published_at, article.date_precision)
    return article.captions if name == "caption" else getattr(article, name)


def _same_text(one: object, other: object) -> bool:
    if not isinstance(one, tuple) or not isinstance(other, tuple):
        return False
    ours, theirs = Counter(" ".join(one).split()), Counter(" ".join(other).split())
    common = sum((ours & theirs).values())
    return 2 * common >= 0.97 * (sum(ours.values()) + sum(theirs.values()))
