"""The claims of a summary that rest on names: people, organisations, places, awards."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pipeline.judge.fidelity.claims import Claim, Kind, Reading
from pipeline.judge.names.personal import SURNAMES
from pipeline.judge.reading.wording import Token, span_written_out, word_set, written_out

_KIN = word_set(
    """
    ông bà anh chị em cụ cô chú thầy bác dì cậu cháu mế già
    """
)
_PLACE_WORDS = word_set(
    """
    tỉnh huyện quận xã phường bản thôn ấp làng buôn sóc phum khóm tổ phố thị thành tp tx trấn
    đảo sông núi vùng khu
    """
)
_HEADS = word_set(
    """
    hội đoàn đảng ban sở bộ ubnd hđnd mttq trường trạm htx clb chi tổ đội phòng cục viện công
    trung bệnh đồn ông bà anh chị em thầy cô bác cụ chú đồng chủ phó bí trưởng giám tp tx tt
    ccb thành tỉnh huyện quận xã phường thôn bản ấp làng buôn khu liên mặt ủy hợp câu nghệ gs
    ts pgs ths bs nông thủ tướng đại thượng thiếu cựu nhà quốc báo đài chương quỹ tập hđqt
    """
)
_OPENERS = word_set(
    """
    năm ngày tháng sáng chiều tối trưa đêm theo tại từ trong với sau khi đến hiện được nhờ
    bằng là trên dưới qua để vì do nếu tuy nhưng song và mà bởi cùng cũng còn đã đang sẽ các
    những mỗi mọi một hai ba bốn hơn gần khoảng ngoài trước giữa cuối đầu hằng hàng không chưa
    chẳng nay xưa đây đó ở về ra vào lên người nhiều gia vợ chồng con mẹ cha bố chính riêng
    nhất đặc ngay luôn vừa mới mang xuất tốt biết thấy nhận làm dù mặc thế như ngôi tham vay
    trồng nuôi dạy học nói kể góp chia tới cả số phần tính đưa việc cách dịp điều lúc tuổi tấm
    gương mô hình doanh thu tổng chiếc cái cuốn bức căn đứa
    """
)
_AWARDS = (
    "bằng khen", "giấy khen", "huân chương", "huy chương", "kỷ niệm chương", "huy hiệu",
    "cờ thi đua", "chiến sĩ thi đua", "anh hùng lao động", "anh hùng lực lượng vũ trang",
    "nghệ nhân nhân dân", "nghệ nhân ưu tú", "nhà giáo nhân dân", "nhà giáo ưu tú",
    "thầy thuốc nhân dân", "thầy thuốc ưu tú", "nghệ sĩ nhân dân", "nghệ sĩ ưu tú",
    "lao động tiên tiến", "giải thưởng", "giải nhất", "giải nhì", "giải ba", "giải khuyến khích",
    "giải đặc biệt", "giải vàng", "giải bạc", "giải đồng", "bằng lao động sáng tạo",
    "nông dân việt nam xuất sắc", "danh hiệu", "thư khen", "bằng chứng nhận",
    "di sản văn hóa phi vật thể",
)  # fmt: skip
_AWARD_OPENINGS = frozenset(" ".join(award.split()[:2]) for award in _AWARDS)
_GRADES = (
    "hạng nhất", "hạng nhì", "hạng ba", "vàng", "bạc", "chủ tịch nước", "thủ tướng", "bộ trưởng",
    "chính phủ", "trung ương", "toàn quốc", "cấp tỉnh", "cấp huyện", "cấp xã", "cơ sở",
    "nhân dân tỉnh", "nhân dân huyện", "nhân dân xã", "nhân dân thành phố", "nhân dân phường",
    "nhân dân thị xã", "nhân dân quận", "độc lập", "lao động", "chiến công", "bảo vệ tổ quốc",
    "kháng chiến", "quân công", "dũng cảm", "đại đoàn kết", "hội nông dân tỉnh",
    "hội liên hiệp phụ nữ tỉnh", "liên đoàn lao động tỉnh", "tỉnh đoàn", "trung ương đoàn",
    "nhân loại",
)  # fmt: skip
_REACH, _SOURCE_REACH = 12, 22
"""Words around an award that say of which grade and by whom."""


def name_claims(summary: Reading, source: Reading) -> Iterator[Claim]:
    for first, last in _runs(summary.tokens):
        yield from _run_claims(summary, source, first, last)


def _runs(found: Sequence[Token]) -> Iterator[tuple[int, int]]:
    """Capitalised words standing together; ``Jong-un`` and ``A-mi`` stay whole."""
    position = 0
    while position < len(found):
        if not found[position].capital:
            position += 1
            continue
        last = position + 1
        while last < len(found):
            if found[last].capital and found[last].start - found[last - 1].end <= 1:
                last += 1
            elif (
                found[last].word == "-"
                and last + 1 < len(found)
                and found[last + 1].is_word
                and found[last - 1].end == found[last].start
                and found[last].end == found[last + 1].start
                and found[last + 1].capital
            ):
                last += 2
            else:
                break
        yield position, last
        position = last


def _run_claims(summary: Reading, source: Reading, first: int, last: int) -> Iterator[Claim]:
    run = list(summary.tokens[first:last])
    opens = _opens_sentence(summary.tokens, first)
    dollar = run[0].word == "mỹ" and first and summary.tokens[first - 1].word in ("la", "đô")
    if len(run) == 1 and (opens or dollar or _in_award(summary.tokens, first)):
        return
    fault = not _known(run, summary, source, first)
    if fault and opens and _may_be_plain(run, source):
        run = run[1:]
        first += 1
        fault = not _known(run, summary, source, first)
    kind: Kind = "place" if _is_place(summary.tokens, first) else "name"
    why = "không thấy tên này trong nguồn" if fault else None
    yield Claim(kind, run[0].start, run[-1].end, why)


def _known(run: Sequence[Token], summary: Reading, source: Reading, first: int) -> bool:
    if source.contains(span_written_out(run)):
        if len(run) > 1:
            return True
        after_kin = first > 0 and summary.tokens[first - 1].word in _KIN
        return not after_kin or run[0].word in source.capitals
    if len(run) == 1:
        return _spelt_out(run[0], summary, source)
    return _parts_known(run, summary, source, first)


def _parts_known(run: Sequence[Token], summary: Reading, source: Reading, first: int) -> bool:
    """``Hội Sùng Thị Páo``: an office and a name that only happen to stand together."""
    place = _is_place(summary.tokens, first)
    for cut in range(1, len(run)):
        left, right = run[:cut], run[cut:]
        # "xã Trung An": "Trung" is then no "Trung tá".
        office = not place and all(token.word in _HEADS for token in left)
        people = cut == 1 and len(right) > 1 and _stands_alone(left[0].word, source)
        if not office and not people and (len(left) < 2 or len(right) < 2):
            continue
        if source.contains(span_written_out(left)) and _known(right, summary, source, first + cut):
            return True
    return False


def _stands_alone(word: str, source: Reading) -> bool:
    """``Raglai Cao Lâm``: the source has the first as a name by itself; surnames are none."""
    found = source.tokens
    return word not in SURNAMES and any(
        0 < at < len(found) - 1
        and found[at].capital
        and found[at - 1].is_word
        and not found[at - 1].capital
        and not found[at + 1].capital
        for at in source.places([word])
    )


def _spelt_out(token: Token, summary: Reading, source: Reading) -> bool:
    """An abbreviation of four letters or more whose words the source writes out."""
    written = summary.text[token.start : token.end]
    if len(written) < 4 or not written.isupper():
        return False
    return written.lower() in "".join(word[0] for word in source.words)


def _in_award(found: Sequence[Token], position: int) -> bool:
    """``Bằng khen``, ``hạng Ba``: held to the source as an award, not as a name."""
    here = found[position].word
    after = found[position + 1].word if position + 1 < len(found) else ""
    before = found[position - 1].word if position else ""
    return f"{here} {after}" in _AWARD_OPENINGS or before in ("hạng", "giải")


def _may_be_plain(run: Sequence[Token], source: Reading) -> bool:
    """Whether the first word is capitalised only because it opens a sentence."""
    word = run[0].word
    if word in _OPENERS or word in _KIN:
        return True
    return word not in source.capitals and source.contains(written_out([word]))


def _opens_sentence(found: Sequence[Token], position: int) -> bool:
    return position == 0 or found[position - 1].word in {
        ".", "!", "?", "\n", ":", "“", '"', "-", "–", "—", "•", "…", ";", "(", "'", "‘", "*",
    }  # fmt: skip


def _is_place(found: Sequence[Token], first: int) -> bool:
    return first > 0 and found[first - 1].word in _PLACE_WORDS


def award_claims(summary: Reading, source: Reading) -> Iterator[Claim]:
    for award in _AWARDS:
        needle = award.split()
        for here in summary.places(needle):
            last = here + len(needle)
            around = span_written_out(summary.tokens[max(0, here - 8) : last + _REACH])
            grades = [grade for grade in _GRADES if f" {grade} " in around]
            start, end = summary.tokens[here].start, summary.tokens[last - 1].end
            yield Claim("award", start, end, _award_fault(needle, grades, source))


def _award_fault(needle: Sequence[str], grades: Sequence[str], source: Reading) -> str | None:
    windows = [
        span_written_out(source.tokens[max(0, here - _SOURCE_REACH) : here + _SOURCE_REACH])
        for here in source.places(needle)
    ]
    if not windows:
        return "không thấy danh hiệu, giải thưởng này trong nguồn"
    if not any(all(f" {grade} " in window for grade in grades) for window in windows):
        return "nguồn ghi hạng hoặc cấp khen khác"
    return None
