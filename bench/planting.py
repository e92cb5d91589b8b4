"""The errors that ``bench.fidelity`` plants, and its faithful rewordings.

An error changes exactly one thing in a text; the same seed makes the same errors. Nothing here
shares code with the checker.
"""

from __future__ import annotations

import random
import re
import unicodedata
from collections.abc import Callable

Change = Callable[[str, str, random.Random], str | None]

_NUMBER = re.compile(r"(?<![\w./,-])\d{1,3}(?:[.,]\d{1,3})*(?![\w./,-]*\d)(?=\s+[a-zà-ỹđ])")
_DATE = re.compile(r"(?<![\d/.,-])(\d{1,2})/(\d{1,2})((?:/\d{4})?)(?![\d/])")
_YEAR = re.compile(r"(?<=năm )(20\d\d|19\d\d)")
_UPPER = "".join(char for char in map(chr, range(0x41, 0x1EF9)) if char.isupper())
_CAP = rf"[{_UPPER}][a-zà-ỹđ]+"
_SURNAMED = (
    r"(?:Nguyễn|Trần|Lê|Phạm|Hoàng|Huỳnh|Phan|Vũ|Võ|Đặng|Bùi|Đỗ|Hồ|Ngô|Dương|Lý|Đinh|Trương|Lò|Vàng"
    rf"|Giàng|Sùng|Hà|Mai|Đoàn|Trịnh|Cao|Lương|Tạ|Tô|Thái|Lưu|Quách|Thạch|Siu|Rơ)(?: {_CAP}){{2,3}}"
)
_PERSON = re.compile(rf"(?<!\w)(?:ông|bà|anh|chị|em|cô|sĩ) (?P<at>{_CAP}(?: {_CAP}){{1,3}})")
_FULL = re.compile(
    r"(?<!\w)(?:ông|bà|anh|chị|em|cô|sĩ|Ông|Bà|Anh|Chị|Em) "
    rf"(?P<at>{_SURNAMED})(?! {_CAP})"
)
_RECEIVER = re.compile(
    rf"(?i:bằng khen|giấy khen|huân chương|huy hiệu|kỷ niệm chương)[^.;]{{0,60}} (?:cho|tặng) "
    rf"(?:ông|bà|anh|chị|em|cô) (?P<at>{_CAP}(?: {_CAP}){{1,3}})"
)
_NEGATION = re.compile(
    r"(?<= )(?:không|chưa|chẳng) (?=(?:nhận|lấy|bỏ|chịu|ngừng|thể|cần|tính|thu|dừng|lùi|để) )"
)
_PLACE = re.compile(rf"(?<!\w)(?:xã|phường|huyện|tỉnh|thôn) (?P<at>{_CAP}(?: {_CAP}){{1,2}})")
_HEDGED = re.compile(r"(?<!\w)(?:hơn|gần|khoảng|trên) (?=\d)", re.IGNORECASE)
_NOT_HEDGED = "hơn|gần|khoảng|trên|dưới|ngày|năm|số|lớp|tổ|thôn|từ|đến|quá|chừng"
_AWARD = re.compile(r"(?i)bằng khen|giấy khen|huân chương|huy chương|kỷ niệm chương")
_AWARDS = (
    "Bằng khen",
    "Giấy khen",
    "Huân chương Lao động hạng Nhì",
    "Huy chương Vàng",
    "Cờ thi đua",
)
_SURNAMES = ("Nguyễn", "Trần", "Phạm", "Hoàng", "Vàng", "Giàng", "Lò", "Thạch", "Đinh", "Siu")
_GIVEN = ("Khải", "Nhung", "Trọng", "Mẩy", "Sáng", "Liễu", "Dền", "Hiệp", "Thảo", "Bích")
_PLACES = ("Tân Khê", "Nậm Sài", "Phú Lương", "Đông Hà", "Ia Rong", "Vĩnh Trạch", "Mường Chum")
_WHEN = re.compile(
    r"(?<![\d/.,-])(?:(?:[012]?\d|3[01])/(?:0?[1-9]|1[0-2])(?:/\d{4})?|(?:19|20)\d\d)"
    r"(?![\d/%h]|[.,]\d)"
)
_HEAD_YEAR = re.compile(r"(?:(?<=^Năm )|(?<=\. Năm )|(?<=\nNăm ))(?P<at>(?:19|20)\d\d)(?!\d)")
_LEVELLED = re.compile(
    rf"(?<!\w)(?P<level>xã|phường|huyện|tỉnh|thôn|bản) (?P<at>{_CAP}(?: {_CAP}){{1,2}})(?! {_CAP})"
)
_SUM = re.compile(r"(?<![\w./,-])(?P<at>\d[\d.,]*) (?P<scale>nghìn|triệu|tỷ|tỉ) đồng")
_INSTITUTION = re.compile(
    r"(?<!\w)(?P<head>[Bb]ệnh viện|[Tt]rường (?:THPT|THCS|Tiểu học|Mầm non)|[Cc]ông ty|"
    r"Đồn Biên phòng|[Hh]ợp tác xã|HTX|[Tt]rung tâm|[Tt]òa án nhân dân|Đại học|Học viện) "
    rf"(?P<at>{_CAP}(?: {_CAP}){{0,3}})(?! {_CAP})"
)
_SPEAKER = re.compile(
    rf"(?<!\w)(?i:ông|bà|anh|chị|em|cô) (?P<at>{_SURNAMED})(?! {_CAP})"
    r"(?:, [^.,;]{3,60},)? (?:cho biết|cho hay|chia sẻ|nói|kể|khẳng định|nhấn mạnh|tâm sự)"
)
_GIVEN_TO = re.compile(
    r"(?:trao|tặng|hỗ trợ|giúp|biếu|ủng hộ)[^.;]{0,60} cho (?:gia đình )?"
    r"(?:ông|bà|anh|chị|em|cô|cháu) "
    rf"(?P<at>{_CAP}(?: {_CAP}){{1,3}})(?! {_CAP})"
)
_OPPOSITES = (
    ("tăng", "giảm"), ("cao hơn", "thấp hơn"), ("nhiều hơn", "ít hơn"), ("đầu tiên", "cuối cùng"),
    ("trước khi", "sau khi"), ("thành công", "thất bại"), ("mở rộng", "thu hẹp"),
    ("lớn nhất", "nhỏ nhất"), ("trẻ nhất", "già nhất"),
)  # fmt: skip
_DENIALS = (
    ("không còn", "vẫn còn"), ("chưa từng", "đã từng"), ("từ chối", "đồng ý"),
    ("chưa bao giờ", "nhiều lần"), ("không nhận", "vẫn nhận"), ("không lấy", "có lấy"),
    ("không có", "có đủ"), ("chưa có", "đã có"), ("không thể", "có thể"),
    ("không được", "vẫn được"),
)  # fmt: skip
_AFFIRMED = re.compile(
    r"(?<=[a-zà-ỹđ] )(?=(?:nhận|lấy|tham gia|trở lại|hỗ trợ|xây dựng|giúp đỡ|tiếp tục|biết)"
    r" [a-zà-ỹđ])"
)
_PART_OF = re.compile(
    r"(?<!\w)(?<!tại )(?<!ở )(?:Phòng|Đội|Khoa|Công đoàn|Đoàn Thanh niên|Hội Phụ nữ|Chi đoàn|Chi bộ"
    r"|Chi hội|Ban)(?: [A-ZĐÀ-Ỵ]?[a-zà-ỹđ]+){0,6} "
    r"(?=(?:Công an|Bệnh viện|Trường|Công ty|Bộ đội|Đồn|UBND|Sở|Đại học) )"
)
_OTHER_NAMES = ("Hồng Khê", "Nam Sơn", "Đông Lương", "Trần Khải", "Việt Hà")
_SUPERLATIVES = (
    "lớn nhất cả nước", "duy nhất của tỉnh", "đầu tiên ở Việt Nam", "hàng đầu khu vực",
    "tốt nhất tỉnh",
)  # fmt: skip
_SAYINGS = (
    "Chúng tôi sẽ làm tất cả vì bà con",
    "Thành công này là của mọi nhà trong bản",
    "Tôi chưa bao giờ nghĩ đến chuyện dừng lại",
)


