"""Moments as Vietnamese outlets write them.

Day before month always, Viet Nam time where no zone is given. A machine's stamp
(``parse_stamp``: metadata, feeds) and a reader's line (``find_dates``: visible text) differ in one
thing: a stamp with AM or PM is the American form, month first, which some CMSs print into their
metadata. Ages ("Cách đây 2 giờ") are never dates.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo

from pipeline.shapes import DatePrecision
from pipeline.text.clock import VIETNAM

SKEW = timedelta(minutes=10)
"""How far an outlet's clock may run ahead of ours before its date counts as in the future."""
EARLIEST_YEAR = 1995
"""The first Vietnamese newspapers on the web; older dates on a page are not its publication."""


@dataclass(frozen=True, slots=True)
class FoundDate:
    """A moment read from ``text[start:end]``, in the zone it was written in.

    A day alone is 00:00 in Viet Nam.
    """

    at: datetime
    precision: DatePrecision
    start: int
    end: int
    zoned: bool = False
    """The text itself named a zone."""
    has_year: bool = True


_MONTH_WORDS = {
    "giêng": 1,
    "một": 1,
    "hai": 2,
    "ba": 3,
    "tư": 4,
    "bốn": 4,
    "năm": 5,
    "sáu": 6,
    "bảy": 7,
    "bẩy": 7,
    "tám": 8,
    "chín": 9,
    "mười": 10,
    "mười một": 11,
    "mười hai": 12,
    "chạp": 12,
}
_ENGLISH_NAMES = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december",
)  # fmt: skip
_ENGLISH_MONTHS = {name[:3]: number for number, name in enumerate(_ENGLISH_NAMES, 1)}
_WEEKDAY = r"(?:thứ\s+(?:hai|ba|tư|năm|sáu|bảy|bẩy|[2-7])|chủ\s*nhật|[tT][2-7]|cn)"
_JOIN = rf"(?:[\s,;|()\[\]•·/–—-]|&nbsp;|(?:ngày|lúc|vào|hồi|giờ)(?:\s?:)?|{_WEEKDAY}){{0,12}}?"
_CLOCK = (
    r"(?<![\d:./])(?P<{0}h>[01]?\d|2[0-3])(?:\s?[:h]\s?|\s?(?:giờ|g)\s?)(?P<{0}m>[0-5]\d|\d(?=\s?['’]))"
    r"(?:(?::|\s?phút\s?)(?P<{0}s>[0-5]\d)(?:[.,]\d+)?(?:\s?giây)?)?(?:\s?phút|\s?['’])?(?![\d:])"
    r"(?:\s?(?P<{0}half>am|pm|a\.m\.|p\.m\.|sa|ch|sáng|trưa|chiều|tối)(?!\w))?"
)
_ZONE = (
    r"(?:\s*\(?\s*(?P<zone>(?:gmt|utc)\s?(?:[+-]\s?\d{1,2}(?::?\d{2})?)?|z(?!\w)"
    r"|[+-]\d{2}:?\d{2}(?!\d))\s*\)?)?"
)
_WORDS = "|".join(sorted(_MONTH_WORDS, key=len, reverse=True)).replace(" ", r"\s+")
_ENGLISH = "|".join(f"{name[:3]}(?:{name[3:]})?" for name in _ENGLISH_NAMES) + "|sept"
_DAY = (
    r"(?:(?<![\d/])(?<!\w[.-])(?<!\d,)(?P<day>0?[1-9]|[12]\d|3[01])"
    r"(?:\s?(?P<sep>[/.-])\s?(?P<month>0?[1-9]|1[0-2])"
    r"(?:\s?(?P=sep)\s?(?P<year>(?:19|20)\d\d|\d\d(?!\d)))?(?![\d/]|[.-]\d)"
    r"|\s+tháng\s+(?P<wmonth>0?[1-9](?!\d)|1[0-2]|{words})(?!\w)"
    r"(?:\s*(?:,|/|-|năm)?\s*(?P<wyear>(?:19|20)\d\d)(?!\d))?))"
).replace("{words}", _WORDS)
_NAMED_DAY = (
    (
        # "April 12, 2024", "12 April 2024"; WordPress: "Tháng Tư 12, 2024", "12 Th4, 2024";
        # browsers: "12 thg 4, 2024"
        r"(?:(?<![\w/.-])(?:(?P<nmonth>{english}|tháng\s+(?:{words}|\d{1,2}))\.?\s+(?P<nday>\d{1,2})"
        r"(?:st|nd|rd|th)?\s*,"
        r"|(?P<mday>\d{1,2})(?:st|nd|rd|th)?\s+(?P<mmonth>{english}|thg?\s?\d{1,2})[.,]?)"
        r"\s+(?P<nyear>(?:19|20)\d\d)(?!\d))"
    )
    .replace("{words}", _WORDS)
    .replace("{english}", _ENGLISH)
)
_ISO_DAY = (
    r"(?:(?<![\d/.-])(?P<iyear>(?:19|20)\d\d)[-/](?P<imonth>0?[1-9]|1[0-2])"
    r"[-/](?P<iday>0?[1-9]|[12]\d|3[01])(?!\d))"
)
_FOUND = re.compile(
    rf"(?:{_CLOCK.format('a')}{_ZONE.replace('zone', 'azone')}{_JOIN})?"
    rf"(?:{_ISO_DAY}|{_NAMED_DAY}|{_DAY})"
    rf"(?:[Tt]?{_JOIN}{_CLOCK.format('b')}{_ZONE})?",
    re.IGNORECASE,
)

