"""Whose illness or poverty is told: a guarded word counts where it is said of somebody.

Charity for "các hộ nghèo", a cancer hospital or a poverty rate touches nobody's dignity; "ông Tấn
bị ung thư" does. Law 91/2025/QH15 counts health among sensitive personal data.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.judge.names.people import Person
from pipeline.judge.reading.runs import Field
from pipeline.text.fold import fold

_OF_MANY = re.compile(
    r"(?<!\w)(?:(?:(?:các|những)(?: [\w./-]+){0,3}|nhiều|mọi|bao|không ít|một số"
    r"|tỷ lệ|tỉ lệ|\d[\d.,]*"
    r"|hàng (?:chục|trăm|nghìn|ngàn|vạn)|nhóm|số|đối tượng|trường hợp)(?: [\w./-]+){0,4}"
    r"|(?:trẻ em|trẻ|người dân|người|học sinh|sinh viên|phụ nữ|hội viên|đoàn viên|thanh niên"
    r"|thiếu niên|bệnh nhân|hộ|khách hàng|công nhân|đồng bào|bà con|nhân dân)"
    r"(?: (?:nghèo|em|lao động|dân|bệnh))?(?:(?: \w+){0,4} (?:có|mắc|bị|là|thuộc|nhiễm))?"
    r"|(?:cho|giúp|giúp đỡ|hỗ trợ|tặng|xóa|giảm|chăm lo|vì|với|của)(?: \w+)?) $"
)
_HELP = re.compile(r"(?<!\w)(?:tặng|trao|hỗ trợ|giúp đỡ|ủng hộ|chăm lo|thăm hỏi)(?!\w)")
_OF_A_PLACE = re.compile(
    r"(?<!\w)(?:(?:bệnh viện|viện|khoa|trung tâm|hội|trường|quỹ)(?: \w+){0,3}|(?:phòng,? ?)?chống"
    r"|phơi nhiễm|lây(?: nhiễm)?|điều trị|tầm soát|sàng lọc|chữa|gây|nguy cơ|các bệnh|thuốc|về) $"
)
_ONE = re.compile(
    r"(?<!\w)(?:(?<!nhất )là(?! với| những| các)|một(?! số)|cậu|chàng|cô|nam|nữ"
    r"|(?<!trẻ )(?<!các )(?<!những )(?:em|anh|chị|ông))"
    r"(?: \w+){1,3} $"
)
"""Singular: "một sinh viên có hoàn cảnh khó khăn", "là người khuyết tật"."""
_OWN_HOUSEHOLD = re.compile(r"(?<!\w)(?:thuộc|diện|là|vào|từ|trong \d+|nguyên)(?: \w+)? $")
"""Before "hộ nghèo" when it is somebody's."""
_KIN = re.compile(
    r"(?<!\w)(?:anh|chị|ông|bà|em|cháu|cô|chú|thầy|bé|mẹ|cha|bố|ba|má|vợ|chồng|con trai|con gái|cụ"
    r"|chàng|cậu|bản thân|gia cảnh|tôi|mình)(?!\w)"
)
_REACH = 60
_STOPS = ".!?;:\n"


def said_of_somebody(
    text: str, start: int, end: int, field: Field, people: Sequence[Person]
) -> bool:
    """Whether the words ``text[start:end]`` are said of a person whom the article names, or of
    that person's family: in the same sentence stands the name or a word of kinship, and what
    stands directly before is no group, no help for a group and no institution."""
    if not people:
        return False
    first = 1 + max(text.rfind(mark, 0, start) for mark in _STOPS)
    last = min((at for mark in _STOPS if (at := text.find(mark, end)) >= 0), default=len(text))
    named = [
        (mention.start, mention.end)
        for person in people
        for mention in person.mentions
        if mention.field == field and first <= mention.start < last
    ]
    begin = max(first, start - _REACH)
    before = fold(text[begin:start])
    clause = before[before.rfind(",") + 1 :]
    opening = start - len(clause)
    beside = any(opening - 2 <= last_of_name <= opening for _, last_of_name in named)
    one = beside or _ONE.search(clause) is not None
    if _OF_A_PLACE.search(clause) or (_OF_MANY.search(clause) and not one):
        return False
    if (given := _HELP.search(before)) and not any(
        begin + given.end() < at < start for at, _ in named
    ):
        return False
    if fold(text[start:end]).startswith("hộ ") and not _OWN_HOUSEHOLD.search(clause):
        return False
    return bool(named) or one or _KIN.search(fold(text[first:last])) is not None
