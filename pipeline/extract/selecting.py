"""The parts of an article by the selectors of its source, and which of them found nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from lxml.cssselect import CSSSelector
from lxml.html import HtmlElement

from pipeline.config.sources import Selectors
from pipeline.extract.bylines import split_author
from pipeline.extract.document import Block, text_of
from pipeline.extract.published import Published
from pipeline.extract.title import Title
from pipeline.text.dates import find_dates, parse_stamp, refusal


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
    missed: tuple[str, ...] = ()

    def title_in(self, blocks: Sequence[Block]) -> Title | None:
        """The title with the block it stands in."""
        if self.title is None:
            return None
        element = self.title_element
        block = next((b for b in blocks if b.element is element and b.text == self.title), None)
        return Title(self.title, block, sure=True)


def choose(tree: HtmlElement, selectors: Selectors | None, *, now: datetime) -> Chosen:
    """Apply ``selectors``; also removes from ``tree`` what they call ``remove``."""
    chosen = Chosen()
    if selectors is None:
        return chosen
    missed = []
    for name in ("title", "sapo", "body", "author", "published"):
        css = getattr(selectors, name)
        if css is None:
            continue
        elements = _find(tree, css)
        if not _take(chosen, name, elements, now):
            missed.append(name)
    for css in selectors.remove:
        for element in _find(tree, css):
            if element.getparent() is not None:
                element.drop_tree()
    chosen.missed = tuple(missed)
    return chosen


def _take(chosen: Chosen, name: str, elements: list[HtmlElement], now: datetime) -> bool:
    elements = [element for element in elements if text_of(element) or element.get("datetime")]
    if not elements:
        return False
    if name == "body":
        chosen.bodies = elements
    elif name == "published":
        chosen.published = next((p for element in elements if (p := _date(element, now))), None)
        return chosen.published is not None
    elif name == "author":
        chosen.author, chosen.credit = split_author(text_of(elements[0]))
    elif name == "sapo":
        chosen.sapo = text_of(elements[0])
    else:
        chosen.title, chosen.title_element = text_of(elements[0]), elements[0]
    return True


def _date(element: HtmlElement, now: datetime) -> Published | None:
    stamps = [element.get("datetime"), element.get("content")]
    dates = [parse_stamp(stamp, now=now) for stamp in stamps if stamp]
    dates += find_dates(text_of(element), now=now)
    for date in dates:
        if date and not refusal(date.at, now=now):
            return Published(date.at.astimezone(UTC), date.precision, "selector")
    return None


def _find(tree: HtmlElement, css: str) -> list[HtmlElement]:
    # translator="html": element names match whatever their case.
    return list(CSSSelector(css, translator="html")(tree))