def wrong_number(text: str, source: str, rng: random.Random) -> str | None:
    found = _pick(_NUMBER, text, rng)
    if not found:
        return None
    digits = found[0]
    places = [i for i, char in enumerate(digits) if char.isdigit()]
    for _ in range(20):
        place = rng.choice(places)
        new = digits[:place] + rng.choice("123456789") + digits[place + 1 :]
        if new != digits and not re.search(rf"(?<!\d){re.escape(new)}(?!\d)", source):
            return text[: found.start()] + new + text[found.end() :]
    return None


def wrong_scale(text: str, source: str, rng: random.Random) -> str | None:
    found = _pick(re.compile(r"(?<=\d )(triệu|tỷ|tỉ|nghìn)(?= đồng)"), text, rng)
    if not found:
        return None
    new = rng.choice([word for word in ("triệu", "tỷ", "nghìn") if word != found[0]])
    return text[: found.start()] + new + text[found.end() :]


def wrong_date(text: str, source: str, rng: random.Random) -> str | None:
    found = _pick(_DATE, text, rng)
    if not found:
        return None
    for _ in range(20):
        day, month = rng.randint(1, 28), int(found[2])
        if day != int(found[1]) and not re.search(rf"(?<!\d)0?{day}[/ .-]", source):
            return text[: found.start()] + f"{day}/{month}{found[3]}" + text[found.end() :]
    return None


