"""Names that only hold together whole: an institution, a place and what it lies in, a body's level;
and awards that are only proposed.

Each word may be in the source; what is checked is whether the source joins them.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise

from pipeline.judge.fidelity.claims import Claim, Reading
from pipeline.judge.names.organisations import find_organisations
from pipeline.judge.names.personal import any_of, words_of
from pipeline.judge.reading.sentences import sentences
from pipeline.judge.reading.wording import Token, span_written_out, tokens, word_set, written_out
from pipeline.shapes import ArticleText
from pipeline.text.fold import fold

_INSTITUTIONS = words_of("""
học viện|đại học|bệnh viện|viện|trường|trung tâm|công ty|tập đoàn|ngân hàng|bảo tàng|nhà hát
|vườn quốc gia|sư đoàn|lữ đoàn|trung đoàn|tổng công ty
""")
_UNITS = word_set("thôn bản ấp buôn làng khóm xóm xã phường huyện quận tỉnh")
_BODIES = any_of("""
công an|ủy ban nhân dân|hội đồng nhân dân|hội nông dân|hội liên hiệp phụ nữ|hội cựu chiến binh
|mặt trận tổ quốc|ban chỉ huy quân sự|chính quyền
""")
_BODY = re.compile(rf"(?<!\w)(?P<body>{_BODIES}) (?P<level>xã|phường|huyện|quận|tỉnh)(?!\w)")
_PARTS = words_of("""
phòng|đội|khoa|công đoàn|đoàn thanh niên|hội phụ nữ|hội liên hiệp phụ nữ|chi đoàn|chi bộ|chi hội
|đảng bộ|trạm|hội cựu chiến binh|hội chữ thập đỏ|câu lạc bộ|đoàn trường|tổ|ban chấp hành
""")
_APART = word_set("tại ở của thuộc với cho từ đến do và cùng vào trong về tới là được")
"""Between a part and a body: what follows is then another member of the sentence."""
_PART_REACH = 7
_WHOLE_BEGINS = any_of(
    "công an|bệnh viện|trường|công ty|bộ đội|đồn|ubnd|sở|đại học|tập đoàn|ngân hàng"
)
_TYPES = {
    "bệnh viện": any_of("""
đa khoa|nhi|phụ sản|sản nhi|tâm thần|mắt|y học cổ truyền|quân y|dã chiến|ung bướu|phổi|da liễu
|nhiệt đới|điều dưỡng|phục hồi chức năng
"""),
    "trường": any_of("""
