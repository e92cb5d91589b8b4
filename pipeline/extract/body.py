"""Which blocks of the element that holds the body are the article's text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from lxml.html import HtmlElement

from pipeline.extract.blocks import Block
from pipeline.extract.bylines import (
    credit_of,
    is_byline,
    names_press,
    photo_credit,
    split_byline,
)
from pipeline.extract.captions import is_caption, same_words
from pipeline.extract.chrome import (
    Zones,
    is_clock_line,
    is_imprint,
    is_link_line,
    is_prompt,
    is_prose,
    is_teaser,
    opens_comments,
    opens_others,
)
from pipeline.extract.container import inside_of
from pipeline.extract.title import Title
from pipeline.extract.tree import labels
from pipeline.text.dates import find_dates

_BYLINE_LABEL = re.compile(
    r"author|tac-?gia|byline|writer|nguoi-?viet|but-?danh|\bpv\b|journalist|signature|source|nguon"
)
_WEEKDAY = re.compile(r"(?:thứ (?:hai|ba|tư|năm|sáu|bảy)|chủ nhật|gmt|utc)\b", re.IGNORECASE)


@dataclass(slots=True)
class Body:
    """What was read inside the container."""

    container: HtmlElement | None
    blocks: list[Block] = field(default_factory=list)
    captions: list[str] = field(default_factory=list)
    bylines: list[str] = field(default_factory=list)
    credits: list[str] = field(default_factory=list)
    images: list[Block] = field(default_factory=list)
    has_video: bool = False

    @property
    def paragraphs(self) -> tuple[str, ...]:
        return tuple(block.text for block in self.blocks)


def read_body(
    containers: Sequence[HtmlElement],
    blocks: Sequence[Block],
    zones: Zones,
    title: Title | None,
    *,
    now: datetime,
) -> Body:
    """The article's blocks inside ``containers``, in page order."""
    body = Body(containers[0] if containers else None)
    inside = inside_of(blocks, containers)
    _read_lead_picture(body, blocks, inside, zones, title)
    if title and title.block:
        below = [block for block in inside if block.index > title.block.index]
        # A heading inside the text that was taken for the title must not cost half the text.
        inside = below if title.sure or _prose(below) >= 0.7 * _prose(inside) else inside
    total = sum(
        len(block.text) for block in inside if is_prose(block) and not zones.in_chrome(block)
    )
    seen = 0
    for place, block in enumerate(inside):
        if block.kind == "video":
            body.has_video = True
            continue
        if zones.in_chrome(block):
            continue
        if block.kind == "image":
            body.images.append(block)
            continue
        if seen and opens_comments(block.text):
            break
        if (opens_others(block.text) or is_imprint(block.text)) and seen >= 0.8 * total:
            break
        if title and same_words(block.text, title.text):
            continue
        if is_caption(block, place, inside, zones):
            body.captions.append(block.text)
            continue
        if (
            is_clock_line(block.text)
            or _is_related(block, zones)
            or is_prompt(block.text)
            or is_date_line(block.text, now=now)
        ):
            continue
        body.blocks.append(block)
        seen += len(block.text) if is_prose(block) else 0
    _trim_heading(body, inside)
    _trim_tail(body)
    _trim_head(body)
    return body


def is_date_line(text: str, *, now: datetime) -> bool:
    """Whether a line holds a date and next to nothing else."""
    if len(text) > 120:
        return False
    rest = text
    for date in reversed(find_dates(text, now=now)):
        if date.has_year:
            rest = rest[: date.start] + rest[date.end :]
    words = re.findall(r"[^\W\d_]{2,}", _WEEKDAY.sub("", rest))
    most = 4 if text.endswith(".") else 6  # "Thời gian áp dụng từ ngày 03/11/2025." is a sentence
    return rest != text and len(words) <= most


def _read_lead_picture(
    body: Body,
    blocks: Sequence[Block],
    inside: Sequence[Block],
    zones: Zones,
    title: Title | None,
) -> None:
    """The picture that some systems put between headline and text, outside the text's element."""
    if not inside or title is None or title.block is None:
        return
    before = [b for b in blocks[title.block.index : inside[0].index] if not zones.in_chrome(b)]
    for place, block in enumerate(before):
        if block.kind == "image":
            body.images.append(block)
        elif block.kind == "video":
            body.has_video = True
        elif body.images and is_caption(block, place, before, zones):
            body.captions.append(block.text)


def _prose(blocks: Sequence[Block]) -> int:
    return sum(len(block.text) for block in blocks if is_prose(block))


def _is_related(block: Block, zones: Zones) -> bool:
    return is_link_line(block) or (is_prose(block) and is_teaser(block, zones))


def _trim_heading(body: Body, inside: Sequence[Block]) -> None:
    """Take off the heading of a list of links below the text."""
    if not body.blocks:
        return
    last = body.blocks[-1]
    below = next((block for block in inside if block.index > last.index and block.text), None)
    heads = len(last.text) < 60 and (last.heading or last.is_strong)
    if heads and below is not None and is_link_line(below):
        body.blocks.pop()


def _trim_tail(body: Body) -> None:
    """Take credits and bylines off the end; they may stand in either order."""
    for _ in range(6):
        if not body.blocks:
            return
        block = body.blocks[-1]
        labelled = _BYLINE_LABEL.search(labels(block.element)) is not None
        if both := split_byline(block.text):
            body.bylines.append(both[0])
            body.credits.append(both[1])
        elif credit := credit_of(block.text):
            body.credits.append(credit)
        elif is_byline(block.text) or (labelled and len(block.text) < 80):
            if names_press(block.text) and labelled and not is_byline(block.text):
                body.credits.append(block.text)
            else:
                body.bylines.append(block.text)
        elif (photo_credit(block.text) and len(block.text) < 60) or not re.search(
            r"\w", block.text
        ):
            pass
        else:
            return
        body.blocks.pop()


def _trim_head(body: Body) -> None:
    """Take bylines off the beginning."""
    for _ in range(4):
        if len(body.blocks) < 2:
            return
        block = body.blocks[0]
        labelled = _BYLINE_LABEL.search(labels(block.element)) is not None
        if is_prose(block) or not (labelled or is_byline(block.text) or credit_of(block.text)):
            return
        if credit := credit_of(block.text):
            body.credits.append(credit)
        else:
            body.bylines.append(block.text)
        body.blocks.pop(0)
