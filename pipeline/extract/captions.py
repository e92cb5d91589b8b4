"""Which lines are captions: by their label, by their place beside a picture, by their words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import islice

from lxml.html import HtmlElement

from pipeline.extract.blocks import Block
from pipeline.extract.bylines import (
    photo_credit,
)
from pipeline.extract.chrome import (
    Zones,
    is_prompt,
)
from pipeline.extract.tree import ancestors, called, labels
from pipeline.text.fold import fold

_CAPTION_LABEL = re.compile(
    r"caption|chu-?thich|(?:img|image|photo|pic)-?_*(?:note|desc|cap|title|alt|info|text)"
    r"|ghi-?chu-?anh"
    r"|expnoedit|note-?(?:img|image|photo)|figcap|\bpcap"
)
_called_caption = called(_CAPTION_LABEL)
_SIGNS = re.compile(r"\W+")
_CENTRED = re.compile(r"(?:^|[\s:;])(?:(?:text|align)-?)?center(?=$|[\s;])")


def is_caption(block: Block, place: int, inside: Sequence[Block], zones: Zones) -> bool:
    """Whether ``block``, at ``place`` of the blocks ``inside`` the text's element, is one."""
    if len(block.text) > 500 or is_prompt(block.text):
        return False
    return _stands_for_one(block, place, inside, zones) and not _in_quote(block.element)


def _stands_for_one(block: Block, place: int, inside: Sequence[Block], zones: Zones) -> bool:
    text, element = block.text, block.element
    for depth, holder in enumerate(ancestors(element)):
        if holder.tag in ("figcaption", "figure") or _called_caption(holder):
            return zones.share(holder) < 0.5
        if depth == 0 and _wholly_labelled(holder, text):
            return True
        if holder.tag == "table":
            if next(holder.iter("img"), None) is None:
                return False
            if len(holder.text_content().strip()) < 500 and zones.share(holder) < 0.5:
                return True
            break  # tables that lay out the page say nothing of a line in them
        if depth > 4:
            break
    near = [*inside[max(0, place - 1) : place], *inside[place + 1 : place + 2]]
    pictures = [other for other in near if other.kind in ("image", "video")]
    if not pictures or len(text) > 300:
        return False
    if any(picture.text and same_words(picture.text, text) for picture in pictures):
        return True
    if photo_credit(text):
        return True
    before = place > 0 and inside[place - 1].kind in ("image", "video")
    if before and zones.share(element) < 0.5 and _share_a_holder(inside[place - 1], text):
        return True
    styled = f"{element.get('style') or ''} {element.get('align') or ''} {labels(element)}"
    centred = element.tag == "center" or _CENTRED.search(styled) is not None
    return before and len(text) < 250 and (block.is_slanted or centred)


def _in_quote(element: HtmlElement) -> bool:
    """Whether it stands in a quotation set apart, whose speaker some systems call a caption."""
    for holder in islice(ancestors(element), 4):
        if holder.tag == "blockquote" or "quote" in f"{labels(holder)} {holder.get('type') or ''}":
            return next(holder.iter("img", "figure"), None) is None
    return False


def _share_a_holder(picture: Block, text: str) -> bool:
    """Whether an element holds the picture and this line, and nothing else."""
    holder = picture.element.getparent()
    return (
        picture.kind == "image"
        and holder is not None
        and " ".join(holder.text_content().split()) == text
    )


def _wholly_labelled(element: HtmlElement, text: str) -> bool:
    """Whether all of the line stands in one inline element that is called a caption."""
    return any(
        _called_caption(inner) and " ".join(inner.text_content().split()) == text
        for inner in element.iter("span", "em", "i", "small", "font")
    )


def same_words(one: str, other: str) -> bool:
    if abs(len(one) - len(other)) > 0.5 * max(len(one), len(other)):
        return False  # no need to look: signs and spaces are not half of a line
    bare = _bare(one)
    return bool(bare) and bare == _bare(other)


@lru_cache(maxsize=500)
def _bare(text: str) -> str:
    return _SIGNS.sub("", fold(text))