mầm non|mẫu giáo|tiểu học|trung học cơ sở|trung học phổ thông|phổ thông dân tộc nội trú
|phổ thông dân tộc bán trú|đại học|cao đẳng|trung cấp|dạy nghề
"""),
    "tòa án": any_of("nhân dân cấp cao|nhân dân tối cao|quân sự"),
    "trung tâm": any_of("y tế|bảo trợ|dạy nghề|giáo dục thường xuyên|văn hóa|học tập cộng đồng"),
}
_PLANNED = re.compile(r"(?<!\w)(?:sẽ|đề nghị|đề xuất|dự kiến|kiến nghị|xem xét|xét)(?!\w)")


def institution_claims(summary: Reading, source: Reading) -> Iterator[Claim]:
    """``Học viện Hành chính`` where the source names only an academy of another name."""
    for unit in find_organisations(ArticleText("", summary.text)):
        words = span_written_out(tokens(unit.name)).split()
        head = next((one.split() for one in _INSTITUTIONS if unit.name.lower().startswith(one)), [])
        first = words[: len(head) + 1]
        if not head or len(first) == len(head) or unit.name[0].islower():
            continue
        another = source.contains(written_out(head)) and not source.contains(written_out(first))
        why = "nguồn không có tên này" if another and not _shortened(words, source) else None
        for mention in unit.mentions:
            yield Claim("name", mention.start, mention.end, why)


def type_claims(summary: Reading, source: Reading) -> Iterator[Claim]:
    """``bệnh viện tâm thần`` where the source knows only hospitals of other types."""
    for head, types in _TYPES.items():
        if not source.contains(f" {head} "):
            continue
        for found in re.finditer(rf"(?<!\w){head} {types}(?!\w)", summary.folded):
            kind = found[0].removeprefix(f"{head} ")
            why = None if source.contains(f" {kind} ") else "nguồn không có tên này"
            yield Claim("name", found.start(), found.end(), why)


def part_claims(summary: Reading, source: Reading) -> Iterator[Claim]:
    """``Công an tỉnh`` where the source names only the youth union of the police."""
    for unit in find_organisations(ArticleText("", summary.text)):
        if not re.match(rf"{_WHOLE_BEGINS} ", fold(unit.name)):
            continue
        words = [one.word for one in tokens(unit.name)]
        parts = [_part_before(source.tokens, at) for at in source.places(words)]
        for mention in unit.mentions:
            at = next(n for n, one in enumerate(summary.tokens) if one.end > mention.start)
            before = summary.tokens[at - 1].word if at else ""
            if before in _APART or _part_before(summary.tokens, at):
                continue
            why = f"nguồn chỉ nhắc đến “{parts[0]} {unit.name}”" if parts and all(parts) else None
            yield Claim("name", mention.start, mention.end, why)


def _part_before(found: Sequence[Token], at: int) -> str:
    """The part's name that is written directly before a body's; "" for none."""
    begin = at
    while begin and at - begin < _PART_REACH:
        one = found[begin - 1]
        if not one.is_word or one.word in _APART:
            break
        begin -= 1
        words = " ".join(token.word for token in found[begin:at])
        if found[begin].capital and any(f"{words} ".startswith(f"{part} ") for part in _PARTS):
            return words
    return ""


def _shortened(words: Sequence[str], source: Reading) -> bool:
    """The source has initials of some of the words (``TH Chu Văn An``)."""
    initials = "".join(word[0] for word in words)
    parts = {initials[at:end] for at in range(len(words)) for end in range(at + 2, len(words) + 1)}
    return any(part in source.capitals for part in parts)


def chain_claims(summary: Reading, source: Reading) -> Iterator[Claim]:
    """``thôn A, xã B`` where the source always puts that ``thôn A`` in another commune."""
    said: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for low, level, high, _ in _chains(source.tokens):
        said[low, level].add(high)
    for low, level, high, (start, end) in _chains(summary.tokens):
        known = said.get((low, level), {high})
        why = None if high in known else f"nguồn ghi “{low}, {level} {sorted(known)[0]}”"
        yield Claim("place", start, end, why)


def _chains(found: Sequence[Token]) -> Iterator[tuple[str, str, str, tuple[int, int]]]:
    """A unit with its kind, the kind and name of the one written directly after it, and the span of
    that one."""
    units: list[tuple[int, int]] = []
    for at, token in enumerate(found):
        if token.word in _UNITS:
            end = at + 1
            while end < len(found) and found[end].capital:
                end += 1
            if end > at + 1:
                units.append((at, end))
    for (low, low_end), (high, end) in pairwise(units):
        between = [token.word for token in found[low_end:high]]
        if between in ([], [","]) and found[low].word != found[high].word:
            lower, upper = (
                " ".join(token.word for token in part)
                for part in (found[low:low_end], found[high + 1 : end])
            )
            yield lower, found[high].word, upper, (found[high].start, found[end - 1].end)


def body_level_claims(summary: Reading, source: Reading) -> Iterator[Claim]:
    """``công an tỉnh`` where the source speaks only of the commune's."""
    said: defaultdict[str, set[str]] = defaultdict(set)
    for found in _BODY.finditer(source.canonical):
        said[found["body"]].add(found["level"])
    for found in _BODY.finditer(summary.folded):
        known = said.get(found["body"], {found["level"]})
        why = None if found["level"] in known else f"nguồn ghi cấp “{' / '.join(sorted(known))}”"
        yield Claim("place", found.start(), found.end(), why)


def planned_award_claims(summary: Reading, source: Reading) -> Iterator[Claim]:
    """An award told as given which the source only promises or proposes."""
    given = source.awards
    for mention in summary.awards:
        name = fold(mention.name.quote)
        same = [one for one in given if name in fold(one.name.quote)]
        if same and not _planned(summary.text, mention.name.start):
            only = all(_planned(source.text, one.name.start) for one in same)
            why = "nguồn chỉ nói sẽ trao hoặc đề nghị trao" if only else None
            yield Claim("award", mention.name.start, mention.name.end, why)


def _planned(text: str, at: int) -> bool:
    """Whether a word before ``at`` in its sentence says that it is still to come."""
    here = next((one for one in sentences(text) if one.start <= at < one.end), None)
    return here is not None and bool(_PLANNED.search(fold(text[here.start : at])))
