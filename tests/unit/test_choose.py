from __future__ import annotations

import json
import random
from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from pipeline.config.office import DigestRules
from pipeline.digest.choose import Candidate, Choice, Code, Reason, choose

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
    assert chosen.misses[0].why == (
        Reason(Code.FULL, {"limit": 4}),
        Reason(Code.REPEATS, {"what": ["sector"]}),
    )


def test_a_much_better_story_wins_over_variety() -> None:
    chosen = choose(stories((0.95, "nong"), (0.94, "nong"), (0.60, "giao")), RULES)
    assert [pick.story for pick in chosen.picks] == [1, 2, 3]


def test_a_sector_is_capped_and_says_so() -> None:
    chosen = choose(stories(*[(0.9, "nong")] * 3), RULES)
    assert len(chosen.picks) == 2
    assert chosen.misses[0].why == (Reason(Code.SECTOR_FULL, {"sector": "nong", "limit": 2}),)


def test_best_of_its_sector_is_said_only_of_the_highest_score() -> None:
    """Another of the sector scores higher and repeats an outlet, so it comes second."""
    rows = [
        Candidate(1, 0.95, "giao", outlet="bao1"),
        Candidate(2, 0.90, "nong", outlet="bao1"),
        Candidate(3, 0.88, "nong", outlet="bao2"),
    ]
    why = {pick.story: codes(pick) for pick in choose(rows, RULES).picks}
    assert why[1] == [Code.SCORE, Code.SECTOR_BEST]
    assert why[3] == [Code.SCORE, Code.SECTOR_NEW, Code.NEW]
    assert why[2] == [Code.SCORE]


def codes(choice: Choice) -> list[Code]:
    return [reason.code for reason in choice.why]


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
    assert codes(chosen.misses[0]) == [Code.SUBJECT]


def test_low_scores_and_adverts_stay_out_with_a_reason() -> None:
    rows = [
        Candidate(1, 0.3, "nong"),
        Candidate(2, 0.9, "giao", flags=frozenset({"advert"})),
    ]
    chosen = choose(rows, RULES)
    assert chosen.picks == ()
    assert [miss.why for miss in chosen.misses] == [
        (Reason(Code.ADVERT),),
        (Reason(Code.BELOW, {"limit": 50}),),
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
    json.dumps([reason.stored() for choice in chosen.picks for reason in choice.why])
    for name, limit in (("sector", RULES.per_sector), ("outlet", RULES.per_outlet)):
        counted = Counter(getattr(by_id[story], name) for story in picked)
        counted.pop("", None)
        assert max(counted.values(), default=0) <= limit
    subjects = [by_id[story].subject for story in picked if by_id[story].subject]
    assert len(subjects) == len(set(subjects))
    shuffled = rows[:]
    shuffler.shuffle(shuffled)
    assert choose(shuffled, RULES) == chosen
