"""Numbers as a Vietnamese announcer says them.

Own code, because num2words (0.5.14) says *một phẩy hai mươi* for 1,2, *không phẩy năm* for 0,05 and
*hai nghìn lẻ hai mươi sáu* for 2026.
"""

from __future__ import annotations

DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
_SCALES = ("", "nghìn", "triệu")


def spoken(value: int) -> str:
    """1250 → ``một nghìn hai trăm năm mươi``; 2026 → ``hai nghìn không trăm hai mươi sáu``.

    Raises:
        ValueError: ``value`` is negative.
    """
    if value < 0:
        raise ValueError(f"a count cannot be {value}")
    if value == 0:
        return DIGITS[0]
    billions, rest = divmod(value, 10**9)
    words = [f"{spoken(billions)} tỷ"] if billions else []
    for power in (2, 1, 0):
        group, rest = divmod(rest, 1000**power)
        if group:
            words.append(f"{_group(group, whole=bool(words))} {_SCALES[power]}".strip())
    return " ".join(words)


def digit_by_digit(figures: str) -> str:
    """``0912`` → ``không chín một hai``; what is no digit is left out."""
    return " ".join(DIGITS[int(figure)] for figure in figures if figure.isdecimal())


def spoken_decimals(figures: str) -> str:
    """After the comma: ``5`` → ``năm``, ``75`` → ``bảy mươi lăm``, ``05`` → ``không năm``."""
    if len(figures) > 2 or figures.startswith("0"):
        return digit_by_digit(figures)
    return spoken(int(figures))


def _group(value: int, *, whole: bool) -> str:
    """1 to 999; ``whole``: with its hundreds even when there are none (``không trăm linh năm``)."""
    hundreds, rest = divmod(value, 100)
    words = [DIGITS[hundreds], "trăm"] if hundreds or whole else []
    tens, units = divmod(rest, 10)
    if tens == 0 and units:
        return " ".join([*words, "linh", DIGITS[units]] if words else [DIGITS[units]])
    if tens == 1:
        words.append("mười")
    elif tens:
        words += [DIGITS[tens], "mươi"]
    if units:
        words.append(_unit(units, tens))
    return " ".join(words)


def _unit(units: int, tens: int) -> str:
    if units == 5:
        return "lăm"
    if tens > 1:
        return {1: "mốt", 4: "tư"}.get(units, DIGITS[units])
    return DIGITS[units]
