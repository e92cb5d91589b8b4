"""What a home learns beside the shipped model, and when it is not put to use."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pytest

from pipeline.config.home import Home, defaults_dir
from pipeline.config.taxonomy import load_taxonomy
from pipeline.judge import Judge
from pipeline.judge.learning.adapting import Lesson, Studied, held_out, learn, shifted, study
from pipeline.judge.learning.own_model import adopt, bring_back, model_in_use
from pipeline.judge.learning.progress import Check, Figure, compare
from pipeline.judge.model import Model, shipped
from tests.lessons import DISLIKED, LIKED, article

RARE = "hũ mật vàng"
BASE = {"base": shipped().digest}


@cache
def judging() -> Judge:
    return Judge(load_taxonomy(defaults_dir() / "taxonomy"))


@cache
def taste() -> Studied:
    """Forty stories of one theme accepted, forty of another rejected; two hold rare words."""
    lessons = [
        Lesson(article(n, LIKED if n % 2 else DISLIKED), float(n % 2), None) for n in range(80)
    ]
    lessons += [Lesson(article(n, f"{LIKED} {RARE}"), 1.0, None) for n in (80, 81)]
    return study(lessons, shipped(), judging())


def exemplar_shift(model: Model) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    column = model.heads.index("exemplar")
    return model.weights[:, column] - shipped().weights[:, column]


def test_what_a_desk_likes_ranks_higher_also_in_stories_it_has_not_seen() -> None:
    studied = taste()
    check = compare(
        studied, "exemplar", studied.decided(), studied.scores, held_out(studied, ["exemplar"])
    )
    ranking = check.figures[0]
    assert (ranking.name, check.articles) == ("ap", 82)
    assert ranking.after > ranking.before + 0.1
    assert ranking.low > 0
    assert ranking.low <= ranking.difference <= ranking.high
    learned = learn(studied, np.arange(len(studied)), ["exemplar"])
    own = Judge(load_taxonomy(defaults_dir() / "taxonomy"), model=shifted(shipped(), learned, {}))

    def gain(theme: str) -> float:
        new = article(999, theme)
        return own.look(new).scores["exemplar"] - judging().look(new).scores["exemplar"]

    assert gain(LIKED) > gain(DISLIKED) + 0.5


def test_learning_reorders_and_does_not_raise_or_lower_what_it_learned_from() -> None:
    studied = taste()
    learned = learn(studied, np.arange(len(studied)), ["exemplar"])["exemplar"]
    assert abs(learned.of(studied.inputs[studied.decided()]).mean()) < 1e-6


def test_no_term_is_added_and_none_moves_that_fewer_than_three_stories_share() -> None:
    studied = taste()
    learned = learn(studied, np.arange(len(studied)), ["exemplar"])
    model = shifted(shipped(), learned, {})
    assert model.terms == shipped().terms
    stories = np.asarray((studied.inputs != 0).sum(axis=0)).ravel()
    moved = np.flatnonzero(exemplar_shift(model))
    assert len(moved) > 10
    assert stories[moved].min() >= 3
    assert (stories == 2).any()


def test_copies_of_one_story_count_once() -> None:
    once = Lesson(article(1, f"{LIKED} {RARE}"), 1.0, None)
    others = [Lesson(article(n, DISLIKED), float(n % 2), None) for n in range(2, 12)]
    studied = study([once, once, once, *others], shipped(), judging())
    learned = learn(studied, np.arange(len(studied)), ["exemplar"])["exemplar"]
    only_in_copies = np.flatnonzero(np.asarray((studied.inputs[3:] != 0).sum(axis=0)).ravel() == 0)
    assert len(set(studied.groups[:3])) == 1
    assert not set(learned.columns) & set(only_in_copies)


def test_sectors_are_learned_from_what_people_left_on_the_story() -> None:
    slug = next(h for h in shipped().heads if h.startswith("sector:")).removeprefix("sector:")
    lessons = [
        Lesson(article(n, LIKED if n % 2 else DISLIKED), None, frozenset({slug} if n % 2 else ()))
        for n in range(60)
    ]
    studied = study(lessons, shipped(), judging())
    assert len(studied.decided()) == 0
    after = held_out(studied, [f"sector:{slug}"])
    check = compare(studied, "sectors", studied.told(f"sector:{slug}"), studied.scores, after)
    assert check.passed
    assert check.figures[0].low > 0.5


@pytest.mark.parametrize(
    ("differences", "passed"),
    [
        ({"ap": 0.1, "right": 0.0, "kept": -0.05}, True),
        ({"ap": 0.1, "right": -0.01, "kept": 0.0}, False),
        ({"ap": 0.1, "right": 0.1, "kept": -0.06}, False),
        ({"ap": 0.0, "right": 0.0, "kept": 0.0}, False),
    ],
)
def test_a_part_passes_when_nothing_falls_and_something_rises(
    differences: dict[str, float], passed: bool
) -> None:
    figures = tuple(
        Figure("exemplar", name, 0.5, 0.5 + by, by - 0.2, by + 0.2)
        for name, by in differences.items()
    )
    assert Check("exemplar", 100, figures).passed is passed


def changed(made: dict[str, str]) -> Model:
    learned = learn(taste(), np.arange(len(taste())), ["exemplar"])
    return shifted(shipped(), learned, made)


def test_the_home_s_own_model_judges_and_the_one_before_comes_back(tmp_path: Path) -> None:
    home = Home(tmp_path)
    assert not bring_back(home)
    assert model_in_use(home).model is shipped()
    first = adopt(home, changed({**BASE, "at": "first"}))
    assert model_in_use(home).own
    second = adopt(home, changed({**BASE, "at": "second"}))
    assert model_in_use(home).model.digest == second.digest != first.digest
    assert bring_back(home)
    assert model_in_use(home).model.made["at"] == "first"
    assert bring_back(home)
    assert model_in_use(home).model.made["at"] == "second"


def test_before_the_first_own_model_stood_the_shipped_one(tmp_path: Path) -> None:
    home = Home(tmp_path)
    adopt(home, changed(BASE))
    assert bring_back(home)
    assert not model_in_use(home).own
    assert bring_back(home)
    assert model_in_use(home).own


@pytest.mark.parametrize("harm", ["cut", "text", "another version", "bytes"])
def test_a_model_that_cannot_be_used_is_told_and_the_shipped_one_judges(
    tmp_path: Path, harm: str
) -> None:
    home = Home(tmp_path)
    adopt(home, changed({"base": "f00"} if harm == "another version" else BASE))
    whole = home.model_file.read_bytes()
    if harm == "cut":
        home.model_file.write_bytes(whole[: len(whole) // 2])
    elif harm == "text":
        home.model_file.write_text("no model")
    elif harm == "bytes":
        half = len(whole) // 2
        home.model_file.write_bytes(whole[:half] + bytes(40) + whole[half + 40 :])
    in_use = model_in_use(home)
    assert in_use.model is shipped()
    assert not in_use.own
    assert str(home.model_file) in in_use.fault
    assert "guongsang train" in in_use.fault
    assert "\n" not in in_use.fault
