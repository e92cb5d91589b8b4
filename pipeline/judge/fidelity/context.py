"""The claims of a summary about something known: a place's level, a person's office, a rate.

The words are all in the source; what is checked is whether the source ever puts them together.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pipeline.judge.fidelity.claims import Claim, Reading
from pipeline.judge.reading.wording import Token, word_set

_LEVELS = {
    "xã": "xã", "phường": "phường", "huyện": "huyện", "quận": "quận", "tỉnh": "tỉnh",
    "tp": "thành phố", "tx": "thị xã", "tt": "thị trấn",
}  # fmt: skip
_LONG_LEVELS = {"thành phố", "thị xã", "thị trấn"}
_OFFICES = (
    "chủ tịch", "bí thư", "giám đốc", "hiệu trưởng", "trưởng ban", "trưởng phòng", "trưởng thôn",
    "trưởng bản", "tổ trưởng", "đội trưởng", "chủ nhiệm", "chính ủy", "chính trị viên",
    "chi cục trưởng", "trạm trưởng", "đồn trưởng", "viện trưởng", "trưởng khoa", "trưởng công an",
    "thủ tướng", "bộ trưởng", "tư lệnh", "đại tướng", "thượng tướng", "trung tướng",
    "thiếu tướng", "đại tá", "thượng tá", "trung tá", "thiếu tá", "đại úy", "thượng úy",
    "trung úy", "thiếu úy",
)  # fmt: skip
_OFFICE_BEFORE, _OFFICE_AROUND = 6, 14
"""Words between an office and its name, in a summary and, on either side, in a source."""
_PERIODS = word_set("giờ ngày tuần tháng quý năm vụ")
_EACH = word_set("mỗi hằng hàng")
_SOURCE_EACH = _EACH | word_set("một từng các / trong cả bình trung cuối")
_REFUSALS = ("không nhận", "không lấy", "từ chối", "không thu", "miễn phí", "nhất quyết không")
_DENIED = word_set("không chưa chẳng từ chối chả đừng")
_TAKING = word_set("nhận lấy thu")
_TAKEN = word_set("tiền công lao hậu tạ phí")
_HIGH_BODIES = (
    "trung ương đoàn", "thủ tướng", "chính phủ", "chủ tịch nước", "quốc hội", "liên hợp quốc",
    "nhân loại",
)  # fmt: skip


def level_claims(summary: Reading, source: Reading) -> Iterator[Claim]:
    """``huyện Tuy Phong`` where the source speaks of the commune alone."""
    found = summary.tokens
    for first, last in _names(found):
        level, start = _level(found, first)
        if not level:
            continue
        needle = [token.word for token in found[first:last]]
        said = {_level(source.tokens, here)[0] for here in source.places(needle)} - {""}
        why = None
        if said and level not in said:
            why = f"nguồn ghi “{' / '.join(sorted(said))}”"
        yield Claim("place", start, found[last - 1].end, why)


def _level(found: Sequence[Token], first: int) -> tuple[str, int]:
    """The level that stands before a name, and where; ("", 0) for none."""
    if not first:
        return "", 0
    if first > 1:
        pair = f"{found[first - 2].word} {found[first - 1].word}"
        if pair in _LONG_LEVELS:
            return pair, found[first - 2].start
    level = _LEVELS.get(found[first - 1].word, "")
    return level, found[first - 1].start if level else 0


def office_claims(summary: Reading, source: Reading) -> Iterator[Claim]:
    """``Thiếu tá``, ``Phó Chủ tịch`` before a full name: the source gives it to that name."""
    found = summary.tokens
    for first, last in _names(found):
        if last - first < 2:
            continue
        before = _words_before(found, first)
        for office in _OFFICES:
            at = _find(before, office.split())
            if at is None:
                continue
            deputy = at > 0 and before[at - 1] == "phó"
            start = found[first - len(before) + at].start
            needle = _known_end([token.word for token in found[first:last]], source)
            why = _office_fault(needle, office, deputy, source)
            yield Claim("name", start, found[last - 1].end, why)


def _known_end(run: Sequence[str], source: Reading) -> Sequence[str]:
    """``Nậm Sài Lò Văn Khâm`` after ``Chủ tịch xã``: the name without the place before it."""
    ends = (run[cut:] for cut in range(len(run) - 1))
    return next((end for end in ends if next(source.places(end), None) is not None), run)


def _office_fault(needle: Sequence[str], office: str, deputy: bool, source: Reading) -> str | None:
    where = list(source.places(needle))
    if not where or not source.contains(f" {office} "):
        # Another check speaks of an unknown name; offices have too many short forms.
        return None if not where or office not in _RANKS else "nguồn không ghi chức vụ này"
    if office in _RANKS:
        size = len(office.split())
        direct = {" ".join(source.all_words[max(0, here - size) : here]) for here in where} & _RANKS
        if direct:
            return None if office in direct else "nguồn ghi cấp bậc khác cho người này"
    for here in where:
        near = _sentence_around(source.all_words, here)
        for at in range(len(near) - 1):
            if near[at : at + len(office.split())] == office.split():
                is_deputy = at > 0 and near[at - 1] == "phó"
                if is_deputy == deputy:
                    return None
    return "nguồn không ghi chức vụ này cho người này"


def _sentence_around(words: Sequence[str], here: int) -> Sequence[str]:
    """The words near a position, not over the end of a sentence."""
    first, last = here, here
    while first > max(0, here - _OFFICE_AROUND) and words[first - 1] not in _ENDS:
        first -= 1
    while last < min(len(words), here + _OFFICE_AROUND) and words[last] not in _ENDS:
        last += 1
    return words[first:last]


_ENDS = frozenset({".", "!", "?", "\n"})
_RANKS = frozenset(_OFFICES[-12:])


def rate_claims(summary: Reading, source: Reading) -> Iterator[Claim]:
    """``mỗi năm`` where the source counts by the month."""
    words = summary.tokens
    for position, token in enumerate(words):
        if token.word not in _PERIODS or not position:
            continue
        before = words[position - 1]
        by_money = (
            before.word == "một" and position > 1 and words[position - 2].word in ("đồng", "người")
        )
        if before.word in _EACH or before.word == "/" or by_money:
            known = any(
                (here and source.all_words[here - 1] in _SOURCE_EACH)
                or source.all_words[here + 1 : here + 2] == ["nào"]
                for here in source.places([token.word])
            )
            why = None if known else "nguồn không tính theo đơn vị thời gian này"
            yield Claim("number", before.start, token.end, why)


def body_claims(summary: Reading, source: Reading) -> Iterator[Claim]:
    """A body or a fame of the highest level is named by the source too."""
    for body in _HIGH_BODIES:
        needle = body.split()
        for here in summary.places(needle):
            why = None if source.contains(f" {body} ") else "nguồn không nhắc đến cấp này"
            start, end = summary.tokens[here].start, summary.tokens[here + len(needle) - 1].end
            yield Claim("award", start, end, why)


def refusal_claims(summary: Reading, source: Reading) -> Iterator[Claim]:
    """``nhận tiền hậu tạ`` where the source tells only of refusing it."""
    if not any(source.contains(f" {refusal} ") for refusal in _REFUSALS):
        return
    said = [token.word for token in summary.tokens]
    taken_there = any(True for _ in _takes(source.all_words))
    for at in _takes(said):
        if not taken_there:
            last = min(at + 1, len(said) - 1)
            start, end = summary.tokens[at].start, summary.tokens[last].end
            yield Claim("negation", start, end, "nguồn kể là từ chối hoặc không lấy")


def _takes(words: Sequence[str]) -> Iterator[int]:
    """Where somebody takes money or thanks, and is not said not to."""
    for at, word in enumerate(words):
        if word in _TAKING and _DENIED.isdisjoint(words[max(0, at - 3) : at]):
            if _then_refused(words, at):
                continue
            gladly = " ".join(words[max(0, at - 2) : at]) in ("vui vẻ", "đồng ý")
            if gladly or not _TAKEN.isdisjoint(words[at + 1 : at + 4]):
                yield at


def _then_refused(words: Sequence[str], at: int) -> bool:
    """``lấy tiền đền ơn nhưng tôi từ chối``."""
    rest: list[str] = []
    for word in words[at : at + 20]:
        if word in _ENDS:
            break
        rest.append(word)
    told = " ".join(rest)
    return "nhưng" in rest and any(refusal in told for refusal in _REFUSALS)


def _names(found: Sequence[Token]) -> Iterator[tuple[int, int]]:
    """Runs of capitalised words after a level or an office, which are not part of the name."""
    position = 0
    while position < len(found):
        last = position
        while last < len(found) and found[last].capital:
            last += 1
        first = position
        while first < last and found[first].word in _TITLE_WORDS:
            first += 1
        if last > first:
            yield first, last
        position = max(last, position + 1)


def _words_before(found: Sequence[Token], first: int) -> list[str]:
    """Up to six words before, not over a mark."""
    words: list[str] = []
    while first and found[first - 1].is_word and len(words) < _OFFICE_BEFORE:
        first -= 1
        words.insert(0, found[first].word)
    return words


def _find(words: Sequence[str], needle: Sequence[str]) -> int | None:
    size = len(needle)
    places = [at for at in range(len(words)) if list(words[at : at + size]) == list(needle)]
    return places[-1] if places else None


_TITLE_WORDS = frozenset(_LEVELS) | {
    word for phrase in (*_LONG_LEVELS, *_OFFICES) for word in phrase.split()
} - word_set("hiệu ban chính đại bí giám trung")
