"""A page as a tree, safe for any input, and what can be asked of its elements."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import chain

import lxml.html
from lxml import etree
from lxml.html import HtmlElement

MAX_DEPTH = 200
"""libxml2 stops reading at 256 nested elements; no article nests half as deep."""

_VOID = frozenset(
    [
        "area",
        "base",
        "br",
        "col",
        "embed",
        "hr",
        "img",
        "input",
        "link",
        "meta",
        "param",
        "source",
        "track",
        "wbr",
    ]
)
_TAG = re.compile(r"<(/?)([a-zA-Z][^\s>/]*)[^>]*>")
_RAW = re.compile(r"<(script|style)\b.*?</\1\s*>", re.IGNORECASE | re.DOTALL)
_DEEPEST = etree.XPath("boolean(" + "/*" * MAX_DEPTH + ")")
"""Whether anything stands ``MAX_DEPTH`` deep: asked of libxml2, because most pages are shallow."""
_ELEMENTS = etree.ElementDefaultClassLookup(element=HtmlElement)
"""One class for every tag: lxml.html's own lookup asks Python at every step through the tree."""
_DECLARATION = re.compile(r"\A\s*<\?xml[^>]*\?>", re.IGNORECASE)
_END = re.compile(r"</(?:[hH][tT][mM][lL]|[bB][oO][dD][yY])\s*>")
"""Begins with letters of one case, so that ``re`` can skip to them: pages are long."""


def parse(text: str) -> HtmlElement:
    """The page's tree, at most ``MAX_DEPTH`` deep.

    Raises:
        ValueError: nothing in it can be read as HTML.
    """
    # "<?xml encoding=...?>" would make lxml refuse text; libxml2 drops all after a stray </html>.
    text = _END.sub("", _DECLARATION.sub("", text, count=1))
    tree = _parsed(text)
    if _too_deep(tree):
        tree = _parsed(_flattened(text))
    return tree


def text_of(element: HtmlElement) -> str:
    """All text of an element in one line; of a ``meta``, its content."""
    if element.tag == "meta":
        return " ".join((element.get("content") or "").split())
    return " ".join(" ".join(element.itertext()).split())


def ancestors(element: HtmlElement) -> Iterator[HtmlElement]:
    """The element, then what holds it, outwards."""
    return chain((element,), element.iterancestors())  # no frame of Python's at every step


def labels(element: HtmlElement) -> str:
    """Class and id, lower case: what the page's author calls this element."""
    return f"{element.get('class') or ''} {element.get('id') or ''}".lower()


def called(pattern: re.Pattern[str]) -> Callable[[HtmlElement], bool]:
    """A test whether ``labels`` of an element hold ``pattern``.

    It remembers: the pages of a site call the same things by the same names.
    """

    @lru_cache(maxsize=4000)
    def known(one: str | None, other: str | None) -> bool:
        return pattern.search(f"{one or ''} {other or ''}".lower()) is not None

    def test(element: HtmlElement) -> bool:
        one, other = element.get("class"), element.get("id")
        if len(one or "") + len(other or "") > 500:
            return pattern.search(labels(element)) is not None
        return known(one, other)

    return test


def _parsed(text: str) -> HtmlElement:
    parser = lxml.html.HTMLParser(remove_comments=True, remove_pis=True, encoding="utf-8")
    parser.set_element_class_lookup(_ELEMENTS)
    try:
        tree = lxml.html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError) as error:
        raise ValueError(str(error)) from None
    assert isinstance(tree, HtmlElement)
    return tree


def _too_deep(tree: HtmlElement) -> bool:
    return bool(_DEEPEST(tree))


def _flattened(text: str) -> str:
    """The page without the tags that stand deeper than ``MAX_DEPTH``; their text stays."""
    text = _RAW.sub("", text)
    depth = 0

    def keep(found: re.Match[str]) -> str:
        nonlocal depth
        closing, name = found[1], found[2].lower()
        if name in _VOID or found[0].endswith("/>"):
            return found[0]
        if closing:
            depth = max(0, depth - 1)
            return found[0] if depth < MAX_DEPTH - 20 else " "
        depth += 1
        return found[0] if depth <= MAX_DEPTH - 20 else " "

    return _TAG.sub(keep, text)