_DIGIT = re.compile("[0-9]")
_DAY_NAME = re.compile(rf"(?:{_WEEKDAY}|[a-z]{{3,6}}day),?\s*(?:ngày\s+)?", re.IGNORECASE)
_ISO = re.compile(
    r"(?P<year>\d{4})-?(?P<month>\d{2})-?(?P<day>\d{2})"
    r"(?:(?:[T\s]+|(?=\d{4}(?:\d\d)?$))(?P<hour>\d{1,2}):?(?P<minute>\d{2})"
    r"(?::?(?P<second>\d{2})(?:[.,]\d+)?)?"
    r"\s*(?P<zone>Z|UTC|GMT|[+-]\d{2}:?\d{2}|[+-]\d{1,2})?)?",
    re.IGNORECASE,
)
_MAIL = re.compile(
    r"(?:[a-z]{3,9},?\s+)?(?P<day>\d{1,2})[\s-](?P<month>[a-z]{3})[a-z]*[\s-](?P<year>\d{4}|\d{2})"
    r"(?:,?\s+(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2}))?"
    r"\s*(?P<zone>(?:gmt|utc|ut|z|ict)?\s?(?:[+-]\d{1,2}:?(?:\d{2})?)?)?)?",
    re.IGNORECASE,
)
_HMS = r"(?P<hour>\d{2}):(?P<minute>\d{2}):(?P<second>\d{2})"
_PRINTED = (
    re.compile(  # JavaScript; the other: Java
        rf"[a-z]{{3}} (?P<month>[a-z]{{3}}) (?P<day>\d{{1,2}}) (?P<year>\d{{4}}) {_HMS}"
        r"(?: (?P<zone>GMT[+-]\d{4}))?",
        re.IGNORECASE,
    ),
    re.compile(
        rf"[a-z]{{3}} (?P<month>[a-z]{{3}}) (?P<day>\d{{1,2}}) {_HMS}"
        r" (?P<zone>ICT|UTC|GMT(?:[+-]\d\d:?\d\d)?) (?P<year>\d{4})",
        re.IGNORECASE,
    ),
)
_SECONDS = re.compile(r"(?P<seconds>1\d{9}|[89]\d{8})(?:\d{3})?")
"""Of Unix, from 1995 to 2033; or milliseconds."""
_AMERICAN = re.compile(
    r"(?P<first>\d{1,2})/(?P<second_>\d{1,2})/(?P<year>\d{4}),?\s+"
    r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2}))?\s*(?P<half>[AP]M)",
    re.IGNORECASE,
)


def parse_stamp(text: str, *, now: datetime) -> FoundDate | None:
    """Read a machine's stamp: ISO 8601, RFC 2822, seconds of Unix, as JavaScript and Java print
    dates, American with AM/PM, else as visible text.

    The stamp, or its day of the week, must begin the string. None when there is no valid date.
    """
    text = unicodedata.normalize("NFC", text).strip().strip('"')
    if found := _SECONDS.fullmatch(text):
        at = datetime.fromtimestamp(int(found["seconds"]), UTC)
        return FoundDate(at, DatePrecision.MINUTE, *found.span(), zoned=True)
    if found := _ISO.match(text):
        return _built(found, int(found["month"]), int(found["day"]), found["zone"])
    if found := _MAIL.match(text):
        month = _ENGLISH_MONTHS.get(found["month"].lower())
        return _built(found, month, int(found["day"]), found["zone"]) if month else None
    if found := next(filter(None, (form.match(text) for form in _PRINTED)), None):
        month = _ENGLISH_MONTHS.get(found["month"].lower())
        return _built(found, month, int(found["day"]), found["zone"]) if month else None
    if found := _AMERICAN.match(text):
        month, day = int(found["first"]), int(found["second_"])
        if month > 12:
            month, day = day, month
        return _built(found, month, day, None, half=found["half"])
    named = _DAY_NAME.match(text)
    start = named.end() if named else 0
    return next((date for date in find_dates(text, now=now) if date.start in (0, start)), None)


