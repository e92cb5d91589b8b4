"""Dates, places, sums and institutions of one article exchanged: each stands in the source, but
with another event.

The check speaks only when one sentence of the source clearly tells what the summary tells and holds
another value of the same kind. See ``alignment``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from pipeline.judge.fidelity.alignment import Margins, context_of, exchanged, passages, shown
from pipeline.judge.fidelity.claims import REPORTS, Claim, Kind, Reading
from pipeline.judge.names.organisations import find_organisations
from pipeline.judge.reading.days import Day, supported
from pipeline.judge.reading.quantities import Quantity, supports
from pipeline.judge.reading.wording import Token, word_set, written_out
from pipeline.shapes import ArticleText
from pipeline.text.fold import fold

_MARGINS = (
    Margins(enough=7.0, share=0.4, times=2.0),
    Margins(enough=7.0, share=0.7, times=1.3),
    Margins(enough=6.5, share=0.15, times=3.0),
)
_LEVELS = word_set("thôn bản ấp buôn làng khóm xóm xã phường huyện quận tỉnh")
_LONG_LEVELS = frozenset({"thành phố", "thị xã", "thị trấn"})
_SHORT_LEVELS = {"tp": "thành phố", "tx": "thị xã", "tt": "thị trấn"}
_INSTITUTIONS = (
    "học viện", "đại học", "cao đẳng", "bệnh viện", "viện", "trường", "trung tâm", "tổng công ty",
    "công ty", "tập đoàn", "ngân hàng", "hợp tác xã", "htx", "tòa án", "viện kiểm sát", "bảo tàng",
    "đồn biên phòng", "sư đoàn", "lữ đoàn", "trung đoàn", "quỹ", "câu lạc bộ",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Value:
    """Something a text says at a place, and what of the same kind may stand instead."""

    start: int
    end: int
    key: object


def date_exchange_claims(summary: Reading, source: Reading) -> Iterator[Claim]:
    """A day, month or year that the source ties to another event."""
    said = [_Value(day.start, day.end, day) for day in source.days]
    claims = [
        _Value(day.start, day.end, day) for day in summary.days if supported(day, source.days)
    ]
    yield from _compared("date", claims, said, summary, source, _same_day, _other_day)


def _same_day(said: object, claim: object) -> bool:
    assert isinstance(said, Day)
    assert isinstance(claim, Day)
    return _shares(said, claim) and not _parts_differ(said, claim)


def _other_day(said: object, claim: object) -> bool:
    assert isinstance(said, Day)
    assert isinstance(claim, Day)
    finest = next((part for part in _PARTS if getattr(claim, part) is not None), "year")
    return _shares(said, claim) and getattr(said, finest) is not None and _parts_differ(said, claim)


_PARTS = ("day", "month", "quarter", "year")


def _shares(one: Day, other: Day) -> bool:
    return any(getattr(one, p) is not None and getattr(other, p) is not None for p in _PARTS)


def _parts_differ(one: Day, other: Day) -> bool:
    pairs = ((getattr(one, part), getattr(other, part)) for part in _PARTS)
    return any(a is not None and b is not None and a != b for a, b in pairs)


def sum_exchange_claims(summary: Reading, source: Reading) -> Iterator[Claim]:
    """A sum or count that the source ties to another event."""
    said = [_Value(one.start, one.end, one) for one in source.quantities]
    claims = [
        _Value(one.start, one.end, one)
        for one in summary.quantities
        if one.claim and any(supports(known, one) for known in source.loose_quantities)
    ]
    yield from _compared("number", claims, said, summary, source, _same_sum, _other_sum)


def _same_sum(said: object, claim: object) -> bool:
    assert isinstance(said, Quantity)
    assert isinstance(claim, Quantity)
    return bool(said.values & claim.values) or supports(said, claim)


def _other_sum(said: object, claim: object) -> bool:
    assert isinstance(said, Quantity)
    assert isinstance(claim, Quantity)
    if not said.claim or "scores" in (said.qualifier, claim.qualifier):
        return False  # "hàng trăm" counts nothing
    if said.values & claim.values:
        return False
    if claim.measure:
        return said.measure == claim.measure
    return not said.measure and bool(claim.noun) and said.noun == claim.noun


def place_exchange_claims(summary: Reading, source: Reading) -> Iterator[Claim]:
    """``xã Nậm Khê`` where the source tells this of ``xã Đông Sơn``."""
    said = list(_units(source.tokens))
    claims = [one for one in _units(summary.tokens) if source.contains(f" {_name(one)} ")]
    yield from _compared("place", claims, said, summary, source, _same_unit, _other_unit)


def _name(value: _Value) -> str:
    return str(value.key).partition("|")[2]


def _same_unit(said: object, claim: object) -> bool:
    """One name within the other: ``Chủ tịch UBND tỉnh A Nguyễn Văn B`` is one run of capitals."""
    name, other = str(said).partition("|")[2], str(claim).partition("|")[2]
    return f" {other} " in f" {name} " or f" {name} " in f" {other} "


def _other_unit(said: object, claim: object) -> bool:
    level, other_level = str(said).partition("|")[0], str(claim).partition("|")[0]
    return level == other_level != "" and not _same_unit(said, claim)


def _units(found: Sequence[Token]) -> Iterator[_Value]:
    """Runs of capitals with the level written before them; the key is ``level|name``."""
    at = 0
    while at < len(found):
        end = at
        while end < len(found) and found[end].capital:
            end += 1
        if end == at:
            at += 1
            continue
        level, first = "", at
        words = [one.word for one in found[max(0, at - 2) : at]]
        if " ".join(words) in _LONG_LEVELS:
            level = " ".join(words)
        elif words and words[-1] in _LEVELS:
            level = words[-1]
        elif end - at > 1 and (found[at].word in _LEVELS or found[at].word in _SHORT_LEVELS):
            level, first = _SHORT_LEVELS.get(found[at].word, found[at].word), at + 1
        name = " ".join(one.word for one in found[first:end])
        yield _Value(found[first].start, found[end - 1].end, f"{level}|{name}")
        at = end


def institution_exchange_claims(summary: Reading, source: Reading) -> Iterator[Claim]:
    """A hospital, school, court or company where the source tells this of another one."""
    said = list(_institutions(source))
    claims = [
        one
        for one in _institutions(summary)
        if any(_same_institution(known.key, one.key) for known in said)
    ]
    yield from _compared(
        "name", claims, said, summary, source, _same_institution, _other_institution
    )


def _institutions(text: Reading) -> Iterator[_Value]:
    for unit in find_organisations(ArticleText("", text.text)):
        name = fold(unit.name)
        if any(name.startswith(f"{head} ") for head in _INSTITUTIONS):
            for mention in unit.mentions:
                yield _Value(mention.start, mention.end, name)


def _head(name: str) -> str:
    return next((head for head in _INSTITUTIONS if name.startswith(f"{head} ")), "")


def _same_institution(said: object, claim: object) -> bool:
    one, other = str(said), str(claim)
    if _abbreviates(one, other) or _abbreviates(other, one):
        return True
    shared = set(one.split()) & set(other.split())
    return (
        one in other
        or other in one
        or len(shared) > 0.7 * min(len(one.split()), len(other.split()))
    )


def _abbreviates(one: str, other: str) -> bool:
    """``Trường CĐKT Bình An``: a word of one is initials of the other's words."""
    initials = "".join(word[0] for word in written_out(other.split()).split())
    known = set(other.split())
    return any(len(word) > 1 and word in initials for word in one.split() if word not in known)


