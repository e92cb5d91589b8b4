"""Who wrote a text, and from whom it was taken over."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from itertools import islice
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from pipeline.extract.blocks import Block
from pipeline.extract.body import Body
from pipeline.extract.bylines import (
    UPPER,
    credit_of,
    is_byline,
    names_agency,
    names_press,
    split_author,
)
from pipeline.extract.chrome import Zones, is_prompt, opens_others
from pipeline.extract.metadata import Metadata
from pipeline.extract.title import Title
from pipeline.extract.tree import ancestors, labels, text_of
from pipeline.text.dates import find_dates
from pipeline.text.fold import fold, fold_search

_AUTHOR_LABEL = re.compile(
    r"(?:^|[\s_-])(?:\w*author\w*|tac-?gia|byline|nguoi-?viet|but-?danh|writer|pv)(?=$|[\s_-])"
)
_SOURCE_LABEL = re.compile(r"source|nguon|author|origin|credit|tac-?gia")
_AUTHOR_LINE = re.compile(
    r"(?:tác giả(?: bài viết)?|người viết|bài viết|thực hiện|pv|phóng viên)\s*:\s*\S.{1,60}$"
)

_POSTED = re.compile(
    rf"\W*(?:đăng|viết|gửi|soạn|được (?:đăng|viết|gửi)) bởi\W+(?P<who>(?-i:[{UPPER}]).{{1,50}}?)"
    r"\s*(?:$|[|,•–-]|\b(?:vào|lúc|ngày|ở|trong)\b)",
    re.IGNORECASE,
)
_NOBODY = re.compile(
    r"(?:báo|đài|admin(?:istrator)?s?$|quản trị|quan ?tri|ban biên tập|btv$|super user|root$"
    r"|webmaster|editor$|user\d*$|biên tập viên$|cộng tác viên$|tòa soạn)"
)
"""Desks and accounts of the system: no author."""


def find_author(
    tree: HtmlElement,
    blocks: Sequence[Block],
    body: Body,
    data: Metadata,
    zones: Zones,
    title: Title | None,
    *,
    now: datetime,
) -> tuple[str | None, str | None]:
    """Who wrote it, and the agency where that is what the page names: the byline on the page, else
    the metadata; never the outlet itself."""
    outlet = {
        fold(data.first("og:site_name", "site_name")),
        fold(data.ld_text("publisher", "name")),
    }
    start = title.block.index if title and title.block else 0
    last = body.blocks[-1].index if body.blocks else start + 20
    found = [*_labelled_authors(blocks, zones, start, last), *body.bylines]
    after = [block for block in blocks[last + 1 : last + 8] if block.kind == "text"]
    found += [line for block in after if (line := _author_line(block))]
    found += [b.text for b in blocks[last + 1 : last + 3] if _signs(b)]
    posted = [_POSTED.match(b.text) for b in blocks[start + 1 : last] if len(b.text) < 120]
    found += [line["who"] for line in posted if line]
    found += [
        data.ld_text("author"),
        data.first("dable:author", "article:author", "author", "dc.creator", "twitter:creator"),
    ]
    found += _beside_date(blocks, start, body.blocks[0].index if body.blocks else last, now)
    agency = None
    for text in found:
        if text and (opens_others(text) or is_prompt(text)):
            continue
        name, credit = split_author(text) if text else (None, None)
        if credit and names_agency(credit):
            agency = agency or credit
        if not name or len(name) > 100 or "http" in name or "@" in name:
            continue
        folded = fold(name)
        if folded in outlet or _NOBODY.match(folded):
            continue
        if names_press(name) and not re.search(r"\(", name):
            continue
        return name, agency
    return None, agency


def find_credit(
    blocks: Sequence[Block], body: Body, zones: Zones, data: Metadata, url: str
) -> tuple[str | None, bool]:
    """From whom the text was taken over, as written, and whether that is another outlet."""
    last = body.blocks[-1].index if body.blocks else 0
    lines = list(body.credits)
    for block in blocks[last + 1 : last + 12]:
        if block.kind != "text" or len(block.text) > 100:
            continue
        credit = credit_of(block.text)
        if credit and (fold(credit).startswith("nguồn") or _near_label(block, _SOURCE_LABEL)):
            lines.append(credit)
    lines += [credit for line in body.bylines if (credit := credit_of(line))]
    for name in (data.ld_text("author"), data.first("author", "dable:author")):
        if name and len(name) < 60 and re.search(r"TTXVN|Vietnam\+", name):
            lines.append(name)
    own = _own_names(data, url)
    for line in lines:
        if not any(name and name in fold_search(line) for name in own):
            return line, names_press(line)
    return (lines[0], False) if lines else (None, False)


def says_agency(sapo: str | None, paragraphs: Sequence[str]) -> bool:
    """Whether the text opens or closes with the national agency's mark, as in ``(TTXVN) -``."""
    ends = [
        sapo or "",
        *(text[:80] for text in paragraphs[:1]),
        *(p[-40:] for p in paragraphs[-1:]),
    ]
    return any(re.search(r"\(\s*TTXVN|TTXVN\s*\)", text) for text in ends)