def wrong_year(text: str, source: str, rng: random.Random) -> str | None:
    found = _pick(_YEAR, text, rng)
    years = [year for year in range(1990, 2026) if str(year) not in source]
    if not found or not years:
        return None
    return text[: found.start()] + str(rng.choice(years)) + text[found.end() :]


def wrong_name(text: str, source: str, rng: random.Random) -> str | None:
    found = _pick(_PERSON, text, rng)
    if not found:
        return None
    words = found["at"].split()
    if len(words) > 1 and rng.random() < 0.5:
        words[0] = rng.choice([name for name in _SURNAMES if name != words[0]])
    else:
        words[-1] = rng.choice([name for name in _GIVEN if name not in source])
    new = " ".join(words)
    return None if new in source else text[: found.start("at")] + new + text[found.end("at") :]


def wrong_place(text: str, source: str, rng: random.Random) -> str | None:
    found = _pick(_PLACE, text, rng)
    choices = [place for place in _PLACES if place not in source]
    if not found or not choices:
        return None
    return text[: found.start("at")] + rng.choice(choices) + text[found.end("at") :]


def wrong_award(text: str, source: str, rng: random.Random) -> str | None:
    found = _pick(_AWARD, text, rng)
    lower = source.lower()
    choices = [award for award in _AWARDS if award.lower()[:9] not in lower]
    if not found or not choices:
        return None
    return text[: found.start()] + rng.choice(choices) + text[found.end() :]


def dropped_hedge(text: str, source: str, rng: random.Random) -> str | None:
    found = _pick(_HEDGED, text, rng)
    if not found:
        return None
    if re.search(r"ước(?: tính| đạt)? $", text[: found.start()]):
        return None  # "ước tính khoảng" loses nothing
    rest = text[found.end() : found.end() + 12]
    bare = re.compile(rf"(?<!hơn )(?<!gần )(?<!khoảng )(?<!trên ){re.escape(rest)}", re.IGNORECASE)
    return None if bare.search(source) else text[: found.start()] + text[found.end() :]


def added_hedge(text: str, source: str, rng: random.Random) -> str | None:
    found = _pick(re.compile(r"(?<![\w/,.-] )(?<=[a-zà-ỹđ] )(?=\d[\d.,]* (?!tháng|/))"), text, rng)
    if not found:
        return None
    before, after = text[: found.start()], text[found.start() :]
    if re.search(
        r"(?i)(?:hơn|gần|khoảng|trên|dưới|ngày|năm|số|lớp|tổ|thôn|từ|đến|quá|chừng) $", before
    ):
        return None
    word = rng.choice(("hơn", "gần"))
    rest = after[:10].lower()
    return None if f"{word} {rest}" in source.lower() else f"{before}{word} {after}"


def swapped_person(text: str, source: str, rng: random.Random) -> str | None:
    """Another person of the same article."""
    return _another_person(_pick(_FULL, text, rng), text, source, rng)


def award_to_another(text: str, source: str, rng: random.Random) -> str | None:
    """The award goes to another person of the same article."""
    return _another_person(_pick(_RECEIVER, text, rng), text, source, rng)


def turned_negation(text: str, source: str, rng: random.Random) -> str | None:
    found = _pick(_NEGATION, text, rng)
    return text[: found.start()] + text[found.end() :] if found else None


def exchanged_date(text: str, source: str, rng: random.Random) -> str | None:
    """Another date, written in the same form, of the same article."""
    return _other_of_source(
        _WHEN, "", text, source, rng, key=lambda found: re.sub(r"\d+", "", found[0])
    )


