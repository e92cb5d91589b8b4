"""Of a backlog and of today's news a round fetches both."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from pipeline.crawl.turns import in_turn
from pipeline.shapes import FeedItem
from tests.crawling import NOW

DAY = timedelta(days=1)


def item(name: str, days_ago: int | None = None) -> FeedItem:
    when = None if days_ago is None else NOW - days_ago * DAY
    return FeedItem(f"https://bao.example/{name}", published_at=when)


def test_half_of_any_room_is_the_newest_and_half_the_longest_waiting() -> None:
    pending = [item(f"cu-{n}", 20 - n) for n in range(10)]
    found = [item("moi-1", 1), item("moi-0", 0)]
    names = [each.url.rpartition("/")[2] for each in in_turn(pending, found, NOW)]
    assert names[:6] == ["moi-0", "cu-0", "moi-1", "cu-1", "cu-9", "cu-2"]
    assert sorted(names) == sorted(each.url.rpartition("/")[2] for each in [*pending, *found])


def test_without_a_date_it_is_new() -> None:
    assert in_turn([item("cho", 3)], [item("ngay", 1), item("khong-ngay")], NOW)[0] == item(
        "khong-ngay"
    )


items = st.lists(
    st.builds(item, st.text("abc", min_size=1, max_size=3), st.none() | st.integers(0, 40))
)


@given(items, items)
def test_each_once_and_none_lost(pending: list[FeedItem], found: list[FeedItem]) -> None:
    order = in_turn(pending, found, NOW)
    assert len(order) == len(set(order))
    assert set(order) == {*pending, *found}
