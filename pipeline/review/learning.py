"""``guongsang train`` in a home: learn from the desk, check, and only then put to use."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from itertools import chain
from typing import Any

import numpy as np

from pipeline.config.home import Home
from pipeline.ingest.comparing import Compared, compare_stories
from pipeline.ingest.understanding import Understanding
from pipeline.judge import Judge
from pipeline.judge.learning.adapting import (
    FEWEST,
    Lesson,
    Numbers,
    Studied,
    held_out,
    learn,
    shifted,
    study,
)
from pipeline.judge.learning.own_model import adopt, model_in_use
from pipeline.judge.learning.progress import PARTS, Check, Part, compare, heads_of
from pipeline.judge.model import Model, shipped
from pipeline.review.lessons import lessons
from pipeline.store.models import AuditEntry

WINDOW = timedelta(days=30)
MOST_CHANGES = 200
"""Stories named in the model's file, those that move furthest."""
_FEWEST_OF_EACH = 5


@dataclass(slots=True)
class Learned:
    """What came of learning."""

    lessons: dict[str, int]
    """How many: ``accepted``, ``rejected``, ``between``, ``sectors``."""
    checks: list[tuple[str, Check]] = field(default_factory=list)
    """Against which model (``shipped`` or ``in use``), and how it went."""
    left: dict[Part, str] = field(default_factory=dict)
    """The parts that stay as they were, and why: ``few`` decisions, ``one_kind`` of them, ``worse``
    than the shipped model (or no better), ``worse_than_own``, ``nothing_new``."""
    adopted: list[Part] = field(default_factory=list)
    changes: dict[str, Any] = field(default_factory=dict)
    """Of the last 30 days: ``stories`` judged, ``labels`` and ``scores`` changed, ``examples``."""
    digest: str = ""
    """Of the model that was put to use; empty when none was."""

    def as_json(self) -> dict[str, Any]:
        return {
            "lessons": self.lessons,
            "checks": [check_json(against, check) for against, check in self.checks],
            "left": self.left,
            "adopted": self.adopted,
            "changes": {name: n for name, n in self.changes.items() if name != "examples"},
            "model": self.digest or None,
        }


def check_json(against: str, check: Check) -> dict[str, Any]:
    figures = [{**asdict(f), "difference": f.difference} for f in check.figures]
    return {
        "against": against,
        "part": check.part,
        "articles": check.articles,
        "figures": figures,
        "passed": check.passed,
    }


def learn_here(
    home: Home, more: Iterable[Lesson] = (), *, now: datetime, command: str, dry_run: bool = False
) -> Learned:
    """Learn from the desk's decisions and from ``more``, and use what is not worse.

    Exemplar decision and sectors are learned and checked apart. A part is put to use when, on
    articles held out from its learning, no figure falls below the shipped model's, nor below those
    of the home's own model on decisions that it has not learned from.

    Raises:
        ConfigError: sources.yaml or a taxonomy file is faulty.
    """
    understanding = Understanding.load(home)
    base, current = shipped(), model_in_use(home)
    judge = Judge(understanding.taxonomy, model=base)
    studied = study(chain(more, lessons(understanding.province_of)), base, judge)
    found = Learned(_counts(studied))
    heads = []
    for part in PARTS:
        why = _too_few(studied, part) or _check(found, studied, part, base, current.model)
        if why:
            found.left[part] = why
        else:
            found.adopted.append(part)
            heads += heads_of(part, base.heads)
    if not found.adopted:
        return found
    rows = np.arange(len(studied))
    learned = shifted(base, learn(studied, rows, heads), made={})
    model = _joined(current.model, learned, heads)
    if _same(model, current.model):
        found.left |= dict.fromkeys(found.adopted, "nothing_new")
        found.adopted = []
        return found
    model = replace(model, made={}, digest="new")
    found.changes = _changes(understanding, current.model, model, now)
    if dry_run:
        return found
    made = {
        "command": command,
        "at": now.isoformat(),
        "base": base.digest,
        "parts": sorted({*found.adopted, *current.model.made.get("parts", ())}),
        **{name: found.as_json()[name] for name in ("lessons", "checks", "left", "adopted")},
        "changes": found.changes,
        "seen": sorted(set(studied.marks)),
    }
    used = adopt(home, replace(model, made=made))
    found.digest = used.digest
    AuditEntry.objects.create(
        at=now,
        action="model.learned",
        object_type="model",
        object_id=used.digest[:12],
        before={"model": current.model.digest[:12]},
        after={"model": used.digest[:12], "parts": found.adopted},
    )
    return found


