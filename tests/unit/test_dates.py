"""Moments as Vietnamese outlets write them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.shapes import DatePrecision
from pipeline.text.clock import VIETNAM
from pipeline.text.dates import find_dates, parse_stamp, refusal

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
WEEKDAYS = ("Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ nhật")
MONTHS = (
    "Một",
    "Hai",
    "Ba",
    "Tư",
    "Năm",
    "Sáu",
    "Bảy",
    "Tám",
    "Chín",
    "Mười",
    "Mười Một",
    "Mười Hai",
)

moments = st.datetimes(min_value=datetime(1996, 1, 1), max_value=datetime(2026, 11, 21)).map(
    lambda naive: naive.replace(second=0, microsecond=0, tzinfo=VIETNAM)
)

VISIBLE_MINUTE = {
    "weekday, date, time (GMT+7)": lambda d: (
        f"{WEEKDAYS[d.weekday()]}, {d:%d/%m/%Y}, {d:%H:%M} (GMT+7)"
    ),
    "time, date": lambda d: f"{d:%H:%M}, {d:%d/%m/%Y}",
    "outlet's initials": lambda d: f"TNĐT {d:%H:%M}, {d:%d/%m/%Y}",
    "without leading zeros": lambda d: f"{d.hour}:{d:%M} - {d.day}/{d.month}/{d.year}",
    "dots": lambda d: f"{d:%d.%m.%Y} {d:%H:%M}",
    "dashes": lambda d: f"{d:%d-%m-%Y %H:%M}",
    "bar and seconds": lambda d: f"{WEEKDAYS[d.weekday()]}, {d:%d/%m/%Y | %H:%M:%S} [GMT +7]",
    "updated": lambda d: f"Cập nhật lúc: {d:%H:%M} ngày {d:%d/%m/%Y}",
    "h for giờ": lambda d: f"{d.hour}h{d:%M} ngày {d.day}/{d.month}/{d.year}",
    "giờ and phút": lambda d: (
        f"{d.hour} giờ {d:%M} phút, ngày {d.day} tháng {d.month} năm {d.year}"
    ),
    "worded": lambda d: f"Ngày {d:%d} tháng {d:%m} năm {d:%Y}, {d:%H:%M}",
    "month in words": lambda d: f"{d.day} tháng {MONTHS[d.month - 1]}, {d.year} {d:%H:%M}",
    "short year": lambda d: f"{d:%d/%m/}{d.year % 100:02d} {d:%H:%M}",
    "morning, afternoon": lambda d: f"{d:%d/%m/%Y %I:%M} {'SA' if d.hour < 12 else 'CH'}",
    "AM, PM, day first when seen": lambda d: f"{d:%d/%m/%Y %I:%M %p}",
    "no spaces": lambda d: f"{WEEKDAYS[d.weekday()]},{d:%d/%m/%Y},{d:%H:%M}",
    "dash before the day": lambda d: f"{d:%H:%M} -{d:%d/%m/%Y}",
    "brackets": lambda d: f"{d:%d/%m/%Y} [{d:%H:%M}]",
    "labels with colons": lambda d: f"Xuất bản ngày: {d:%d/%m/%Y}, lúc: {d:%H:%M}",
    "clock labelled first": lambda d: f"Giờ: {d:%H:%M} - Ngày: {d:%d/%m/%Y}",
    "month first in words": lambda d: f"Tháng {MONTHS[d.month - 1]} {d.day}, {d.year} {d:%H:%M}",
    "month abbreviated": lambda d: f"{d.day} Th{d.month}, {d.year} {d:%H:%M}",
    "month abbreviated by a browser": lambda d: f"{d.day} thg {d.month}, {d.year} {d:%H:%M}",
    "English, American": lambda d: f"{d:%A, %B} {d.day}, {d.year} {d:%H:%M} GMT+7",
    "English, British": lambda d: f"{d.day} {d:%b %Y, %I:%M %p}",
    "year first": lambda d: f"{d:%Y-%m-%d %H:%M}",
    "numbered weekday": lambda d: (
        f"T{d.weekday() + 2}, {d:%d/%m/%Y %H:%M}" if d.weekday() < 6 else f"CN, {d:%d/%m/%Y %H:%M}"
    ),
}
STAMPS = {
    "ISO": lambda d: d.isoformat(),
    "ISO in UTC": lambda d: d.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z"),
    "ISO without colon": lambda d: d.strftime("%Y-%m-%dT%H:%M:%S+0700"),
    "ISO without zone": lambda d: d.strftime("%Y-%m-%d %H:%M"),
    "compact": lambda d: d.strftime("%Y%m%dT%H%M%S"),
    "American, month first": lambda d: (
        f"{d.month}/{d.day}/{d.year} {d.hour % 12 or 12}:{d:%M}:00 "
        + ("AM" if d.hour < 12 else "PM")
    ),
    "compact, without a T": lambda d: d.strftime("%Y%m%d%H%M%S"),
    "seconds of Unix": lambda d: str(int(d.timestamp())),
    "milliseconds": lambda d: str(int(d.timestamp() * 1000)),
    "JavaScript's": lambda d: d.strftime("%a %b %d %Y %H:%M:%S GMT+0700 (Indochina Time)"),
    "Java's": lambda d: d.strftime("%a %b %d %H:%M:%S ICT %Y"),
    "English, with its weekday": lambda d: d.strftime("%A, %B %d, %Y %I:%M %p"),
    "as visible, with its weekday": lambda d: f"{WEEKDAYS[d.weekday()]}, {d:%d/%m/%Y %H:%M}",
    "mail": lambda d: d.strftime("%a, %d %b %Y %H:%M:%S +0700"),
    "mail, GMT+7": lambda d: d.strftime("%a, %d %b %Y %H:%M:%S GMT+7"),
    "mail in GMT": lambda d: d.astimezone(UTC).strftime("%a, %d %b %Y %H:%M:%S GMT"),
    "day first": lambda d: d.strftime("%d/%m/%Y %H:%M"),
}


@pytest.mark.parametrize("form", VISIBLE_MINUTE)
@settings(max_examples=40, deadline=None)
@given(moment=moments)
def test_visible_forms_read_back_to_the_minute(form: str, moment: datetime) -> None:
    text = VISIBLE_MINUTE[form](moment)
    (date,) = find_dates(text, now=NOW)
    assert (date.at, date.precision) == (moment, DatePrecision.MINUTE), text
    assert text[date.start : date.end].strip()


@pytest.mark.parametrize("form", STAMPS)
@settings(max_examples=40, deadline=None)
@given(moment=moments)
def test_stamps_read_back_to_the_minute(form: str, moment: datetime) -> None:
    text = STAMPS[form](moment)
    date = parse_stamp(text, now=NOW)
    assert date is not None, text
    assert (date.at, date.precision) == (moment, DatePrecision.MINUTE), text


@settings(deadline=None)
@given(moment=moments)
def test_days_alone_are_midnight_in_viet_nam(moment: datetime) -> None:
    midnight = moment.replace(hour=0, minute=0)
    for text in (f"{moment:%d/%m/%Y}", f"Ngày {moment.day} tháng {moment.month} năm {moment.year}"):
        (date,) = find_dates(text, now=NOW)
        assert (date.at, date.precision) == (midnight, DatePrecision.DAY), text


@given(
    moment=st.datetimes(NOW.replace(tzinfo=None) - timedelta(days=364), NOW.replace(tzinfo=None))
)
def test_days_without_a_year_are_the_latest_that_passed(moment: datetime) -> None:
    for text in (f"{moment.day}.{moment.month}", f"{moment.day}-{moment.month}"):
        (date,) = find_dates(text, now=NOW)
        assert not date.has_year
        assert date.at <= NOW + timedelta(minutes=10)
        assert (date.at.day, date.at.month) == (moment.day, moment.month)


@pytest.mark.parametrize(
    "text",
    [
        "Cách đây 2 giờ",
        "2 giờ trước",
        "Hotline: 0912.345.678",
        "tháng 3 năm 2026",
        "31/02/2024",
        "1.234,5 tỷ đồng",
        "192.168.1.1",
        "13:38",
        "",
    ],
)
def test_what_is_no_date(text: str) -> None:
    assert find_dates(text, now=NOW) == []


@settings(deadline=None)
@given(text=st.text(max_size=200))
def test_any_text_is_survived(text: str) -> None:
    for date in find_dates(text, now=NOW):
        assert date.at.utcoffset() is not None
        assert 0 <= date.start < date.end <= len(text)
    stamp = parse_stamp(text, now=NOW)
    assert stamp is None or stamp.at.utcoffset() is not None


@settings(deadline=None)
@given(text=st.from_regex(r"[0-9/.:\- TZ+]{1,40}", fullmatch=True))
def test_any_digits_are_survived(text: str) -> None:
    find_dates(text, now=NOW)
    parse_stamp(text, now=NOW)


def test_american_stamp_with_an_impossible_month_is_day_first() -> None:
    date = parse_stamp("21/11/2023 9:28:56 AM", now=NOW)
    assert date is not None
    assert date.at == datetime(2023, 11, 21, 9, 28, 56, tzinfo=VIETNAM)


def test_refusal() -> None:
    assert refusal(NOW + timedelta(minutes=5), now=NOW) is None
    assert refusal(NOW + timedelta(hours=1), now=NOW) == "in the future"
    assert refusal(datetime(1970, 1, 1, tzinfo=UTC), now=NOW) == "before 1995"
