"""The organisations an article names: cooperatives, units, schools, associations, companies."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from pipeline.judge.gazetteer import Gazetteer
from pipeline.judge.names import SURNAMES
from pipeline.judge.runs import LOOK_BACK, SYLLABLE, Field, FieldText, Run, read_fields
from pipeline.shapes import ArticleText

OrganisationKind = Literal["collective", "enterprise"]

_ENTERPRISE = """
tổng công ty|công ty|hợp tác xã|liên hiệp hợp tác xã|htx|tập đoàn|doanh nghiệp|tổ hợp tác
|ngân hàng|nhà máy|xí nghiệp|cơ sở sản xuất|trang trại|thương hiệu|nhà hàng|khách sạn
"""
_COLLECTIVE = """
đồn biên phòng|trạm kiểm soát biên phòng|bộ đội biên phòng|bđbp|đồn công an|công an|sư đoàn
|lữ đoàn|trung đoàn|tiểu đoàn|đại đội|quân đoàn|binh đoàn|quân khu|vùng cảnh sát biển|vùng
|bộ tư lệnh|bộ chỉ huy|ban chỉ huy|ban chqs|bộ chqs|hải đội|hải đoàn|đội|chi bộ|đảng bộ|đảng ủy
|chi hội|hội|hiệp hội|liên đoàn|liên hiệp|câu lạc bộ|clb|nhóm|trường|trung tâm|bệnh viện|trạm y tế
|trạm|phòng|khoa|chi đoàn|huyện đoàn|tỉnh đoàn|thành đoàn|xã đoàn|đoàn thanh niên|đoàn|ubnd|hđnd
|mttq|ủy ban|mặt trận|sở|viện|học viện|đại học|đh|cao đẳng|chùa|giáo xứ|quỹ|hạt kiểm lâm|chi cục
|cục|vườn quốc gia|ban|cảnh sát|tổ|kho bạc|công đoàn|ban quản lý|nhà thờ|tòa án|viện kiểm sát
|hải quân|tổng cục|bưu điện|bảo tàng|thư viện|nhà hát|đoàn nghệ thuật|mái ấm|xóm trọ|phân xưởng
|khu bảo tồn|báo|đài
"""
_KIND_OF: dict[str, OrganisationKind] = {
    **{head.strip(): "collective" for head in " ".join(_COLLECTIVE.split()).split("|")},
    **{head.strip(): "enterprise" for head in " ".join(_ENTERPRISE.split()).split("|")},
}
_HEADS: dict[str, tuple[str, ...]] = {}
for _head in sorted(_KIND_OF, key=len, reverse=True):
    _first = _head.split()[0]
    _HEADS[_first] = (*_HEADS.get(_first, ()), _head)
_LOWER_HEADS = frozenset(
    head
    for head in _KIND_OF
    if len(head) > 4 and head not in {"trường", "phòng", "đoàn", "cao đẳng", "hải quân"}
) | {"đội", "tổ"}
"""Heads that begin a name even when written small ("chi bộ thôn Bản Phố")."""
_LOWER_FIRST = frozenset(head.split()[0] for head in _LOWER_HEADS)
_FIRST_OF_HEADS = frozenset(_HEADS)
_WEAK = """
hội đội đoàn vùng ban tổ quỹ sở viện báo đài khoa phòng trạm trường nhóm cục chùa
"""
_WEAK_HEADS = frozenset(_WEAK.split())
"""Heads that inside a run are more often a syllable of a name ("Khánh Hội")."""
_NO_ORGANISATION = frozenset(
    {
        "tổ quốc",
        "đội cụ hồ",
        "trường sa",
        "trường sơn",
        "trường giang",
        "hội an",
        "đoàn kết",
        "đài loan",
    }
)
_COMPOUNDS = """
biên phòng|hải quân|không quân|y tế|công an|cảnh sát|quân sự|quân y|văn hóa|chỉ huy|phòng thủ
|phụ nữ|nông dân|thanh niên|sinh viên|học sinh|cựu chiến|chiến binh|tổ quốc|kinh tế|nông nghiệp
|công binh|lâm nghiệp|thủy lợi|thủy sản|du lịch|giáo dục|đào tạo|khoa học|công nghệ|kỹ thuật
|nội vụ|tư pháp|tài chính|thương mại|dịch vụ|môi trường|xây dựng|giao thông|vận tải|cơ động
|hình sự|đa khoa|sản nhi|hồi sức|cấp cứu|chữa cháy|cứu nạn|cứu hộ|hậu cần|chính trị|tham mưu
|tên lửa|địa chất|khí tượng|thủy văn|nhân dân|dân quân|dân sự|bộ đội|chữ thập|thập đỏ|khuyến học
|khuyến nông|người mù|tiểu học|mầm non|mẫu giáo|trung học|phổ thông|dân tộc|nội trú|bán trú
|cao đẳng|đại học|bách khoa|sư phạm|ngoại thương|thể thao|truyền hình|phát thanh|điện tử|điện lực
|bảo hiểm|xã hội|kiểm lâm|kiểm ngư|trách nhiệm|hữu hạn|cổ phần|sản xuất|kinh doanh|đầu tư
|tình nguyện|thiện nguyện|từ thiện|nhân đạo|hiến máu|liên hiệp|việt nam|an ninh|quốc phòng|trẻ em
|người cao|cao tuổi|lao động|thương binh|chăn nuôi|thú y|trồng trọt|bảo vệ|sáng tạo|khởi nghiệp
|văn nghệ|nghệ thuật|mỹ thuật|đoàn kết|tự quản|phát triển|quốc tế|quốc gia|hành chính|dược liệu
|y dược|cộng đồng|công thương|sát biển
"""
_PAIRS = frozenset(" ".join(pair.split()) for pair in _COMPOUNDS.split("|"))
"""Words whose second syllable is often written small: a name may end on it ("Biên phòng")."""
_INNER = """
số xã phường tỉnh huyện thị trấn thành phố thôn bản ấp làng buôn khu vực vùng tổ dân y tế tiểu học
trung cơ sở phổ thông mầm non mẫu giáo tộc nội trú bán cao đẳng đại nghề nông nghiệp lâm thủy sản
hải dịch vụ thương mại xuất kinh doanh cổ phần tnhh trách nhiệm hữu hạn một hai viên xây dựng du
lịch cộng đồng công an binh đoàn phòng không pháo bộ quân chữa cháy cứu nạn hộ cảnh sát giao động
đường biên cửa khẩu quốc chỉ huy thủ đô môi trường trình hiến máu tình nguyện thiện từ chữ thập đỏ
phụ nữ nhân thanh niên cựu chiến người tuổi khuyết tật khuyến sinh vật đa khoa chuyên tổng hợp chè
cà phê kiểm soát bảo vệ rừng ngân hàng chính sách hội phát triển hỗ trợ kỹ thuật nghệ văn hóa thể
thao truyền hình việt nam đảng lao trẻ em dục đào tạo khí tượng nước sạch điện lực dược liệu rau
toàn tự quản đàn ca tài tử sự đặc trực thuộc bù nhi biển tâm thần phục hồi chức năng
"""
_INNER_WORDS = frozenset(_INNER.split())
_NUMBERED = frozenset({"số", "vực", "đoàn", "khu", "tổ", "đội", "xá", "vùng", "biển"})
"""Small words that a number may follow inside a name."""
_CAPITAL = re.compile(SYLLABLE)
_MARKS = r"\s,.;:!?…()\[\]“”\"'‘’"
_TOKEN = re.compile(rf" ?([^{_MARKS}]+(?:['’-][^{_MARKS}]+)*)")
_QUOTED = re.compile(r" [“\"']([^”\"'\n]{2,60})[”\"']")
_LONGEST = 110
_MOST_SMALL = 5
"""Small words in a row inside a name."""


@dataclass(frozen=True, slots=True)
class OrganisationMention:
    name: str
    field: Field
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Organisation:
    name: str
    """As first written in full."""
    kind: OrganisationKind
    mentions: tuple[OrganisationMention, ...]
    centrality: float
    """Mentions weighted by where they stand: title, sapo and the beginning count more."""


def find_organisations(
    article: ArticleText, gazetteer: Gazetteer | None = None
) -> tuple[Organisation, ...]:
    """The organisations named in title, sapo and body, the most central first.

    A name is the longest span from its head ("Hợp tác xã", "Đồn Biên phòng") over capitalised
    syllables and the small words that join them.

    Args:
        gazetteer: keeps place names that begin like an organisation (Hội An) out.
    """
    grouped: dict[str, list[OrganisationMention]] = defaultdict(list)
    kinds: dict[str, OrganisationKind] = {}
    for part in read_fields(article):
        reached = -1
        for run in part.runs:
            if run.end <= reached or (
                _FIRST_OF_HEADS.isdisjoint(run.keys) and _LOWER_FIRST.isdisjoint(run.before)
            ):
                continue
            for start, head in _heads(run, part.folded):
                if start < reached:
                    continue
                end = _name_end(part, start + len(head))
                if end is None:
                    continue
                name = part.text[start:end]
                key = part.folded[start:end]
                if key in _NO_ORGANISATION or (gazetteer is not None and gazetteer.named(key)):
                    break
                grouped[key].append(OrganisationMention(name, part.field, start, end))
                kinds.setdefault(key, _KIND_OF[head])
                reached = end
                break
    organisations = [
        Organisation(mentions[0].name, kinds[key], tuple(mentions), sum(map(_weight, mentions)))
        for key, mentions in grouped.items()
    ]
    return tuple(sorted(organisations, key=lambda organisation: -organisation.centrality))


def _heads(run: Run, folded: str) -> Iterator[tuple[int, str]]:
    """Offsets where an organisation's name may begin at or directly before this run."""
    if not _LOWER_FIRST.isdisjoint(run.before):
        yield from _small_heads(run, folded)
    for index, key in enumerate(run.keys):
        for head in _HEADS.get(key, ()):
            if index and head in _WEAK_HEADS:
                continue
            start = run.starts[index]
            end = start + len(head)
            if folded.startswith(head, start) and not folded[end : end + 1].isalnum():
                yield start, head
                break