def _counts(studied: Studied) -> dict[str, int]:
    truth = studied.truth[:, studied.heads.index("exemplar")]
    return {
        "accepted": int((truth == 1).sum()),
        "rejected": int((truth == 0).sum()),
        "between": int(((truth > 0) & (truth < 1)).sum()),
        "sectors": len(_told(studied, "sectors")),
    }


def _told(studied: Studied, part: Part) -> np.ndarray[Any, np.dtype[np.intp]]:
    if part == "exemplar":
        return studied.decided()
    some = heads_of("sectors", studied.heads)
    return studied.told(some[0]) if some else np.zeros(0, np.intp)


def _too_few(studied: Studied, part: Part) -> str:
    """Why ``part`` cannot be learned, or nothing. Copies of one story count once."""
    rows = _told(studied, part)
    if len(np.unique(studied.groups[rows])) < FEWEST:
        return "few"
    if part == "exemplar":
        truth = studied.truth[rows, studied.heads.index("exemplar")]
        fewer = int(min((truth == 1).sum(), (truth == 0).sum()))
        if fewer < _FEWEST_OF_EACH:
            return "one_kind"
    return ""


def _check(found: Learned, studied: Studied, part: Part, base: Model, current: Model) -> str:
    """Note how ``part`` does on held-out lessons; why it may not be used, or nothing."""
    rows = _told(studied, part)
    after = held_out(studied, heads_of(part, base.heads))
    against_shipped = compare(studied, part, rows, studied.scores, after)
    found.checks.append(("shipped", against_shipped))
    if not against_shipped.passed:
        return "worse"
    if current.digest == base.digest:
        return ""
    seen = set(current.made.get("seen", ()))
    unseen = np.array([at for at in rows if studied.marks[at] not in seen], np.intp)
    if len(unseen) < FEWEST:
        return ""
    against_own = compare(studied, part, unseen, _odds_by(current, base, studied), after)
    found.checks.append(("in use", against_own))
    return "worse_than_own" if against_own.worse else ""


def _odds_by(current: Model, base: Model, studied: Studied) -> Numbers:
    """Log-odds of the lessons by a model made from ``base``."""
    moved = studied.moved((current.weights - base.weights).astype(np.float64))
    odds: Numbers = studied.scores + moved + (current.bias - base.bias)
    return odds


def _joined(current: Model, learned: Model, heads: list[str]) -> Model:
    """``current`` with ``heads`` as they were learned."""
    weights, bias = current.weights.copy(), current.bias.copy()
    for head in heads:
        column = current.heads.index(head)
        weights[:, column] = learned.weights[:, column]
        bias[column] = learned.bias[column]
    return replace(current, weights=weights, bias=bias)


def _same(one: Model, other: Model) -> bool:
    """But for the steps in which a file keeps weights."""
    near = np.allclose(one.weights, other.weights, atol=0.006)
    return near and np.allclose(one.bias, other.bias, atol=0.006)


def _changes(
    understanding: Understanding, before: Model, after: Model, now: datetime
) -> dict[str, Any]:
    """How the stories of the last 30 days move. Ranks count from 1, best first."""
    old, new = (Judge(understanding.taxonomy, model=model) for model in (before, after))
    compared = list(_slim(compare_stories(now - WINDOW, understanding, new, before=old)))
    for side in ("before", "after"):
        compared.sort(key=lambda row: -row[side][1])
        for rank, row in enumerate(compared, 1):
            row[side] = [*row[side], rank]
    moved = [row for row in compared if row.pop("changed")]
    moved.sort(key=lambda row: -abs(row["after"][1] - row["before"][1]))
    counts = Counter(f"{r['before'][0]} to {r['after'][0]}" for r in moved)
    return {
        "stories": len(compared),
        "changed": len(moved),
        "labels": {
            name: n for name, n in sorted(counts.items()) if len(set(name.split(" to "))) > 1
        },
        "examples": moved[:MOST_CHANGES],
    }


def _slim(compared: Iterable[Compared]) -> Iterator[dict[str, Any]]:
    for one in compared:
        yield {
            "story": str(one.story.public_id),
            "before": [one.before.label, one.before.score],
            "after": [one.after.label, one.after.score],
            "changed": one.changed,
        }
