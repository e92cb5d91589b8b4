"""Written news as an announcer reads it aloud: no figure, sign or abbreviation is left.

Loudspeaker scripts are read cold by people who never saw the story. What a figure means is told by
its neighbours (``ngày 3/4`` is a day, ``3/4 số hộ`` a fraction), so the rules run in a fixed order,
the most particular first.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from pipeline.text.numerals import digit_by_digit, spoken, spoken_decimals

SYLLABLES_A_MINUTE = 140
"""Reading pace of commune loudspeakers, as the directive's offices plan it."""

ABBREVIATIONS: Mapping[str, str] = {  # an office adds its own in office.yaml
    "ANTT": "an ninh trật tự",
    "ATGT": "an toàn giao thông",
    "BCH": "Ban Chấp hành",
    "BĐBP": "Bộ đội Biên phòng",
    "BHXH": "bảo hiểm xã hội",
    "BHYT": "bảo hiểm y tế",
    "BQL": "Ban Quản lý",
    "BTV": "Ban Thường vụ",
    "BVĐK": "bệnh viện đa khoa",
    "CAND": "Công an nhân dân",
    "CB": "cán bộ",
    "CCB": "cựu chiến binh",
    "CLB": "câu lạc bộ",
    "CĐ": "cao đẳng",
    "CĐCS": "công đoàn cơ sở",
    "CNTT": "công nghệ thông tin",
    "CSGT": "cảnh sát giao thông",
    "DTTS": "dân tộc thiểu số",
    "ĐBSCL": "đồng bằng sông Cửu Long",
    "ĐH": "đại học",
    "ĐT": "điện thoại",
    "ĐVTN": "đoàn viên thanh niên",
    "GD&ĐT": "Giáo dục và Đào tạo",
    "GPMB": "giải phóng mặt bằng",
    "GS": "giáo sư",
    "GTNT": "giao thông nông thôn",
    "HĐND": "Hội đồng nhân dân",
    "HS": "học sinh",
    "HTX": "hợp tác xã",
    "KHKT": "khoa học kỹ thuật",
    "KT-XH": "kinh tế, xã hội",
    "LĐLĐ": "Liên đoàn Lao động",
    "LHPN": "Liên hiệp Phụ nữ",
    "LLVT": "lực lượng vũ trang",
    "MTTQ": "Mặt trận Tổ quốc",
    "NCT": "người cao tuổi",
    "NHCSXH": "Ngân hàng Chính sách xã hội",
    "NTM": "nông thôn mới",
    "NXB": "Nhà xuất bản",
    "OCOP": "ô cốp",
    "PCCC": "phòng cháy chữa cháy",
    "PGS": "phó giáo sư",
    "PTDTBT": "phổ thông dân tộc bán trú",
    "PTDTNT": "phổ thông dân tộc nội trú",
    "QĐ": "quyết định",
    "QĐND": "Quân đội nhân dân",
    "QL": "quốc lộ",
    "QSDĐ": "quyền sử dụng đất",
    "SĐT": "số điện thoại",
    "SXKD": "sản xuất kinh doanh",
    "TAND": "Tòa án nhân dân",
    "TDP": "tổ dân phố",
    "TDTT": "thể dục thể thao",
    "THCS": "trung học cơ sở",
    "THPT": "trung học phổ thông",
    "TNCS": "Thanh niên Cộng sản",
    "TL": "tỉnh lộ",
    "TNHH": "trách nhiệm hữu hạn",
    "TNTP": "Thiếu niên Tiền phong",
    "TNXP": "Thanh niên xung phong",
    "TP": "thành phố",
    "TP.HCM": "Thành phố Hồ Chí Minh",
    "TPHCM": "Thành phố Hồ Chí Minh",
    "TS": "tiến sĩ",
    "ThS": "thạc sĩ",
    "TTATGT": "trật tự an toàn giao thông",
    "TTYT": "trung tâm y tế",
    "TTXVN": "Thông tấn xã Việt Nam",
    "TW": "Trung ương",
    "TX": "thị xã",
    "UBMTTQ": "Ủy ban Mặt trận Tổ quốc",
    "UBMTTQVN": "Ủy ban Mặt trận Tổ quốc Việt Nam",
    "UBND": "Ủy ban nhân dân",
    "VH-TT": "văn hóa, thông tin",
    "VHTT&DL": "Văn hóa, Thể thao và Du lịch",
    "VietGAP": "Việt Gáp",
    "VNĐ": "đồng",
    "XHCN": "xã hội chủ nghĩa",
    "v.v.": "vân vân",
    "v.v": "vân vân",
    "VND": "đồng",
}
_MEASURES: Mapping[str, str] = {
    "km/h": "ki-lô-mét một giờ",
    "kWh": "ki-lô-oát giờ",
    "kV": "ki-lô-vôn",
    "kW": "ki-lô-oát",
    "MW": "mê-ga-oát",
    "km2": "ki-lô-mét vuông",
    "km²": "ki-lô-mét vuông",
    "m2": "mét vuông",
    "m²": "mét vuông",
    "m3": "mét khối",
    "m³": "mét khối",
    "km": "ki-lô-mét",
    "cm": "xăng-ti-mét",
    "mm": "mi-li-mét",
    "m": "mét",
    "kg": "ki-lô-gam",
    "gr": "gam",
    "g": "gam",
    "ha": "héc-ta",
    "ml": "mi-li-lít",
    "l": "lít",
    "tr": "triệu",
    "°C": "độ C",
    "%": "phần trăm",
    "đ": "đồng",
    "USD": "đô la Mỹ",
}
_MONTHS = {4: "tư"}
_NUMBER = r"\d+(?:[.,]\d+)*"
_MEASURE = "|".join(re.escape(each) for each in sorted(_MEASURES, key=len, reverse=True))
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
    return f"{match['w']} {_ORDINALS.get(total, spoken(total))}{year}"


