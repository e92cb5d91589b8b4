"""When a page was published: every form outlets write, among every date that is not it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.extract import extract, from_feed_item
from pipeline.shapes import DatePrecision, ExtractedArticle, FeedItem
from pipeline.text.clock import VIETNAM
from tests.unit.test_dates import STAMPS, VISIBLE_MINUTE, WEEKDAYS, moments
from tests.vietnamese import HEADLINE, STORY

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
URL = "https://bao.vn/xa-hoi/nguoi-giu-rung-que-post1234.html"
TODAY = NOW.astimezone(VIETNAM)

DISTRACTIONS = {
    "the clock in the header": (
        f"<div class='top'>{WEEKDAYS[TODAY.weekday()]}, {TODAY:%d/%m/%Y}, {TODAY:%H:%M}</div>",
        "",
    ),
    "a clock that stands still": ("<header><span>Thứ Hai, 01/01/2024, 07:00</span></header>", ""),
    "the licence": (
        "",
        "<footer><p>Giấy phép số 12/GP-BTTTT cấp ngày 13/11/2020 08:00</p></footer>",
    ),
    "the licence outside a footer": ("", "<p>Số giấy phép: 12/GP-CBC, ngày 13/11/2020</p>"),
    "an age": ("", "<div class='widget'><p>Cách đây 2 giờ</p><p>3 ngày trước</p></div>"),
    "other articles": (
        "",
        "<ul><li><a href='/x'>Một bài báo khác có tiêu đề khá dài</a> 08:00, 01/11/2026</li></ul>",
    ),
    "the weather": ("<div class='weather'>Lào Cai 22°C 22/11/2026</div>", ""),
    "a sentence": ("", "<p>Ngày 12/3/2024, hợp tác xã của bản ra đời với bảy hộ góp vốn.</p>"),
    "a copyright": ("", "<p>© 2020 - 13/11/2026 Báo Nà Sơn. Mọi quyền được bảo lưu.</p>"),
}


def page(dateline: str = "", head: str = "", top: str = "", bottom: str = "") -> str:
    return (
        f"<html><head><title>{HEADLINE}</title>{head}</head><body>{top}<div class='main'>"
        f"<h1>{HEADLINE}</h1>{dateline}<div class='text'>{STORY}</div></div>{bottom}</body></html>"
    )


def read(html: str, item: FeedItem | None = None) -> ExtractedArticle:
    return extract(html.encode(), url=URL, item=item, now=NOW)


@pytest.mark.parametrize("form", VISIBLE_MINUTE)
@settings(max_examples=12)
@given(moment=moments)
def test_each_visible_form_to_the_minute(form: str, moment: datetime) -> None:
    line = VISIBLE_MINUTE[form](moment)
    article = read(page(f"<p class='date'>{line}</p>"))
    assert (article.published_at, article.date_precision) == (moment, DatePrecision.MINUTE), line
    assert article.published_at is not None
    assert article.published_at.utcoffset() == timedelta(), "kept in UTC"


@pytest.mark.parametrize("form", STAMPS)
@settings(max_examples=12)
@given(moment=moments)
def test_each_stamp_in_the_metadata_to_the_minute(form: str, moment: datetime) -> None:
    stamp = STAMPS[form](moment)
    head = f'<meta property="article:published_time" content="{stamp}">'
    article = read(page(head=head))
    assert (article.published_at, article.date_precision) == (moment, DatePrecision.MINUTE), stamp


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("Thứ Sáu, 12/04/2024, 13:38 (GMT+7)", "2024-04-12 13:38"),
        ("15:39, 05/04/2023", "2023-04-05 15:39"),
        ("TNĐT 17:23, 13/11/2023", "2023-11-13 17:23"),
        ("12.4", "2026-04-12 00:00"),
        ("27-11", "2025-11-27 00:00"),
    ],
)
def test_the_forms_first_met(line: str, wanted: str) -> None:
    article = read(page(f"<span class='date'>{line}</span>"))
    assert article.published_at is not None
    assert article.published_at.astimezone(VIETNAM).strftime("%Y-%m-%d %H:%M") == wanted


@pytest.mark.parametrize("which", DISTRACTIONS)
def test_what_is_no_date_of_publication_is_none_and_says_why(which: str) -> None:
    top, bottom = DISTRACTIONS[which]
    article = read(page(top=top, bottom=bottom))
    assert (article.published_at, article.date_precision) == (None, None)
    assert article.date_reason == "no date in metadata or near the headline"


@settings(max_examples=60)
@given(st.sets(st.sampled_from(sorted(DISTRACTIONS))), moments)
def test_distractions_do_not_replace_the_date(which: set[str], moment: datetime) -> None:
    top = "".join(DISTRACTIONS[name][0] for name in sorted(which))
    bottom = "".join(DISTRACTIONS[name][1] for name in sorted(which))
    article = read(page(f"<p class='date'>{moment:%d/%m/%Y | %H:%M}</p>", top=top, bottom=bottom))
    assert article.published_at == moment


@settings(max_examples=60)
@given(st.sets(st.sampled_from(sorted(DISTRACTIONS))), moments)
def test_without_a_date_of_its_own_the_feeds_is_taken(which: set[str], moment: datetime) -> None:
    top = "".join(DISTRACTIONS[name][0] for name in sorted(which))
    bottom = "".join(DISTRACTIONS[name][1] for name in sorted(which))
    article = read(page(top=top, bottom=bottom), FeedItem(URL, published_at=moment))
    assert (article.published_at, article.date_reason) == (moment, "feed")


# A year written "95" is 1995: no future to tell from it.
futures = st.datetimes(
    NOW.replace(tzinfo=None) + timedelta(days=1), datetime(2089, 12, 31), timezones=st.just(VIETNAM)
)


@pytest.mark.parametrize("form", VISIBLE_MINUTE)
@settings(max_examples=6)
@given(moment=futures)
def test_no_visible_date_in_the_future(form: str, moment: datetime) -> None:
    line = VISIBLE_MINUTE[form](moment)
    article = read(page(f"<p class='date'>{line}</p>"))
    assert article.published_at is None or article.published_at <= NOW
    feed = FeedItem(URL, published_at=NOW - timedelta(hours=5))
    assert read(page(f"<p class='date'>{line}</p>"), feed).published_at == feed.published_at


@settings(max_examples=30)
@given(futures)
def test_no_feed_date_in_the_future(moment: datetime) -> None:
    item = FeedItem(URL, title=HEADLINE, summary_html=STORY, published_at=moment)
    for article in (read(page(), item), from_feed_item(item, now=NOW)):
        assert article.published_at is None
        assert "future" in (article.date_reason or "")
