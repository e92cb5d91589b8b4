"""Whether two stories are about one exemplar. It is proposed with evidence, never decided: two
people may share name, commune and trade, and a person says whether they are one. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from pipeline.text.fold import fold, nfc

_TITLE_WORDS = """
ông|bà|anh|chị|em|cháu|cô|chú|bác|cụ|thầy|má|mẹ|già|lão nông|đại tướng|thượng tướng|trung tướng
|thiếu tướng|đại tá|thượng tá|trung tá|thiếu tá|đại úy|thượng úy|trung úy|thiếu úy|thượng sĩ
|trung sĩ|hạ sĩ|binh nhất|binh nhì|chiến sĩ|chuẩn úy|bác sĩ|bs|ths|thạc sĩ|ts|tiến sĩ|pgs|gs
|phó giáo sư|giáo sư|kỹ sư|nghệ nhân|nghệ nhân ưu tú|nghệ nhân nhân dân|nghệ sĩ|nsưt|nsnd|nnưt
|nnnd|nhà giáo|nhà giáo ưu tú|cô giáo|thầy giáo|giáo viên|y sĩ|y tá|điều dưỡng|doanh nhân
|anh hùng|thương binh|cựu chiến binh|ccb|nông dân|ngư dân|công nhân|học sinh|nam sinh|nữ sinh
|sinh viên|trưởng thôn|trưởng bản|trưởng ấp|trưởng buôn|trưởng khu phố|già làng|người có uy tín
|bí thư|phó bí thư|bí thư chi bộ|bí thư đoàn|chủ tịch|phó chủ tịch|giám đốc|phó giám đốc
|hiệu trưởng|tổ trưởng|đội trưởng|chủ nhiệm|đồng chí|đ c|gia đình|hộ|hộ gia đình|vợ chồng
|chàng trai|cô gái|chủ hộ|linh mục|mục sư|đại đức|hòa thượng|thượng tọa|ni sư|sư cô
"""
_TITLES = frozenset(" ".join(title.split()) for title in _TITLE_WORDS.split("|"))
_LONGEST_TITLE = max(title.count(" ") + 1 for title in _TITLES)
_SHORT = {
    "htx": "hợp tác xã",
    "clb": "câu lạc bộ",
    "cty": "công ty",
    "cp": "cổ phần",
    "ubnd": "ủy ban nhân dân",
    "mttq": "mặt trận tổ quốc",
    "lhpn": "liên hiệp phụ nữ",
    "ccb": "cựu chiến binh",
    "bđbp": "bộ đội biên phòng",
    "th": "tiểu học",
    "thcs": "trung học cơ sở",
    "thpt": "trung học phổ thông",
    "ptdtnt": "phổ thông dân tộc nội trú",
    "ptdtbt": "phổ thông dân tộc bán trú",
    "gdtx": "giáo dục thường xuyên",
    "tp": "thành phố",
    "tnhh": "trách nhiệm hữu hạn",
}
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_LATE_Y = re.compile(r"(?<=[bcdđghklmnprstvx])[yýỳỷỹỵ](?!\w)")
_TO_I = str.maketrans("yýỳỷỹỵ", "iíìỉĩị")
_PEOPLE = frozenset({"individual", "household"})
_DISTINCT_SYLLABLES = 4
"""A person's name of so many is rare enough within a province; Nguyễn Văn Hùng is not."""
_NAMED_ALIKE = re.compile(r"(?:trường|bệnh viện|trạm|nhà máy|chùa|chợ)\b")
"""Many schools of a province bear one hero's name."""
_EVERYDAY_WORDS = """
hội nông dân phụ nữ liên hiệp cựu chiến binh thanh niên đoàn đội tổ nhóm ban hợp tác xã câu lạc
bộ công an quân sự chỉ huy cán sĩ lực lượng người nhân mô hình thôn bản ấp phường tỉnh huyện
thành phố ủy mặt trận việt nam chữ thập đỏ khuyến học cao tuổi tự quản ninh trật phòng cháy chữa
xung kích tình nguyện hộ gia đình sinh giáo viên tập thể nhà trường y tế trạm chi tộc họ tín dụng
tiết kiệm và vì của các những
"""
_EVERYDAY = frozenset(_EVERYDAY_WORDS.split())
_FAR_AND_WIDE = re.compile(
    r"\b(?:tỉnh|thành phố|trung ương|nhà nước|việt nam|chính phủ|quốc hội|bộ|cục|tổng cục|sở"
    r"|quốc gia|liên hợp quốc)\b"
)
"""Bodies that half of a province's articles name prove nothing."""


