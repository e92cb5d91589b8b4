"""Awards an article tells of, with the level of who gave them and, if said, to whom."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from pipeline.judge.names.award_receivers import receiver_of, sentence_begin
from pipeline.judge.names.personal import any_of
from pipeline.judge.reading.runs import SYLLABLE, FieldText, by_first_word, find_all, read_fields
from pipeline.shapes import ArticleText, Award, Evidence

_HONOURS = any_of("""
anh hùng lao động|anh hùng lực lượng vũ trang(?: nhân dân)?|nghệ nhân (?:ưu tú|nhân dân)
|nhà giáo (?:ưu tú|nhân dân)|thầy thuốc (?:ưu tú|nhân dân)|nghệ sĩ (?:ưu tú|nhân dân)
|bà mẹ việt nam anh hùng|lao động tiên tiến
|chiến sĩ thi đua(?: (?:toàn quốc|toàn quân|toàn lực lượng|toàn ngành|cơ sở|cấp \\w+))?
|chiến sĩ tiên tiến|nông dân việt nam xuất sắc|công dân (?:ưu tú|tiêu biểu)|đơn vị quyết thắng
|tập thể lao động (?:xuất sắc|tiên tiến)|gương mặt trẻ [^,.;\\n]{0,25}tiêu biểu
|người tốt,? việc tốt tiêu biểu|nông dân (?:sản xuất,? )?kinh doanh giỏi
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
|tập thể l|sao t|vifotec|lương đ
"""
_BEGINNINGS = by_first_word(start.strip("\n") for start in _STARTS.split("|"))
"""A cheap first look: the whole list is tried only where one of these stands."""
_NEEDS_MORE = frozenset({"huy hiệu", "giải thưởng", "danh hiệu", "bảng vàng"})
"""Words that alone name no award."""
_RANKS = any_of("""
lao động|độc lập|hồ chí minh|chiến công|bảo vệ tổ quốc|dũng cảm|quân công|sao vàng|kháng chiến
|đại đoàn kết dân tộc|chiến sĩ vẻ vang|giải phóng|vàng|bạc|đồng|nhà nước
""")
_RANK = re.compile(rf"(?: {_RANKS})?(?:,? hạng (?:nhất|nhì|ba))?")
_QUOTED = re.compile(r"[ :]*[“\"'‘] ?([^”\"'’\n]{2,90})[”\"'’]")
_STOPS = any_of("""
của|năm|do|cho|đến|tại|trong|vì|về|và|được|là|với|khi|để|lần|ở|mà|này|đã|từ|cấp|hạng|trao|tặng|ngày
|nhờ|đối|như|cùng|dành|ghi|vừa|truy|bởi|nên|cũng|giai
""")
_NAME = re.compile(rf" {SYLLABLE}(?: (?!{_STOPS}\b)\w+){{0,8}}")
_YEAR = re.compile(r",? (?:năm|lần thứ) (?:học )?\d{1,4}(?: ?- ?\d{4})?")
_GIVER = re.compile(
    r"(?: (?:và|cùng) (?:phần thưởng|hoa|quà|tiền thưởng))?,? (?:của|do|từ) "
    rf"(?P<giver>(?!mình|ông|bà|anh|chị)\w+(?: (?!{_STOPS}\b)[\w.&]+){{0,14}})"
)
_BODIES = any_of("""
thủ tướng|chính phủ|chủ tịch nước|nhà nước|bộ trưởng|(?<!cán )(?<!đội )bộ(?! đội)|ubnd|mttq|mặt trận
|ủy ban nhân dân|(?:tỉnh|thành|huyện|quận|thị|xã) ?đoàn|(?:tỉnh|thành|huyện|quận|thị|đảng) ủy|sở
|trung ương|công an|(?<!xã )(?<!đại )(?<!lễ )(?<!quốc )hội|(?<!tập )(?<!liên )(?<!đại )đoàn
|quân khu|bộ chỉ huy|bộ tư lệnh|trung tâm|công ty|(?<!thị )(?<!môi )trường|đại học|bệnh viện
|liên đoàn|tập đoàn|ngân hàng|đồn|sư đoàn|giám đốc|bí thư|chủ tịch|ban(?! giám)
""")
_BODY = re.compile(rf"(?<!\w){_BODIES}(?!\w)")
_GIVES = re.compile(r"(?<!\w)(?:trao|tặng|khen thưởng|phong tặng|cấp|thưởng|công nhận)(?!\w)")
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
    ("ministry", re.compile(rf"{_NATIONAL}|toàn (?:quân|lực lượng|ngành)")),
    ("province", re.compile(r"cấp tỉnh|cấp thành phố|cờ thi đua|tập thể lao động xuất sắc")),
    ("district", re.compile(r"cấp huyện")),
    ("commune", re.compile(r"cơ sở|cấp xã")),
)
_PROPOSED = re.compile(
    r"(?<!\w)(?:(?<!theo )(?<!văn bản )(?:đề nghị|đề xuất|kiến nghị)|đề cử|đang trình"
    r"|hoàn thiện hồ sơ|lập hồ sơ|làm hồ sơ"
    r"|trình (?:thủ tướng|chủ tịch|ubnd|hội đồng|cấp trên|cấp có thẩm quyền|bộ|tỉnh|sở)"
    r"|dự kiến|sẽ(?: được)? (?:trao|tặng|nhận|khen|đề|phong|truy)|xem xét)(?!\w)(?P<then>[^;\n]*)$"
)
_GIVEN = re.compile(r"(?<!\w)(?:đã|vừa|từng)(?: \w+){0,2} (?:nhận|tặng|trao|phong|khen|đạt)(?!\w)")
_PRIZE = re.compile(r"giải (?!thưởng)|huy chương")
_CONTEST = re.compile(r"[^,.;:\n]{0,90}")
_OF_LEVEL = re.compile(r"[”\"']? cấp [^,.;\n]{2,12}")
_HELD = re.compile(r"(?:hội thi|cuộc thi|hội thao|liên hoan|đại hội|hội diễn)(?!\w)[^,.;\n]{0,70}")


def find_awards(article: ArticleText) -> tuple[tuple[Award, ...], tuple[Evidence, ...]]:
    """Awards given that title, sapo and body name, each once, in reading order.

    The level is that of the body named as giver, else the one that the law ties to the form
    (Law 06/2022/QH15 on Emulation and Commendation): orders and honour titles are the state's.
    An award whose giver is not named and whose form has no fixed level is an ``organisation``'s.

    Returns:
        awards, and evidence: one ``award`` span for each award, and one ``award_to`` span for each
        receiver that the sentence names directly after it.
    """
    kept: list[tuple[str, Award, list[Evidence]]] = []
    for mention in award_mentions(article):
        if mention.proposed:
            continue
        key = mention.name.quote.lower()
        to = mention.receiver.quote if mention.receiver else ""
        told = Award(mention.name.quote, mention.level, to)
        spans = [mention.name, *([mention.receiver] if mention.receiver else [])]
        same = next((at for at, one in enumerate(kept) if _is_same(one, key, mention)), None)
        if same is None:
            kept.append((key, told, spans))
        elif _says_more(kept[same], key, mention):
            _, before, known = kept[same]
            if mention.receiver is None:
                told, spans = replace(told, to=before.to), [*spans, *known[1:]]
            kept[same] = (key, told, spans)
    return (
        tuple(award for _, award, _ in kept),
        tuple(span for *_, spans in kept for span in spans),
    )


@dataclass(frozen=True, slots=True)
class AwardMention:
    name: Evidence
    level: str
    receiver: Evidence | None
    proposed: bool = False
    """Somebody asks for it or plans to give it."""


def award_mentions(article: ArticleText) -> Iterator[AwardMention]:
    """Every place where an award is named, in reading order."""
    for part in read_fields(article):
        reached = -1
        for start in find_all(part, _BEGINNINGS):
            match = _AWARD.match(part.folded, start) if start >= reached else None
            if match is None:
                continue
            end, giver = _extent(part, match)
            if end == match.end() and match[0] in _NEEDS_MORE:
                continue
            reached = end
            receiver = None
            if to := receiver_of(part.text, part.folded, start, end):
                receiver = Evidence("award_to", part.field, *to, part.text[to[0] : to[1]])
            yield AwardMention(
                Evidence("award", part.field, start, end, part.text[start:end]),
                _level(part.folded, start, end, giver),
                receiver,
                _is_proposed(part.folded, start),
            )


def _is_proposed(folded: str, start: int) -> bool:
    asked = _PROPOSED.search(folded, sentence_begin(folded, start), start)
    return asked is not None and not _GIVEN.search(asked["then"])


def _is_same(one: tuple[str, Award, list[Evidence]], key: str, mention: AwardMention) -> bool:
    """The same award told again: one name within the other, and nobody else receives it."""
    known, _, spans = one
    if key not in known and known not in key:
        return False
    if mention.receiver is None or len(spans) == 1:
        return True
    names = (spans[1].quote.lower().split(), mention.receiver.quote.lower().split())
    return names[0][-1] == names[1][-1] or not set(names[0]).isdisjoint(names[1])


def _says_more(one: tuple[str, Award, list[Evidence]], key: str, mention: AwardMention) -> bool:
    known, award, spans = one
    if len(key) != len(known):
        return len(key) > len(known)
    unsaid = award.level == "organisation" and mention.level != "organisation"
    return unsaid or (len(spans) == 1 and mention.receiver is not None)


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
    if giver is None and (ranked := _OF_LEVEL.match(folded, end)):
        giver = ranked[0]
    if giver is None and _PRIZE.match(name):
        giver = _contest(folded, start, end)
    if giver is None and not _BY_NAME[1][1].search(name):
        giver = _giver_before(folded, start)
    if giver is not None:
        for level, pattern in _BY_GIVER:
            if pattern.match(giver.strip()):
                return level
    for level, pattern in _BY_NAME:
        if pattern.search(name):
            return level
    return "organisation"


def _giver_before(folded: str, start: int) -> str | None:
    """The body that gives, named in the same sentence before the verb of giving."""
    begin = max(sentence_begin(folded, start), folded.rfind(";", 0, start) + 1)
    gives = list(_GIVES.finditer(folded, begin, start))
    if not gives:
        return None
    verb = gives[-1].start()
    if len(gives) > 1 and verb - gives[-2].end() < 2:
        verb = gives[-2].start()
    bodies = list(_BODY.finditer(folded, begin, verb))
    if not bodies:
        return None
    first = bodies[-1].start()
    for body in reversed(bodies[:-1]):  # "Trung ương Đoàn", "Ủy ban MTTQ": one body
        if first - body.end() > 1:
            break
        first = body.start()
    phrase = folded[first:verb]
    # "cán bộ Hội được tặng": the body before "được" is the receiver's.
    return None if re.search(r"(?<!\w)được(?!\w)", phrase) else phrase


def _contest(folded: str, start: int, end: int) -> str | None:
    """What the prize's competition is called, after the prize or before it."""
    tail = _CONTEST.match(folded, end)
    name = folded[start:end] + (tail[0] if tail else "")
    if any(pattern.match(name) for _, pattern in _BY_GIVER):
        return name
    begin = sentence_begin(folded, start)
    held = list(_HELD.finditer(folded, begin, start))
    return held[-1][0] if held else None
