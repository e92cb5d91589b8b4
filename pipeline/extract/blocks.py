"""A page as the sequence of its blocks.

A block is a stretch of text that a reader sees as one paragraph, or an image. Everything that
extraction decides (title, date, body, captions) it decides on these blocks and their elements.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, islice
from typing import Literal

from lxml import etree
from lxml.html import HtmlElement

from pipeline.extract.charset import clean
from pipeline.extract.tree import labels
from pipeline.text.fold import nfc

MAX_BLOCKS = 20_000

_SKIPPED = [
    "script",
    "style",
    "noscript",
    "template",
    "svg",
    "button",
    "select",
    "option",
    "textarea",
    "input",
    "label",
    "object",
    "embed",
    "map",
    "canvas",
    "dialog",
    "math",
    "head",
]
_BLOCK_TAGS = frozenset(
    [
        "html",
        "body",
        "address",
        "article",
        "aside",
        "blockquote",
        "center",
        "cite",
        "dd",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "li",
        "main",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "table",
        "tbody",
        "thead",
        "tfoot",
        "tr",
        "caption",
        "ul",
        "details",
        "summary",
    ]
)
_ROLES = {
    "a": "a",
    **dict.fromkeys(("b", "strong"), "strong"),
    **dict.fromkeys(("em", "i"), "slanted"),
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), "heading"),
}
"""What a tag says of the text inside it."""
_PICTURES = frozenset(("img", "amp-img"))
_PLAYERS = frozenset(("video", "audio", "iframe"))
_PARTING = _PICTURES | _PLAYERS | {"br"}
"""What ends a paragraph where it stands, and holds none."""
_END: tuple[tuple[str, None]] = (("end", None),)
_STYLED = etree.XPath("//@style[contains(., 'n') or contains(., 'N')]/.. | //@hidden/..")
"""Both words of ``_HIDDEN`` have an n; by way of the attributes it is five times as fast."""
_UNCLOSED = etree.XPath("//noscript[count(.//p) > 2 and 2 * count(.//p) > count(//p)]")
"""Holds most of the page because its end is missing."""
_MUCH = 500
"""Characters from which on it is looked into whether all of a page is hidden."""
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)


@dataclass(slots=True)
class Block:
    """One visible paragraph (or image, then ``text`` is its alternative text)."""

    text: str
    element: HtmlElement
    index: int = 0
    links: int = 0
    """Characters that are link text."""
    strong: int = 0
    slanted: int = 0
    heading: bool = False
    kind: Literal["text", "image", "video"] = "text"
    source: str = ""
    """Address of an image."""
    prose: bool | None = None
    """What ``chrome.is_prose`` found; it is asked many times."""

    @property
    def link_share(self) -> float:
        return self.links / max(1, len(self.text))

    @property
    def is_strong(self) -> bool:
        return self.strong >= 0.9 * len(self.text) > 0

    @property
    def is_slanted(self) -> bool:
        return self.slanted >= 0.9 * len(self.text) > 0


def read_blocks(tree: HtmlElement) -> list[Block]:
    """The blocks of the page in reading order. Removes from ``tree`` what no reader sees."""
    remove_unseen(tree)
    return numbered(walk(tree))


def remove_unseen(tree: HtmlElement) -> None:
    """Take out of ``tree`` what no reader sees: scripts, forms' parts, hidden elements."""
    for element in _UNCLOSED(tree):
        element.drop_tag()
    etree.strip_elements(tree, *_SKIPPED, with_tail=False)
    whole = 0
    for element in _STYLED(tree):
        hidden = element.get("hidden") is not None or _HIDDEN.search(element.get("style") or "")
        if not hidden or element.getparent() is None or element.tag in ("body", "html"):
            continue
        if (size := len(element.text_content())) > _MUCH:
            whole = whole or len(tree.text_content())
            if size > 0.5 * whole:
                continue  # a script is to show it
        element.drop_tree()


def numbered(blocks: Iterable[Block]) -> list[Block]:
    """At most ``MAX_BLOCKS`` of them, each with its place in the list."""
    found = list(islice(blocks, MAX_BLOCKS))
    for index, block in enumerate(found):
        block.index = index
    return found


def walk(tree: HtmlElement) -> Iterator[Block]:
    """The blocks of ``tree`` and all in it, in reading order, not yet numbered."""
    # One loop without inner functions: every page's every element passes through it.
    holders: list[HtmlElement] = [tree]
    inside = {"a": 0, "strong": 0, "slanted": 0, "heading": 0}
    marked = 0
    parts: list[str] = []
    links = strong = slanted = 0
    for event, element in chain(etree.iterwalk(tree, events=("start", "end")), _END):
        tag = element.tag if element is not None else "body"
        starts = event == "start"
        is_block = tag in _BLOCK_TAGS
        if parts and (is_block or (starts and tag in _PARTING)):
            if text := _joined(parts):
                heading = inside["heading"] > 0
                yield Block(text, holders[-1], 0, links, strong, slanted, heading)
            parts, links, strong, slanted = [], 0, 0, 0
        if element is None:
            return
        if role := _ROLES.get(tag):
            inside[role] += 1 if starts else -1
            marked = inside["a"] + inside["strong"] + inside["slanted"]
        if starts:
            if is_block:
                holders.append(element)
            elif parts and tag in ("td", "th"):
                parts.append(" | ")
            if tag in _PICTURES and not _is_small(element):
                alternative = " ".join((element.get("alt") or "").split())
                yield Block(alternative, element, kind="image", source=image_source(element))
            elif tag in _PLAYERS:
                yield Block("", element, kind="video")
            found = element.text if tag != "iframe" else None
        else:
            if is_block:
                holders.pop()
            found = element.tail if element is not tree else None
        if found:
            parts.append(found)
            if marked:
                size = len(" ".join(found.split()))
                links += size if inside["a"] else 0
                strong += size if inside["strong"] else 0
                slanted += size if inside["slanted"] else 0


def _joined(parts: list[str]) -> str:
    """One line in NFC, also where an element, a comment or a broken tag stood between a letter and
    its mark (``a<b>̀</b>``, ``a<!>̀``) or a control character was written as a number
    (``&#1;``); without the places where a word may be divided (soft hyphens), which a reader does
    not see."""
    text = " ".join("".join(parts).split())
    if not text.isprintable():
        text = " ".join(clean(text.replace("\u00ad", "")).split())
    return nfc(text)


def _is_small(image: HtmlElement) -> bool:
    """Whether it is an icon, a logo, a writer's face or a counter rather than a picture."""
    width = re.match(r"\d+", image.get("width") or "")
    names = f"{labels(image)} {image.get('src') or ''}".lower()
    if "logo" in names or "icon" in names or "avatar" in f"{names} {image.get('alt') or ''}":
        return True
    return width is not None and int(width[0]) < 200


def image_source(image: HtmlElement) -> str:
    """The address of an image, lazy-loading attributes first; empty for inline placeholders."""
    for attribute in (
        "data-src",
        "data-original",
        "data-lazy-src",
        "data-photo-original-src",
        "src",
    ):
        value = (image.get(attribute) or "").strip()
        if value and not value.startswith("data:"):
            return value
    return ""
