"""Which element of a page holds the body of its article."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence

from lxml.html import HtmlElement

from pipeline.extract.blocks import Block
from pipeline.extract.chrome import Zones, is_imprint, is_prose, is_teaser, opens_others
from pipeline.extract.title import Title
from pipeline.extract.tree import ancestors, labels

_BODY_LABEL = re.compile(
    r"article-?_*(?:body|content|detail)|content-?_*(?:detail|body|fck|news|article|post)"
    r"|(?:detail|post|news|entry|single|main|cms|story)-?_*(?:content|body|text)\b|\bentry\b"
    r"|noi-?dung|td-post-content|\bfck|articlebody|chi-?tiet|bodytext|newscontents|vnnews"
)
_SAPO_LABEL = re.compile(
    r"sapo|chapeau|(?:^|[\s_-])(?:lead|desc|description|summary|intro|introtext|excerpt|trich-?dan"
    r"|tom-?_*tat|subhead|standfirst|introduction|mo-?ta(?:-?ngan)?|\w+lead|\w+summary)(?=$|[\s_-])|hometext|-des-"
)
_SENTENCE_END = (".", "!", "?", "…", '."', ".”", "”", ":", ";", "...")

INTRODUCTION_MAX = 1200
"""Characters from which on what a page calls its introduction is its text."""


def find_container(
    blocks: Sequence[Block], zones: Zones, title: Title | None
) -> HtmlElement | None:
    """The element with the most prose for the least links and chrome; None without any prose.

    What the page calls an introduction is not weighed, unless nothing follows it: then it is the
    text, as under a video.
    """
    after = title.block.index if title and title.block else -1
    introduction = [b for b in blocks if b.index > after and labelled_sapo(b, zones)]
    if sum(len(block.text) for block in introduction) > INTRODUCTION_MAX:
        introduction = []  # the label is on the text itself
    container = _heaviest(blocks, zones, after, frozenset(b.index for b in introduction))
    if introduction and (container is None or _is_aside(container, introduction, blocks, zones)):
        container = _heaviest(blocks, zones, after, frozenset())
    return container


def _is_aside(
    container: HtmlElement, introduction: Sequence[Block], blocks: Sequence[Block], zones: Zones
) -> bool:
    """Whether the prose found is less than the introduction and comes after lists of others."""
    inside = [block.index for block in inside_of(blocks, [container]) if is_prose(block)]
    first, end = min(inside, default=0), introduction[-1].index
    little = zones.prose(container) < sum(len(block.text) for block in introduction)
    return little and any(opens_others(block.text) for block in blocks[end:first])


def _heaviest(
    blocks: Sequence[Block], zones: Zones, after: int, weightless: frozenset[int]
) -> HtmlElement | None:
    totals: dict[HtmlElement, float] = defaultdict(float)
    for block in blocks:
        weight = 0.0 if block.index in weightless else _weight(block, zones, after)
        if weight:
            for element in ancestors(block.element):
                totals[element] += weight
    ranked = [(total, _depth(element), element) for element, total in totals.items() if total > 0]
    if not ranked:
        return None
    best, _, container = max(ranked, key=lambda one: one[:2])
    labelled = [
        (total, depth, element)
        for total, depth, element in ranked
        if total >= 0.8 * best
        and (_BODY_LABEL.search(labels(element)) or element.get("itemprop") == "articleBody")
    ]
    return max(labelled, key=lambda one: (one[0], one[1]))[2] if labelled else container


def inside_of(blocks: Sequence[Block], containers: Sequence[HtmlElement]) -> list[Block]:
    wanted = frozenset(containers)
    return [block for block in blocks if not wanted.isdisjoint(ancestors(block.element))]


def _weight(block: Block, zones: Zones, after: int) -> float:
    size = len(block.text)
    if block.kind != "text" or not size:
        return 0.0
    if zones.in_chrome(block):
        return -0.02 * size
    if block.link_share >= 0.5:
        return -0.3 * size
    if block.index <= after:
        return -1.0 * size if is_prose(block) else 0.0
    if is_prose(block):
        return -0.3 * size if is_teaser(block, zones) else float(size)
    ends = block.text.endswith(_SENTENCE_END) and not is_imprint(block.text)
    if not block.heading and size >= 20 and ends:
        return 0.5 * size
    return 0.0


def labelled_sapo(block: Block, zones: Zones) -> bool:
    """Whether the page calls the block an introduction."""
    if block.kind != "text" or len(block.text) < 20 or block.link_share > 0.5:
        return False
    if is_prose(block) and is_teaser(block, zones):
        return False
    for depth, holder in enumerate(ancestors(block.element)):
        several = zones.prose(holder) > 1.5 * len(block.text) and zones.share(holder) > 0.6
        if depth > 3 or several:
            return False
        if _SAPO_LABEL.search(labels(holder)) or holder.get("itemprop") == "description":
            return True
    return False


def _depth(element: HtmlElement) -> int:
    return sum(1 for _ in element.iterancestors())
