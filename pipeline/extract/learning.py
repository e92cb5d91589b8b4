"""Selectors of an outlet, learned from its own pages.

What varies from page to page is content, what stays is the site's. The general rules read every
page; for each part of the article the elements it was read from are asked for their names, and the
name under which most pages agree is learned. What was learned is then tried on pages held back.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from math import log

from lxml.html import HtmlElement

from pipeline.config.sources import Selectors, Source
from pipeline.extract.article import extract
from pipeline.extract.bylines import split_author
from pipeline.extract.candidates import candidates, unlikeliness
from pipeline.extract.charset import decode
from pipeline.extract.document import Block, ancestors, parse, remove_unseen, walk
from pipeline.extract.errors import NotAnArticle
from pipeline.extract.selecting import INLINE, find, read_date, read_text
from pipeline.shapes import ExtractedArticle

LEAST_PAGES = 9
"""Articles needed: two thirds to learn from, a third to try it on."""
LEAST_AGREEMENT = 0.8
"""Share of the pages held back on which a selector must find what the general rules find."""
_CONSTANT = 0.6
"""A line on so large a share of the pages belongs to the site."""
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


@dataclass(slots=True)
class _Page:
    url: str
    html: bytes
    article: ExtractedArticle
    raw: HtmlElement
    """With its head: a date may stand in a ``meta``."""
    tree: HtmlElement
    """What a reader sees."""
    blocks: list[Block]
    text: list[str] = field(default_factory=list)
    """The article's paragraphs without lines that most pages have."""


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
    for page in read:
        lines = page.article.paragraphs
        page.text = [line for line in lines if often[line] < max(3, _CONSTANT * len(read))]
    held = read[2::3]
    taught = [page for page in read if page not in held]
    found = {
        "title": _single(taught, "title", lambda a: a.title, _text_in),
        "sapo": _single(taught, "sapo", lambda a: a.sapo, _text_in),
        "author": _single(taught, "author", lambda a: a.author, _author_in),
        "published": _published(taught, now),
        "body": _body(taught),
    }
    found["caption"] = _captions(taught, found["body"])
    selectors = Selectors(**{name: css for name, css in found.items() if css})
    if selectors.body:
        selectors = selectors.model_copy(update={"remove": _remove(taught, selectors)})
    return _tried(selectors, held, learned_from=len(taught), now=now)


def _read(url: str, html: bytes, now: datetime) -> _Page | None:
    try:
        article = extract(html, url=url, now=now)
        text = decode(html)
        raw, tree = parse(text), parse(text)
    except (NotAnArticle, ValueError):
        return None
    remove_unseen(tree)
    return _Page(url, html, article, raw, tree, list(walk(tree)))


def _tried(
    selectors: Selectors, held: Sequence[_Page], *, learned_from: int, now: datetime
) -> Learned:
    """Without the parts that too few of the pages held back agree with."""
    agreements: dict[str, Agreement] = {}
    while True:
        source = Source(
            key="learned", name="-", province="-", home="https://x.vn", selectors=selectors
        )
        articles = [_extracted(page, source, now) for page in held]
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
    return Learned(selectors, agreements, learned_from, len(held))


def _extracted(page: _Page, source: Source, now: datetime) -> ExtractedArticle | None:
    try:
        return extract(page.html, url=page.url, source=source, now=now)
    except NotAnArticle:
        return None