def _other_institution(said: object, claim: object) -> bool:
    return _head(str(said)) == _head(str(claim)) and not _same_institution(said, claim)


def _compared(
    kind: Kind,
    claims: Sequence[_Value],
    said: Sequence[_Value],
    summary: Reading,
    source: Reading,
    same: Callable[[object, object], bool],
    other: Callable[[object, object], bool],
) -> Iterator[Claim]:
    there = passages(source.text)
    where = [(there.at(one.start), one) for one in said]
    everything = claims if kind != "place" else list(_units(summary.tokens))
    for claim in claims:
        if kind == "place" and str(claim.key).startswith("|"):
            continue
        own = {index for index, one in where if same(one.key, claim.key)}
        others = {index for index, one in where if other(one.key, claim.key)} - own
        # What the summary says as well is not what this claim was exchanged for.
        rivals = {
            index: one
            for index, one in where
            if index in others
            and not (kind == "date" and REPORTS.search(fold(there.sentences[index].text)))
            and other(one.key, claim.key)
            and not any(same(one.key, also.key) for also in everything if also is not claim)
        }
        why = None
        if own and rivals:
            context = context_of(summary.tokens, claim.start, claim.end)
            scope = there.scope(own, others)
            best = exchanged(there, context, scope, rivals.keys() - scope, _MARGINS)
            if best is not None:
                value = source.text[rivals[best].start : rivals[best].end]
                why = f"nguồn ghi “{value}”: “{shown(there, best, value)}”"
        yield Claim(kind, claim.start, claim.end, why)
