"""Which places an article is about, as of its date, in today's provinces and communes."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal

from pipeline.judge.gazetteer import SWITCH, Era, Gazetteer, Unit, syllable_key
from pipeline.judge.names import SURNAMES
from pipeline.judge.runs import Field, FieldText, Run, find_all, read_fields
from pipeline.shapes import ArticleText, Evidence, Place

_KINDS: dict[str, frozenset[str]] = {
    "tỉnh": frozenset({"tỉnh", "thành phố"}),
    "thành phố": frozenset({"thành phố"}),
    "tp": frozenset({"thành phố"}),
    "thủ đô": frozenset({"thành phố"}),
    "huyện": frozenset({"huyện"}),
    "huyện đảo": frozenset({"huyện"}),
    "h.": frozenset({"huyện"}),
    "quận": frozenset({"quận"}),
    "q.": frozenset({"quận"}),
    "thị xã": frozenset({"thị xã"}),
    "tx": frozenset({"thị xã"}),
    "tx.": frozenset({"thị xã"}),
    "thị trấn": frozenset({"thị trấn"}),
    "tt.": frozenset({"thị trấn"}),
    "phường": frozenset({"phường"}),
    "p.": frozenset({"phường"}),
    "xã": frozenset({"xã"}),
    "x.": frozenset({"xã"}),
    "đặc khu": frozenset({"đặc khu"}),
    "đảo": frozenset({"huyện", "đặc khu", "xã", "thành phố"}),
    "tp.": frozenset({"thành phố"}),
}
_WHOLE_KINDS = frozenset({"tỉnh", "thành phố", "tp", "tp.", "thủ đô"})
_LAST_OF_KIND = frozenset(kind.split()[-1] for kind in _KINDS)
_TWO_WORD_KINDS = frozenset(kind.split()[1] for kind in _KINDS if " " in kind)
_THINGS = """
thôn bản ấp làng buôn bon plei khóm xóm tổ đường phố ngõ sông suối núi hồ đầm cầu chợ đèo chùa đền
đình trường quỹ giải ông bà anh chị em cháu cô chú bác cụ thầy bác sĩ họ tên ga phim bài thần vua
tướng nhà dòng lễ hội ca nhạc nghệ sĩ
"""
_OTHER_THINGS = frozenset(_THINGS.split())
"""A capitalised name after one of these is no unit of its own."""
_OPENERS = """
tại ở từ về đến theo và cùng với như nhưng khi sau trước trong ngoài trên dưới báo đài công an bộ sở
ban hội đoàn đại học cục chi người nhân dân ubnd hđnd mttq tp huyện tỉnh xã phường thành phố quận
thủ đô mặt trận bệnh viện trường thpt thcs csgt bđbp chqs lhpn htx clb vùng miền gia xứ đất chợ toàn
sân bay cảng hiện hàng nhiều các những riêng qua đưa dân ngành thanh niên phụ nữ nông khám phá du
lịch nhà chính quyền lãnh đạo cảnh sát quân đội ngân hàng
"""
_LEADING = frozenset(_OPENERS.split())
"""Syllables that open a sentence or an institution's name and are no part of a place's name."""
_NOT_ALONE = frozenset({"hồ chí minh", "hòa bình", "thống nhất", "đoàn kết", "tân bình", "thủ đức"})
"""Provinces and cities that are more often a person, a virtue or a thing: a kind word is needed."""
_SHORT_NAMES = frozenset({"huế", "tphcm", "hcmc"})
_FORMER = re.compile(r"\s*\(?(?:cũ\b|trước đây\b|trước kia\b|trước khi sáp nhập\b)")
_LINK = re.compile(
    r"\s*(?:,|-|–|\()?\s*(?:(?:cũ|trước đây)\)?\s*,?\s*)?(?:(?:nay )?thuộc|của|tại)?\s*\(?\s*"
)
_CLOSING = re.compile(r"(?: cũ| trước đây)?\)")
_SIBLING = re.compile(r"\s*(?:,|;|và|,? cùng| - )\s*")
_NUMBERED_KINDS = ("phường", "quận", "p.", "q.")
_NUMBERED = re.compile(r"(?P<kind>phường|quận|p\.|q\.) ?(?P<number>0?[1-9]|[12]\d)(?![\w/]|[.,]\d)")
_HEAD = 600
"""Characters of the body that count as its beginning."""


@dataclass(slots=True)
class _Mention:
    field: Field
    start: int
    end: int
    units: tuple[Unit, ...]
    typed: bool
    former: bool = False
    parent: _Mention | None = None
    is_parent: bool = False

    chained: bool = True
    """Nothing but punctuation stands between it and its parent."""

    @property
    def chain_end(self) -> int:
        mention = self
        while mention.parent is not None and mention.chained:
            mention = mention.parent
        return mention.end


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
    article: ArticleText, gazetteer: Gazetteer
) -> tuple[tuple[Place, ...], tuple[Evidence, ...]]:
    """Places in title, sapo and body, the most central first.

    Units are read as of the article's date (former units before 2025-07-01, both when undated) and
    given as today's province and commune. ``huyện`` and other units without one successor carry
    their possible communes as ``candidates``; so does a name that the context leaves open.

    Returns:
        places, and for each of them the span of its best mention as evidence ``place``.
    """
    mentions = [m for part in read_fields(article) for m in _mentions(part, gazetteer)]
    _link(mentions, {part.field: part.folded for part in read_fields(article)})
    for mention in mentions:
        if not mention.typed and _is_province(mention):
            mention.units = tuple(unit for unit in mention.units if unit.level == "province")
    context = _context(article, mentions)
    mentions = [m for m in mentions if m.units and (m.typed or _safe_alone(m, context))]
    return _rank(article, mentions, context)


def _mentions(part: FieldText, gazetteer: Gazetteer) -> list[_Mention]:
    found = [
        _Mention(part.field, match.start(), match.end(), units, typed=True)
        for start in find_all(part.folded, _NUMBERED_KINDS)
        if (match := _NUMBERED.match(part.folded, start))
        and (units := gazetteer.of_kind(match["number"].lstrip("0"), _KINDS[match["kind"]]))
    ]
    for run in part.runs:
        if len(run.keys) > 1 or run.keys[0] in _SHORT_NAMES or _is_typed(run):
            found.extend(_in_run(run, part, gazetteer))
    for mention in found:
        mention.former = bool(_FORMER.match(part.folded, mention.end))
    return sorted(found, key=lambda mention: mention.start)


def _is_typed(run: Run) -> bool:
    return bool(run.before) and run.before[-1] in _KINDS


def _in_run(run: Run, part: FieldText, gazetteer: Gazetteer) -> Iterator[_Mention]:
    keys = [syllable_key(key) for key in run.keys]
    index = 0
    while index < len(keys):
        previous = keys[index - 1] if index else run.before[-1] if run.before else ""
        length, units = gazetteer.longest(keys, index)
        if not length and previous not in _LAST_OF_KIND:
            index += 1
            continue
        kind, kind_start = (
            _kind_before(run, index, part.folded) if previous in _LAST_OF_KIND else (None, -1)
        )
        if not length:
            if kind is not None and kind not in _WHOLE_KINDS:
                # Unknown, perhaps merged away long ago: a district or province may follow it.
                yield _Mention(run.field, kind_start, run.end, (), typed=True)
                return
            index += 1
            continue
        rest = keys[index + length] if index + length < len(keys) else None
        end = run.end_of(index + length - 1)
        if kind is not None:
            matching = gazetteer.of_kind(" ".join(keys[index : index + length]), _KINDS[kind])
            if matching and (rest is None or rest in SURNAMES or matching[0].level == "province"):
                yield _Mention(run.field, kind_start, end, matching, typed=True)
                index += length
                continue
            if rest is None:
                yield _Mention(run.field, kind_start, end, (), typed=True)
                return
        elif rest is None and _stands_alone(run, index):
            name = " ".join(keys[index:])
            if name not in _NOT_ALONE and (length > 1 or name in _SHORT_NAMES):
                # A typed mention elsewhere or the context must still confirm it.
                yield _Mention(
                    run.field, run.starts[index], end, units, typed=name in {"tphcm", "hcmc"}
                )
                return
        index += 1


def _kind_before(run: Run, index: int, folded: str) -> tuple[str | None, int]:
    """The kind word directly before syllable ``index`` and the offset where it begins."""
    words = [*run.before, *run.keys[:index]]
    if not words:
        return None, -1
    start = run.starts[index]
    if len(words) > 1 and words[-1] in _TWO_WORD_KINDS:
        pair = f"{words[-2]} {words[-1]}"
        if pair in _KINDS:
            return pair, folded.rfind(words[-2], 0, folded.rfind(words[-1], 0, start))
    if words[-1] in _KINDS:
        return words[-1], folded.rfind(words[-1], 0, start)
    return None, -1


def _stands_alone(run: Run, index: int) -> bool:
    """The name is the whole run, or only institution and sentence words come before it."""
    if index == 0:
        return not run.before or run.before[-1] not in _OTHER_THINGS
    return all(key in _LEADING for key in run.keys[:index])


def _consistent(child: Unit, parent: Unit) -> bool:
    if child is parent or child.province != parent.province:
        return False
    if parent.level == "province":
        return child.level != "province" and (
            parent.era == "new" or child.era == "new" or child.former_province == parent.name
        )
    return (
        parent.level == "district"
        and child.district == parent.name
        and child.former_province == parent.former_province
    )


def _link(mentions: list[_Mention], folded: dict[Field, str]) -> None:
    """Join "xã A, huyện B, tỉnh C" (also "xã A và xã D, huyện B") and keep what fits together."""
    for child, parent in reversed(list(pairwise(mentions))):
        if child.field != parent.field or not 0 <= parent.start - child.end <= 30:
            continue
        gap = folded[child.field][child.end : parent.start]
        if not child.units:
            if parent.units and _LINK.fullmatch(gap):
                _stand_in(child, parent)
            continue
        if not child.typed and not parent.typed and _is_province(child) and "(" not in gap:
            continue  # "Bến Tre, Trà Vinh" lists two provinces
        pairs = [(c, p) for p in parent.units for c in child.units if _consistent(c, p)]
        if pairs and _LINK.fullmatch(gap):
            _join(child, parent, pairs)
        elif child.typed and _is_district(parent) and _LINK.fullmatch(gap) and gap.strip():
            _stand_in(child, parent)  # merged away before the table begins
        elif parent.parent is not None and _SIBLING.fullmatch(gap):
            grandparent = parent.parent
            pairs = [(c, p) for p in grandparent.units for c in child.units if _consistent(c, p)]
            if pairs:
                _join(child, grandparent, pairs)
                child.chained = False


def _stand_in(child: _Mention, parent: _Mention) -> None:
    """A unit the table does not know is at least somewhere in the unit written after it."""
    child.units, child.parent, parent.is_parent = parent.units, parent, True


def _is_district(mention: _Mention) -> bool:
    return mention.typed and {unit.level for unit in mention.units} == {"district"}


def _is_province(mention: _Mention) -> bool:
    return any(unit.level == "province" for unit in mention.units)


def _join(child: _Mention, parent: _Mention, pairs: list[tuple[Unit, Unit]]) -> None:
    child.units = tuple(dict.fromkeys(unit for unit, _ in pairs))
    parent.units = tuple(dict.fromkeys(unit for _, unit in pairs))
    child.parent = parent
    parent.is_parent = True
    # Each was confirmed by the other.
    child.typed = parent.typed = True


def _context(article: ArticleText, mentions: list[_Mention]) -> _Context:
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
        is_province = _is_province(mention)
        if len(today) == 1 and (mention.typed or is_province):
            context.provinces[today.pop()] += weight
        if mention.typed or is_province:
            for unit in mention.units:
                if unit.level == "province" and unit.former_province:
                    context.former_provinces[unit.former_province] += weight
                elif unit.level == "district":
                    context.districts[unit.former_province, unit.name] += weight
        if mention.typed:
            context.names.update(unit.name for unit in mention.units)
    return context


def _is_early(mention: _Mention) -> bool:
    return mention.field != "text" or mention.start < _HEAD


def _safe_alone(mention: _Mention, context: _Context) -> bool:
    """A bare name counts when it is a province, was typed elsewhere, or is a former district or
    town whose one province the article or the outlet names."""
    units = mention.units
    if any(unit.level == "province" or unit.name in context.names for unit in units):
        return True
    towns = [unit for unit in units if unit.level == "district"]
    provinces = {unit.province for unit in towns}
    if len(provinces) != 1:
        return False
    province = next(iter(provinces))
    return province in context.provinces or province == context.outlet


def _score(unit: Unit, mention: _Mention, context: _Context) -> float:
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


def _resolve(mention: _Mention, context: _Context) -> Place | None:
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


def _as_of(mention: _Mention, context: _Context) -> Literal["old", "new"]:
    eras = {unit.era for unit in mention.units if unit.level == "province"}
    if len(eras) == 1:
        return eras.pop()
    return context.era


_Key = tuple[str | None, str | None, tuple[str, ...]]


def _rank(
    article: ArticleText, mentions: list[_Mention], context: _Context
) -> tuple[tuple[Place, ...], tuple[Evidence, ...]]:
    texts = {"title": article.title, "sapo": article.sapo or "", "text": article.text}
    weight: dict[_Key, float] = defaultdict(float)
    best: dict[_Key, tuple[tuple[bool, bool], Place, Evidence]] = {}
    chains: set[_Key] = set()
    for mention in mentions:
        place = None if mention.is_parent else _resolve(mention, context)
        if place is None:
            continue
        key = (place.province, place.commune, place.candidates)
        weight[key] += 3.0 if mention.field != "text" else 2.0 if mention.start < _HEAD else 1.0
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
    # An article that writes a place out in full, or names a commune, means that one.
    order = sorted(
        best,
        key=lambda key: weight[key] + 2.0 * (key in chains) + 1.5 * (key[1] is not None),
        reverse=True,
    )
    return tuple(best[key][1] for key in order), tuple(best[key][2] for key in order)
