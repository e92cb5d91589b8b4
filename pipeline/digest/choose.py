"""Choosing a week's stories. Pure; every pick and every near miss says why, as data: the desk words
it in the reader's language.

The rules, in this order:

1. Out: below ``min_score``; flagged as advert, document or leadership news.
2. Best first, where a story loses ground for each way in which it repeats those already chosen
   (``REPEATS``), so that sectors, places, outlets and kinds of exemplar vary.
3. Never the same subject twice; never more than ``per_sector``, ``per_outlet``, ``per_commune``.
4. At most ``size``. Chosen stories are then ordered: the best opens, sectors stay together.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from pipeline.config.office import DigestRules
from pipeline.shapes import require_aware
from pipeline.text.fold import fold

REPEATS = {"sector": 0.12, "province": 0.03, "commune": 0.06, "outlet": 0.05, "kind": 0.03}
"""Score lost per story already chosen with the same value."""


class Code(StrEnum):
    """Why a story is in or out; in brackets the values that go with it."""

    SCORE = "score"
    """Its score (``score``, 0..100, as the inbox shows it)."""
    SECTOR_BEST = "sector-best"
    """The highest score of its ``sector``."""
    SECTOR_NEW = "sector-new"
    """The first of its ``sector``, though another of it scores higher."""
    NEW = "new"
    """What it adds (``what``: of ``commune``, ``outlet``, ``kind``)."""
    ADVERT = "advert"
    DOCUMENT = "document"
    LEADERSHIP = "leadership"
    BELOW = "below"
    """Below the threshold (``limit``, 0..100)."""
    SUBJECT = "subject"
    """Its subject is in already; no name is stored, for names can be erased."""
    SECTOR_FULL = "sector-full"
    """``sector``, ``limit``."""
    OUTLET_FULL = "outlet-full"
    """``outlet``, ``limit``."""
    COMMUNE_FULL = "commune-full"
    """``commune``, ``limit``."""
    FULL = "full"
    """The digest has its ``limit`` of stories."""
    REPEATS = "repeats"
    """What it has in common with those chosen (``what``: keys of ``REPEATS``)."""
    ADDED = "added"
    """A person put it in (``by``: key of the account)."""
    REMOVED = "removed"
    """A person took it out (``by``)."""


NOT_EXEMPLARS = (Code.ADVERT, Code.DOCUMENT, Code.LEADERSHIP)
"""Named like the flags."""


@dataclass(frozen=True, slots=True)
class Reason:
    code: Code
    values: Mapping[str, Any] = field(default_factory=dict)
    """For JSON: texts, whole numbers, lists of texts."""

    def stored(self) -> dict[str, Any]:
        return {"code": str(self.code), **self.values}


@dataclass(frozen=True, slots=True)
class Candidate:
    story: int
    score: float
    """0..1"""
    sector: str = ""
    outlet: str = ""
    province: str = ""
    commune: str = ""
    kind: str = ""
    subject: str = ""
    published_at: datetime | None = None
    flags: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        require_aware(self.published_at, "Candidate.published_at")


@dataclass(frozen=True, slots=True)
class Choice:
    """A story and the reasons it is in or out."""

    story: int
    section: str
    why: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Chosen:
    picks: tuple[Choice, ...]
    misses: tuple[Choice, ...]


def choose(candidates: Sequence[Candidate], rules: DigestRules) -> Chosen:
    """The picks in reading order and the near misses, best first.

    Equal input in any order gives equal output.
    """
    misses: list[Choice] = []
    waiting: list[Candidate] = []
    for candidate in sorted(candidates, key=_best_first):
        unfit = _unfit(candidate, rules)
        if unfit:
            misses.append(Choice(candidate.story, candidate.sector, unfit))
        else:
            waiting.append(candidate)
    best_of: dict[str, float] = {}
    for candidate in waiting:
        best_of.setdefault(candidate.sector, candidate.score)
    picked: list[tuple[Candidate, Choice]] = []
    while waiting and len(picked) < rules.size:
        taken = [candidate for candidate, _ in picked]
        best = max(waiting, key=lambda each: each.score - _repetition(each, taken))
        waiting.remove(best)
        full = _over_a_limit(best, taken, rules)
        if full:
            misses.append(Choice(best.story, best.sector, full))
        else:
            choice = Choice(best.story, best.sector, _merits(best, taken, best_of))
            picked.append((best, choice))
    taken = [candidate for candidate, _ in picked]
    for candidate in waiting:
        why = _over_a_limit(candidate, taken, rules) or _no_room(candidate, taken, rules)
        misses.append(Choice(candidate.story, candidate.sector, why))
    scores = {candidate.story: candidate.score for candidate in candidates}
    misses.sort(key=lambda miss: (-scores[miss.story], miss.story))
    return Chosen(_in_reading_order(picked), tuple(misses))


def _best_first(candidate: Candidate) -> tuple[float, float, int]:
    published = candidate.published_at or datetime.min.replace(tzinfo=UTC)
    return (-candidate.score, -published.timestamp(), candidate.story)


def _unfit(candidate: Candidate, rules: DigestRules) -> tuple[Reason, ...]:
    for code in NOT_EXEMPLARS:
        if code in candidate.flags:
            return (Reason(code),)
    if candidate.score < rules.min_score:
        return (Reason(Code.BELOW, {"limit": _of_100(rules.min_score)}),)
    return ()


def _of_100(score: float) -> int:
    """As the inbox shows it."""
    return round(score * 100)


def _shared(candidate: Candidate, taken: Sequence[Candidate]) -> Counter[str]:
    """How many of ``taken`` have the candidate's (known) value, per kind of value."""
    count: Counter[str] = Counter()
    for other in taken:
        for name in REPEATS:
            value = getattr(candidate, name)
            count[name] += bool(value) and value == getattr(other, name)
        if candidate.commune and candidate.province != other.province:
            count["commune"] -= candidate.commune == other.commune  # namesakes elsewhere
    return count


