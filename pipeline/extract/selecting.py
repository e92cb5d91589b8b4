"""The parts of an article by the selectors of its source, and which of them found nothing.

Where title and text are both found, only the stretch of the page from the one to the other is read:
menus, lists and footers cost nothing but their parsing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from itertools import chain, islice

from cssselect.xpath import XPathExpr
from lxml import etree
from lxml.cssselect import LxmlHTMLTranslator
from lxml.html import HtmlElement

from pipeline.config.sources import Selectors
from pipeline.extract.blocks import Block, numbered, remove_unseen, walk
from pipeline.extract.bylines import split_author
from pipeline.extract.published import Published
from pipeline.extract.title import Title
from pipeline.extract.tree import ancestors, text_of
from pipeline.text.dates import find_dates, parse_stamp, refusal

_PARTS = ("title", "sapo", "body", "author", "published")
INLINE = frozenset(("a", "abbr", "b", "em", "font", "i", "small", "span", "strong", "sub", "sup"))
_BELOW = 12
"""Blocks read below the text: credit and signature may stand there."""


@dataclass(slots=True)
class Chosen:
    """What the selectors found; what they did not is for the general rules."""

    bodies: list[HtmlElement] = field(default_factory=list)
    title: str | None = None
    title_element: HtmlElement | None = None
    sapo: str | None = None
    author: str | None = None
    credit: str | None = None
    published: Published | None = None
    captions: frozenset[HtmlElement] = frozenset()
    aside: frozenset[HtmlElement] = frozenset()
    """What is not the text though it may stand in it: the other parts, and what to ``remove``."""
    missed: tuple[str, ...] = ()

    @property
    def is_enough(self) -> bool:
        """Whether the general rules need not look at the rest of the page."""
        return bool(self.bodies) and self.title is not None and self.published is not None

    def without_body(self) -> Chosen:
        """For a page whose body selector matched something without a word in it."""
        return Chosen(
            title=self.title,
            title_element=self.title_element,
            sapo=self.sapo,
            author=self.author,
            credit=self.credit,
            published=self.published,
            missed=(*self.missed, "body"),
        )

    def sort(self, blocks: Sequence[Block]) -> tuple[list[Block], list[str], Title | None]:
        """The blocks without captions and what stands aside, numbered anew; the captions; the title
        with the block it stands in (of several, the last)."""
        kept, captions, held = [], [], None
        titled = set(self.title_element.iter()) if self.title_element is not None else set()
        marked = self.captions | self.aside
        for block in blocks:
            if block.kind == "text" and block.element in titled:
                held = block
            elif not marked.isdisjoint(ancestors(block.element)):
                holder = next(up for up in ancestors(block.element) if up in marked)
                if block.kind == "text" and holder in self.captions:
                    captions.append(block.text)
                if block.kind == "text" or holder in self.aside:
                    continue
            kept.append(block)
        title = Title(self.title, held, sure=True) if self.title is not None else None
        return numbered(kept), captions, title

    def stretch(self, tree: HtmlElement) -> list[Block]:
        """The blocks from the title to the end of the text and a few more; needs ``bodies``."""
        wanted = [*self.bodies]
        if self.title_element is not None and tree in ancestors(self.title_element):
            wanted.append(self.title_element)
        holders = [set(ancestors(element)) for element in wanted]
        common = next(up for up in ancestors(wanted[0]) if all(up in held for held in holders))
        pieces, last = [common], common
        if common not in wanted:
            inner = set().union(*holders)
            places = [place for place, child in enumerate(common) if child in inner]
            pieces = common[places[0] : places[-1] + 1]
            last = pieces[-1]
        read = (block for piece in pieces for block in _with_tail(piece, last))
        return numbered(chain(read, islice(_below(last), _BELOW)))


def choose(tree: HtmlElement, selectors: Selectors | None, *, now: datetime) -> Chosen:
    """Apply ``selectors``. With any given, ``tree`` afterwards holds only what a reader sees."""
    chosen = Chosen()
    if selectors is None:
        return chosen
    asked = {name: css for name in _PARTS if (css := getattr(selectors, name)) is not None}
    found = {name: find(tree, css) for name, css in asked.items()}
    captions = find(tree, selectors.caption) if selectors.caption else []
    unwanted = [element for css in selectors.remove for element in find(tree, css)]
    remove_unseen(tree)
    taken = {name: _take(chosen, name, elements, now) for name, elements in found.items()}
    chosen.missed = tuple(name for name, element in taken.items() if element is None)
    bodies = set(chosen.bodies)
    around = {up for body in bodies for up in ancestors(body)}
    chosen.captions = frozenset(captions) - around
    parts = {taken[name] for name in ("sapo", "author", "published") if name in taken}
    within = {part for part in parts if part is not None and not bodies.isdisjoint(ancestors(part))}
    within = {part for part in within if part not in _holders(chosen.title_element)}
    chosen.aside = frozenset({*within, *unwanted}) - around
    for element in chosen.aside.intersection(unwanted):
        # A word or a link in a paragraph; what is a paragraph of its own is passed over (``kept``).
        if element.tag in INLINE and element not in _holders(chosen.title_element):
            _drop(element)
    return chosen


def _take(
    chosen: Chosen, name: str, elements: list[HtmlElement], now: datetime
) -> HtmlElement | None:
    """Fill in one part; the element it was taken from, None if there is no such part."""
    if name == "published":
        for element in elements:
            if published := read_date(element, now):
                chosen.published = published
                return element
        return None
    if name == "body":
        chosen.bodies = [element for element in elements if _shows(element)]
        return chosen.bodies[0] if chosen.bodies else None
    texts = {element: text for element in elements if (text := read_text(element))}
    element = next(iter(texts), None)
    if element is None:
        return None
    if name == "author":
        chosen.author, chosen.credit = split_author(texts[element])
    elif name == "sapo":
        chosen.sapo = texts[element]
    else:
        chosen.title, chosen.title_element = texts[element], element
    return element


def read_date(element: HtmlElement, now: datetime) -> Published | None:
    stamps = [element.get("datetime"), element.get("content")]
    dates = [parse_stamp(stamp, now=now) for stamp in stamps if stamp]
    dates += find_dates(read_text(element), now=now)
    for date in dates:
        if date and not refusal(date.at, now=now):
            return Published(date.at.astimezone(UTC), date.precision, "selector")
    return None


def read_text(element: HtmlElement) -> str:
    """As a reader sees it: "<b>H</b>oa" is one word, two paragraphs are not."""
    if element.tag == "meta":
        return text_of(element)
    return " ".join(block.text for block in walk(element) if block.kind == "text")


def _shows(body: HtmlElement) -> bool:
    """Whether a reader finds anything in it; an element taken out as hidden shows nothing."""
    attached = body.getparent() is not None
    return attached and next(walk(body), None) is not None


def _holders(element: HtmlElement | None) -> set[HtmlElement]:
    return set(ancestors(element)) if element is not None else set()


def _drop(element: HtmlElement) -> None:
    if element.getparent() is not None:
        element.drop_tree()


def _with_tail(piece: HtmlElement, last: HtmlElement) -> Iterator[Block]:
    yield from walk(piece)
    if piece is not last:
        yield from _tail(piece)


def _below(last: HtmlElement) -> Iterator[Block]:
    """What comes after an element, to the end of the page."""
    for up in ancestors(last):
        yield from _tail(up)
        for piece in up.itersiblings():
            yield from _with_tail(piece, last)


def _tail(element: HtmlElement) -> Iterator[Block]:
    text = " ".join((element.tail or "").split())
    holder = element.getparent()
    if text and holder is not None:
        yield Block(text, holder)


class _Translator(LxmlHTMLTranslator):  # type: ignore[misc]  # lxml has no types
    """CSS to XPath; a class is first looked for as plain text, which most elements fail at once."""

    def xpath_attrib_includes(self, xpath: XPathExpr, name: str, value: str | None) -> XPathExpr:
        if value:
            xpath.add_condition(f"contains({name}, {self.xpath_literal(value)})")
        translated: XPathExpr = super().xpath_attrib_includes(xpath, name, value)
        return translated


@lru_cache(maxsize=2000)
def _compiled(css: str) -> etree.XPath:
    if alone := re.fullmatch(r"\.([a-zA-Z_][\w-]*)", css):
        # The usual case, three times as fast by way of the attributes.
        name = alone[1]
        held = f"contains(concat(' ', normalize-space(.), ' '), ' {name} ')"
        return etree.XPath(f"//@class[contains(., '{name}') and {held}]/..")
    return etree.XPath(_Translator().css_to_xpath(css))


def find(tree: HtmlElement, css: str) -> list[HtmlElement]:
    return list(_compiled(css)(tree))
