"""When an article was published: its metadata, checked against the date a reader sees.

Never the clock in a page's header, a licence's date, the age in a widget ("Cách đây 2 giờ") or a
moment in the future. A visible date counts only near the headline or right after the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from lxml.html import HtmlElement

from pipeline.extract.chrome import Zones
from pipeline.extract.document import Block, ancestors, labels
from pipeline.extract.metadata import Metadata
from pipeline.extract.title import Title
from pipeline.shapes import DatePrecision, FeedItem
from pipeline.text.clock import VIETNAM
from pipeline.text.dates import FoundDate, find_dates, parse_stamp, refusal
from pipeline.text.fold import fold

_META_PUBLISHED = [
    "article:published_time",
    "og:published_time",
    "article:published",
    "published_time",
    "datepublished",
    "pubdate",
    "publishdate",
    "publish_date",
    "publish-date",
    "publication_date",
    "dc.date.issued",
    "dc.date",
    "dcterms.created",
    "sailthru.date",
    "parsely-pub-date",
    "pdate",
    "date",
    "cxenseparse:recs:publishtime",
]
_META_MODIFIED = [
    "article:modified_time",
    "og:updated_time",
    "og:modified_time",
    "datemodified",
    "lastmod",
    "last-modified",
    "dcterms.modified",
]
_DATE_LABEL = re.compile(r"date|time|ngay|publish|posted|thoi-?gian|pub|meta|info")
_NOT_PUBLICATION = re.compile(
    r"giấy phép|\bgp\b|gp-|cấp ngày|ngày cấp|bản quyền|©|hotline|điện thoại|hôm nay|bây giờ"
    r"|hiện tại"
    r"|số báo|sinh ngày|thành lập"
)
_UPDATED = re.compile(r"cập nhật|sửa (?:lần )?cuối|chỉnh sửa|updated|modified")
_URL_STAMP = re.compile(r"/d((?:19|20)\d{12})(?=\D|$)")


@dataclass(frozen=True, slots=True)
class Published:
    at: datetime | None
    """Aware UTC."""
    precision: DatePrecision | None
    reason: str
    modified_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class _Candidate:
    date: FoundDate
    origin: str
    rank: tuple[int, ...] = ()
    updated: bool = False


def find_published(
    blocks: Sequence[Block],
    data: Metadata,
    zones: Zones,
    title: Title | None,
    body: Sequence[Block],
    *,
    url: str,
    item: FeedItem | None,
    now: datetime,
) -> Published:
    """Choose among all that the page, its address and the feed say; null has its reason."""
    refused: list[str] = []
    stamped = _first_possible(_stamps(data, url, now), refused, now)
    seen = sorted(_visible(blocks, zones, title, body, now), key=lambda one: one.rank)
    visible = _first_possible((one for one in seen if not one.updated), refused, now)
    updated = _first_possible((one for one in seen if one.updated), refused, now)
    if updated and (visible is None or updated.rank[0] < visible.rank[0]):
        # Many outlets call the date of publication "Cập nhật"; one nearer to the headline wins.
        visible, updated = updated, None
    chosen = _reconciled(stamped, visible)
    if chosen and chosen.date.precision is DatePrecision.DAY and item and item.published_at:
        same_day = _day(item.published_at) == _day(chosen.date.at)
        if same_day and not refusal(item.published_at, now=now):
            return Published(item.published_at.astimezone(UTC), DatePrecision.MINUTE, "feed")
    if chosen is None and item and item.published_at:
        if why := refusal(item.published_at, now=now):
            refused.append(f"feed: {why}")
        else:
            return Published(item.published_at.astimezone(UTC), DatePrecision.MINUTE, "feed")
    if chosen is None:
        reason = "; ".join(dict.fromkeys(refused)) or "no date in metadata or near the headline"
        return Published(None, None, reason)
    at = chosen.date.at.astimezone(UTC)
    changes = [*_named(data, "dateModified", _META_MODIFIED, now), *([updated] if updated else [])]
    modified = next(
        (one.date.at.astimezone(UTC) for one in changes if not refusal(one.date.at, now=now)), None
    )
    if modified is not None and modified <= at:
        modified = None
    return Published(at, chosen.date.precision, chosen.origin, modified)


def _first_possible(
    candidates: Iterator[_Candidate], refused: list[str], now: datetime
) -> _Candidate | None:
    for candidate in candidates:
        why = refusal(candidate.date.at, now=now)
        if why is None:
            return candidate
        # Local time marked as UTC is a common slip: seven hours early is what it then means.
        local = candidate.date.at.replace(tzinfo=VIETNAM)
        if candidate.date.zoned and not refusal(local, now=now):
            date = FoundDate(local, candidate.date.precision, 0, 0)
            return _Candidate(date, f"{candidate.origin}, read as local time")
        refused.append(f"{candidate.origin}: {why}")
    return None


def _stamps(data: Metadata, url: str, now: datetime) -> Iterator[_Candidate]:
    yield from _named(data, "datePublished", _META_PUBLISHED, now)
    uploaded = parse_stamp(data.ld_text("uploadDate"), now=now)
    if uploaded:
        yield _Candidate(uploaded, "json-ld uploadDate")
    stamp = _URL_STAMP.search(url)
    addressed = parse_stamp(f"{stamp[1][:8]}T{stamp[1][8:]}", now=now) if stamp else None
    if addressed:
        yield _Candidate(addressed, "address")


def _named(
    data: Metadata, ld_key: str, names: Sequence[str], now: datetime
) -> Iterator[_Candidate]:
    if (text := data.ld_text(ld_key)) and (date := parse_stamp(text, now=now)):
        yield _Candidate(date, f"json-ld {ld_key}")
    for name in names:
        for text in data.meta.get(name, ()):
            if date := parse_stamp(text, now=now):
                yield _Candidate(date, f"meta {name}")


def _visible(
    blocks: Sequence[Block],
    zones: Zones,
    title: Title | None,
    body: Sequence[Block],
    now: datetime,
) -> Iterator[_Candidate]:
    head = title.block if title else None
    first = body[0].index if body else (head.index + 15 if head else 0)
    last = body[-1].index if body else first
    for block in blocks:
        place = _place(block, blocks, zones, head, first, last)
        if place is None or _beside_link(block, head):
            continue
        for date, stamped in _dates_of(block, now):
            labelled = any(_DATE_LABEL.search(labels(up)) for up in _near(block.element))
            if not stamped and not _is_dateline(block.text, date, labelled):
                continue
            if not stamped and not date.has_year and not labelled:
                continue
            before = fold(block.text[: date.start]) if not stamped else fold(block.text)
            rank = (
                place,
                date.precision is DatePrecision.DAY,
                not labelled,
                not date.has_year,
                block.index,
            )
            updated = _UPDATED.search(before[-40:]) is not None
            origin = "time element" if stamped else "visible date"
            yield _Candidate(date, origin, rank, updated)


def _place(
    block: Block,
    blocks: Sequence[Block],
    zones: Zones,
    head: Block | None,
    first: int,
    last: int,
) -> int | None:
    """0 between headline and text, 1 right above the headline, 2 right below the text."""
    if block.kind != "text" or len(block.text) > 220 or zones.in_chrome(block):
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


def _spans_menu(block: Block, head: Block, blocks: Sequence[Block], zones: Zones) -> bool:
    """Whether what holds both date and headline holds the site's header too."""
    holders = set(ancestors(block.element))
    common = next((up for up in ancestors(head.element) if up in holders), None)
    if common is None or common.tag in ("body", "html"):
        return True
    linked = 0
    for other in blocks[max(0, block.index - 60) : head.index]:
        if other.links and other.link_share > 0.5 and common in set(ancestors(other.element)):
            linked += 1
    # A breadcrumb has a few links, a menu many.
    return linked > 6