def find_dates(text: str, *, now: datetime) -> list[FoundDate]:
    """Every date in visible text, in order; spans are of ``text``, which must be NFC.

    ``now`` gives a year to dates without one (``27-11``): the latest that is not in the future.
    """
    if not _DIGIT.search(text):  # most lines: the pattern itself is slow to say so
        return []
    dates = (_visible(found, now) for found in _FOUND.finditer(text))
    return [date for date in dates if date]


def refusal(at: datetime, *, now: datetime) -> str | None:
    """Why ``at`` cannot be when a page was published; None when it can."""
    if at > now + SKEW:
        return "in the future"
    if at.year < EARLIEST_YEAR:
        return f"before {EARLIEST_YEAR}"
    return None


def _visible(found: re.Match[str], now: datetime) -> FoundDate | None:
    part = found.groupdict()
    year = part["iyear"] or part["year"] or part["wyear"] or part["nyear"]
    day = int(part["iday"] or part["day"] or part["nday"] or part["mday"])
    month = _month(
        part["imonth"] or part["month"] or part["wmonth"] or part["nmonth"] or part["mmonth"]
    )
    side = "b" if part["bh"] else "a"
    clock = part[f"{side}h"] is not None
    zone = _zone(part["zone"] if side == "b" else part["azone"])
    hour = _hour(int(part[f"{side}h"]), part[f"{side}half"]) if clock else 0
    minute, second = int(part[f"{side}m"] or 0), int(part[f"{side}s"] or 0)
    try:
        if year is None:
            at = _latest(now, month, day, hour, minute, second, zone or VIETNAM)
        else:
            at = datetime(
                _full_year(int(year)), month, day, hour, minute, second, tzinfo=zone or VIETNAM
            )
    except ValueError:  # 31/02
        return None
    return FoundDate(
        at,
        DatePrecision.MINUTE if clock else DatePrecision.DAY,
        *found.span(),
        zoned=zone is not None,
        has_year=year is not None,
    )


def _month(text: str) -> int:
    """``4``, ``tư``, ``tháng tư``, ``th4``, ``April``."""
    name = re.sub(r"^th(?:áng\s+|g\s?|\s)?(?=\d)|^tháng\s+", "", " ".join(text.lower().split()))
    return _MONTH_WORDS.get(name) or _ENGLISH_MONTHS.get(name[:3]) or int(name)


def _latest(
    now: datetime, month: int, day: int, hour: int, minute: int, second: int, zone: tzinfo
) -> datetime:
    """The last time that day came round, as of ``now``."""
    year = now.astimezone(zone).year
    at = datetime(year, month, day, hour, minute, second, tzinfo=zone)
    return at if at <= now + SKEW else at.replace(year=year - 1)


def _built(
    found: re.Match[str], month: int, day: int, zone_text: str | None, half: str | None = None
) -> FoundDate | None:
    year = int(found["year"])
    zone = _zone(zone_text)
    clock = found["hour"] is not None
    try:
        at = datetime(
            _full_year(year),
            month,
            day,
            _hour(int(found["hour"]), half) if clock else 0,
            int(found["minute"]) if clock else 0,
            int(found["second"] or 0) if clock else 0,
            tzinfo=zone or VIETNAM,
        )
    except (ValueError, OverflowError):
        return None
    precision = DatePrecision.MINUTE if clock else DatePrecision.DAY
    return FoundDate(at, precision, *found.span(), zoned=zone is not None)


def _full_year(year: int) -> int:
    """A year of two digits belongs to the time of the web."""
    return year if year >= 100 else year + (1900 if year >= 90 else 2000)


def _hour(hour: int, half: str | None) -> int:
    """The hour of 24; ``half`` is AM/PM, SA/CH or a part of the day, ignored after 12."""
    if half is None or hour > 12:
        return hour
    half = half.lower().replace(".", "")
    if half in ("am", "sa", "sáng"):
        return hour % 12
    if half == "trưa":
        return hour if hour >= 10 else hour + 12
    return hour % 12 + 12


def _zone(text: str | None) -> tzinfo | None:
    text = (text or "").strip().lower().replace(" ", "")
    if not text:
        return None
    if text == "ict":
        return VIETNAM
    offset = re.search(r"([+-])(\d{1,2}):?(\d{2})?$", text)
    if not offset:
        return UTC
    span = timedelta(hours=int(offset[2]), minutes=int(offset[3] or 0))
    if span >= timedelta(hours=15):
        return None
    return timezone(-span if offset[1] == "-" else span)
