"""Under which selector the parts of articles stand on the pages that teach.

For each part the elements it was read from are asked for their names, and the name under which most
pages agree is taken: of several, the one that says what the part is and holds least beside it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from math import log

from lxml.html import HtmlElement

from pipeline.config.sources import Selectors
from pipeline.extract.blocks import Block, walk
from pipeline.extract.bylines import split_author, without_dateline
from pipeline.extract.candidates import candidates, unlikeliness
from pipeline.extract.selecting import INLINE, find, read_date, read_text
from pipeline.extract.tree import ancestors
from pipeline.shapes import ExtractedArticle

LEAST_AGREEMENT = 0.8
"""Share of the pages on which a selector must find what the general rules find."""


@dataclass(slots=True)
class ReadPage:
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


def name_parts(pages: Sequence[ReadPage], *, now: datetime) -> Selectors:
    """A selector for each part that has a name in common."""
    found = {
        "title": _single(pages, "title", lambda a: a.title, _text_in),
        "sapo": _single(pages, "sapo", lambda a: a.sapo, _sapo_in),
        "author": _single(pages, "author", lambda a: a.author, _author_in),
        "published": _published(pages, now),
        "body": _body(pages),
    }
    found["caption"] = _captions(pages, found["body"])
    selectors = Selectors(**{name: css for name, css in found.items() if css})
    if selectors.body is None:
        return selectors
    return selectors.model_copy(update={"remove": _remove(pages, selectors.body)})


def _single(
    pages: Sequence[ReadPage],
    part: str,
    wanted: Callable[[ExtractedArticle], str | None],
    value: Callable[[HtmlElement], str | None],
) -> str | None:
    """A selector whose first element with any text holds the part."""

    def elements(page: ReadPage) -> Iterator[HtmlElement]:
        sought = wanted(page.article)
        if sought:
            for element in page.tree.iter():
                if element.tag not in ("a", "body", "html") and value(element) == sought:
                    yield element

    def right(page: ReadPage, css: str) -> bool:
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


def _sapo_in(element: HtmlElement) -> str | None:
    text = _text_in(element)
    return without_dateline(text)[0] if text else None


def _author_in(element: HtmlElement) -> str | None:
    if len(element.text_content()) > 200:
        return None
    text = read_text(element)
    return split_author(text)[0] if text else None


def _published(pages: Sequence[ReadPage], now: datetime) -> str | None:
    def wanted(page: ReadPage) -> object:
        return page.article.published_at and (
            page.article.published_at,
            page.article.date_precision,
        )

    def value(element: HtmlElement) -> object:
        found = read_date(element, now)
        return found and (found.at, found.precision)

    def elements(page: ReadPage) -> Iterator[HtmlElement]:
        for element in page.raw.iter():
            if element.tag in ("body", "html", "head", "script", "style"):
                continue
            dated = element.tag == "meta" or len(element.text_content()) < 200
            if dated and wanted(page) and value(element) == wanted(page):
                yield element

    def right(page: ReadPage, css: str) -> bool:
        return _first(find(page.raw, css), css, value) == wanted(page)

    return _best(pages, "published", elements, right, wanted)


def _body(pages: Sequence[ReadPage]) -> str | None:
    def elements(page: ReadPage) -> Iterator[HtmlElement]:
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

    def right(page: ReadPage, css: str) -> bool:
        """All of the article's lines, and of the page's other lines at most as many again."""
        found = find(page.tree, css)
        if len(found) != 1:
            return False
        inside = {block.text for block in walk(found[0])}
        return set(page.text) <= inside and len(inside) <= 2 * len(set(page.text)) + 10

    return _best(pages, "body", elements, right, lambda page: page.text)


def _captions(pages: Sequence[ReadPage], body: str | None) -> str | None:
    if not body:
        return None

    def elements(page: ReadPage) -> Iterator[HtmlElement]:
        captions = set(page.article.captions)
        for element in page.tree.iter() if captions else ():
            short = element.tag not in INLINE and len(element.text_content()) < 1000
            if short and read_text(element) in captions:
                yield element

    def right(page: ReadPage, css: str) -> bool:
        if " " in css:  # "td inside #content" would take every table for a caption
            return False
        found = [text for element in find(page.tree, css) if (text := read_text(element))]
        return tuple(dict.fromkeys(found)) == page.article.captions

    return _best(pages, "caption", elements, right, lambda page: page.article.captions)


def _remove(pages: Sequence[ReadPage], body: str) -> tuple[str, ...]:
    """What stands in the text's element on several pages and is no part of the article."""
    holding: Counter[str] = Counter()
    spoiling: set[str] = set()
    for page in pages:
        bodies = set(find(page.tree, body))
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


def _lines(page: ReadPage) -> set[str]:
    """What must stay: all parts of the article, also those that no selector may name."""
    article = page.article
    told = [part for part in (article.author, article.credit, article.sapo) if part]
    telling = {b.text for b in page.blocks if any(part in b.text for part in told)}
    return {article.title, *page.text, *article.captions, *telling}


def _spoils(page: ReadPage, css: str) -> bool:
    lines = _lines(page)
    return any(block.text in lines for e in find(page.tree, css) for block in walk(e))


def _best(
    pages: Sequence[ReadPage],
    part: str,
    elements: Callable[[ReadPage], Iterator[HtmlElement]],
    right: Callable[[ReadPage, str], bool],
    wanted: Callable[[ReadPage], object],
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
