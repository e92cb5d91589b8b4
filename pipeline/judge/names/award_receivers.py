"""To whom an award goes: named after it ("cho anh A"), or before it ("anh A được tặng ...")."""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import lru_cache

from pipeline.judge.names.personal import any_of

Span = tuple[int, int]

_SENTENCE_END = re.compile(
    # The mark first: the matcher then leaps from one to the next.
    r"[.!?…\n](?:(?<=\n)|(?=\s)(?<!tp.)(?<!tx.)(?<!tt.)(?<!ths.)(?<!bs.)(?<!ts.)(?<!gs.)(?<!\bq.)"
    r"(?<!\bp.))"
)
_NO_RECEIVER = any_of("""
những thành tích|thành tích|sự|việc|biết|rằng|nhau|mình|thấy|hay|giấy khen|bằng khen|phần thưởng|quà
|nay|đề tài|sáng kiến
""")
_GOES_TO = re.compile(
    r"[^.;:\n]{0,75}?(?<!\w)(?<!báo )(?:cho|thuộc về|đến|tới|truy tặng|tôn vinh|tặng)"
    rf" (?!{_NO_RECEIVER}(?!\w))(?P<to>(?:[^.;:\n]|\.(?=\d)){{2,80}})"
)
_RECEIVER_ENDS = re.compile(
    r" ?[,(–]| - | (?:vì|đã|có|trong|tại|do|được|với|khi|nhân dịp|theo|ở|là|năm|sáng|chiều|tới"
    r"|cùng)(?!\w)"
)
_RECEIVES = re.compile(
    r"(?<!\w)(?:(?:đã|vừa|cũng|vinh dự|từng|còn|sẽ|xuất sắc|nhiều lần|vui mừng|liên tục|dành) )*"
    r"(?:được|đón nhận|(?<!công )nhận|đạt|đoạt|giành|vinh danh)"
    r"(?: (?:vinh danh|nhận|đón nhận|trao|tặng))*(?!\w)"
)
_GIVES_TO = re.compile(r"(?<!\w)(?:trao|tặng|cấp|khen)(?!\w)")
_WHO = re.compile(
    any_of("""
ông|bà|anh|chị|em|cô|thầy|cháu|cụ|chú|bác|báo|tỉnh|xã|huyện|đội|tập thể|cá nhân|hơn|gần|hàng|có
|\\d[\\d.]*|đồng chí|đ/c|trung úy|đại úy|thượng úy|thiếu tá|trung tá|thượng tá|đại tá|bác sĩ
|vận động viên|nghệ nhân|nghệ sĩ|lực lượng|đơn vị|nhà trường|trường|công ty|htx|hợp tác xã|chi|hội
|điểm|mô hình|toàn tỉnh|các|hai|nhóm|gia đình|họ|nhiều
""")
    + r"(?!\w)"
)
_WHEN = re.compile(r"(?:năm|tháng|ngày|từ|sáng|chiều|tối) (?:ngày )?\d[\d/.-]* ")
_CIRCUMSTANCE = re.compile(
    any_of("""
với|đến|nhờ|trong|từ|sau|khi|năm|ngày|tối|sáng|chiều|phát huy|theo|qua|bên cạnh|ngoài|tại|để|vì|ở
|mới|hiện|nhân|dịp|trước|do|bằng
""")
    + r" "
)
"""How a part begins that tells when, where or why."""


def receiver_of(text: str, folded: str, start: int, end: int) -> Span | None:
    """Span of who receives the award named at ``start`` to ``end``, within its sentence.

    Args:
        folded: of ``text``.
    """
    begin = sentence_begin(folded, start)
    received = [
        verb
        for verb in _RECEIVES.finditer(folded, begin, start)
        if text[verb.start()].islower()  # a person may be called Đạt
    ]
    gives = [verb.start() for verb in _GIVES_TO.finditer(folded, begin, start)]
    if received:
        verb = received[-1]
        # "anh A được khen, bà B trao giấy khen cho anh C": another clause gives.
        apart = bool(gives) and gives[-1] > verb.end() and "," in folded[verb.end() : gives[-1]]
        if not apart and (
            found := _subject(
                text, folded, folded.rfind(";", begin, verb.start()) + 1 or begin, verb.start()
            )
        ):
            return found
    if goes := _GOES_TO.match(folded, end):
        first, last = goes.span("to")
        for stop in _RECEIVER_ENDS.finditer(folded, first + 1, last):
            if not text[stop.start() + 1].isupper():  # a person may be called Sáng
                last = stop.start()
                break
        return first, last
    return None


def sentence_begin(folded: str, at: int) -> int:
    """Where the sentence that holds offset ``at`` begins."""
    ends = _sentence_ends(folded)
    before = bisect_right(ends, at)
    return ends[before - 1] if before else 0


@lru_cache(maxsize=8)
def _sentence_ends(folded: str) -> list[int]:
    return [found.end() for found in _SENTENCE_END.finditer(folded)]


def _subject(text: str, folded: str, begin: int, end: int) -> Span | None:
    """The nearest part between commas that can receive anything."""
    last = end
    while last > begin:
        depth = folded.rfind(")", begin, last)
        if depth >= 0 and not folded[depth + 1 : last].strip(" ,-–"):
            last = max(folded.rfind("(", begin, depth), begin)
            continue
        first = max(folded.rfind(mark, begin, last) for mark in (",", "–", "“", '"')) + 1
        first = max(first, begin)
        while first < last and text[first] in ' -–“"':
            first += 1
        if when := _WHEN.match(folded, first, last):
            first = when.end()
        part = folded[first:last].rstrip(' ,”"')
        if part and not _CIRCUMSTANCE.match(part) and (text[first].isupper() or _WHO.match(part)):
            return first, first + len(part)
        before = folded.rfind(",", begin, last)
        last = before if before >= begin else begin
    return None
