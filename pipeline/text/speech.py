"""Written news as an announcer reads it aloud: no figure, sign or abbreviation is left.

Loudspeaker scripts are read cold by people who never saw the story. What a figure means is told by
its neighbours (``ngày 3/4`` is a day, ``3/4 số hộ`` a fraction), so the rules run in a fixed order,
the most particular first.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from pipeline.text.numerals import digit_by_digit, spoken, spoken_decimals
from pipeline.text.spoken_words import ABBREVIATIONS, MEASURES

SYLLABLES_A_MINUTE = 140
"""Reading pace of commune loudspeakers, as the directive's offices plan it."""

_MONTHS = {4: "tư"}
_NUMBER = r"\d+(?:[.,]\d+)*"
_MEASURE = "|".join(re.escape(each) for each in sorted(MEASURES, key=len, reverse=True))
_AREAS = "km2|km²|m2|m²|m3|m³"
_ROMAN = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}

_Rule = tuple[re.Pattern[str], Callable[[re.Match[str]], str]]


def aloud(text: str, abbreviations: Mapping[str, str] = ABBREVIATIONS) -> str:
    """``UBND xã chi 1,2 tỷ đồng`` → ``Ủy ban nhân dân xã chi một phẩy hai tỷ đồng``.

    ``abbreviations``: longest first, whole words, case kept apart (``TS`` is no ``ts``).
    """
    for pattern, say in _RULES:
        text = pattern.sub(say, text)
    names = sorted(abbreviations, key=len, reverse=True)
    known = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, names))})(?!\w)")
    text = known.sub(lambda match: abbreviations[match[0]], text)
    # Offices side by side (``UBND-HĐND``): a pause.
    text = re.sub(r"(?<=[a-zà-ỹđ])-(?=[A-ZÀ-ỸĐ])", ", ", text)
    return _capital(re.sub(r"[ \t]{2,}", " ", text).strip())


def unspelled(text: str) -> list[str]:
    """What an announcer would still stumble over: figures, and words in capitals only."""
    words = re.findall(r"\w+", text)
    return [word for word in words if (word.isupper() and len(word) > 1) or re.search(r"\d", word)]


def seconds(text: str) -> int:
    """Reading time at ``SYLLABLES_A_MINUTE``."""
    return round(syllables(text) * 60 / SYLLABLES_A_MINUTE)


def syllables(text: str) -> int:
    """Vietnamese writes its syllables apart."""
    return len(re.findall(r"\w+", text))


def _capital(text: str) -> str:
    """Sentences still begin with a capital after a figure became a word."""
    return re.sub(
        r"(^|[.!?…]\s+|\n\s*)([a-zà-ỹđ])", lambda match: match[1] + match[2].upper(), text
    )