def _author_line(block: Block) -> str | None:
    """``Người viết: …``, also where only style parts it from what else the line holds."""
    parts = (text_of(part) for part in islice(block.element.iter("span"), 8))
    return next((text for text in (*parts, block.text) if _AUTHOR_LINE.match(fold(text))), None)


def _signs(block: Block) -> bool:
    """Whether a line right after the text is set as its signature."""
    holders = [up for depth, up in enumerate(ancestors(block.element)) if depth < 2]
    styled = " ".join(f"{e.get('style') or ''} {e.get('align') or ''} {labels(e)}" for e in holders)
    aligned = re.search(r"(?:^|[\s:-])right(?=$|[\s;])", styled.lower()) is not None
    return not block.links and (aligned or block.is_strong) and is_byline(block.text)


def _beside_date(blocks: Sequence[Block], start: int, end: int, now: datetime) -> list[str]:
    """Names in the line of the date under the headline: ``Thu Mai - 15:50, 19/07/2025``."""
    linked = {fold(block.text) for block in blocks if block.links}
    names = []
    for block in blocks[start + 1 : end]:
        dates = find_dates(block.text, now=now) if len(block.text) < 120 else []
        if not dates:
            continue
        rest = block.text
        for date in reversed(dates):
            rest = f"{rest[: date.start]}|{rest[date.end :]}"
        names += [
            name
            for part in re.split(r"[|•·]|\s[-–]\s", rest)
            if (name := part.strip(" ,-–()"))
            and " " in name
            and is_byline(name)
            and fold(name) not in linked
            and not re.match(r"thứ |chủ nhật|ngày |lượt |tháng ", fold(name))
        ]
    return names


def _labelled_authors(blocks: Sequence[Block], zones: Zones, start: int, last: int) -> list[str]:
    found = []
    for block in blocks:
        if (
            block.kind != "text"
            or not start - 4 <= block.index <= last + 8
            or len(block.text) > 200
        ):
            continue
        inner = [*block.element.iter("span", "a", "p", "strong", "b", "div")][:12]
        named = [(element, text_of(element)) for element in (*inner, block.element)]
        for element, name in (*named, (block.element, block.text)):
            if _AUTHOR_LABEL.search(labels(element)) and 2 < len(name) < 100 and is_byline(name):
                found.append(name)
    return found


def _near_label(block: Block, pattern: re.Pattern[str]) -> bool:
    return any(
        pattern.search(labels(holder))
        for depth, holder in enumerate(ancestors(block.element))
        if depth < 3
    )


def _own_names(data: Metadata, url: str) -> set[str]:
    host = (urlsplit(url).hostname or "").removeprefix("www.")
    names = {fold_search(data.first("og:site_name", "site_name")), host}
    names.add(fold_search(data.ld_text("publisher", "name")))
    return names - {""}