def _dates_of(block: Block, now: datetime) -> Iterator[tuple[FoundDate, bool]]:
    """Dates of the block's ``time`` elements (True) and of its text."""
    element = block.element
    times = [element] if element.tag == "time" else [*element.iter("time")][:3]
    for time in times:
        if (stamp := time.get("datetime")) and (date := parse_stamp(stamp, now=now)):
            yield date, True
    if not _NOT_PUBLICATION.search(fold(block.text)):
        for date in find_dates(block.text, now=now):
            yield date, False


def _is_dateline(text: str, date: FoundDate, labelled: bool) -> bool:
    """Whether the block is about its date (with author, views and the like), not a sentence."""
    rest = f"{text[: date.start]} {text[date.end :]}"
    words = re.findall(r"[^\W\d_]+", rest)
    if len(words) > (16 if labelled else 10):
        return False
    return labelled or not text.endswith((".", "!", "?")) or len(words) <= 4


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
    for count, inner in enumerate(element.iter("span", "time", "em", "i", "small")):
        if count > 8:
            break
        yield inner


def _reconciled(stamped: _Candidate | None, visible: _Candidate | None) -> _Candidate | None:
    """The metadata, except where what the reader sees shows that it is wrong or coarser."""
    if stamped is None or visible is None:
        return stamped or visible
    stamp, seen = stamped.date.at, visible.date.at
    minute = visible.date.precision is DatePrecision.MINUTE
    coarse = stamped.date.precision is DatePrecision.DAY or (
        stamp.astimezone(VIETNAM).hour == stamp.astimezone(VIETNAM).minute == 0
    )
    if minute and coarse and _day(stamp) == _day(seen):
        return visible
    if not visible.date.has_year:
        return stamped
    if _swapped(stamp) == (seen.year, seen.month, seen.day) != (stamp.year, stamp.month, stamp.day):
        return visible
    same_wall = (stamp.hour, stamp.minute) == (seen.hour, seen.minute)
    shifted = stamp.utcoffset() != seen.utcoffset() and stamp.date() == seen.date()
    if minute and same_wall and shifted:
        return visible
    # Some CMSs stamp the metadata with the moment the page was made anew.
    if minute and visible.rank[0] == 0 and timedelta(days=2) < stamp - seen:
        return visible
    return stamped


def _swapped(moment: datetime) -> tuple[int, int, int]:
    return moment.year, moment.day, moment.month


def _day(moment: datetime) -> object:
    return moment.astimezone(VIETNAM).date()