def exchanged_first_year(text: str, source: str, rng: random.Random) -> str | None:
    """The year that opens a sentence becomes another year of the article."""
    found = _pick(_HEAD_YEAR, text, rng)
    years = sorted(set(re.findall(r"(?<![\d/.,])(?:19|20)\d\d(?!\d|[.,]\d)", source)))
    choices = [year for year in years if found and year not in text]
    return _instead(text, found, choices, rng)


def exchanged_place(text: str, source: str, rng: random.Random) -> str | None:
    """Another commune, district, ... of the same article."""
    return _other_of_source(_LEVELLED, "at", text, source, rng, key=lambda found: found["level"])


def exchanged_sum(text: str, source: str, rng: random.Random) -> str | None:
    """Another sum of the same article."""
    return _other_of_source(_SUM, "at", text, source, rng, key=lambda found: found["scale"])


def exchanged_institution(text: str, source: str, rng: random.Random) -> str | None:
    """Another hospital, school, company, ... of the same article."""
    return _other_of_source(
        _INSTITUTION, "at", text, source, rng, key=lambda found: found["head"].lower()
    )


def wrong_institution(text: str, source: str, rng: random.Random) -> str | None:
    """A hospital, school, company, ... of no article."""
    found = _pick(_INSTITUTION, text, rng)
    return _instead(text, found, [one for one in _OTHER_NAMES if one not in source], rng)


def exchanged_speaker(text: str, source: str, rng: random.Random) -> str | None:
    """What one person says is put into the mouth of another of the article."""
    return _another_person(_pick(_SPEAKER, text, rng), text, source, rng)


def exchanged_receiver(text: str, source: str, rng: random.Random) -> str | None:
    """Money or a gift goes to another person of the article."""
    return _another_person(_pick(_GIVEN_TO, text, rng), text, source, rng)


def turned_word(text: str, source: str, rng: random.Random) -> str | None:
    """``tăng`` becomes ``giảm``."""
    return _paired(_OPPOSITES + tuple((b, a) for a, b in _OPPOSITES), text, rng)


def denial_undone(text: str, source: str, rng: random.Random) -> str | None:
    """``không còn`` becomes ``vẫn còn``."""
    return _paired(_DENIALS, text, rng)


def denial_added(text: str, source: str, rng: random.Random) -> str | None:
    """What was done is now told as refused or never done."""
    found = _pick(_AFFIRMED, text, rng)
    if not found or re.search(r"(?:không|chưa|chẳng|từ chối)[^,.]{0,20}$", text[: found.start()]):
        return None
    word = rng.choice(("từ chối ", "chưa từng ", "không còn ", "thôi không "))
    return text[: found.start()] + word + text[found.end() :]


def part_for_whole(text: str, source: str, rng: random.Random) -> str | None:
    """``Đoàn Thanh niên Công an tỉnh`` becomes ``Công an tỉnh``, nowhere named alone."""
    found = _pick(_PART_OF, text, rng)
    if not found:
        return None
    whole = " ".join(text[found.end() :].split()[:3]).rstrip(".,;")
    alone = re.findall(rf"(?<![a-zà-ỹđ] ){re.escape(whole)}", source)
    return None if alone else text[: found.start()] + text[found.end() :]


def invented_quotation(text: str, source: str, rng: random.Random) -> str:
    return f"{text} “{rng.choice(_SAYINGS)}”, nhân vật chia sẻ."


def added_superlative(text: str, source: str, rng: random.Random) -> str:
    return f"{text.rstrip('. ')}, {rng.choice(_SUPERLATIVES)}."


def _other_of_source(
    pattern: re.Pattern[str],
    group: str,
    text: str,
    source: str,
    rng: random.Random,
    key: Callable[[re.Match[str]], str],
) -> str | None:
    """Another match of the same key, in no sentence of the source that has the one replaced."""
    found = _pick(pattern, text, rng)
    if not found:
        return None
    old = found[group or 0]
    beside = [line for line in re.split(r"(?<=\.) |\n", source) if old in line]
    choices = {
        one[group or 0]
        for one in pattern.finditer(source)
        if key(one) == key(found)
        and one[group or 0] not in text
        and old not in one[group or 0]
        and one[group or 0] not in old
        and not any(one[group or 0] in line for line in beside)
    }
    return _instead(text, found, sorted(choices), rng, group)


