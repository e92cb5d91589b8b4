"""Which places an article is about, as of its date, in today's provinces and communes."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Literal

from pipeline.judge.names.gazetteer import SWITCH, Era, Gazetteer, Unit
from pipeline.judge.names.place_mentions import PlaceMention, is_province, place_mentions
from pipeline.judge.reading.runs import Field
from pipeline.shapes import ArticleText, Evidence, Place

Span = tuple[Field, int, int]

_CLOSING = re.compile(r"(?: cũ| trước đây)?\)")
_HEAD = 600
"""Characters of the body that count as its beginning."""


@dataclass(slots=True)
class _Context:
    """What the whole article says about where it plays."""

    outlet: str | None
    era: Era
    certain: bool
    provinces: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    former_provinces: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    districts: dict[tuple[str | None, str], float] = field(
        default_factory=lambda: defaultdict(float)
    )
    names: set[str] = field(default_factory=set)


def find_places(
    article: ArticleText, gazetteer: Gazetteer, apart: Collection[Span] = ()
) -> tuple[tuple[Place, ...], tuple[Evidence, ...]]:
    """Places in title, sapo and body, the most central first.

    Args:
        apart: spans that name something else ("An Giang chung sức xây dựng nông thôn mới"): a
            place in them says nothing of where the article plays.

    Units are read as of the article's date (former units before 2025-07-01, both when undated) and
    given as today's province and commune. ``huyện`` and other units without one successor carry
    their possible communes as ``candidates``; so does a name that the context leaves open.

    Returns:
        places, and for each of them the span of its best mention as evidence ``place``.
    """
    mentions = [
        mention
        for mention in place_mentions(article, gazetteer)
        if not any(
            field == mention.field and start <= mention.start < end for field, start, end in apart
        )
    ]
    context = _context(article, mentions)
    mentions = [m for m in mentions if m.units and (m.typed or _safe_alone(m, context))]
    return _rank(article, mentions, context)


def _context(article: ArticleText, mentions: list[PlaceMention]) -> _Context:
    published = article.published_at
    if published is not None:
        context = _Context(article.province, "old" if published < SWITCH else "new", certain=True)
    else:
        old_only = sum(
            m.typed and not m.former and {unit.era for unit in m.units} == {"old"} for m in mentions
        )
        new_only = sum(m.typed and {unit.era for unit in m.units} == {"new"} for m in mentions)
        context = _Context(article.province, "old" if old_only > new_only else "new", certain=False)
    for mention in mentions:
        weight = 2.0 if _is_early(mention) else 1.0
        today = {unit.province for unit in mention.units}
        sure = mention.typed or is_province(mention)
        if len(today) == 1 and sure:
            context.provinces[today.pop()] += weight
        if sure:
            for unit in mention.units:
                if unit.level == "province" and unit.former_province:
                    context.former_provinces[unit.former_province] += weight
                elif unit.level == "district":
                    context.districts[unit.former_province, unit.name] += weight
        if mention.typed:
            context.names.update(unit.name for unit in mention.units)
    return context


def _is_early(mention: PlaceMention) -> bool:
    return mention.field != "text" or mention.start < _HEAD


def _safe_alone(mention: PlaceMention, context: _Context) -> bool:
    """A bare name counts when it is a province, was typed elsewhere, or is a former district or
    town of the one province, among those that have such a one, that article or outlet names."""
    units = mention.units
    if any(unit.level == "province" or unit.name in context.names for unit in units):
        return True
    towns = {unit.province for unit in units if unit.level == "district"}
    near = {town for town in towns if town in context.provinces or town == context.outlet}
    return len(near) == 1


def _score(unit: Unit, mention: PlaceMention, context: _Context) -> float:
    score = 0.0
    era: Era = "old" if mention.former else context.era
    if unit.era == era:
        score += 4 if context.certain or mention.former else 1
    if unit.province == context.outlet:
        score += 1.5
    score += min(context.provinces.get(unit.province, 0.0), 4.0) * 0.5
    if unit.former_province:
        score += min(context.former_provinces.get(unit.former_province, 0.0), 4.0) * 0.25
    if unit.district:
        score += min(context.districts.get((unit.former_province, unit.district), 0.0), 4.0)
    if unit.level == "province":
        score += 3
    elif unit.level == "district":
        score += 1
    return score


def _resolve(mention: PlaceMention, context: _Context) -> Place | None:
    scored = [(_score(unit, mention, context), unit) for unit in mention.units]
    best = max(score for score, _ in scored)
    winners = [unit for score, unit in scored if score == best]
    winner = winners[0]
    today = {unit.province for unit in winners}
    # Several provinces have a commune of that name and nothing in the article speaks for one.
    rivals = {unit.province for unit in mention.units if unit.level == winner.level}
    evident = (
        len(rivals) == 1
        or context.provinces.get(winner.province, 0.0) > 0
        or winner.province == context.outlet
    )
    if len(today) > 1 or not evident:
        open_units = winners if len(today) > 1 else mention.units
        return Place("", None, None, winner.era, tuple(sorted(_names(open_units))))
    if winner.level == "province":
        return Place("", winner.province, None, _as_of(mention, context))
    communes = sorted({commune for unit in winners for commune in unit.communes})
    if len(winners) == 1 and winner.level == "commune" and winner.name in communes:
        communes = [winner.name]  # divided, and the largest part kept the name
    if len(communes) == 1:
        return Place("", winner.province, communes[0], winner.era)
    return Place("", winner.province, None, winner.era, tuple(sorted(_names(winners))))


def _names(units: Iterable[Unit]) -> set[str]:
    return {f"{commune}, {unit.province}" for unit in units for commune in unit.communes}


def _as_of(mention: PlaceMention, context: _Context) -> Literal["old", "new"]:
    eras = {unit.era for unit in mention.units if unit.level == "province"}
    if len(eras) == 1:
        return eras.pop()
    return context.era


_Key = tuple[str | None, str | None, tuple[str, ...]]


def _rank(
    article: ArticleText, mentions: list[PlaceMention], context: _Context
) -> tuple[tuple[Place, ...], tuple[Evidence, ...]]:
    texts = {"title": article.title, "sapo": article.sapo or "", "text": article.text}
    weight: dict[_Key, float] = defaultdict(float)
    best: dict[_Key, tuple[tuple[bool, bool], Place, Evidence]] = {}
    chains: set[_Key] = set()
    typed: dict[_Key, bool] = defaultdict(bool)
    for mention in mentions:
        place = None if mention.is_parent else _resolve(mention, context)
        if place is None:
            continue
        key = (place.province, place.commune, place.candidates)
        weight[key] += 3.0 if mention.field != "text" else 2.0 if mention.start < _HEAD else 1.0
        typed[key] |= mention.typed
        if mention.chained and mention.parent is not None:
            chains.add(key)
        end = mention.chain_end
        quote = texts[mention.field][mention.start : end]
        if "(" in quote and (closing := _CLOSING.match(texts[mention.field], end)):
            end = closing.end()
            quote = texts[mention.field][mention.start : end]
        # Best told by a full chain, then by the name it bears today, then by the first mention.
        telling = (mention.parent is not None, mention.units[0].name == place.commune)
        if key not in best or telling > best[key][0]:
            told = Place(quote, place.province, place.commune, place.as_of, place.candidates)
            best[key] = telling, told, Evidence("place", mention.field, mention.start, end, quote)
    for key in [key for key in best if key[2] and not typed[key]]:
        # "Châu Thành: ..." above, "xã A, huyện Châu Thành" below: the headline means that one.
        inside = [
            one
            for one in best
            if f"{one[1]}, {one[0]}" in key[2]
            and (key[0] is None or best[key][1].text in best[one][1].text)
        ]
        if inside:
            weight[max(inside, key=weight.__getitem__)] += weight.pop(key)
            del best[key]
    # An article that writes a place out in full, or names a commune, means that one.
    order = sorted(
        best,
        key=lambda key: weight[key] + 2.0 * (key in chains) + 1.5 * (key[1] is not None),
        reverse=True,
    )
    return tuple(best[key][1] for key in order), tuple(best[key][2] for key in order)
