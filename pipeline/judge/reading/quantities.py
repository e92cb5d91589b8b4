"""Numbers with their unit and qualifier, and whether one says what another says.

``1,2 tỷ`` = ``1.200.000.000 đồng`` = ``một phẩy hai tỷ``; ``hơn 50`` is not ``50``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from pipeline.judge.reading.numerals import Number
from pipeline.judge.reading.wording import EMPTY_WORDS, Token

_QUALIFIERS = {
    "hơn": "more", "trên": "more", "quá": "more", "ngoài": "more", "vượt": "more",
    "gần": "less", "ngót": "less", "dưới": "less", "non": "less", "suýt soát": "less",
    "chưa đầy": "less", "chưa đến": "less", "chưa tới": "less", "chưa được": "less",
    "không đầy": "less", "không đến": "less", "không tới": "less",
    "khoảng": "about", "chừng": "about", "ước": "about", "ước tính": "about", "độ": "about",
    "tầm": "about", "cỡ": "about", "xấp xỉ": "about", "ước khoảng": "about", "ước đạt": "about",
    "ít nhất": "at least", "tối thiểu": "at least", "không dưới": "at least",
    "tối đa": "at most", "không quá": "at most", "nhiều nhất": "at most",
    "hàng": "scores", "vài": "scores", "mấy": "scores", "cả": "scores", "nhiều": "scores",
}  # fmt: skip
_DISTINCT = 3
"""Significant figures from which a number hardly occurs twice for two things by chance."""

_MEASURES: dict[str, tuple[str, Fraction]] = {
    "đồng": ("money", Fraction(1)), "đ": ("money", Fraction(1)), "vnđ": ("money", Fraction(1)),
    "vnd": ("money", Fraction(1)),
    "usd": ("usd", Fraction(1)), "đô": ("usd", Fraction(1)),
    "ha": ("area", Fraction(10_000)), "héc": ("area", Fraction(10_000)),
    "hecta": ("area", Fraction(10_000)), "hécta": ("area", Fraction(10_000)),
    "hec": ("area", Fraction(10_000)),
    "m2": ("area", Fraction(1)), "m²": ("area", Fraction(1)), "mét vuông": ("area", Fraction(1)),
    "km2": ("area", Fraction(10**6)), "km²": ("area", Fraction(10**6)),
    "m3": ("volume", Fraction(1)), "m³": ("volume", Fraction(1)),
    "mét khối": ("volume", Fraction(1)),
    "lít": ("volume", Fraction(1, 1000)),
    "km": ("length", Fraction(1000)), "km/h": ("speed", Fraction(1)), "m": ("length", Fraction(1)),
    "mét": ("length", Fraction(1)), "cm": ("length", Fraction(1, 100)),
    "kilômét": ("length", Fraction(1000)), "cây số": ("length", Fraction(1000)),
    "kg": ("mass", Fraction(1)), "ki": ("mass", Fraction(1)), "kilôgam": ("mass", Fraction(1)),
    "cân": ("mass", Fraction(1)), "tạ": ("mass", Fraction(100)), "tấn": ("mass", Fraction(1000)),
    "yến": ("mass", Fraction(10)), "g": ("mass", Fraction(1, 1000)),
    "gram": ("mass", Fraction(1, 1000)),
    "chỉ vàng": ("gold", Fraction(1)), "lượng vàng": ("gold", Fraction(10)),
    "cây vàng": ("gold", Fraction(10)),
    "%": ("share", Fraction(1)), "phần trăm": ("share", Fraction(1)),
}  # fmt: skip
_NOUNS = {
    "hộ": "hộ", "gia đình": "hộ", "người": "người", "nhân khẩu": "người",
    "cá nhân": "người", "tập thể": "tập thể",
    "thành viên": "thành viên",
    "xã viên": "thành viên", "hội viên": "hội viên", "đoàn viên": "đoàn viên",
    "đảng viên": "đảng viên", "lao động": "lao động", "công nhân": "lao động",
    "học sinh": "học sinh", "em": "em", "cháu": "em", "sinh viên": "sinh viên",
    "giáo viên": "giáo viên", "bạn": "bạn",
    "chiến sỹ": "chiến sĩ", "xe": "chiếc", "cán bộ": "cán bộ", "chiến sĩ": "chiến sĩ",
    "chị em": "phụ nữ",
    "phụ nữ": "phụ nữ", "năm": "năm", "tháng": "tháng", "ngày": "ngày", "tuần": "tuần",
    "giờ": "giờ", "h": "giờ", "tiếng": "giờ", "phút": "phút",
    "tuổi": "tuổi", "lần": "lần", "con": "con",
    "cây": "cây", "căn": "nhà", "ngôi": "nhà", "nhà": "nhà", "xã": "xã", "phường": "phường",
    "huyện": "huyện", "tỉnh": "tỉnh", "thôn": "thôn", "bản": "bản", "suất": "suất",
    "phần": "phần", "chiếc": "chiếc", "lớp": "lớp", "trường": "trường", "mô hình": "mô hình",
    "sản phẩm": "sản phẩm", "sao": "sao", "tác phẩm": "tác phẩm", "công trình": "công trình",
    "sào": "sào", "mẫu": "mẫu", "công": "công", "bệnh nhân": "bệnh nhân", "ca": "ca",
    "đơn vị": "đơn vị", "bằng khen": "bằng khen", "giấy khen": "giấy khen", "điểm": "điểm",
}  # fmt: skip
_PEOPLE = frozenset({
    "người", "thành viên", "hội viên", "đoàn viên", "lao động", "học sinh", "em", "sinh viên",
    "giáo viên", "cán bộ", "chiến sĩ", "phụ nữ", "đảng viên", "bệnh nhân", "bạn",
})  # fmt: skip
_CLASSIFIERS = frozenset({"người", "đứa", "cô", "cậu"})
_CHILDREN = frozenset({"con", "cháu", "em"})
_TIMES = frozenset({"giờ", "phút", "ngày", "tuần", "tháng", "năm"})
_SOLID = frozenset({"area", "length", "mass", "volume"})
"""``một tấn`` is a figure; ``một đồng`` may be a manner of speaking."""


@dataclass(frozen=True, slots=True)
class Quantity:
    start: int
    end: int
    """Span in the text, qualifier and scale included, unit not."""
    values: frozenset[Fraction]
    """More than one where the figures can be read in two ways (``1.500``, ``10-12 triệu``)."""
    qualifier: str
    """``exact | more | less | about | at least | at most | scores``."""
    measure: str
    """``money``, ``area``, … or "" ; ``values`` are in its base unit then."""
    noun: str
    after: tuple[str, ...]
    before: tuple[str, ...]
    claim: bool
    """False for words that may be no number (``một``, ``năm``): they support, never assert."""


def quantities(found: Sequence[Token], taken: frozenset[int] = frozenset()) -> list[Quantity]:
    """The numbers in tokens, without those at the positions ``taken`` (dates)."""
    quantities: list[Quantity] = []
    position = 0
    while position < len(found):
        if position in taken:
            position += 1
            continue
        read = Number.read(found, position, taken)
        if read is None:
            position += 1
            continue
        quantities.append(_described(found, position, read))
        position = read.next
    return quantities


def supports(source: Quantity, claim: Quantity) -> bool:
    """Whether a number of the source says what the claim says: value, qualifier and unit."""
    if claim.qualifier == "scores":
        return _same_things(source, claim) and _within(source, claim)
    if source.values & claim.values and _same_qualifier(source, claim):
        return _same_things(source, claim)
    return _rounded(source, claim) and _same_things(source, claim)


def _rounded(source: Quantity, claim: Quantity) -> bool:
    """``1.820`` is ``hơn 1.800``, ``gần 1.900`` and ``khoảng 1.800``; ``50`` is not ``hơn 50``."""
    if source.qualifier != "exact":
        return False
    return any(
        _rounds_to(value, said, claim.qualifier)
        for value in source.values
        for said in claim.values
        if said >= 20 and _significant(said) <= 2
    )


def _rounds_to(value: Fraction, said: Fraction, qualifier: str) -> bool:
    reach = min(_last_step(said), said / 4)
    if qualifier == "more":
        return said < value < said + reach
    if qualifier == "less":
        return said - reach < value < said
    return qualifier == "about" and abs(value - said) <= reach / 2


def _last_step(value: Fraction) -> Fraction:
    """One at the last significant figure: 100 for 1.800."""
    step = Fraction(1)
    while value % (step * 10) == 0:
        step *= 10
    return step


def _significant(value: Fraction) -> int:
    """Significant figures: 2 of 1.800, 3 of 5,25."""
    return len(f"{float(value):.6f}".replace(".", "").strip("0"))


def _same_qualifier(source: Quantity, claim: Quantity) -> bool:
    pair = {source.qualifier, claim.qualifier}
    return len(pair) == 1


def _within(source: Quantity, claim: Quantity) -> bool:
    low = max(claim.values)
    if source.qualifier == "scores":
        return max(source.values) == low
    return any(low <= value < low * 10 for value in source.values)


def _same_things(source: Quantity, claim: Quantity) -> bool:
    if claim.before[-1:] == ("lớp",) != source.before[-1:]:
        return False
    if source.measure and claim.measure:
        return source.measure == claim.measure
    if bool(source.measure) != bool(claim.measure) and (source.noun or claim.noun):
        return False
    nouns = {source.noun, claim.noun} - {""}
    if len(nouns) == 2 and nouns <= _TIMES:
        return False
    if len(nouns) == 2 and not nouns <= _PEOPLE:
        ignored = EMPTY_WORDS | {word for noun in _NOUNS for word in noun.split()}
    elif len(nouns) == 1 and source.noun == claim.noun:
        return True
    else:
        if len(nouns) == 2:
            return True
        if source.after[:1] == claim.after[:1] and not {*claim.after[:1]} & EMPTY_WORDS:
            return True
        if source.before[-1:] == claim.before[-1:] != ():
            return True
        if all(_significant(value) >= _DISTINCT for value in claim.values):
            return True
        ignored = EMPTY_WORDS
    around = {*source.after, *source.before} & {*claim.after, *claim.before}
    return bool(around - ignored)


def _described(found: Sequence[Token], position: int, number: Number) -> Quantity:
    before = _neighbours(found, position, -1)
    after = _neighbours(found, number.next, +1)
    if after[:1] and after[0] in _CLASSIFIERS and after[1:2] and after[1] in _CHILDREN:
        after = after[1:]  # "ba người con" = "ba con"
    qualifier, reach = "exact", 0
    for length in (2, 1):
        words = " ".join(before[-length:])
        kind = _QUALIFIERS.get(words)
        if kind and len(before) >= length and not (kind == "scores" and not _round(number)):
            qualifier, reach = kind, length
            break
    values, measure, noun, factor = number.values, "", "", Fraction(1)
    for length in (2, 1):
        unit = " ".join(after[:length])
        if unit in _MEASURES and unit:
            measure, factor = _MEASURES[unit]
            values = {value * factor for value in values}
            break
        if unit in _NOUNS:
            noun = _NOUNS[unit]
            break
    if clock := _clock(after):
        noun, values = "giờ", {value + clock for value in values}
    if noun == "giờ" and {"chiều", "tối", "đêm"} & {*after[1:3]}:
        values = values | {value + 12 for value in values if value < 12}
    if "rưỡi" in after[1:3] and (measure or noun):
        values = {value + factor / 2 for value in values}
    if noun == "năm" and values == {Fraction(1, 2)}:
        noun, values = "tháng", {Fraction(6)}
    if not measure and not noun and number.scaled and not number.worded:
        # "1,2 tỷ" without a unit is money, unless a noun follows
        measure = "money" if not after or after[0] in EMPTY_WORDS | {"mỗi"} else ""
    return Quantity(
        found[position - reach].start,
        found[number.next - 1].end,
        frozenset(values),
        qualifier,
        measure,
        noun,
        after,
        before[: len(before) - reach] if reach else before,
        (qualifier in ("more", "less") and bool(noun))
        or _asserts(found, position, number, measure, noun, before),
    )


def _clock(after: Sequence[str]) -> Fraction:
    """The minutes of ``14h30``, ``14 giờ 30``, in hours."""
    if after and re.fullmatch(r"[hg]\d\d", after[0]):
        return Fraction(int(after[0][1:]), 60)
    minutes = r"[0-5]?\d" if after[2:3] == ("phút",) else r"[0-5]\d"
    if len(after) > 1 and after[0] in ("giờ", "h") and re.fullmatch(minutes, after[1]):
        return Fraction(int(after[1]), 60)
    return Fraction(0)


def _round(number: Number) -> bool:
    return number.worded and all(value in {10**n for n in range(1, 13)} for value in number.values)


def _asserts(
    found: Sequence[Token],
    position: int,
    number: Number,
    measure: str,
    noun: str,
    before: tuple[str, ...],
) -> bool:
    if not number.worded or not number.single:
        return True
    token = found[position]
    if token.capital and position and found[position - 1].word not in ".!?\n":
        return False
    if token.word == "năm":
        return bool(measure or noun) and not {*before[-1:]} & {
            "mỗi", "hằng", "hàng", "một", "nhiều", "các", "trong", "từ", "những", "đầu", "cuối",
            "giữa", "cả", "qua", "số", "vào", "theo", "thứ",
        }  # fmt: skip
    if token.word == "một" and before[-1:] == ("đồng",):
        return False  # "5.000 đồng một cân"
    if token.word in ("một", "nửa"):
        return bool(measure) and (token.word == "nửa" or measure in _SOLID)
    return bool(measure or noun)


def _neighbours(found: Sequence[Token], position: int, step: int) -> tuple[str, ...]:
    """Up to three words on one side, not over a mark."""
    words: list[str] = []
    at = position if step > 0 else position - 1
    while 0 <= at < len(found) and len(words) < 3:
        if not found[at].is_word and found[at].word != "%":
            break
        words.append(found[at].word)
        at += step
    return tuple(words if step > 0 else reversed(words))
