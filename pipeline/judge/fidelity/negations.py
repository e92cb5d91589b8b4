"""Negations that only one side has, for wording that both sides have."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pipeline.judge.fidelity.alignment import (
    Margins,
    Passages,
    context_of,
    exchanged,
    passages,
    shown,
)
from pipeline.judge.fidelity.claims import Claim, Reading
from pipeline.judge.reading.wording import EMPTY_WORDS, Token, word_set

_MARGINS = (Margins(enough=4.0, share=0.45, times=1.0), Margins(enough=12.0, share=0.3, times=1.0))
"""Of a free summary little is told in the source's words; only a clear match may contradict it."""
_NOT = frozenset({"không", "chưa", "chẳng", "chả"})
_NEGATORS = _NOT | {"đừng", "khó", "hết"}
_NO_NEGATION = word_set(
    "chỉ những ngừng khí gian quân quản ngại may đâu gì ai nề phải qua tới đến đầy"
)
"""``không khí``, ``không chỉ``, ``không ngừng``, ``không qua khỏi``, ``chưa tới 60``: no fact is
denied."""
_DENIABLE = word_set("để được cho bị do")


def negation_claims(summary: Reading, source: Reading) -> Iterator[Claim]:
    """A denial of what a sentence of the source clearly tells, and the reverse."""
    there = passages(source.text)
    words = [token for token in summary.tokens if token.is_word]
    for position, token in enumerate(words):
        if token.word in _NOT and position + 1 < len(words):
            after = words[position + 1].word
            ends = words[position + 1].start > token.end + 1  # a mark between
            name = token.capital and position and words[position - 1].capital
            if after in _NO_NEGATION or ends or name:
                continue
            known = any(source.contains(f" {negator} {after} ") for negator in _NEGATORS)
            known |= after in ("nhận", "lấy") and source.contains(" từ chối ")
            if not known and source.contains(f" {after} "):
                why = _told(summary, source, there, token, after)
                yield Claim("negation", token.start, words[position + 1].end, why)
        yield from _dropped(words, position, source)


def _told(
    summary: Reading, source: Reading, there: Passages, token: Token, after: str
) -> str | None:
    """Why a denial of ``after`` contradicts the source: a sentence that tells just this."""
    where = {
        there.at(source.tokens[at].start)
        for at in source.places([after])
        if _NEGATORS.isdisjoint(source.all_words[max(0, at - 16) : at])
    }
    context = context_of(summary.tokens, token.start, token.end)
    best = exchanged(there, context, (), where, _MARGINS)
    return None if best is None else f"nguồn không phủ định điều này: “{shown(there, best, after)}”"


def _dropped(words: Sequence[Token], position: int, source: Reading) -> Iterator[Claim]:
    """``không bỏ cuộc`` → ``bỏ cuộc``: the source has these words only after a negation."""
    size = 4 if words[position].word in _DENIABLE else 3  # one that says little needs more beside
    phrase = words[position : position + size]
    if len(phrase) < size or phrase[0].word in EMPTY_WORDS - _DENIABLE:
        return
    where = list(source.places([token.word for token in phrase]))
    if not where or {token.word for token in words[max(0, position - 3) : position]} & _NEGATORS:
        return
    if all(here and source.all_words[here - 1] in _NOT for here in where):
        yield Claim("negation", phrase[0].start, phrase[-1].end, "nguồn phủ định điều này")
