"""Dates that a reader sees: only those near the headline or right after the text, as a line of
their own and not beside a link to another article. Nearest to the headline ranks first."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from lxml.html import HtmlElement

from pipeline.extract.blocks import Block
from pipeline.extract.bylines import is_byline
from pipeline.extract.chrome import Zones
from pipeline.extract.title import Title
from pipeline.extract.tree import ancestors, labels, text_of
from pipeline.shapes import DatePrecision
from pipeline.text.dates import FoundDate, find_dates, parse_stamp
from pipeline.text.fold import fold

_DATE_LABEL = re.compile(r"date|time|ngay|publish|posted|thoi-?gian|pub|meta|info")
_NOT_PUBLICATION = re.compile(
    r"giấy phép|\bgp\b|gp-|cấp ngày|ngày cấp|bản quyền|©|hotline|điện thoại|hôm nay|bây giờ"
    r"|hiện tại"
    r"|số báo|sinh ngày|thành lập"
)
_WHEN = re.compile(
    r"\b(?:ngày|đăng|xuất bản|cập nhật|lúc|gửi|tin|bài|giờ|thứ \w+|chủ nhật|gmt|published|on|at)\b"
    r"|[+]\d+"
)
_INLINE = ("span", "time", "em", "i", "small")
_UPDATED = re.compile(
    r"cập nhật|(?:được )?sửa(?: đổi)? (?:lần )?(?:cuối|lúc|vào|ngày)|sửa(?: đổi)?\s*:"
    r"|chỉnh sửa|hiệu chỉnh|thay đổi lần cuối|updated|modified|edited"
)
_ANOTHER = re.compile(r"\d[/:.-]\d\d(?!\d)|(?:19|20)\d\d")
"""Of a date, of which a line may hold two: "Cập nhật: … | Xuất bản: …"."""


@dataclass(frozen=True, slots=True)
class Candidate:
    date: FoundDate
    origin: str
    rank: tuple[int, ...] = ()
    updated: bool = False


def visible_dates(
    blocks: Sequence[Block],
    zones: Zones,
    title: Title | None,
    body: Sequence[Block],
    now: datetime,
) -> Iterator[Candidate]:
    """Every date that may be the article's; ``rank`` is smaller the likelier it is."""
    head = title.block if title else None
    first = body[0].index if body else (head.index + 15 if head else 0)
    if len(body) > 2 and head is not None:
        first = body[2].index  # an introduction may stand above the date and count as text
    last = body[-1].index if body else first
    inside = {block.index for block in body}
    for block in blocks:
        if block.index in inside:
            continue
        place = _place(block, blocks, zones, head, first, last)
        if place is None or _beside_link(block, head):
            continue
        for text, date, stamped in _dates_of(block, now):
            labelled = any(_DATE_LABEL.search(labels(up)) for up in _near(block.element))
            if not stamped and not _is_dateline(text, date, labelled):
                continue
            if not stamped and not date.has_year and not labelled:
                continue
            if place == 2 and not (stamped or labelled or _says_only_when(text, date)):
                continue
            before = _ANOTHER.split(fold(text if stamped else text[: date.start]))[-1]
            rank = (
                place,
                date.precision is DatePrecision.DAY,
                not labelled,
                not date.has_year,
                block.index,
            )
            updated = _UPDATED.search(before[-40:]) is not None
            origin = "time element" if stamped else "visible date"
            yield Candidate(date, origin, rank, updated)


def _place(
    block: Block,
    blocks: Sequence[Block],
    zones: Zones,
    head: Block | None,
    first: int,
    last: int,
) -> int | None:
    """0 between headline and text, 1 right above the headline, 2 right below the text."""
    if block.kind != "text" or len(block.text) > 220:
        return None
    if zones.in_chrome(block) and not (block.index < first and _in_own_footer(block, zones)):
        return None
    if head is not None and head.index <= block.index < max(first, head.index + 1):
        return 0
    if head is None and block.index < first:
        labelled = any(_DATE_LABEL.search(labels(up)) for up in _near(block.element))
        return 1 if labelled and first - block.index < 8 else None
    if head is not None and 0 < head.index - block.index <= 8:
        return 1 if not _spans_menu(block, head, blocks, zones) else None
    if last < block.index <= last + 8:
        return 2
    return None


