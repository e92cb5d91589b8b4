from __future__ import annotations

import random
from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from pipeline.config.office import DigestRules
from pipeline.digest.choose import Candidate, choose

RULES = DigestRules(size=4, per_sector=2, per_outlet=3, per_commune=2)


def stories(*rows: tuple[float, str]) -> list[Candidate]:
    return [
        Candidate(number, score, sector, outlet=f"bao{number}", commune=f"xa{number}")
        for number, (score, sector) in enumerate(rows, start=1)
    ]


def test_the_best_of_each_sector_comes_before_the_second_best_of_one() -> None:
    chosen = choose(
        stories((0.95, "nong"), (0.94, "nong"), (0.90, "giao"), (0.89, "y"), (0.88, "van")), RULES
    )
    assert [pick.story for pick in chosen.picks] == [1, 3, 4, 5]
    assert [miss.story for miss in chosen.misses] == [2]
    assert "đã đủ 4 tin" in chosen.misses[0].why


def test_a_much_better_story_wins_over_variety() -> None:
    chosen = choose(stories((0.95, "nong"), (0.94, "nong"), (0.60, "giao")), RULES)
    assert [pick.story for pick in chosen.picks] == [1, 2, 3]


def test_a_sector_is_capped_and_says_so() -> None:
    chosen = choose(stories(*[(0.9, "nong")] * 3), RULES, {"nong": "Nông nghiệp"})
    assert len(chosen.picks) == 2
    assert chosen.misses[0].why == "Lĩnh vực Nông nghiệp đã đủ 2 tin"


def test_namesake_communes_of_two_provinces_are_two_places() -> None:
    rows = [
        Candidate(
            number, 0.9, f"s{number}", f"b{number}", province=f"tinh{number}", commune="Tân Lập"
        )
        for number in range(4)
    ]
    assert len(choose(rows, RULES).picks) == 4


def test_the_same_person_does_not_appear_twice_whatever_the_tone_marks() -> None:
    rows = [
        Candidate(1, 0.9, "nong", subject="Hoà Thị Mây"),
        Candidate(2, 0.8, "giao", subject="Hòa Thị Mây"),
    ]
    chosen = choose(rows, RULES)
    assert [pick.story for pick in chosen.picks] == [1]
    assert "đã có trong bản tin" in chosen.misses[0].why


def test_low_scores_and_adverts_stay_out_with_a_reason() -> None:
    rows = [
        Candidate(1, 0.3, "nong"),
        Candidate(2, 0.9, "giao", flags=frozenset({"advert"})),
    ]
    chosen = choose(rows, RULES)
    assert chosen.picks == ()
    assert [miss.why for miss in chosen.misses] == [
        "Có dấu hiệu quảng cáo",
        "Điểm 30 dưới ngưỡng 50",
    ]


def test_a_sectors_stories_stand_together() -> None:
    chosen = choose(stories((0.95, "nong"), (0.80, "giao"), (0.79, "nong")), RULES)
    assert [pick.section for pick in chosen.picks] == ["nong", "nong", "giao"]


def test_nothing_to_choose_from() -> None:
    assert choose([], RULES).picks == ()


CANDIDATES = st.lists(
    st.builds(
        Candidate,
        story=st.integers(1, 10_000),
        score=st.floats(0, 1),
        sector=st.sampled_from(["", "a", "b", "c"]),
        outlet=st.sampled_from(["x", "y", "z"]),
        commune=st.sampled_from(["", "m", "n"]),
        kind=st.sampled_from(["individual", "collective"]),
        subject=st.sampled_from(["", "P", "Q", "R"]),
    ),
    unique_by=lambda candidate: candidate.story,
    max_size=30,
)


@given(CANDIDATES, st.randoms(use_true_random=False))
def test_limits_hold_everyone_is_accounted_for_and_order_does_not_matter(
    rows: list[Candidate], shuffler: random.Random
) -> None:
    chosen = choose(rows, RULES)
    picked = [pick.story for pick in chosen.picks]
    by_id = {row.story: row for row in rows}
    assert len(picked) <= RULES.size
    assert sorted(picked + [miss.story for miss in chosen.misses]) == sorted(by_id)
    assert all(choice.why for choice in (*chosen.picks, *chosen.misses))
    assert all(len(choice.why) <= 200 for choice in chosen.picks)
    for name, limit in (("sector", RULES.per_sector), ("outlet", RULES.per_outlet)):
        counted = Counter(getattr(by_id[story], name) for story in picked)
        counted.pop("", None)
        assert max(counted.values(), default=0) <= limit
    subjects = [by_id[story].subject for story in picked if by_id[story].subject]
    assert len(subjects) == len(set(subjects))
    shuffled = rows[:]
    shuffler.shuffle(shuffled)
    assert choose(shuffled, RULES) == chosen
