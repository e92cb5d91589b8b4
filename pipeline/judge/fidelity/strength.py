"""Superlatives and other strong words: the source uses them of the same thing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from pipeline.judge.fidelity.claims import Claim, Reading
from pipeline.judge.reading.wording import EMPTY_WORDS, Token, word_set, written_out

_NOT_MOST = re.compile(
    r" (?:thống nhất|hợp nhất|đồng nhất|ít nhất|giải nhất|hạng nhất|thứ nhất|nhất trí|nhất là"
    r"|nhất định|nhất quán|nhất thiết|nhất thời|nhất loạt|binh nhất|nhất tề|bậc nhất|quán nhất) "
)
_STRONG = (
    "đầu tiên", "duy nhất", "hàng đầu", "số một", "số 1", "đứng đầu", "dẫn đầu", "kỷ lục",
    "chưa từng có", "lần đầu", "độc nhất", "có một không hai", "vô song", "vô địch", "tiên phong",
    "đi đầu", "tuyệt đối", "xuất chúng", "phi thường",
)  # fmt: skip
_SCOPES = word_set("thôn bản xã phường huyện quận tỉnh nước quốc vùng miền giới á")
"""First of the commune is not first of the province."""


def superlative_claims(summary: Reading, source: Reading) -> Iterator[Claim]:
    words = [token.word for token in summary.tokens]
    for position in summary.places(["nhất"]):
        near = words[max(0, position - 1) : position + 2]
        if (
            position
            and summary.tokens[position - 1].is_word
            and not _NOT_MOST.search(written_out(near))
        ):
            yield _strong(summary, source, position - 1, words[position - 1 : position + 1])
    for phrase in _STRONG:
        needle = phrase.split()
        for position in summary.places(needle):
            if _only_order(words, position, phrase):
                continue
            yield _strong(summary, source, position, needle)


def _only_order(words: Sequence[str], position: int, phrase: str) -> bool:
    """``do ông A dẫn đầu`` leads a group, ``Lần đầu, …`` begins a series."""
    if phrase == "dẫn đầu":
        return "do" in words[max(0, position - 7) : position]
    return phrase == "lần đầu" and words[position + 2 : position + 3] == [","]


def _strong(summary: Reading, source: Reading, position: int, needle: list[str]) -> Claim:
    """Supported when the source uses the phrase of the same thing: a word beside it is shared."""
    last = position + len(needle)
    start, end = summary.tokens[position].start, summary.tokens[last - 1].end
    around = _beside(summary.tokens, position, last)
    for here in source.places(needle):
        there = _beside(source.tokens, here, here + len(needle))
        if (not around or around & there) and around & _SCOPES <= there:
            return Claim("superlative", start, end, None)
    return Claim("superlative", start, end, "nguồn không nói điều này")


def _beside(found: Sequence[Token], first: int, last: int) -> set[str]:
    """Words of content within four on either side, not over a mark."""
    beside: list[str] = []
    for step, at in ((-1, first - 1), (1, last)):
        here = at
        while 0 <= here < len(found) and abs(here - at) < 4 and found[here].is_word:
            if [one.word for one in found[here : here + 2]] != ["quốc", "hội"]:  # no scope
                beside.append(found[here].word)
            here += step
    return _content(beside)


def _content(words: Sequence[str]) -> set[str]:
    return {word for word in words if word not in EMPTY_WORDS}