_ORDINALS = {1: "nhất", 4: "tư"}


def _rule(pattern: str, say: Callable[[re.Match[str]], str]) -> _Rule:
    return re.compile(pattern), say


def _range(match: re.Match[str]) -> str:
    return f"{_figures(match['a'])} đến {_figures(match['b'])}"


_RULES: tuple[_Rule, ...] = (
    _rule(r"https?://\S+|www\.\S+", lambda _: "địa chỉ ghi trên trang tin"),
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
        r"(?i:(?<=ngày )|(?<=sáng )|(?<=chiều )|(?<=tối )|(?<=hôm )|(?<=từ )|(?<=đến )|(?<=dịp )"
        r"|(?<=lễ )|(?<=\())(?P<d>[0-3]?\d)[/-](?P<m>0?[1-9]|1[0-2])(?![\d/%])"
        r"(?!\s*(?:số|tổng|diện))",
        _day,
    ),
    # A street that bears a day's name.
    _rule(
        r"(?<=đường )(?P<d>[0-3]?\d)/(?P<m>0?[1-9]|1[0-2])(?![\d/])",
        lambda match: f"{spoken(int(match['d']))} tháng {_month(match['m'])}",
    ),
    _rule(r"(?i)(?P<w>tháng)\s0?(?P<m>4)(?![\d/.,])", lambda match: f"{match['w']} tư"),
    _rule(r"24/24\s*(?:giờ|h)?|24/7", lambda _: "suốt ngày đêm"),
    _rule(
        r"(?<![\d.,])(?P<h>[01]?\d|2[0-3])(?:h|:|g)(?P<n>[0-5]\d)(?!\d)(?:\s*(?:phút|'))?",
        lambda match: (
            f"{spoken(int(match['h']))} giờ"
            + (f" {spoken(int(match['n']))} phút" if int(match["n"]) else "")
        ),
    ),
    _rule(r"(?<![\d.,])(?P<h>\d{1,2})h(?!\w)", lambda match: f"{spoken(int(match['h']))} giờ"),
    _rule(
        r"(?P<w>(?i:thế kỷ|lần thứ|khóa|quý|hạng|loại|chương|đại hội|thứ|kỳ))\s"
        r"(?P<n>[IVXLC]+)(?!\w)(?:/(?P<y>(?:19|20)\d\d))?",
        _roman,
    ),
    _rule(r"(?<![\d.,])0\d(?:[ .-]?\d){7,9}(?!\d)", lambda match: digit_by_digit(match[0])),
    _rule(
        rf"(?<![\d.,/])(?P<a>{_NUMBER})\s?[-–]\s?(?P<b>{_NUMBER})(?![\d/])",
        lambda match: match[0] if match["a"].startswith("0") else _range(match),
    ),
    _rule(
        rf"(?P<n>{_NUMBER})\s?(?P<u>{_MEASURE})(?![\w])",
        lambda match: f"{match['n']} {_MEASURES[match['u']]}",
    ),
    _rule(
        rf"(?<=[^\W\d_])/(?P<u>{_MEASURE})(?![\w])",
        lambda match: f" một {_MEASURES[match['u']]}",
    ),
    _rule(
        rf"(?<!\w)(?P<u>{_AREAS})(?!\w)",
        lambda match: _MEASURES[match["u"]],
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
        r"(?<![\d.,/])(?P<a>\d[\d.]*)/(?P<b>\d[\d.]*)(?!\d)",
        lambda match: f"{_figures(match['a'])} trên {_figures(match['b'])}",
    ),
    # ``Covid-19``, ``QL1A``, ``lớp 12A2``: figures and letters are read apart.
    _rule(r"(?<=[^\W\d_])-?(?=\d)|(?<=\d)-?(?=[^\W\d_])", lambda _: " "),
    _rule(_NUMBER, lambda match: _figures(match[0])),
    _rule(r"\s*&\s*", lambda _: " và "),
    _rule(r"(?<=\w)\s?\+\s?(?=\w)", lambda _: " cộng "),
)
