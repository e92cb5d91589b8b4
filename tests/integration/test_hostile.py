"""All hostile outlets and a sound one in one round: each gives its one recorded error or a correct
result, none of them hangs the round or harms the neighbour."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta

import pytest

from pipeline.crawl.plan import SourcePlan
from tests.crawling import ARTICLE, Round, crawl, make_source, rss
from tests.hostile import CASES, read
from tests.loopback import Reply, loopback_site


@dataclass
class Siege:
    round: Round

    def reasons(self, key: str) -> tuple[str, ...]:
        return tuple(sorted(f.reason.value for f in self.round.failures if f.source == key))

    def pages(self, key: str) -> int:
        return sum(page.source == key for page in self.round.pages)


pytestmark = [pytest.mark.slow, pytest.mark.own_database]


@pytest.fixture(scope="module")
def siege(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Siege]:
    with ExitStack() as stack:
        plans = []
        for key, case in CASES.items():
            plans.append(SourcePlan(case.build(stack.enter_context(loopback_site()), key)))
        sound = stack.enter_context(loopback_site())
        links = [f"{sound.url}/bai-{n}.html" for n in range(20)]
        sound.pages["/rss"] = Reply(rss(*links), type="application/rss+xml")
        sound.pages |= {link.removeprefix(sound.url): Reply(ARTICLE) for link in links}
        plans.append(SourcePlan(make_source(sound.url, "sound", feeds=[f"{sound.url}/rss"])))
        yield Siege(
            crawl(
                tmp_path_factory.mktemp("siege"),
                plans,
                time_limit=timedelta(seconds=300),
            )
        )


def test_the_round_ends_by_itself(siege: Siege) -> None:
    assert siege.round.outcome.exit_code == 0
    assert siege.round.outcome.finished == {*CASES, "sound"}


def test_the_sound_neighbour_is_unharmed(siege: Siege) -> None:
    assert siege.pages("sound") == 20
    assert siege.reasons("sound") == ()


@pytest.mark.parametrize("key", CASES)
def test_one_clear_outcome(siege: Siege, key: str) -> None:
    assert (siege.reasons(key), siege.pages(key)) == (CASES[key].reasons, CASES[key].pages)


READ = [key for key, case in CASES.items() if case.pages or case.title]


@pytest.mark.parametrize("key", READ)
def test_each_page_is_the_right_article_or_none(siege: Siege, key: str) -> None:
    titles = read(siege.round, key)
    assert len(titles) >= CASES[key].pages
    if CASES[key].title is not None:
        assert titles == [CASES[key].title]
