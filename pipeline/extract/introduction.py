"""The introduction (sapo) above a text."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.extract.blocks import Block
from pipeline.extract.body import Body
from pipeline.extract.bylines import (
    is_byline,
)
from pipeline.extract.chrome import Zones, is_prompt, is_prose
from pipeline.extract.container import INTRODUCTION_MAX, labelled_sapo
from pipeline.extract.details import is_ours, is_vietnamese
from pipeline.extract.metadata import Metadata
from pipeline.extract.title import Title
from pipeline.extract.tree import ancestors
from pipeline.text.fold import fold


def find_sapo(
    blocks: Sequence[Block], body: Body, data: Metadata, zones: Zones, title: Title | None
) -> str | None:
    """The introduction above the text; blocks of ``body`` that are it are taken out of it."""
    if _is_photo_story(body):
        return body.blocks.pop(0).text
    described = data.first("og:description", "description", "twitter:description")
    described = described or data.ld_text("description")
    start = title.block.index if title and title.block else -1
    first = body.blocks[0].index if body.blocks else start + 30
    labelled = [
        block
        for block in blocks
        if start < block.index <= first + 3
        and labelled_sapo(block, zones)
        and block.text not in body.captions
        and not (body.container is not None and _holds_all(block, body))
    ]
    if not labelled and start < 0:
        labelled = [b for b in blocks if b.index < first and labelled_sapo(b, zones)]
    if sum(len(block.text) for block in labelled) > INTRODUCTION_MAX:
        labelled = []  # the label is on the text itself
    if labelled:
        texts = [block.text for block in labelled if not is_byline(block.text)]
        if body.blocks and all(block in labelled for block in body.blocks):
            return None  # nothing else on the page: it is the text
        body.blocks = [block for block in body.blocks if block not in labelled]
        if texts:
            return " ".join(texts)
    if body.blocks and not is_ours(" ".join(body.paragraphs)):
        return None  # elsewhere a first paragraph is text, though the description repeats it
    between = [
        block
        for block in blocks
        if start < block.index < first
        and (is_prose(block) or (block.heading and len(block.text) >= 60 and not block.links))
        and not zones.in_chrome(block)
        and not is_prompt(block.text)
        and block.text not in body.captions
    ]
    for block in [*between, *body.blocks[:1]]:
        if described and _matches(block.text, described):
            if block in body.blocks:
                if len(body.blocks) < 2:
                    break
                body.blocks.remove(block)
            return block.text
    if len(body.blocks) > 1:
        opening, after = body.blocks[:2]
        distinct = opening.is_strong and not after.is_strong
        apart = _stands_apart(body)
        if (distinct or apart or _is_heading_sapo(opening)) and len(opening.text) >= 60:
            body.blocks.pop(0)
            return opening.text
    if between and (between[0].is_strong or (title and title.sure)):
        return between[0].text
    text = fold(" ".join(body.paragraphs))
    if described and not text.startswith(fold(described).rstrip(" .…")[:60]):
        return described if _about(described, text, title) else None
    return None


def _is_photo_story(body: Body) -> bool:
    """Whether one paragraph opens a row of pictures that tell the rest."""
    opened = len(body.blocks) == 1 and len(body.captions) >= 3 and len(body.images) >= 3
    return opened and body.blocks[0].index < body.images[0].index


def _is_heading_sapo(block: Block) -> bool:
    return block.heading and (len(block.text) >= 100 or block.text.endswith((".", "!", "?", "…")))


def _stands_apart(body: Body) -> bool:
    """Whether the first paragraph stands outside the one element that holds all others."""
    opening, *others = body.blocks
    fit = is_prose(opening) and len(opening.text) <= 600 and is_vietnamese(opening.text)
    if len(others) < 2 or not fit:
        return False
    inner = set(ancestors(others[0].element))
    for other in others[1:]:
        inner &= set(ancestors(other.element))
    return bool(inner - set(ancestors(opening.element)))


def _holds_all(block: Block, body: Body) -> bool:
    """Whether the label is on something that holds the text too."""
    return len(body.blocks) > 1 and block is body.blocks[-1]


def _matches(text: str, described: str) -> bool:
    one, other = (re.sub(r"\W+", " ", fold(value)).strip() for value in (text, described))
    if one == other:
        return True
    # A prefix such as "(LCĐT) - " stands in one of the two only.
    return min(len(one), len(other)) > 60 and (one.endswith(other) or other.endswith(one))


def _about(described: str, text: str, title: Title | None) -> bool:
    if title and fold(described).startswith(fold(title.text)[:60]):
        return False
    words = set(re.findall(r"\w{2,}", fold(described)))
    said = set(re.findall(r"\w{2,}", text + " " + fold(title.text if title else "")))
    return len(words) >= 6 and len(words & said) >= 0.6 * len(words)
