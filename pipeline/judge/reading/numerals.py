"""Numerals, in figures and in words: ``1.200,5``, ``1,2 tỷ``, ``hai trăm linh năm``, ``nửa``."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from pipeline.judge.reading.wording import Token

_UNITS_OF_TEN = {
    "một": 1, "mốt": 1, "hai": 2, "ba": 3, "bốn": 4, "tư": 4, "năm": 5, "lăm": 5, "nhăm": 5,
    "sáu": 6, "bảy": 7, "bẩy": 7, "tám": 8, "chín": 9,
}  # fmt: skip
_SCALES = {
    "chục": 10, "trăm": 100, "nghìn": 1000, "ngàn": 1000, "vạn": 10_000, "triệu": 10**6,
    "tỷ": 10**9, "tỉ": 10**9, "tr": 10**6,
}  # fmt: skip
_STARTERS = frozenset(
    {"một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "bẩy", "tám", "chín", "mười"}
)
_FIGURES = re.compile(r"\d+(?:[.,]\d+)*$")
_THOUSANDS = re.compile(r"\d{1,3}(?:([.,])\d{3})(?:\1\d{3})*$")
_COUNTED = frozenset({"hàng", "vài", "mấy", "cả", "nhiều"})
"""Before a bare scale: ``hàng nghìn``, ``vài triệu``."""


@dataclass(slots=True)
class Number:
    """A numeral read from tokens."""

    values: set[Fraction]
    """More than one when the figures can be read in two ways."""
    next: int
    """Position of the first token after it."""
    scaled: bool
    """Said in thousands, millions or more."""
    worded: bool
    single: bool
    """One word: it may be no number at all (``một``, ``ba``, ``năm``)."""

    @classmethod
    def read(cls, found: Sequence[Token], position: int, taken: frozenset[int]) -> Number | None:
        """The numeral at ``position``, if there is one; it does not reach into ``taken``."""
        word = found[position].word
        if word == "trăm" and _before(found, position, 1) == {"phần"}:
            return None
        if _FIGURES.match(word):
            number = cls(_figures(word), position + 1, False, False, True)
            number._scale(found, taken)
            number._range(found, position)
            return number
        if word == "nửa" or word in _STARTERS or word in ("trăm", "chục"):
            return cls._words(found, position)
        if (
            word in ("nghìn", "ngàn", "vạn", "triệu", "tỷ")
            and _before(found, position, 1) & _COUNTED
        ):
            return cls._words(found, position)
        return None

    @classmethod
    def _words(cls, found: Sequence[Token], position: int) -> Number | None:
        """Vietnamese numerals: units, mười, mươi, trăm, linh, nghìn, triệu, tỷ, phẩy, rưỡi, nửa."""
        total, group, tens, scale, open_unit = Fraction(0), Fraction(0), False, Fraction(1), False
        here, seen = position, 0
        while here < len(found):
            word = found[here].word
            if (
                word == "không"
                and seen
                and here + 1 < len(found)
                and found[here + 1].word == "trăm"
            ):
                here += 2  # "hai nghìn không trăm hai mươi sáu"
                tens = open_unit = False
                continue
            if word == "năm" and tens:
                break  # "hai mươi năm" is twenty years, 25 is "hai mươi lăm"
            if word in _UNITS_OF_TEN and (not open_unit):
                if (
                    seen
                    and found[here - 1].word in _SCALES
                    and found[here - 1].word not in ("trăm",)
                ):
                    follows = found[here + 1].word if here + 1 < len(found) else ""
                    if follows not in _SCALES and follows not in ("mươi", "mười"):
                        break
                if word in ("tư", "lăm", "mốt", "nhăm") and not seen:
                    break
                group += _UNITS_OF_TEN[word]
                open_unit = True
            elif word == "mười" and not open_unit and not tens:
                group += 10
                tens, open_unit = True, False
            elif word == "mươi" and open_unit:
                unit = group % 10
                group += unit * 9
                tens, open_unit = True, False
            elif word in ("linh", "lẻ") and seen:
                pass
            elif word == "phẩy" and seen and here + 1 < len(found):
                decimals, at = "", here + 1
                while at < len(found) and found[at].word in {**_UNITS_OF_TEN, "không": 0}:
                    decimals += str({**_UNITS_OF_TEN, "không": 0}[found[at].word])
                    at += 1
                if not decimals:
                    break
                group += Fraction(int(decimals), 10 ** len(decimals))
                here, open_unit = at - 1, True
            elif word == "nửa" and not seen:
                group, open_unit = Fraction(1, 2), True
            elif word == "rưỡi" and seen and (scale > 1 or group):
                total += scale / 2 if scale > 1 else Fraction(1, 2)
            elif word in _SCALES:
                factor = _SCALES[word]
                if word in ("trăm", "chục"):
                    group = (group or Fraction(1)) * factor
                    scale = Fraction(factor)
                elif factor > scale and (total or group) and not group:
                    total, scale = total * factor, Fraction(factor)
                else:
                    total += (group or Fraction(1)) * factor
                    group, scale = Fraction(0), Fraction(factor)
                tens = open_unit = False
            else:
                break
            here += 1
            seen += 1
        # A linking word belongs to a number only when a number follows it.
        while here > position and found[here - 1].word in ("linh", "lẻ", "phẩy"):
            here -= 1
        if here == position:
            return None
        value = total + group
        scaled = scale >= 1000
        return cls({value}, here, scaled, True, here - position == 1)

    def _scale(self, found: Sequence[Token], taken: frozenset[int]) -> None:
        """``1,2 tỷ``, ``200 nghìn tỷ``, ``1 tỷ 200 triệu``, ``2 triệu rưỡi``."""
        last = Fraction(0)
        while self.next < len(found):
            word = found[self.next].word
            if word in _SCALES:
                last = Fraction(_SCALES[word]) * (last or 1)
                self.values = {value * _SCALES[word] for value in self.values}
                self.scaled, self.next = True, self.next + 1
            elif word == "rưỡi" and last:
                self.values = {value + last / 2 for value in self.values}
                self.next += 1
            elif last > 1000 and _FIGURES.match(word) and self.next not in taken:
                rest = Number(_figures(word), self.next + 1, False, False, True)
                rest._scale(found, taken)
                if not rest.scaled or max(rest.values) >= last:
                    return
                self.values = {a + b for a in self.values for b in rest.values}
                self.next = rest.next
                return
            else:
                return

    def _range(self, found: Sequence[Token], position: int) -> None:
        """``10-12 triệu``, ``10 đến 12 triệu``: the first number may mean millions as well."""
        if self.scaled or self.next + 1 >= len(found):
            return
        link = found[self.next].word
        if link not in ("-", "–", "đến", "tới", "và", "hoặc") or not _FIGURES.match(
            found[self.next + 1].word
        ):
            return
        factor = Fraction(1)
        here = self.next + 2
        while here < len(found) and found[here].word in _SCALES:
            factor *= _SCALES[found[here].word]
            here += 1
        self.values |= {value * factor for value in self.values}


def _figures(word: str) -> set[Fraction]:
    thousands = _THOUSANDS.match(word)
    values = set()
    if thousands:
        values.add(Fraction(re.sub(r"[.,]", "", word)))
    parts = re.split(r"[.,]", word)
    if len(parts) == 1:
        values.add(Fraction(word))
    elif len(parts) == 2 and not (thousands and "." in word):
        # A comma before three figures is a decimal comma by the rule and a thousands mark by habit.
        values.add(Fraction(f"{parts[0]}.{parts[1]}"))
    elif not thousands and re.fullmatch(r"\d{1,3}(?:\.\d{3})+,\d+", word):
        values.add(Fraction(word.replace(".", "").replace(",", ".")))
    return values or {Fraction(re.sub(r"[.,]", "", word))}


def _before(found: Sequence[Token], position: int, count: int) -> set[str]:
    return {token.word for token in found[max(0, position - count) : position]}
