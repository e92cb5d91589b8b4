"""Who an article is about: the named persons, units, enterprises and models it could be.

Candidates are found by form (a surname or a title before capitalised syllables; a unit's head word
before its name; quotation marks after "mô hình"), described by plain facts about where and how they
are mentioned, and ranked by a linear model over these facts.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from pipeline.judge.article_reading import FIELDS, Field, Reading
from pipeline.text.fold import fold

Kind = Literal["individual", "household", "collective", "enterprise", "model"]

_UP = "A-ZÀ-ÖØ-ÝĂĐĨŨƠƯẠ-Ỹ"
_CAP = rf"(?:[{_UP}][\w'’]*(?:-[{_UP}]?[\w'’]+)*)"
_SURNAMES = (
    "Nguyễn|Trần|Lê|Phạm|Huỳnh|Hoàng|Phan|Vũ|Võ|Đặng|Bùi|Đỗ|Hồ|Ngô|Dương|Lý|Đinh|Đoàn|Lâm|Mai|Trịnh|"
    "Đào|Cao|Lương|Hà|Tạ|Tô|Châu|Chu|Vương|Phùng|Quách|Thái|Tống|Triệu|Lưu|Lục|La|Kiều|Khuất|Thạch|Kim|"
    "Sơn|Danh|Giàng|Vàng|Sùng|Thào|Lò|Lường|Cầm|Quàng|Tòng|Hờ|Vừ|Mùa|Ly|Cứ|Hạng|Lù|Lèng|Má|Tráng|Sình|"
    "Phàn|Bàn|Tẩn|Chảo|Đèo|Điểu|Đinh|Y|H|Rơ|Siu|Ksor|Kpă|Nay|A|Alăng|Zơrâm|Pơloong|Bnướch|Bríu|Hôih|"
    "Arất|Ating|Coor|Ra|Chamaléa|Pinăng|Katơr|Mấu|Cao|Tăng|Mạch|Từ|Ninh|Nông|Ma|Ông|Bế|Âu|Đàm|Đồng|"
    "Giang|Hứa|Khổng|Lại|Lộc|Mạc|Nghiêm|Phí|Quản|Thân|Tiêu|Tôn|Tôn Nữ|Trang|Trà|Trương|Văn|Viên|Vi|Xa"
)
_TITLES = (
    "ông|bà|anh|chị|em|cụ|cô|thầy|bác|chú|dì|cậu|cháu|già|lão nông|nghệ nhân|nghệ sĩ|bác sĩ|kỹ sư|"
    "nông dân|cựu chiến binh|già làng|trưởng thôn|trưởng bản|đại úy|thượng úy|trung úy|thiếu úy|"
    "đại tá|thượng tá|trung tá|thiếu tá|thiếu tướng|trung tướng|đại uý|thượng uý|trung uý|thiếu uý|"
    "binh nhất|binh nhì|hạ sĩ|trung sĩ|thượng sĩ|chiến sĩ|nhà giáo|thầy giáo|cô giáo|sinh viên|học sinh|"
    "ca sĩ|nhà văn|nhà thơ|họa sĩ|nhạc sĩ|doanh nhân|giám đốc|thạc sĩ|tiến sĩ|lương y|đảng viên|"
    "linh mục|đại đức|thượng tọa|sư cô|ni sư|vợ chồng|vợ chồng anh|vợ chồng ông|gia đình anh|hộ ông|hộ bà"
)
_LEADERS = (
    "chủ tịch|phó chủ tịch|bí thư|phó bí thư|bộ trưởng|thứ trưởng|thủ tướng|phó thủ tướng|tổng bí thư|"
    "giám đốc sở|phó giám đốc|trưởng ban|phó trưởng ban|chánh văn phòng|trưởng phòng|phó trưởng phòng|"
    "ủy viên|đồng chí|tổng thống|chủ tịch nước|cục trưởng|vụ trưởng|phó cục trưởng|ubnd xã|ubnd huyện|"
    "chỉ huy trưởng|chính ủy|chính trị viên|tư lệnh|hiệu trưởng|trưởng công an|phó hiệu trưởng"
)
_HEADS = (
    "Đồn Biên phòng|Bộ Chỉ huy|Ban Chỉ huy|Bộ Tư lệnh|Bộ đội|Công an|Cảnh sát|Lữ đoàn|Sư đoàn|Trung đoàn|"
    "Tiểu đoàn|Binh đoàn|Quân đoàn|Quân khu|Vùng|Hải đoàn|Đại đội|Phòng|Đội|Trường|Trung tâm|Bệnh viện|"
    "Trạm|Câu lạc bộ|CLB|Hội|Chi hội|Đoàn|Tỉnh đoàn|Thành đoàn|Chi đoàn|Nhóm|Tổ|HTX|Hợp tác xã|Công ty|"
    "Tập đoàn|Tổng công ty|Nhà máy|Xí nghiệp|Ngân hàng|Chùa|Giáo xứ|Nhà thờ|Làng|Thôn|Bản|Buôn|Xã|Phường|"
    "Khu phố|Tổ dân phố|Ủy ban MTTQ|MTTQ|Mặt trận|Liên đoàn Lao động|Chi bộ|Đảng bộ|Ban|Học viện|Đại học|"
    "ĐH|Viện|Điện lực|Báo|Đài|Cộng đồng|Dự án|Quỹ|Tổ hợp tác|Cơ sở|Doanh nghiệp|Thanh niên|Tuổi trẻ|"
    "Dòng họ|Gia đình|Tàu|Hải quân|Lực lượng|Chính quyền|Nhân dân"
)
_INNER = (
    "biên|phòng|binh|chiến|công|an|nhân|dân|xã|phường|tỉnh|huyện|thành|phố|quân|sự|cảnh|sát|giao|thông|"
    "khu|vực|đoàn|thanh|niên|phụ|nữ|nông|y|tế|học|trung|tiểu|phổ|cao|đẳng|đại|cổ|phần|chữa|cháy|cứu|nạn|"
    "hộ|và|thủ|chỉ|huy|bộ|đội|cơ|động|hải|số|thiện|nguyện|tình|máu|hiến|của|tổ|chức|dục|đa|khoa|hợp|tác|"
    "thôn|bản|làng|buôn|du|lịch|văn|hóa|hoá|dịch|vụ|nghiệp|sản|xuất|môi|trường|trình|đô|thị|tự|quản|"
    "đường|bộ|tốc|trấn|thị|cộng|đồng|chữ|thập|đỏ|sinh|viên|trị|chính|sách|hội|tuần|tra|dẫn|đạo|nghệ|thuật"
)
_TITLED = re.compile(rf"(?<!\w)(?i:{_TITLES})\s+({_CAP}(?:\s+{_CAP}){{0,4}})")
_NAMED = re.compile(rf"(?<!\w)((?:{_SURNAMES})(?:\s+{_CAP}){{1,4}})(?!\w)")
_CAPS = re.compile(rf"{_CAP}(?:\s+{_CAP})*$")
_UNIT = re.compile(
    rf"(?<!\w)((?:(?i:{_HEADS}))(?:\s+(?:(?:{_INNER})(?!\w)|{_CAP}|\d+|\([{_UP}]+\)|-|–))*"
    rf"\s+(?:{_CAP}|\d+(?![\d.,/]|\s*(?:giờ|ngày|người|tỷ|triệu))|\([{_UP}]+\)))"
)
_QUOTED_MODEL = re.compile(
    r"(?<!\w)(mô hình|dự án|câu lạc bộ|phong trào|công trình|chương trình|tổ|đội|nhóm)\s+[“\"'‘]([^”\"'’\n]{4,70})[”\"'’]",
    re.I,
)
_MODEL = re.compile(r"(?<!\w)mô hình\s+((?:\w+[\s-]+){1,7}\w+)", re.I)
_LEADER = re.compile(rf"(?:{_LEADERS})[^.;\n]{{0,60}}$")
_PERSONAL = re.compile(
    r"\s*[,(–-]?\s*\(?(?:\d{2} tuổi|sn\b|sinh năm|ngụ|trú|quê|\d+ tuổi|dân tộc|học sinh|sinh viên|lớp)"
)
_SPEAKS = re.compile(
    r"\s*[^.\n]{0,40}?(?:cho biết|cho hay|chia sẻ|nói|kể|tâm sự|bày tỏ|khẳng định|thông tin)"
)
_ENTERPRISE = re.compile(
    r"htx|hợp tác xã|công ty|tập đoàn|tổng công ty|doanh nghiệp|xí nghiệp|tổ hợp tác|cơ sở"
)


@dataclass(slots=True)
class Candidate:
    text: str
    kind: Kind
    mentions: list[tuple[Field, int, int]] = field(default_factory=list)
    facts: dict[str, float] = field(default_factory=dict)
    score: float = 0.0


def candidates(reading: Reading) -> list[Candidate]:
    """Every possible subject with its facts, in order of first mention."""
    texts = {name: reading.fields[name].text for name in FIELDS}
    persons: dict[str, Candidate] = {}
    others: dict[str, Candidate] = {}
    leaders: Counter[str] = Counter()
    titled: Counter[str] = Counter()
    personal: Counter[str] = Counter()
    speaks: Counter[str] = Counter()
    given: Counter[str] = Counter()
    for name in FIELDS:
        text = texts[name]
        folded = fold(text)
        for start, end, has_title, written in _people(text):
            key = fold(written)
            given[key.split()[-1]] += 1
            if len(key.split()) < 2 and not has_title:
                continue
            found = persons.setdefault(key, Candidate(written, "individual"))
            found.mentions.append((name, start, end))
            titled[key] += has_title
            leaders[key] += bool(_LEADER.search(folded[max(0, start - 90) : start]))
            personal[key] += bool(_PERSONAL.match(folded[end : end + 30]))
            speaks[key] += bool(_SPEAKS.match(folded[end : end + 60]))
        for start, end, kind, written in _units(text):
            key = fold(written)
            found = others.setdefault(key, Candidate(written, kind))
            found.mentions.append((name, start, end))
    everyone = list(persons.items()) + list(others.items())
    length = max(len(texts["text"]), 1)
    for key, found in everyone:
        fields = Counter(name for name, _, _ in found.mentions)
        body = [start for name, start, _ in found.mentions if name == "text"]
        syllables = key.split()
        short = given[syllables[-1]] if found.kind == "individual" else 0
        first_sentence = reading.fields["text"].text[:400]
        found.facts = {
            f"kind:{found.kind}": 1.0,
            "in_title": float(fields["title"] > 0),
            "in_sapo": float(fields["sapo"] > 0),
            "in_lead": float(bool(body) and body[0] < 400),
            "count": math.log1p(len(found.mentions) + short),
            "first": 1 - (min(body) / length if body else (0.0 if fields else 1.0)),
            "syllables": min(len(syllables), 6) / 6,
            "full": float(found.kind == "individual" and len(syllables) >= 3),
            "single": float(found.kind == "individual" and len(syllables) == 1),
            "titled": float(titled[key] > 0),
            "leader": float(leaders[key] > 0),
            "personal": float(personal[key] > 0),
            "speaks": float(speaks[key] > 0),
            "opens": float(bool(body) and body[0] < 60),
            "quoted": float(f"“{found.text}" in first_sentence),
            f"head:{syllables[0]}" if found.kind != "individual" else "name": 1.0,
        }
    return [found for _, found in everyone]


def _people(text: str) -> Iterator[tuple[int, int, bool, str]]:
    """Start, end, whether a title stands before it, and the name as written."""
    taken: set[int] = set()
    for match in _TITLED.finditer(text):
        name = match[1]
        if _CAPS.match(name) and not re.fullmatch(r"[A-ZĐ\d]+", name):
            taken.add(match.start(1))
            yield match.start(1), match.end(1), True, " ".join(name.split())
    for match in _NAMED.finditer(text):
        if match.start(1) not in taken:
            yield match.start(1), match.end(1), False, " ".join(match[1].split())


def _units(text: str) -> Iterator[tuple[int, int, Kind, str]]:
    for match in _UNIT.finditer(text):
        written = " ".join(match[1].split())
        kind: Kind = "enterprise" if _ENTERPRISE.match(fold(written)) else "collective"
        yield match.start(1), match.end(1), kind, written
    for match in _QUOTED_MODEL.finditer(text):
        yield match.start(2), match.end(2), "model", match[2]
    for match in _MODEL.finditer(text):
        yield match.start(), match.end(1), "model", " ".join(match[0].split()[:7])