def _another_person(
    found: re.Match[str] | None, text: str, source: str, rng: random.Random
) -> str | None:
    if not found:
        return None
    given = found["at"].split()[-1]
    others = {one["at"] for one in _FULL.finditer(source)}
    choices = sorted(one for one in others if one not in text and one.split()[-1] != given)
    return _instead(text, found, choices, rng)


def _instead(
    text: str,
    found: re.Match[str] | None,
    choices: list[str],
    rng: random.Random,
    group: str = "at",
) -> str | None:
    if not found or not choices:
        return None
    first, last = found.span(group or 0)
    return text[:first] + rng.choice(choices) + text[last:]


def _paired(pairs: tuple[tuple[str, str], ...], text: str, rng: random.Random) -> str | None:
    here = [
        (found, other)
        for word, other in pairs
        for found in re.finditer(rf"(?<!\w){word}(?!\w)", text)
    ]
    if not here:
        return None
    found, other = rng.choice(here)
    return text[: found.start()] + other + text[found.end() :]


def _pick(pattern: re.Pattern[str], text: str, rng: random.Random) -> re.Match[str] | None:
    found = list(pattern.finditer(text))
    return rng.choice(found) if found else None


ERRORS: tuple[Change, ...] = (
    wrong_number, wrong_scale, wrong_date, wrong_year, wrong_name, wrong_place, wrong_award,
    dropped_hedge, added_hedge, invented_quotation, added_superlative,
)  # fmt: skip
EXCHANGED: tuple[Change, ...] = (
    swapped_person, award_to_another, turned_negation, exchanged_date, exchanged_first_year,
    exchanged_place, exchanged_sum, exchanged_institution, wrong_institution, exchanged_speaker,
    exchanged_receiver, turned_word, denial_undone, denial_added, part_for_whole,
)  # fmt: skip
"""What is wrong in these is of whom, of what or in which sense it is said; nearly all their words
are in the source."""


def same(text: str, source: str, rng: random.Random) -> str:
    return text


def spoken_dates(text: str, source: str, rng: random.Random) -> str | None:
    def speak(found: re.Match[str]) -> str:
        if not 1 <= int(found[2]) <= 12 or not 1 <= int(found[1]) <= 31:
            return found[0]
        year = f" năm {found[3][1:]}" if found[3] else ""
        return f"{int(found[1])} tháng {int(found[2])}{year}"

    new = re.sub(rf"(?<=ngày ){_DATE.pattern}", speak, text)
    return None if new == text else new


def full_figures(text: str, source: str, rng: random.Random) -> str | None:
    scales = {"triệu": 10**6, "tỷ": 10**9, "tỉ": 10**9}

    def write(found: re.Match[str]) -> str:
        value = round(float(found[1].replace(",", ".")) * scales[found[2]])
        return f"{value:,}".replace(",", ".") + " đồng"

    new = re.sub(r"(?<![\d.,-])(\d+(?:,\d+)?) (triệu|tỷ|tỉ) đồng", write, text)
    return None if new == text else new


def written_out(text: str, source: str, rng: random.Random) -> str | None:
    pairs = {
        "UBND": "Ủy ban nhân dân", "HTX": "Hợp tác xã", "THPT": "Trung học phổ thông",
        "TP ": "thành phố ", "Hợp tác xã": "HTX", "Ủy ban nhân dân": "UBND", " ha ": " héc-ta ",
        "%": " phần trăm", "tỷ": "tỉ", "Thành phố": "TP",
    }  # fmt: skip
    new = text
    for short, long in pairs.items():
        if short in text:
            new = new.replace(short, long)
            break
    return None if new == text else new


def old_tones(text: str, source: str, rng: random.Random) -> str | None:
    new = text
    for one, other in (("òa", "oà"), ("óa", "oá"), ("ủy", "uỷ"), ("úy", "uý"), ("ọa", "oạ")):
        new = re.sub(rf"{one}(?!\w)", other, new)
    new = unicodedata.normalize("NFD", new)
    return new


def clauses_swapped(text: str, source: str, rng: random.Random) -> str | None:
    first, _, second = text.partition(". ")
    return f"{second.rstrip('. ')}. {first}." if second and "“" not in text else None


FAITHFUL: tuple[Change, ...] = (
    same, spoken_dates, full_figures, written_out, old_tones, clauses_swapped,
)  # fmt: skip
