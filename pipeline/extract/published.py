"""When an article was published: its metadata, checked against the date a reader sees.

Never the clock in a page's header, a licence's date, the age in a widget ("Cách đây 2 giờ") or a
moment in the future. A visible date counts only near the headline or right after the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from pipeline.extract.blocks import Block
from pipeline.extract.chrome import Zones
from pipeline.extract.metadata import Metadata
from pipeline.extract.title import Title
from pipeline.extract.visible import Candidate, visible_dates
from pipeline.shapes import DatePrecision, FeedItem
from pipeline.text.clock import VIETNAM
from pipeline.text.dates import FoundDate, parse_stamp, refusal

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
_URL_STAMP = re.compile(r"/d((?:19|20)\d{12})(?=\D|$)")


@dataclass(frozen=True, slots=True)
class Published:
    at: datetime | None
    """Aware UTC."""
    precision: DatePrecision | None
    reason: str
    modified_at: datetime | None = None


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
    seen = sorted(visible_dates(blocks, zones, title, body, now), key=lambda one: one.rank)
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
    modified = _changed_after(at, data, [updated] if updated else [], now)
    return Published(at, chosen.date.precision, chosen.origin, modified)


def completed(found: Published, data: Metadata, *, url: str, now: datetime) -> Published:
    """A date found by a selector: to the minute if only the metadata know it, and the change."""
    if found.at is None:
        return found
    at, precision, origin = found.at, found.precision, found.reason
    stamped = _first_possible(_stamps(data, url, now), [], now)
    if precision is DatePrecision.DAY and stamped and _day(stamped.date.at) == _day(at):
        local = stamped.date.at.astimezone(VIETNAM)
        if stamped.date.precision is DatePrecision.MINUTE and (local.hour or local.minute):
            at, precision = stamped.date.at.astimezone(UTC), DatePrecision.MINUTE
            origin = f"{origin}, {stamped.origin}"
    return Published(at, precision, origin, _changed_after(at, data, [], now))


def _changed_after(
    at: datetime, data: Metadata, seen: Sequence[Candidate], now: datetime
) -> datetime | None:
    changes = [*_named(data, "dateModified", _META_MODIFIED, now), *seen]
    modified = next(
        (one.date.at.astimezone(UTC) for one in changes if not refusal(one.date.at, now=now)), None
    )
    return modified if modified is not None and modified > at else None


def _first_possible(
    candidates: Iterator[Candidate], refused: list[str], now: datetime
) -> Candidate | None:
    for candidate in candidates:
        why = refusal(candidate.date.at, now=now)
        if why is None:
            return candidate
        # Local time marked as UTC is a common slip: seven hours early is what it then means.
        local = candidate.date.at.replace(tzinfo=VIETNAM)
        if candidate.date.zoned and not refusal(local, now=now):
            date = FoundDate(local, candidate.date.precision, 0, 0)
            return Candidate(date, f"{candidate.origin}, read as local time")
        refused.append(f"{candidate.origin}: {why}")
    return None


def _stamps(data: Metadata, url: str, now: datetime) -> Iterator[Candidate]:
    yield from _named(data, "datePublished", _META_PUBLISHED, now)
    uploaded = parse_stamp(data.ld_text("uploadDate"), now=now)
    if uploaded:
        yield Candidate(uploaded, "json-ld uploadDate")
    stamp = _URL_STAMP.search(url)
    addressed = parse_stamp(f"{stamp[1][:8]}T{stamp[1][8:]}", now=now) if stamp else None
    if addressed:
        yield Candidate(addressed, "address")


def _named(data: Metadata, ld_key: str, names: Sequence[str], now: datetime) -> Iterator[Candidate]:
    if (text := data.ld_text(ld_key)) and (date := parse_stamp(text, now=now)):
        yield Candidate(date, f"json-ld {ld_key}")
    for name in names:
        for text in data.meta.get(name, ()):
            if date := parse_stamp(text, now=now):
                yield Candidate(date, f"meta {name}")


def _reconciled(stamped: Candidate | None, visible: Candidate | None) -> Candidate | None:
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
