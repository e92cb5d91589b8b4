"""Where a text names places: typed ("xã A"), in a chain ("xã A, huyện B") or alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from pipeline.judge.names.gazetteer import Gazetteer, Unit, syllable_key
from pipeline.judge.names.personal import SURNAMES
from pipeline.judge.reading.runs import Field, FieldText, Run, by_first_word, find_all, read_fields
from pipeline.shapes import ArticleText

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
_SIBLING = re.compile(r"\s*(?:,|;|và|,? cùng| - )\s*")
_OUTLET = re.compile(
    r"(?<!\w)(?:(?<!thông )(?<!cảnh )(?<!dự )(?<!điện )(?<!thông tin )báo|đài|tạp chí|phát thanh"
    r"|truyền hình|phát thanh - truyền hình|pt-?th|ptth|trang tin|cổng thông tin điện tử)"
    r"(?: (?:điện tử|và|&|-|phát thanh,?|truyền hình|phát thanh - truyền hình|văn nghệ|online))*"
    r" (?:(?:của )?(?:tỉnh|thành phố|tp\.?) )?$"
)
_MENU = 2
"""Bars in one line: a menu of sections or provinces, not a sentence."""
_NUMBERED_KINDS = by_first_word(("phường", "quận", "p.", "q."))
_NUMBERED = re.compile(r"(?P<kind>phường|quận|p\.|q\.) ?(?P<number>0?[1-9]|[12]\d)(?![\w/]|[.,]\d)")


@dataclass(slots=True)
class PlaceMention:
    field: Field
    start: int
    end: int
    units: tuple[Unit, ...]
    typed: bool
    former: bool = False
    parent: PlaceMention | None = None
    is_parent: bool = False

    chained: bool = True
    """Nothing but punctuation stands between it and its parent."""

    @property
    def chain_end(self) -> int:
        mention = self
        while mention.parent is not None and mention.chained:
            mention = mention.parent
        return mention.end


def place_mentions(article: ArticleText, gazetteer: Gazetteer) -> list[PlaceMention]:
    """In reading order, each with the units that its name may mean; what the units written after
    it rule out is left out. A mention of a unit that the table does not know has none."""
    mentions = [m for part in read_fields(article) for m in _mentions(part, gazetteer)]
    _link(mentions, {part.field: part.folded for part in read_fields(article)})
    for mention in mentions:
        if not mention.typed and is_province(mention):
            mention.units = tuple(unit for unit in mention.units if unit.level == "province")
    return mentions


def _mentions(part: FieldText, gazetteer: Gazetteer) -> list[PlaceMention]:
    found = [
        PlaceMention(part.field, match.start(), match.end(), units, typed=True)
        for start in find_all(part, _NUMBERED_KINDS)
        if (match := _NUMBERED.match(part.folded, start))
        and (units := gazetteer.of_kind(match["number"].lstrip("0"), _KINDS[match["kind"]]))
    ]
    for run in part.runs:
        if len(run.keys) > 1 or run.keys[0] in _SHORT_NAMES or _is_typed(run):
            found.extend(_in_run(run, part, gazetteer))
    for mention in found:
        mention.former = bool(_FORMER.match(part.folded, mention.end))
    return sorted(
        (mention for mention in found if not _beside_the_text(mention, part.folded)),
        key=lambda mention: mention.start,
    )


def _beside_the_text(mention: PlaceMention, folded: str) -> bool:
    """An outlet's name ("Theo Báo Cà Mau", a byline) or an entry of a menu names no place."""
    start = mention.start
    line = folded.rfind("\n", 0, start) + 1
    if _OUTLET.search(folded, max(line, start - 60), start):
        return True
    end = folded.find("\n", start)
    return folded.count("|", line, end if end >= 0 else len(folded)) >= _MENU


def _is_typed(run: Run) -> bool:
    return bool(run.before) and run.before[-1] in _KINDS


def _in_run(run: Run, part: FieldText, gazetteer: Gazetteer) -> Iterator[PlaceMention]:
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
                yield PlaceMention(run.field, kind_start, run.end, (), typed=True)
                return
            index += 1
            continue
        rest = keys[index + length] if index + length < len(keys) else None
        end = run.end_of(index + length - 1)
        if kind is not None:
            matching = gazetteer.of_kind(" ".join(keys[index : index + length]), _KINDS[kind])
            if matching and (rest is None or rest in SURNAMES or matching[0].level == "province"):
                yield PlaceMention(run.field, kind_start, end, matching, typed=True)
                index += length
                continue
            if rest is None:
                yield PlaceMention(run.field, kind_start, end, (), typed=True)
                return
        elif rest is None and _stands_alone(run, index):
            name = " ".join(keys[index:])
            if name not in _NOT_ALONE and (length > 1 or name in _SHORT_NAMES):
                # A typed mention elsewhere or the context must still confirm it.
                yield PlaceMention(
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


def _link(mentions: list[PlaceMention], folded: dict[Field, str]) -> None:
    """Join "xã A, huyện B, tỉnh C" (also "xã A và xã D, huyện B") and keep what fits together."""
    for child, parent in reversed(list(pairwise(mentions))):
        if child.field != parent.field or not 0 <= parent.start - child.end <= 30:
            continue
        gap = folded[child.field][child.end : parent.start]
        if not child.units:
            if parent.units and _LINK.fullmatch(gap):
                _stand_in(child, parent)
            continue
        if not child.typed and not parent.typed and is_province(child) and "(" not in gap:
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


def _stand_in(child: PlaceMention, parent: PlaceMention) -> None:
    """A unit the table does not know is at least somewhere in the unit written after it."""
    child.units, child.parent, parent.is_parent = parent.units, parent, True


def _is_district(mention: PlaceMention) -> bool:
    return mention.typed and {unit.level for unit in mention.units} == {"district"}


def is_province(mention: PlaceMention) -> bool:
    return any(unit.level == "province" for unit in mention.units)


def _join(child: PlaceMention, parent: PlaceMention, pairs: list[tuple[Unit, Unit]]) -> None:
    child.units = tuple(dict.fromkeys(unit for unit, _ in pairs))
    parent.units = tuple(dict.fromkeys(unit for _, unit in pairs))
    child.parent = parent
    parent.is_parent = True
    # Each was confirmed by the other.
    child.typed = parent.typed = True
