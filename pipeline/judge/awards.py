"""Awards an article tells of, with the level of who gave them and, if said, to whom."""

from __future__ import annotations

import re

from pipeline.judge.names import any_of
from pipeline.judge.runs import SYLLABLE, FieldText, find_all, read_fields
from pipeline.shapes import ArticleText, Award, Evidence

_HONOURS = any_of("""
anh hùng lao động|anh hùng lực lượng vũ trang(?: nhân dân)?|nghệ nhân (?:ưu tú|nhân dân)
|nhà giáo (?:ưu tú|nhân dân)|thầy thuốc (?:ưu tú|nhân dân)|nghệ sĩ (?:ưu tú|nhân dân)
|bà mẹ việt nam anh hùng|chiến sĩ thi đua(?: (?:toàn quốc|cơ sở|cấp \\w+))?|lao động tiên tiến
|chiến sĩ tiên tiến|nông dân việt nam xuất sắc|công dân (?:ưu tú|tiêu biểu)|đơn vị quyết thắng
|tập thể lao động (?:xuất sắc|tiên tiến)|gương mặt trẻ [^,.;\\n]{0,25}tiêu biểu
|người tốt,? việc tốt tiêu biểu
""")
_FORMS = any_of("""
bằng khen|giấy khen|thư khen|thư cảm ơn|bằng lao động sáng tạo|bằng tuyên dương|kỷ niệm chương
|kỉ niệm chương|huân chương|huy chương|huy hiệu|cờ thi đua|bảng vàng|giải thưởng|cúp vàng
|giải (?:nhất|nhì|ba|khuyến khích|đặc biệt|vàng|bạc)|danh hiệu|sao thần nông|vifotec|lương định của
""")
_AWARD = re.compile(rf"(?<!\w)(?:(?P<honour>(?:danh hiệu )?{_HONOURS})|{_FORMS})(?!\w)")
_STARTS = """
bằng k|bằng l|bằng t|giấy k|thư k|thư c|kỷ n|kỉ n|huân |huy |cờ t|bảng v|giải |danh h|cúp v|chiến s
|lao động t|anh h|nghệ |nhà giáo|thầy t|bà mẹ v|nông dân v|công d|gương m|người t|đơn vị q
|tập thể l|sao t|vifo|lương đ
"""
_BEGINNINGS = tuple(start.strip("\n") for start in _STARTS.split("|"))
"""A cheap first look: the whole list is tried only where one of these stands."""
_NEEDS_MORE = frozenset({"huân chương", "huy hiệu", "giải thưởng", "danh hiệu", "bảng vàng"})
"""Words that alone name no award."""
_RANKS = any_of("""
lao động|độc lập|hồ chí minh|chiến công|bảo vệ tổ quốc|dũng cảm|quân công|sao vàng|kháng chiến
|đại đoàn kết dân tộc|chiến sĩ vẻ vang|giải phóng|vàng|bạc|đồng|nhà nước
""")
_RANK = re.compile(rf"(?: {_RANKS})?(?:,? hạng (?:nhất|nhì|ba))?")
_QUOTED = re.compile(r"[ :]*[“\"'‘] ?([^”\"'’\n]{2,90})[”\"'’]")
_STOPS = any_of("""
của|năm|do|cho|tại|trong|vì|về|và|được|là|với|khi|để|lần|ở|mà|này|đã|từ|cấp|hạng|trao|tặng|ngày
|nhờ|đối|như|cùng|dành|ghi|vừa|truy|bởi|nên|cũng|giai
""")
_NAME = re.compile(rf" {SYLLABLE}(?: (?!{_STOPS}\b)\w+){{0,8}}")
_YEAR = re.compile(r",? (?:năm|lần thứ) (?:học )?\d{1,4}(?: ?- ?\d{4})?")
_GIVER = re.compile(
    rf",? (?:của|do|từ) (?P<giver>(?!mình|ông|bà|anh|chị)\w+(?: (?!{_STOPS}\b)[\w.&]+){{0,14}})"
)
_GIVERS = any_of("""
thủ tướng(?: chính phủ)?|chủ tịch nước|bộ trưởng[^,.;\\n]{0,40}|bộ [^,.;\\n]{3,40}
|(?:chủ tịch )?ubnd [^,.;\\n]{2,30}|(?:tỉnh|huyện|thành|xã) ?đoàn[^,.;\\n]{0,20}
|trung ương [^,.;\\n]{3,30}|công an [^,.;\\n]{2,30}|hội [^,.;\\n]{3,40}|giám đốc [^,.;\\n]{3,40}
|sở [^,.;\\n]{3,30}|đoàn [^,.;\\n]{3,30}
""")
_GIVES = any_of("trao tặng|tặng thưởng|tặng|trao|khen thưởng|phong tặng|cấp|thưởng")
_BEFORE = re.compile(
    rf"(?<!\w)(?P<giver>{_GIVERS})\s(?:(?:đã|vừa|quyết định|ký|có|cũng) )*(?:truy )?{_GIVES}"
    r"[^,.;\n]{0,20}$"
)
_STATE = re.compile(
    r"(?:danh hiệu )?(?:huân chương|anh hùng|nghệ nhân|nhà giáo|thầy thuốc|nghệ sĩ|bà mẹ)"
    r"|giải thưởng (?:hồ chí minh|nhà nước)|huy chương (?:kháng chiến|chiến sĩ|quân kỳ)"
)
_FIRM = any_of("công ty|tập đoàn|hợp tác xã|htx|trường|bệnh viện|báo|quỹ|liên minh|tổng công ty")
_PROVINCIAL = any_of("""
tỉnh|ubnd (?:tp|thành phố)|thành phố|tp|thành đoàn|thành ủy|giám đốc sở|sở
""")
_MINISTERIAL = any_of("""
(?<!cán )(?<!chi )(?<!đảng )bộ|trung ương|tw|việt nam|tổng liên đoàn|tổng cục|quân khu|quân chủng
|binh chủng|toàn quốc|quốc gia|bộ đội biên phòng|ủy ban dân tộc
""")
_BY_GIVER = (
    ("state", re.compile(r"(?:chủ tịch nước|nhà nước)\b")),
    ("government", re.compile(r"(?:thủ tướng|chính phủ)\b")),
    ("organisation", re.compile(rf"(?:\w+ )?{_FIRM}\b.*")),
    ("commune", re.compile(r"(?:.*\b)?(?:xã|phường|thị trấn|đặc khu|cấp cơ sở)(?<!hợp tác xã)\b")),
    ("province", re.compile(rf"(?:.*\b)?{_PROVINCIAL}\b")),
    ("district", re.compile(r"(?:.*\b)?(?:huyện|quận|thị xã|thị ủy|huyện đoàn|huyện ủy)\b")),
    ("ministry", re.compile(rf"(?:.*\b)?{_MINISTERIAL}\b")),
)
_NATIONAL = any_of("""
lương định của|sao thần nông|vifotec|nông dân việt nam|gương mặt trẻ việt nam|thanh niên sống đẹp
|tuổi trẻ (?:dũng cảm|sáng tạo)|bằng lao động sáng tạo|vì sự nghiệp|nguyễn đức cảnh|kovalev
|phạm ngọc thạch|người thợ trẻ giỏi|cấp bộ|toàn quốc|quốc gia|việt nam
""")
_BY_NAME = (
    ("government", re.compile(r"chiến sĩ thi đua toàn quốc|thủ tướng|cờ thi đua.* chính phủ")),
    ("ministry", re.compile(_NATIONAL)),
    ("province", re.compile(r"cấp tỉnh|cấp thành phố|cờ thi đua|tập thể lao động xuất sắc")),
    ("district", re.compile(r"cấp huyện")),
    ("commune", re.compile(r"cơ sở|cấp xã")),
)
_TO = re.compile(r",? (?:cho|tặng|đến) (?P<to>[^,.;:\n]{3,80})")