class Fact(StrEnum):
    """What two stories have in common, strongest first."""

    COMMUNE = "commune"
    ORGANISATION = "organisation"
    PERSON = "person"
    PROVINCE = "province"
    KIND = "kind"
    NAME = "name"


_STRONG = frozenset({Fact.COMMUNE, Fact.ORGANISATION, Fact.PERSON})


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom a story is about, and what surrounds them in it."""

    name: str
    kind: str
    places: frozenset[tuple[str, str]] = frozenset()
    """(province, commune) of today, the commune empty where only the province is known: old names
    were resolved when the article was judged."""
    organisations: frozenset[str] = frozenset()
    people: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Shared:
    fact: Fact
    words: str
    """What is shared, as the first of the two stories has it."""


def subject_key(name: str) -> str:
    """``name`` without titles and ranks, abbreviations written out, in one spelling: equal keys are
    one name. Empty for an empty name.

    ``Đại úy Lý Thị Thuỷ`` and ``Lí Thị Thủy``, ``HTX Nậm Hẻn`` and ``Hợp tác xã Nậm Hẻn``.
    """
    words = _WORD.findall(fold(nfc(name)).replace("’", "'"))
    plain = [part for word in words for part in _SHORT.get(word, word).split()]
    while (length := _title_length(plain)) and len(plain) - length >= 2:
        plain = plain[length:]
    return _LATE_Y.sub(lambda found: found[0].translate(_TO_I), " ".join(plain))


def same_subject(a: Subject, b: Subject) -> tuple[Shared, ...]:
    """What speaks for ``a`` and ``b`` being one exemplar, strongest first; empty: do not ask.

    Names must be equal, kinds agree. A name alone never suffices: a person's of up to three
    syllables, a school's or an everyday one ("Hội Nông dân") needs a commune, an organisation of
    the place or another person in common; a rarer name needs at least the province.
    """
    key = subject_key(a.name)
    if not key or " " not in key or key != subject_key(b.name) or not _agree(a.kind, b.kind):
        return ()
    shared = list(_shared(a, b, key))
    facts = {each.fact for each in shared}
    if facts & _STRONG or (Fact.PROVINCE in facts and not _frequent(key, a.kind, b.kind)):
        return (*shared, Shared(Fact.NAME, a.name))
    return ()


def _title_length(words: list[str]) -> int:
    for length in range(min(_LONGEST_TITLE, len(words)), 0, -1):
        if " ".join(words[:length]) in _TITLES:
            return length
    return 0


def _agree(a: str, b: str) -> bool:
    return "none" in (a, b) or (a in _PEOPLE) == (b in _PEOPLE)


def _frequent(key: str, *kinds: str) -> bool:
    words = key.split()
    if _PEOPLE & {*kinds}:
        return len(words) < _DISTINCT_SYLLABLES
    return bool(_NAMED_ALIKE.match(key)) or set(words) <= _EVERYDAY


def _shared(a: Subject, b: Subject, key: str) -> Iterator[Shared]:
    communes = sorted(place for place in a.places & b.places if place[1])
    for _, commune in communes[:1]:
        yield Shared(Fact.COMMUNE, commune)
    for fact, ours, theirs in (
        (Fact.ORGANISATION, a.organisations, b.organisations),
        (Fact.PERSON, a.people, b.people),
    ):
        also = {subject_key(name) for name in theirs} - {key, ""}
        for name in sorted(ours):
            named = subject_key(name)
            if named in also and _telling(named, fact):
                yield Shared(fact, name)
                break
    provinces = {place[0] for place in a.places} & {place[0] for place in b.places} - {""}
    for province in sorted(provinces)[:1]:
        yield Shared(Fact.PROVINCE, province)
    if a.kind == b.kind != "none":
        yield Shared(Fact.KIND, a.kind)


def _telling(key: str, fact: Fact) -> bool:
    words = key.split()
    if fact is Fact.PERSON:
        return len(words) >= 3
    return len(words) >= 3 and not _FAR_AND_WIDE.search(key) and not set(words) <= _EVERYDAY