def _small_heads(run: Run, folded: str) -> Iterator[tuple[int, str]]:
    for first in range(len(run.before)):
        for last in range(len(run.before), first, -1):
            words = " ".join(run.before[first:last])
            if words not in _LOWER_HEADS:
                continue
            behind = run.before[last:]
            start = folded.rfind(
                words, run.start - LOOK_BACK if run.start > LOOK_BACK else 0, run.start
            )
            soldiers = words == "đội" and folded.startswith("bộ ", start - 3)
            if start >= 0 and not soldiers and all(word in _INNER_WORDS for word in behind):
                yield start, words
                return


def _name_end(part: FieldText, position: int) -> int | None:
    """Where the name that goes on at ``position`` ends; None when the head stands alone."""
    text, end = part.text, None
    limit = min(len(text), position + _LONGEST)
    small = 0
    previous = ""
    while position < limit:
        if quoted := _QUOTED.match(text, position):
            return quoted.end()
        token = _TOKEN.match(text, position)
        if token is None:
            break
        word = token[1]
        key = part.folded[token.start(1) : token.end(1)]
        capital = _CAPITAL.match(word) is not None
        if end is not None and capital and key in SURNAMES and _PERSON.match(text, token.start(1)):
            break  # "Hội Nông dân xã Trần Văn A": the chair follows at once
        numbered = word.isdigit() and len(word) < 5
        if capital or (numbered and (small == 0 or previous in _NUMBERED)):
            end, small = token.end(1), 0
        elif key in _INNER_WORDS and small < _MOST_SMALL:
            if end == position and f"{previous} {key}" in _PAIRS:
                end = token.end(1)
            small += 1
        elif word in {"-", "–", "&", "và"} and end is not None and _joins(part, token.end() + 1):
            small += 1
        else:
            break
        position = token.end()
        if key == "tp" and text.startswith(".", position):
            position += 1
        previous = key
    return end


def _joins(part: FieldText, position: int) -> bool:
    """A capital follows that does not begin another organisation."""
    return _CAPITAL.match(part.text, position) is not None and not any(
        part.folded.startswith(head, position)
        for head in _HEADS.get(part.folded[position : position + 12].split(" ")[0], ())
    )


_MIDDLE = "(?:Văn|Thị|Đức|Hữu|Quốc|Minh|Thanh|Xuân|Ngọc|Công|Đình)"
_PERSON = re.compile(rf"{SYLLABLE} {_MIDDLE} {SYLLABLE}")


def _weight(mention: OrganisationMention) -> float:
    if mention.field == "title":
        return 4.0
    if mention.field == "sapo":
        return 2.5
    return 1.5 if mention.start < 600 else 1.0
