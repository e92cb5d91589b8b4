"""Hostile outlets side by side with a sound one: each gives its one recorded error or a correct
result, none of them hangs the round or harms the neighbour."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from datetime import timedelta
from itertools import islice

import pytest

from pipeline.crawl.plan import SourcePlan
from tests.crawling import ARTICLE, Round, crawl, make_source, rss
from tests.hostile import CASES, read
from tests.loopback import Reply, loopback_site

pytestmark = [
    pytest.mark.slow,
    pytest.mark.own_database,
    pytest.mark.xdist_group("hostile"),  # the rounds below are crawled once
]

AT_ONCE = 12
"""An outlet that wants all of the processor takes longer beside others; a whole country of them
would run into the time-outs of its own making."""
BOUND = timedelta(minutes=5)
"""For a round that would not end; on a busy machine sound ones have taken two minutes."""


@pytest.fixture(scope="module")
def sieges(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mapping[str, Round]]:
    """The round that each case was part of; the sound neighbour was part of every one."""
    with ExitStack() as stack:
        sound = stack.enter_context(loopback_site())
        links = [f"{sound.url}/bai-{n}.html" for n in range(20)]
        sound.pages["/rss"] = Reply(rss(*links), type="application/rss+xml")
        sound.pages |= {link.removeprefix(sound.url): Reply(ARTICLE) for link in links}
        neighbour = SourcePlan(make_source(sound.url, "sound", feeds=[f"{sound.url}/rss"]))
        rounds: dict[str, Round] = {}
        waiting = iter(CASES)
        while batch := list(islice(waiting, AT_ONCE)):
            hostile = [
                SourcePlan(CASES[key].build(stack.enter_context(loopback_site()), key))
                for key in batch
            ]
            folder = tmp_path_factory.mktemp("siege")
            round_ = crawl(folder, [*hostile, neighbour], time_limit=BOUND)
            rounds |= dict.fromkeys(batch, round_)
        yield rounds


def reasons(round_: Round, key: str) -> tuple[str, ...]:
    return tuple(sorted(f.reason.value for f in round_.failures if f.source == key))


def pages(round_: Round, key: str) -> int:
    return sum(page.source == key for page in round_.pages)


def test_every_round_ends_by_itself(sieges: Mapping[str, Round]) -> None:
    for round_ in sieges.values():
        assert round_.outcome.exit_code == 0
        assert round_.outcome.finished == {key for key in CASES if sieges[key] is round_} | {
            "sound"
        }


def test_the_sound_neighbour_is_unharmed(sieges: Mapping[str, Round]) -> None:
    for round_ in sieges.values():
        assert (reasons(round_, "sound"), pages(round_, "sound")) == ((), 20)


@pytest.mark.parametrize("key", CASES)
def test_one_clear_outcome(sieges: Mapping[str, Round], key: str) -> None:
    expected = (CASES[key].reasons, CASES[key].pages)
    assert (reasons(sieges[key], key), pages(sieges[key], key)) == expected


READ = [key for key, case in CASES.items() if case.pages or case.title]


@pytest.mark.parametrize("key", READ)
def test_each_page_is_the_right_article_or_none(sieges: Mapping[str, Round], key: str) -> None:
    titles = read(sieges[key], key)
    assert len(titles) >= CASES[key].pages
    if CASES[key].title is not None:
        assert titles == [CASES[key].title]


@pytest.mark.parametrize(
    ("key", "told"),
    [
        ("absurd-crawl-delay", "the round ends before its turn"),
        ("slow-redirects", "its redirects took too long"),
    ],
)
def test_no_round_waits_for_what_cannot_come(
    key: str, told: str, sieges: Mapping[str, Round]
) -> None:
    [detail] = [each.detail for each in sieges[key].failures if each.source == key]
    assert told in detail
