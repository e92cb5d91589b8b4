"""Who an article is about: the persons, units, communities and models it could be, with facts.

People and organisations are found elsewhere; here come communities ("thôn Nậm Cưởm") and models
("mô hình “Ngôi nhà xanh”"). Each candidate is described by plain facts about where and how it is
mentioned; a linear model over these facts ranks them.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from pipeline.judge.article_reading import FIELDS, Field, Reading
from pipeline.judge.organisations import Organisation
from pipeline.judge.people import Person
from pipeline.shapes import ExemplarKind

Span = tuple[Field, int, int]

_LEAD = 500
_CAP = r"[^\W\d_a-zà-ỹ]\w*"
_WHOLE = r"(?<!\w)(?<!bộ )(?<!quân )"
_COMMUNITY = re.compile(
    rf"{_WHOLE}(?<!tỉnh )(?<!lữ )(?<!sư )(?<!trung )(?<!binh )"
    r"(?i:(?:nhân dân|người dân|đồng bào|hộ dân|tuổi trẻ|chính quyền) )?"
    r"(?i:thôn|bản|làng|buôn|bon|xóm|ấp|khu phố|tổ dân phố|xã|phường|chùa|nhóm|đội|đoàn|lớp|dự án|"
    r"câu lạc bộ|tổ hợp tác|tổ|hội|gia đình|tàu|cộng đồng|quỹ|lực lượng|tuổi trẻ)"
    rf"(?: (?!và |của |cho |với |ở |tại |đã |có |là )\w+){{0,5}}? {_CAP}(?: (?:{_CAP}|\d+))*"
)
_GROUP = re.compile(
    rf"{_WHOLE}"
    r"(?i:đội|nhóm|lớp|tổ|hợp tác xã|câu lạc bộ|tổ hợp tác|phong trào|tuyến đường|đường hoa)"
    r"(?: (?!và |của |cho |với |ở |tại |đã |có |là |này|trong |để )\w+){1,7}"
)
_QUOTED = re.compile(
    r"(?<!\w)(?i:mô hình|dự án|câu lạc bộ|phong trào|công trình|chương trình|tổ|đội|nhóm|lớp)"
    r" [“\"'‘]([^”\"'’\n]{4,80})[”\"'’]"
)
_MODEL = re.compile(
    r"(?<!\w)(?i:mô hình)(?: (?!này|đã |là |có |cho |của |mang |giúp |được )[\w-]+){1,6}"
)
_LEADER = re.compile(
    r"chủ tịch|bí thư|bộ trưởng|thứ trưởng|thủ tướng|đồng chí|ủy viên|tổng thống|cục trưởng|"
    r"vụ trưởng|trưởng phòng|trưởng ban|chánh văn phòng|giám đốc sở|trưởng công an|chỉ huy trưởng|"
    r"chính ủy|tư lệnh|hiệu trưởng|phó giám đốc|đại biểu|trưởng đoàn|chính trị viên|đồn trưởng"
)
_PERSONAL = re.compile(
    r"[ ,(–-]{0,3}(?:\d{1,2} tuổi|sn |sinh năm|ngụ |trú |quê |dân tộc |học sinh|sinh viên|lớp \d)"
)
_SPEAKS = re.compile(r"[^.\n]{0,40}?(?:cho biết|cho hay|khẳng định|thông tin|nhấn mạnh|đánh giá)")
_TELLS = re.compile(r"[^.\n]{0,25}?(?:chia sẻ|kể|tâm sự|bộc bạch|nhớ lại|bày tỏ|nói)")
_DOES = re.compile(
    r"[^.\n]{0,40}?(?:nhặt|trả lại|cứu|hiến|giúp|trồng|nuôi|xây|mở|thành lập|sáng chế|chế tạo|"
    r"khởi nghiệp|vận động|nấu|tặng|truyền dạy|gìn giữ|nhảy|lao |phát hiện|đầu tư|quyết định)"
)
PROMINENCE = {
    "in title": 1.5,
    "in sapo": 1.0,
    "in lead": 0.5,
    "count": 1.0,
    "personal": 1.0,
    "does": 1.0,
    "tells": 0.5,
    "leader": -1.5,
    "bare": -1.0,
    "area": -2.0,
    "model": -0.5,
}
"""Weights set by hand: how present a candidate is. They order the facts given to the exemplar
decision, so that these do not depend on what the learned ranking was trained on."""
_AREAS = frozenset({"xã", "phường", "huyện", "tỉnh"})


@dataclass(slots=True)
class Candidate:
    text: str
    kind: ExemplarKind
    mentions: list[Span]
    facts: dict[str, float] = field(default_factory=dict)
    score: float = 0.0


def candidates(
    reading: Reading, people: Sequence[Person], units: Sequence[Organisation]
) -> list[Candidate]:
    """Every possible subject with its facts, unranked."""
    found = _found(reading, people, units)
    folded = {name: reading.fields[name].folded for name in FIELDS}
    most = max((len(one.mentions) for one in found), default=1)
    for one in found:
        one.facts = _facts(one, folded, most)
        if one.kind is ExemplarKind.INDIVIDUAL:
            one.facts["only person"] = float(len(people) == 1)
            one.facts["few people"] = float(len(people) <= 3)
    _mark_first(found)
    return found


def rank(found: Iterable[Candidate], weights: Mapping[str, float]) -> list[Candidate]:
    """Best first, by the linear model ``weights`` over the facts."""
    ranked = list(found)
    for one in ranked:
        one.score = sum(weights.get(name, 0.0) * value for name, value in one.facts.items())
    return sorted(ranked, key=lambda one: -one.score)


def _found(
    reading: Reading, people: Sequence[Person], units: Sequence[Organisation]
) -> list[Candidate]:
    found: list[Candidate] = []
    for person in people:
        spans: list[Span] = [(m.field, m.start, m.end) for m in person.mentions]
        found.append(Candidate(person.name, ExemplarKind.INDIVIDUAL, spans))
    for unit in units:
        spans = [(m.field, m.start, m.end) for m in unit.mentions]
        found.append(Candidate(unit.name, ExemplarKind(unit.kind), spans))
    seen = {one.text.casefold() for one in found}
    grouped: dict[str, Candidate] = {}
    for kind, span, written in _by_form(reading):
        key = written.casefold()
        if key not in seen:
            grouped.setdefault(key, Candidate(written, kind, [])).mentions.append(span)
    return found + list(grouped.values())


def _by_form(reading: Reading) -> Iterator[tuple[ExemplarKind, Span, str]]:
    for name in FIELDS:
        text = reading.fields[name].text
        lead = text if name != "text" else text[: 2 * _LEAD]
        for match in _COMMUNITY.finditer(lead):
            yield ExemplarKind.COLLECTIVE, (name, match.start(), match.end()), match[0]
        for match in _GROUP.finditer(lead):
            yield ExemplarKind.COLLECTIVE, (name, match.start(), match.end()), match[0]
        for match in _QUOTED.finditer(text):
            yield ExemplarKind.MODEL, (name, match.start(1), match.end(1)), match[1]
        for match in _MODEL.finditer(text):
            yield ExemplarKind.MODEL, (name, match.start(), match.end()), match[0]


def _facts(one: Candidate, folded: Mapping[Field, str], most: int) -> dict[str, float]:
    where: dict[Field, list[int]] = defaultdict(list)
    leader = personal = speaks = tells = does = 0
    for name, start, end in one.mentions:
        where[name].append(start)
        text = folded[name]
        leader += bool(_LEADER.search(text, max(0, start - 70), start))
        personal += bool(_PERSONAL.match(text, end, end + 20))
        speaks += bool(_SPEAKS.match(text, end, end + 60))
        tells += bool(_TELLS.match(text, end, end + 40))
        does += bool(_DOES.match(text, end, end + 60))
    body = where["text"]
    syllables = one.text.casefold().split()
    first = min(body) / max(len(folded["text"]), 1) if body else 0.5
    kind = one.kind.value
    facts = {
        "in title": float(bool(where["title"])),
        "in sapo": float(bool(where["sapo"])),
        "in lead": float(bool(body) and min(body) < _LEAD),
        "opens": float(bool(body) and min(body) < 80),
        "count": math.log1p(len(one.mentions)),
        "share": len(one.mentions) / most,
        "late": first,
        "leader": min(leader, 2) / 2,
        "personal": float(personal > 0),
        "speaks": min(speaks, 2) / 2,
        "tells": min(tells, 3) / 3,
        "does": min(does, 3) / 3,
        "long": min(len(syllables), 8) / 8,
        "bare": float(len(syllables) == 1),
    }
    facts |= {f"{name}, {kind}": value for name, value in facts.items()}
    facts[kind] = 1.0
    if one.kind is not ExemplarKind.INDIVIDUAL:
        facts[f"head {syllables[0]}"] = 1.0
        facts["area"] = float(syllables[0] in _AREAS)
    return facts


def _mark_first(found: list[Candidate]) -> None:
    """Which candidate of each kind comes first in reading order, and which is named most."""
    by_kind: dict[ExemplarKind, list[Candidate]] = defaultdict(list)
    for one in found:
        by_kind[one.kind].append(one)
    for kind, several in by_kind.items():
        first = min(several, key=_reading_order)
        most = max(several, key=lambda one: len(one.mentions))
        first.facts[f"first {kind.value}"] = 1.0
        most.facts[f"most {kind.value}"] = 1.0


def _reading_order(one: Candidate) -> tuple[int, int]:
    return min((FIELDS.index(name), start) for name, start, _ in one.mentions)