def _in_own_footer(block: Block, zones: Zones) -> bool:
    """Whether it stands in a ``footer`` of the article's own: Drupal signs in one, on top."""
    footer = next((up for up in ancestors(block.element) if up.tag == "footer"), None)
    holder = footer.getparent() if footer is not None else None
    return (
        holder is not None
        and any(up.tag == "article" for up in ancestors(holder))
        and not zones.is_chrome(holder)
    )


def _spans_menu(block: Block, head: Block, blocks: Sequence[Block], zones: Zones) -> bool:
    """Whether what holds both date and headline holds the site's header too."""
    holders = set(ancestors(block.element))
    common = next((up for up in ancestors(head.element) if up in holders), None)
    if common is None or common.tag in ("body", "html"):
        return True
    linked = 0
    for other in blocks[max(0, block.index - 60) : head.index]:
        if other.links and other.link_share > 0.5 and common in set(ancestors(other.element)):
            linked += sum(text_of(link) in other.text for link in other.element.iter("a")) or 1
    # A breadcrumb has a few links, a menu many.
    return linked > 6


def _dates_of(block: Block, now: datetime) -> Iterator[tuple[str, FoundDate, bool]]:
    """Dates of the block's ``time`` elements (True) and of its text, each with that text."""
    element = block.element
    times = [element] if element.tag == "time" else [*element.iter("time")][:3]
    for time in times:
        if text_of(time) not in block.text:
            continue  # of another block inside the same element
        if (stamp := time.get("datetime")) and (date := parse_stamp(stamp, now=now)):
            yield block.text, date, True
    if _NOT_PUBLICATION.search(fold(block.text)):
        return
    found = [(block.text, date) for date in find_dates(block.text, now=now)]
    if not found:  # "20/11/2026" and "1.204 lượt xem" may touch where only style parts them
        parts = [text_of(part) for part in islice(element.iter(*_INLINE), 8)]
        held = [text for text in parts if text in block.text]
        found = [(text, date) for text in held for date in find_dates(text, now=now)]
    for text, date in found:
        yield text, date, False


def _is_dateline(text: str, date: FoundDate, labelled: bool) -> bool:
    """Whether the block is about its date (with author, views and the like), not a sentence."""
    rest = f"{text[: date.start]} {text[date.end :]}"
    words = re.findall(r"[^\W\d_]+", rest)
    if len(words) > (16 if labelled else 10):
        return False
    return labelled or not text.endswith((".", "!", "?")) or len(words) <= 4


def _says_only_when(text: str, date: FoundDate) -> bool:
    """Whether nothing but a name stands with the date: below the text also stand notices of days
    ("Giá vàng ngày …")."""
    rest = fold(f"{text[: date.start]} {text[date.end :]}")
    rest = _WHEN.sub(" ", rest).strip(" |,;:()-–—•")
    return not rest or is_byline(text.replace(text[date.start : date.end], "").strip(" |,-–—•"))


def _beside_link(block: Block, head: Block | None) -> bool:
    """Whether the date belongs to a linked headline: an item of a list of other articles."""
    kept = set(ancestors(head.element)) if head else set()
    for depth, holder in enumerate(ancestors(block.element)):
        if depth > 3 or holder in kept or holder.tag in ("body", "html", "main"):
            return False
        size = len(" ".join(holder.itertext()))
        if size > 600:
            return False
        for link in holder.iter("a"):
            if link.get("href") and len(" ".join("".join(link.itertext()).split())) >= 25:
                return True
    return False


def _near(element: HtmlElement) -> Iterator[HtmlElement]:
    """The element and the two around it, whose names may call it a date, and its inline parts."""
    for depth, holder in enumerate(ancestors(element)):
        if depth > 1 or holder.tag in ("body", "html", "article", "main"):
            break
        yield holder
    for count, inner in enumerate(element.iter(*_INLINE)):
        if count > 8:
            break
        yield inner