def _repetition(candidate: Candidate, taken: Sequence[Candidate]) -> float:
    shared = _shared(candidate, taken)
    return sum(penalty * shared[name] for name, penalty in REPEATS.items())


def _over_a_limit(
    candidate: Candidate, taken: Sequence[Candidate], rules: DigestRules
) -> tuple[Reason, ...]:
    subject = fold(candidate.subject)
    if subject and any(subject == fold(other.subject) for other in taken):
        return (Reason(Code.SUBJECT),)
    shared = _shared(candidate, taken)
    for name, code, limit in (
        ("sector", Code.SECTOR_FULL, rules.per_sector),
        ("outlet", Code.OUTLET_FULL, rules.per_outlet),
        ("commune", Code.COMMUNE_FULL, rules.per_commune),
    ):
        if shared[name] >= limit:
            return (Reason(code, {name: getattr(candidate, name), "limit": limit}),)
    return ()


def _no_room(
    candidate: Candidate, taken: Sequence[Candidate], rules: DigestRules
) -> tuple[Reason, ...]:
    why = (Reason(Code.FULL, {"limit": rules.size}),)
    shared = _shared(candidate, taken)
    alike = [name for name in REPEATS if shared[name]]
    return (*why, Reason(Code.REPEATS, {"what": alike})) if alike else why


def _merits(
    candidate: Candidate, taken: Sequence[Candidate], best_of: Mapping[str, float]
) -> tuple[Reason, ...]:
    """``best_of``: the highest score of each sector among all that fit. The first chosen of a
    sector need not have it: another may repeat a place or an outlet."""
    why = [Reason(Code.SCORE, {"score": _of_100(candidate.score)})]
    shared = _shared(candidate, taken)
    if candidate.sector and not shared["sector"]:
        best = candidate.score == best_of[candidate.sector]
        code = Code.SECTOR_BEST if best else Code.SECTOR_NEW
        why.append(Reason(code, {"sector": candidate.sector}))
    new = [
        name
        for name in ("commune", "outlet", "kind")
        if taken and getattr(candidate, name) and not shared[name]
    ]
    if new:
        why.append(Reason(Code.NEW, {"what": new}))
    return tuple(why)


def _in_reading_order(picked: Sequence[tuple[Candidate, Choice]]) -> tuple[Choice, ...]:
    """Picks arrive best first; a sector's later picks move up behind its first."""
    first: dict[str, int] = {}
    for index, (candidate, _) in enumerate(picked):
        first.setdefault(candidate.sector, index)
    ordered = sorted(enumerate(picked), key=lambda pair: (first[pair[1][0].sector], pair[0]))
    return tuple(choice for _, (_, choice) in ordered)