def _agreement(
    name: str, held: Sequence[_Page], articles: Sequence[ExtractedArticle | None]
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


def _part(name: str, article: ExtractedArticle, page: _Page) -> object:
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


def _single(
    pages: Sequence[_Page],
    part: str,
    wanted: Callable[[ExtractedArticle], str | None],
    value: Callable[[HtmlElement], str | None],
) -> str | None:
    """A selector whose first element with any text holds the part."""

    def elements(page: _Page) -> Iterator[HtmlElement]:
        sought = wanted(page.article)
        if sought:
            for element in page.tree.iter():
                if element.tag not in ("a", "body", "html") and value(element) == sought:
                    yield element

    def right(page: _Page, css: str) -> bool:
        return _first(find(page.tree, css), css, value) == wanted(page.article)

    return _best(pages, part, elements, right, lambda page: wanted(page.article))


def _first(
    elements: Sequence[HtmlElement], css: str, value: Callable[[HtmlElement], object]
) -> object:
    """The value of the first with one. "A tag inside something" must be one thing: the first
    ``strong`` of a text is the byline only until somebody stresses a word."""
    values = [found for element in elements if (found := value(element))]
    return values[0] if values and (len(values) == 1 or " " not in css) else None


def _text_in(element: HtmlElement) -> str | None:
    if len(element.text_content()) > 3000:
        return None
    return read_text(element) or None


def _author_in(element: HtmlElement) -> str | None:
    if len(element.text_content()) > 200:
        return None
    text = read_text(element)
    return split_author(text)[0] if text else None


def _published(pages: Sequence[_Page], now: datetime) -> str | None:
    def wanted(page: _Page) -> object:
        return page.article.published_at and (
            page.article.published_at,
            page.article.date_precision,
        )

    def value(element: HtmlElement) -> object:
        found = read_date(element, now)
        return found and (found.at, found.precision)

    def elements(page: _Page) -> Iterator[HtmlElement]:
        for element in page.raw.iter():
            if element.tag in ("body", "html", "head", "script", "style"):
                continue
            dated = element.tag == "meta" or len(element.text_content()) < 200
            if dated and wanted(page) and value(element) == wanted(page):
                yield element

    def right(page: _Page, css: str) -> bool:
        return _first(find(page.raw, css), css, value) == wanted(page)

    return _best(pages, "published", elements, right, wanted)


def _body(pages: Sequence[_Page]) -> str | None:
    def elements(page: _Page) -> Iterator[HtmlElement]:
        lines = set(page.text)
        holding = [block.element for block in page.blocks if block.text in lines]
        if not holding:
            return
        common = set(ancestors(holding[0]))
        for element in holding[1:]:
            common &= set(ancestors(element))
        inmost = next((up for up in ancestors(holding[0]) if up in common), None)
        if inmost is not None:
            for depth, element in enumerate(ancestors(inmost)):
                if depth > 3 or element.tag in ("body", "html"):
                    return
                yield element

    def right(page: _Page, css: str) -> bool:
        """All of the article's lines, and of the page's other lines at most as many again."""
        found = find(page.tree, css)
        if len(found) != 1:
            return False
        inside = {block.text for block in walk(found[0])}
        return set(page.text) <= inside and len(inside) <= 2 * len(set(page.text)) + 10

    return _best(pages, "body", elements, right, lambda page: page.text)


def _captions(pages: Sequence[_Page], body: str | None) -> str | None:
    if not body:
        return None

    def elements(page: _Page) -> Iterator[HtmlElement]:
        captions = set(page.article.captions)
        for element in page.tree.iter() if captions else ():
            short = element.tag not in INLINE and len(element.text_content()) < 1000
            if short and read_text(element) in captions:
                yield element

    def right(page: _Page, css: str) -> bool:
        if " " in css:  # "td inside #content" would take every table for a caption
            return False
        found = [text for element in find(page.tree, css) if (text := read_text(element))]
        return tuple(dict.fromkeys(found)) == page.article.captions

    return _best(pages, "caption", elements, right, lambda page: page.article.captions)


def _remove(pages: Sequence[_Page], selectors: Selectors) -> tuple[str, ...]:
    """What stands in the text's element on several pages and is no part of the article."""
    holding: Counter[str] = Counter()
    spoiling: set[str] = set()
    for page in pages:
        bodies = set(find(page.tree, selectors.body or ""))
        lines = _lines(page)
        kept = {up for b in page.blocks if b.text in lines for up in ancestors(b.element)}
        extra: set[HtmlElement] = set()
        for block in page.blocks:
            around = list(ancestors(block.element))
            if block.kind != "text" or block.text in lines or bodies.isdisjoint(around):
                continue
            outmost = next((up for up in reversed(around) if up not in kept), None)
            if outmost is not None:
                extra.add(outmost)
        names = {css for element in extra for css in list(candidates(element))[:6]}
        names -= {css for css in names if " " in css}
        for css in names:
            holding[css] += 1
            if any(element in kept for element in find(page.tree, css)):
                spoiling.add(css)
    often = [css for css, count in holding.items() if count >= max(2, 0.15 * len(pages))]
    often = [
        css
        for css in often
        if css not in spoiling and not any(_spoils(page, css) for page in pages)
    ]
    chosen: list[str] = []
    covered: set[HtmlElement] = set()
    for css in sorted(often, key=lambda css: (-holding[css], unlikeliness(css, "remove"), css)):
        reached = {element for page in pages for element in find(page.tree, css)}
        if not reached <= covered:
            chosen.append(css)
            covered |= {inner for element in reached for inner in element.iter()}
    return tuple(chosen)


def _lines(page: _Page) -> set[str]:
    """What must stay: the text, its captions, and the signatures that tell author and credit."""
    names = [name for name in (page.article.author, page.article.credit) if name]
    signed = {b.text for b in page.blocks if len(b.text) < 150 and any(n in b.text for n in names)}
    return {*page.text, *page.article.captions, *signed} - {page.article.title}


def _spoils(page: _Page, css: str) -> bool:
    lines = _lines(page)
    return any(block.text in lines for e in find(page.tree, css) for block in walk(e))


def _best(
    pages: Sequence[_Page],
    part: str,
    elements: Callable[[_Page], Iterator[HtmlElement]],
    right: Callable[[_Page, str], bool],
    wanted: Callable[[_Page], object],
) -> str | None:
    """Among the names of the elements, one that is right on most pages, if on enough.

    Of equals the one that holds least beside the part, then the one that says what it is.
    """
    telling = [page for page in pages if wanted(page)]
    if len(telling) < max(3, 0.3 * len(pages)) or len({str(wanted(p)) for p in telling}) < 2:
        return None  # the part is too rare, or the same everywhere: the site's, not the article's
    names = Counter(css for page in telling for e in elements(page) for css in {*candidates(e)})
    likely = [css for css, count in names.items() if count >= 0.5 * len(telling)]
    scores = {css: sum(right(page, css) for page in telling) for css in likely}
    best = max(scores.values(), default=0)
    if best < LEAST_AGREEMENT * len(telling):
        return None
    equal = [css for css in likely if scores[css] >= best - 0.03 * len(telling)]

    def width(css: str) -> int:
        """In steps of a third: a page more or less makes no difference."""
        found = [e for page in telling for e in find(page.raw, css)]
        return round(log(1 + sum(len(e.text_content()) for e in found), 1.3))

    return min(equal, key=lambda c: (unlikeliness(c, part), width(c), c.count(" "), len(c), c))
