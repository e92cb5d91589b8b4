"""Words turned into their opposite: ``tăng`` for ``giảm``, ``trước`` for ``sau``, a deed that the
source denies or a denial of a deed that it tells, in whatever words it does so.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from pipeline.judge.fidelity.alignment import (
    PLAIN,
    Margins,
    Passages,
    context_of,
    exchanged,
    passages,
    shown,
)
from pipeline.judge.fidelity.claims import Claim, Reading
from pipeline.judge.reading.wording import Token, word_set

_MARGINS = (Margins(enough=6.0, share=0.35, times=1.6), Margins(enough=4.0, share=0.4, times=2.5))
_OPPOSITES = (
    ("tăng", "giảm"), ("cao hơn", "thấp hơn"), ("nhiều hơn", "ít hơn"), ("đầu tiên", "cuối cùng"),
    ("trước", "sau"), ("lớn hơn", "nhỏ hơn"), ("sớm", "muộn"), ("nhanh hơn", "chậm hơn"),
    ("mở rộng", "thu hẹp"), ("thành công", "thất bại"), ("lần đầu", "lần cuối"),
    ("lớn nhất", "nhỏ nhất"), ("cao nhất", "thấp nhất"), ("nhiều nhất", "ít nhất"),
    ("trẻ nhất", "già nhất"), ("bắt đầu", "kết thúc"), ("mua", "bán"), ("lên", "xuống"),
    ("vượt", "chưa đạt"), ("đồng ý", "phản đối"), ("ủng hộ", "phản đối"), ("lãi", "lỗ"),
    ("trúng mùa", "mất mùa"), ("thuận lợi", "khó khăn"), ("tự nguyện", "bắt buộc"),
    ("giàu", "nghèo"), ("hơn", "kém"), ("thắng", "thua"), ("đông", "vắng"), ("mở", "đóng"),
)  # fmt: skip
_NEGATORS = tuple(
    phrase.split()
    for phrase in (
        "không còn", "không hề", "không được", "không thể", "không chịu", "không dám", "không muốn",
        "không phải", "chưa từng", "chưa bao giờ", "không bao giờ", "chưa hề", "chưa thể",
        "chẳng còn", "thôi không", "thôi không còn", "từ chối", "khước từ", "không", "chưa",
        "chẳng", "chả", "đừng", "thôi", "ngừng", "ngưng", "dừng", "bỏ", "nghỉ",
    )
)  # fmt: skip
_BY_FIRST: defaultdict[str, list[list[str]]] = defaultdict(list)
for _phrase in sorted(_NEGATORS, key=len, reverse=True):
    _BY_FIRST[_phrase[0]].append(_phrase)
_NO_NEGATION = word_set(
    "chỉ những ngừng khí gian quân quản ngại may đâu gì ai nề ít nhỏ lâu riêng tiếc thôi nghỉ"
)
"""``không chỉ``, ``không ngừng``, ``không khí``: nothing is denied."""
_COMPOUNDS = word_set(
    "phòng hàng tay hư trên đường bay số tháo gỡ xóa loại vứt từ rời phường xã thôn bản làng ấp"
)
"""``phòng không``, ``tay không``, ``xóa bỏ``, ``phường không rác``: then no negation."""
_REACH = 3
"""Words after a negation among which is the one that it denies."""
_BESIDE = 3
_BREAKS = word_set("mà nhưng để vì nên và thì do bởi khi nếu")


def opposite_claims(summary: Reading, source: Reading) -> Iterator[Claim]:
    """A word whose opposite the source has where it tells the same."""
    there = passages(source.text)
    for one, two in _OPPOSITES:
        for word, opposite in ((one, two), (two, one)):
            for at in summary.places(word.split()):
                yield from _turned(summary, source, there, at, word, opposite)


def _turned(
    summary: Reading, source: Reading, there: Passages, at: int, word: str, opposite: str
) -> Iterator[Claim]:
    last = at + len(word.split())
    start, end = summary.tokens[at].start, summary.tokens[last - 1].end
    beside = _beside(summary.tokens, at, last)
    own = _where(source, there, word, beside)
    rivals = _where(source, there, opposite, beside) - own
    if not rivals:
        return
    context = context_of(summary.tokens, start, end)
    best = exchanged(there, context, there.scope(own, rivals), rivals, _MARGINS)
    why = f"nguồn ghi “{opposite}”: “{shown(there, best, opposite)}”" if best is not None else None
    yield Claim("negation", start, end, why)


def _where(source: Reading, there: Passages, phrase: str, beside: set[str]) -> set[int]:
    """Sentences with the phrase beside one of these words."""
    size = len(phrase.split())
    return {
        there.at(source.tokens[at].start)
        for at in source.places(phrase.split())
        if beside & _beside(source.tokens, at, at + size)
    }


def _beside(found: Sequence[Token], first: int, last: int) -> set[str]:
    near: list[str] = []
    for step, begin in ((-1, first - 1), (1, last)):
        at = begin
        while 0 <= at < len(found) and abs(at - begin) < _BESIDE and found[at].is_word:
            near.append(found[at].word)
            at += step
    return set(near) - PLAIN


def polarity_claims(summary: Reading, source: Reading) -> Iterator[Claim]:
    """A deed told where the source denies it, or denied where the source tells it."""
    there = passages(source.text)
    denied_there, denied_here = _denied(source.tokens), _denied(summary.tokens)
    doubted_there, doubted_here = _after_negation(source.tokens), _after_negation(summary.tokens)
    by_word: defaultdict[str, set[int]] = defaultdict(set)
    for position in denied_there:
        by_word[_deed(source.tokens, position)].add(there.at(source.tokens[position].start))
    for position, token in enumerate(summary.tokens):
        deed = _deed(summary.tokens, position)
        negated = position in denied_here
        if token.word in PLAIN or not (
            negated or (deed in by_word and position not in doubted_here)
        ):
            continue
        words = deed.split()
        where = {
            here + len(words) - 1: there.at(source.tokens[here].start)
            for here in source.places(words)
        }
        told = {index for here, index in where.items() if here not in denied_there}
        sure = {index for here, index in where.items() if here not in doubted_there}
        doubted = by_word[deed] | (told - sure)
        own, rivals = (doubted, sure) if negated else (told, by_word[deed])
        # The deed itself belongs to the wording: what is compared is whether it is denied.
        context = context_of(summary.tokens, token.start, token.start)
        best = exchanged(there, context, own, rivals - own, _MARGINS)
        if best is not None:
            start = summary.tokens[denied_here[position]].start if negated else token.start
            turned = "không phủ định" if negated else "phủ định"
            why = f"nguồn {turned} điều này: “{shown(there, best, token.word)}”"
            yield Claim("negation", start, token.end, why)


def _deed(found: Sequence[Token], position: int) -> str:
    """The word, with ``có`` when that stands before it: having is what is then denied."""
    word = found[position].word
    return f"có {word}" if position and found[position - 1].word == "có" else word


def _denied(found: Sequence[Token]) -> dict[int, int]:
    """Positions of words that an odd number of negations denies, with that of the first: the first
    word of content after each."""
    denied: dict[int, int] = {}
    counts: defaultdict[int, int] = defaultdict(int)
    position = 0
    while position < len(found):
        size = _negation(found, position)
        if not size:
            position += 1
            continue
        for at in range(position + size, min(position + size + _REACH, len(found))):
            if not found[at].is_word or found[at].word in _BREAKS or found[at].word.isdigit():
                break
            if found[at].word not in PLAIN and not _negation(found, at):
                counts[at] += 1
                denied.setdefault(at, position)
                break
        position += size
    return {at: first for at, first in denied.items() if counts[at] % 2}


def _after_negation(found: Sequence[Token]) -> set[int]:
    """Positions in a clause after a negation: it may deny them too."""
    after: set[int] = set()
    open_ = False
    for position, token in enumerate(found):
        open_ = token.is_word and token.word not in _BREAKS and open_
        if open_:
            after.add(position)
        open_ = open_ or bool(_negation(found, position))
    return after


def _negation(found: Sequence[Token], position: int) -> int:
    """How many words a negation at this position has; 0 for none."""
    phrases = _BY_FIRST.get(found[position].word, ())
    if not phrases or (position and found[position - 1].word in _COMPOUNDS):
        return 0
    if position and found[position - 1].word in ("không", "chưa", "chẳng"):
        return 0  # "không ngừng", "không bỏ": read with the word before
    if position and found[position].capital and found[position - 1].capital:
        return 0  # a name
    if "nếu" in [one.word for one in found[max(0, position - 8) : position]]:
        return 0
    for phrase in phrases:
        size = len(phrase)
        if [one.word for one in found[position : position + size]] == phrase:
            follows = found[position + size].word if position + size < len(found) else ""
            return 0 if follows in _NO_NEGATION else size
    return 0