def find_awards(article: ArticleText) -> tuple[tuple[Award, ...], tuple[Evidence, ...]]:
    """Awards named in title, sapo and body, each once, in reading order.

    The level is that of the body named as giver, else the one that the law ties to the form
    (Law 06/2022/QH15 on Emulation and Commendation): orders and honour titles are the state's.
    An award whose giver is not named and whose form has no fixed level is an ``organisation``'s.

    Returns:
        awards, and evidence: one ``award`` span for each award, and one ``award_to`` span for each
        receiver that the sentence names directly after it.
    """
    found: dict[str, tuple[Award, list[Evidence]]] = {}
    for part in read_fields(article):
        reached = -1
        for start in find_all(part.folded, _BEGINNINGS):
            match = _AWARD.match(part.folded, start) if start >= reached else None
            if match is None:
                continue
            end, giver = _extent(part, match)
            if end == match.end() and match[0] in _NEEDS_MORE:
                continue
            reached = end
            key = part.folded[start:end]
            if any(key in known for known in found):
                continue
            for shorter in [known for known in found if known in key]:
                del found[shorter]
            text = part.text[start:end]
            evidence = [Evidence("award", part.field, start, end, text)]
            if receiver := _TO.match(part.folded, end):
                to_start, to_end = receiver.span("to")
                quote = part.text[to_start:to_end]
                evidence.append(Evidence("award_to", part.field, to_start, to_end, quote))
            found[key] = Award(text, _level(part.folded, start, end, giver)), evidence
    return (
        tuple(award for award, _ in found.values()),
        tuple(span for _, evidence in found.values() for span in evidence),
    )


def _extent(part: FieldText, award: re.Match[str]) -> tuple[int, str | None]:
    """Where the award's name ends, with rank, quoted title, year and giver; and the giver."""
    folded, end = part.folded, award.end()
    if award["honour"] is None:
        if rank := _RANK.match(folded, end):
            end = rank.end()
        if extension := _QUOTED.match(part.text, end) or _NAME.match(part.text, end):
            end = extension.end()
    elif quoted := _QUOTED.match(part.text, end):
        end = quoted.end()
    if year := _YEAR.match(folded, end):
        end = year.end()
    giver = _GIVER.match(folded, end)
    if giver is None:
        return end, None
    end = giver.start("giver") + len(giver["giver"].rstrip("."))
    if year := _YEAR.match(folded, end):
        end = year.end()
    return end, giver["giver"]


def _level(folded: str, start: int, end: int, giver: str | None) -> str:
    name = folded[start:end]
    if _STATE.match(name):
        return "state"
    if giver is None and (before := _BEFORE.search(folded, max(0, start - 110), start)):
        giver = before["giver"]
    if giver is not None:
        for level, pattern in _BY_GIVER:
            if pattern.match(giver):
                return level
    for level, pattern in _BY_NAME:
        if pattern.search(name):
            return level
    return "organisation"
