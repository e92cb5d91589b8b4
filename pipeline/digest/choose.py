"""Choosing a week's stories. Pure; every pick and every near miss says why.

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
from dataclasses import dataclass
from datetime import UTC, datetime

from pipeline.config.office import DigestRules
from pipeline.shapes import require_aware
from pipeline.text.fold import fold
from pipeline.text.format import number

REPEATS = {"sector": 0.12, "province": 0.03, "commune": 0.06, "outlet": 0.05, "kind": 0.03}
"""Score lost per story already chosen with the same value."""

NOT_EXEMPLARS = {
    "advert": "Có dấu hiệu quảng cáo",
    "document": "Là văn bản, không phải chân dung",
    "leadership": "Là tin hoạt động lãnh đạo",
}


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
    """A story and the reason it is in or out, in Vietnamese, for the desk."""

    story: int
    section: str
    why: str


@dataclass(frozen=True, slots=True)
class Chosen:
    picks: tuple[Choice, ...]
    misses: tuple[Choice, ...]


def choose(
    candidates: Sequence[Candidate],
    rules: DigestRules,
    sector_names: Mapping[str, str] | None = None,
) -> Chosen:
    """The picks in reading order and the near misses, best first.

    Equal input in any order gives equal output.
    """
    names = sector_names or {}
    misses: list[Choice] = []
    waiting: list[Candidate] = []
    for candidate in sorted(candidates, key=_best_first):
        reason = _unfit(candidate, rules)
        if reason:
            misses.append(Choice(candidate.story, candidate.sector, reason))
        else:
            waiting.append(candidate)
    picked: list[tuple[Candidate, Choice]] = []
    while waiting and len(picked) < rules.size:
        taken = [candidate for candidate, _ in picked]
        best = max(waiting, key=lambda each: each.score - _repetition(each, taken))
        waiting.remove(best)
        full = _over_a_limit(best, taken, rules, names)
        if full:
            misses.append(Choice(best.story, best.sector, full))
        else:
            choice = Choice(best.story, best.sector, _reason(best, taken, names))
            picked.append((best, choice))
    taken = [candidate for candidate, _ in picked]
    for candidate in waiting:
        why = _over_a_limit(candidate, taken, rules, names) or _no_room(candidate, taken, rules)
        misses.append(Choice(candidate.story, candidate.sector, why))
    scores = {candidate.story: candidate.score for candidate in candidates}
    misses.sort(key=lambda miss: (-scores[miss.story], miss.story))
    return Chosen(_in_reading_order(picked), tuple(misses))


def _best_first(candidate: Candidate) -> tuple[float, float, int]:
    published = candidate.published_at or datetime.min.replace(tzinfo=UTC)
    return (-candidate.score, -published.timestamp(), candidate.story)


def _unfit(candidate: Candidate, rules: DigestRules) -> str:
    for flag, reason in NOT_EXEMPLARS.items():
        if flag in candidate.flags:
            return reason
    if candidate.score < rules.min_score:
        return f"Điểm {_of_100(candidate.score)} dưới ngưỡng {_of_100(rules.min_score)}"
    return ""


def _of_100(score: float) -> str:
    """As the inbox shows it."""
    return number(round(score * 100))


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
    candidate: Candidate,
    taken: Sequence[Candidate],
    rules: DigestRules,
    names: Mapping[str, str],
) -> str:
    subject = fold(candidate.subject)
    if subject and any(subject == fold(other.subject) for other in taken):
        return f"{candidate.subject} đã có trong bản tin"[:200]
    shared = _shared(candidate, taken)
    if shared["sector"] >= rules.per_sector:
        sector = names.get(candidate.sector, candidate.sector)
        return f"Lĩnh vực {sector} đã đủ {rules.per_sector} tin"
    if shared["outlet"] >= rules.per_outlet:
        return f"Báo này đã đủ {rules.per_outlet} tin"
    if shared["commune"] >= rules.per_commune:
        return f"Địa bàn {candidate.commune} đã đủ {rules.per_commune} tin"
    return ""


def _no_room(candidate: Candidate, taken: Sequence[Candidate], rules: DigestRules) -> str:
    why = f"Bản tin đã đủ {rules.size} tin; điểm {_of_100(candidate.score)}"
    if _repetition(candidate, taken) > 0:
        why += ", trùng lĩnh vực, địa bàn, báo hoặc loại với tin đã chọn"
    return why


def _reason(candidate: Candidate, taken: Sequence[Candidate], names: Mapping[str, str]) -> str:
    parts = [f"Điểm {_of_100(candidate.score)}"]
    shared = _shared(candidate, taken)
    if candidate.sector and not shared["sector"]:
        sector = names.get(candidate.sector, candidate.sector)
        parts.append(f"cao nhất lĩnh vực {sector}")
    if taken:
        new = [
            word
            for name, word in (("commune", "địa bàn"), ("outlet", "báo"), ("kind", "loại"))
            if getattr(candidate, name) and not shared[name]
        ]
        if new:
            parts.append(f"thêm {', '.join(new)} mới")
    return "; ".join(parts)[:200]


def _in_reading_order(picked: Sequence[tuple[Candidate, Choice]]) -> tuple[Choice, ...]:
    """Picks arrive best first; a sector's later picks move up behind its first."""
    first: dict[str, int] = {}
    for index, (candidate, _) in enumerate(picked):
        first.setdefault(candidate.sector, index)
    ordered = sorted(enumerate(picked), key=lambda pair: (first[pair[1][0].sector], pair[0]))
    return tuple(choice for _, (_, choice) in ordered)