def _figures(written: str) -> str:
    """``1.250``, ``12,5``, ``1.200.000``: dots for thousands and a comma for decimals, as the
    language has it; ``2.5`` and ``1,250`` are read by their groups of three."""
    whole, _, decimals = written, "", ""
    if re.fullmatch(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?", written):
        whole, _, decimals = written.replace(".", "").partition(",")
    elif re.fullmatch(r"\d{1,3}(?:,\d{3})+", written) and not written.startswith("0"):
        whole = written.replace(",", "")
    elif re.fullmatch(r"\d+[.,]\d+", written):
        whole, _, decimals = written.replace(".", ",").partition(",")
    if not whole.isdecimal():
        return digit_by_digit(written)
    if len(whole) > 1 and whole.startswith("0"):
        return digit_by_digit(whole)
    return spoken(int(whole)) + (f" phẩy {spoken_decimals(decimals)}" if decimals else "")


def _month(figures: str) -> str:
    return _MONTHS.get(int(figures), spoken(int(figures)))


def _day(match: re.Match[str]) -> str:
    said = "" if re.search(r"(?i)(?:ngày|mùng|rằm)\s$", match.string[: match.start()]) else "ngày "
    words = f"{said}{spoken(int(match['d']))} tháng {_month(match['m'])}"
    year = match.groupdict().get("y")
    return f"{words} năm {spoken(int(year))}" if year else words


def _roman(match: re.Match[str]) -> str:
    total, last = 0, 0
    for letter in reversed(match["n"]):
        value = _ROMAN[letter]
        total += value if value >= last else -value
        last = max(last, value)
    year = f" năm {spoken(int(match['y']))}" if match["y"] else ""
    ordinals = _ORDINALS.get(match["w"].lower().split(" ")[-1], {})
    words = ordinals.get(total, spoken(total))
    return f"{match['w']} {words}{year}".lstrip()


_ORDINALS = {"thứ": {1: "nhất", 4: "tư"}, "hạng": {1: "nhất"}, "quý": {4: "tư"}}


def _rule(pattern: str, say: Callable[[re.Match[str]], str]) -> _Rule:
    return re.compile(pattern), say


def _range(match: re.Match[str]) -> str:
    """The second number keeps its figures: a measure may follow it."""
    if match["a"].startswith("0") and len(match["a"]) > 1 and match["a"].isdecimal():
        return match[0]
    unit = f" {MEASURES[match['u']]}" if match["u"] else ""
    return f"{_figures(match['a'])}{unit} đến {match['b']}"


def _days(match: re.Match[str]) -> str:
    """``30/4 và 1/5`` are days when one of them can be nothing else or a word says so; ``3/5 tiêu
    chí`` are no days, nor is ``ngõ 30/4``."""
    days = [(int(day), int(month)) for day, month in re.findall(_DAY, match["days"])]
    if not match["w"] and not any(day > month for day, month in days):
        return match[0]
    if not all(1 <= day <= 31 and 1 <= month <= 12 for day, month in days):
        return match[0]
    told = bool(re.search(r"(?i)(?:ngày|mùng|mồng|rằm)\s+$", match["w"] or ""))

    def say(each: re.Match[str]) -> str:
        nonlocal told
        word, told = "" if told else "ngày ", False
        return f"{word}{spoken(int(each[1]))} tháng {_month(each[2])}"

    return (match["w"] or "") + re.sub(_DAY, say, match["days"])


_DAY = r"(?<!\d)([0-3]?\d)/(0?[1-9]|1[0-2])(?![\d/])"
_COUNTED = (
    f"{_MEASURE}|tấn|tạ|triệu|nghìn|tỷ|lần|tiêu chí|chỉ tiêu|số|tổng|diện|hộ|thôn|xã|bản|người"
    "|học sinh|điểm|đại biểu|nội dung|mục"
)


_RULES: tuple[_Rule, ...] = (
    _rule(
        r"https?://\S+|www\.\S+|(?<![\w.@-])[\w-]+(?:\.[\w-]+)*\.(?:vn|com|net|org)(?!\w)(?:/[^\s,;]*)?",
        lambda _: "địa chỉ ghi trên trang tin",
    ),
    _rule(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", lambda _: "địa chỉ thư ghi trên trang tin"),
    _rule(r"24/24\s*(?:giờ|h)?|24/7", lambda _: "suốt ngày đêm"),
    # The dot of a short form is no pause.
    _rule(
        r"(?<!\w)(?P<a>TP|TX|TT|PGS|GS|TS|ThS|BS|KS)\.\s*(?=\w)(?!HCM)",
        lambda match: f"{match['a']} ",
    ),
    _rule(r"(?<!\w)ĐT[\s.]?(?P<n>\d{3}[A-Z]?)(?![\w.])", lambda match: f"đường tỉnh {match['n']}"),
    _rule(
        r"(?<![\w.,/])(?:\+84|1[89]00)(?:[ .-]?\d){4,10}(?!\d)",
        lambda match: ("cộng " if match[0].startswith("+") else "") + digit_by_digit(match[0]),
    ),
    _rule(
        r"(?<=[sS]ố )(?P<n>\d+)/(?P<y>(?:19|20)\d\d)(?![\d/])",
        lambda match: f"{_figures(match['n'])} năm {_figures(match['y'])}",
    ),
    _rule(
        r"(?<![\d.,/])(?P<a>(?:19|20)\d\d)/(?P<b>(?:19|20)\d\d)(?![\d/])",
        lambda match: f"{_figures(match['a'])} đến {_figures(match['b'])}",
    ),
    _rule(
        r"(?<=[Tt]háng )(?P<m>0?[1-9]|1[0-2])-(?P<y>(?:19|20)\d\d)(?!\d)",
        lambda match: f"{_month(match['m'])} năm {_figures(match['y'])}",
    ),
    _rule(r"(?<=\s)[-−](?P<n>\d[\d,]*)(?=\s?(?:°C|độ))", lambda match: f"âm {match['n']}"),
    _rule(rf"\$\s?(?P<n>{_NUMBER})", lambda match: f"{match['n']} đô la Mỹ"),
    _rule(
        r"(?i:(?<=ngõ )|(?<=hẻm )|(?<=ngách )|(?<=nhà ))\d+(?:/\d+)+",
        lambda match: " trên ".join(map(_figures, match[0].split("/"))),
    ),
    # The letters of a document's number say nothing to a listener.
    _rule(
        r"(?<![\w.,/])(\d+)(?:/(?:19|20)\d\d)?[/-][A-ZĐ]{2,}(?:[-/][A-ZĐƯ]+)*",
        lambda match: match[1],
    ),
    _rule(
        r"(?<![\d.,/])(?P<d>[0-3]?\d)[/-](?P<m>0?[1-9]|1[0-2])[/-](?P<y>(?:19|20)\d\d)(?![\d/])",
        _day,
    ),
    _rule(
        r"(?<![\d.,/])(?P<m>0?[1-9]|1[0-2])/(?P<y>(?:19|20)\d\d)(?![\d/])",
        lambda match: (
            ("" if re.search(r"(?i)tháng\s$", match.string[: match.start()]) else "tháng ")
            + f"{_month(match['m'])} năm {spoken(int(match['y']))}"
        ),
    ),
    _rule(
        r"(?i:(?<!mỗi ngày )(?<!một ngày )(?<!trong ngày )(?<!hằng ngày )(?<!hàng ngày ))"
        r"(?i:(?<=ngày )|(?<=sáng )|(?<=chiều )|(?<=tối )|(?<=hôm )|(?<=dịp )|(?<=lễ ))"
        r"(?P<d>[0-3]?\d)[/.-](?P<m>0?[1-9]|1[0-2])(?![\d/%.,-]*\d)"
        rf"(?!\s*(?:{_COUNTED})(?!\w))",
        _day,
    ),
    # ``từ 5-7 đến 9-7``, but not ``từ 5-7 ngày``.
    _rule(
        r"(?i:(?<=từ )|(?<=đến )|(?<=\())(?P<d>[0-3]?\d)-(?P<m>0?[1-9]|1[0-2])"
        r"(?=\s*(?:[,;).]|$|đến|tới|tại|ở|và)(?!\d))",
        _day,
    ),
    # A street that bears a day's name.
    _rule(
        r"(?<=đường )(?P<d>[0-3]?\d)/(?P<m>0?[1-9]|1[0-2])(?![\d/])",
        lambda match: f"{spoken(int(match['d']))} tháng {_month(match['m'])}",
    ),
    _rule(
        r"(?i)(?<![\w,.])(?P<w>(?:ngày|từ|đến|dịp|lễ|kỷ niệm|chào mừng|mùng|mồng|rằm)\s+)?"
        rf"(?P<days>(?<![\d.,/]){_DAY}(?:\s*(?:,|và|đến|[-–])\s*{_DAY})*)"
        rf"(?!\s*(?:{_COUNTED})(?!\w))",
        _days,
    ),
    _rule(r"(?i)(?P<w>tháng)\s0?(?P<m>4)(?![\d/.,])", lambda match: f"{match['w']} tư"),
    _rule(
        r"(?<![\d.,])(?P<h>[01]?\d|2[0-3])(?:\s?h\s?|[:g])(?P<n>[0-5]\d)(?!\d)(?:\s*(?:phút|'))?",
        lambda match: (
            f"{spoken(int(match['h']))} giờ"
            + (f" {spoken(int(match['n']))} phút" if int(match["n"]) else "")
        ),
    ),
    _rule(r"(?<![\d.,])(?P<h>\d{1,2})\s?h(?!\w)", lambda match: f"{spoken(int(match['h']))} giờ"),
    _rule(
        r"(?P<w>(?i:thế kỷ|lần thứ|khóa|quý|hạng|loại|chương|đại hội|thứ|kỳ|vùng|cấp|nhóm|bậc|phần"
        r"|mục|khu vực))\s"
        r"(?P<n>[IVXLC]+)(?!\w)(?:/(?P<y>(?:19|20)\d\d))?",
        _roman,
    ),
    # Elsewhere only what is no other word.
    _rule(r"(?<![\w.])(?P<w>)(?P<n>[IVX]{2,})(?!\w|\s[A-ZĐ]{2})(?P<y>)", _roman),
    _rule(r"(?<![\d.,])0\d(?:[ .-]?\d){7,9}(?!\d)", lambda match: digit_by_digit(match[0])),
    _rule(
        rf"(?<![\d.,/])(?P<a>{_NUMBER})\s?(?P<u>{_MEASURE})?\s?[-–]\s?(?P<b>{_NUMBER})(?![\d/])",
        _range,
    ),
    _rule(
        rf"(?P<n>{_NUMBER})\s?(?P<u>{_MEASURE})(?![\w])",
        lambda match: f"{match['n']} {MEASURES[match['u']]}",
    ),
    _rule(r"(?<!\w)km\s?(?=\d)", lambda _: "ki-lô-mét "),
    _rule(
        rf"(?<=[^\W\d_])/(?P<u>{_MEASURE})(?![\w])",
        lambda match: f" một {MEASURES[match['u']]}",
    ),
    _rule(
        rf"(?<!\w)(?P<u>{_AREAS})(?!\w)",
        lambda match: MEASURES[match["u"]],
    ),
    # Names side by side (``UBND/HĐND``); between words it means "for each".
    _rule(r"(?<=[A-ZĐ]{2})/(?=[A-ZĐ]{2})", lambda _: ", "),
    _rule(r"(?<=[^\W\d_])/(?=[^\W\d_])", lambda _: " một "),
    _rule(r"(?<=\d)%", lambda _: " phần trăm"),
    _rule(
        r"(?<![\d.,/])(?P<a>\d{1,2})/(?P<b>\d{1,2})(?![\d/])",
        lambda match: (
            f"{spoken(int(match['a']))} phần {_month(match['b'])}"
            if int(match["a"]) < int(match["b"]) <= 10
            else f"{spoken(int(match['a']))} trên {spoken(int(match['b']))}"
        ),
    ),
    _rule(
        rf"(?<![\d.,/])(?P<a>{_NUMBER})/(?P<b>{_NUMBER})(?!\d)",
        lambda match: f"{_figures(match['a'])} trên {_figures(match['b'])}",
    ),
    # ``Covid-19``, ``QL1A``, ``lớp 12A2``: figures and letters are read apart.
    _rule(r"(?<=[^\W\d_])-?(?=\d)|(?<=\d)-?(?=[^\W\d_])", lambda _: " "),
    _rule(_NUMBER, lambda match: _figures(match[0])),
    _rule(r"\s*&\s*", lambda _: " và "),
    _rule(r"(?<=\w)\s?\+\s?(?=\w)", lambda _: " cộng "),
)
