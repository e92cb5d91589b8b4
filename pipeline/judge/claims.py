"""The claims of a summary that rest on numbers, dates, quotations and strong words."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from pipeline.judge.awards import AwardMention, award_mentions
from pipeline.judge.days import Day, find_days, supported
from pipeline.judge.quantities import Quantity, quantities, supports
from pipeline.judge.sentences import sentences
from pipeline.judge.wording import Token, span_written_out, tokens, word_set, written_out
from pipeline.shapes import ArticleText
from pipeline.text.fold import fold, nfc

Kind = Literal["number", "name", "date", "award", "place", "quotation", "superlative", "negation"]

_QUOTED = re.compile(
    r"“([^“”]+)”|«([^»]+)»|‘([^‘’]+)’(?!\w)"
    r"|(?<![^\s(\[,:;–—-])\"(?=\S)([^\"]*[^\s\"])\"(?!\w)"
    r"|(?<![^\s(\[,:;–—-])'(?=\S)([^'\n]*[^\s'])'(?!\w)"
)
_REPORTS = re.compile(
    r"(?<!\w)(?:cho rằng|cho biết|cho hay|nói|kể|chia sẻ|khẳng định|nhấn mạnh|tâm sự|bày tỏ"
    r"|nhận xét|đánh giá|bộc bạch|tâm niệm|nhớ lại)(?!\w)"
)
_ELLIPSIS = re.compile(r"…|\.\.\.|\[[^\]]*\]|\([^)]*\)")
_SPOKEN_LENGTH = 6
"""Words; a shorter quotation may be a term that the source writes without marks."""

_MARKED = 3
"""Words of a quotation that stand between the source's marks: the rest may stand beside them."""

_NOT_MOST = re.compile(
    r" (?:thống nhất|hợp nhất|đồng nhất|ít nhất|giải nhất|hạng nhất|thứ nhất|nhất trí|nhất là"
    r"|nhất định|nhất quán|nhất thiết|nhất thời|nhất loạt|binh nhất|nhất tề|bậc nhất|quán nhất) "
)
_STRONG = (
    "đầu tiên", "duy nhất", "hàng đầu", "số một", "số 1", "đứng đầu", "dẫn đầu", "kỷ lục",
    "chưa từng có", "lần đầu", "độc nhất", "có một không hai", "vô song", "vô địch", "tiên phong",
    "đi đầu", "tuyệt đối", "xuất chúng", "phi thường",
)  # fmt: skip
_NOT = frozenset({"không", "chưa", "chẳng", "chả"})
_NEGATORS = _NOT | {"đừng", "khó", "hết"}
_SCOPES = word_set("thôn bản xã phường huyện quận tỉnh nước quốc vùng miền giới á")
"""First of the commune is not first of the province."""
_NO_NEGATION = word_set("chỉ những ngừng khí gian quân quản ngại may đâu gì ai nề phải")
"""``không khí``, ``không chỉ``, ``không ngừng``: no fact is denied."""
_DENIABLE = word_set("để được cho bị do")
_EMPTY_WORDS = word_set(
    """
    và của là có được cho với tại ở trong trên từ đến đã đang sẽ các những một này đó khi để
    do bị thì mà như về ra vào lên xuống cũng còn đạt gồm theo bằng cùng hay hoặc nên tới rất
    """
)


@dataclass(frozen=True, slots=True)
class Claim:
    kind: Kind
    start: int
    end: int
    why: str | None
    """Why the source does not support it, for an editor; None when it does."""


@dataclass(frozen=True)
class Reading:
    """A text with what is claimed in it, computed as needed."""

    text: str
    folded: str
    tokens: tuple[Token, ...]

    @classmethod
    def of(cls, text: str) -> Reading:
        text = nfc(text)
        return cls(text, fold(text), tuple(tokens(text)))

    @cached_property
    def days(self) -> list[Day]:
        return find_days(self.folded)

    @cached_property
    def quantities(self) -> list[Quantity]:
        return quantities(self.tokens, self._dated(sure_only=False))

    @cached_property
    def loose_quantities(self) -> list[Quantity]:
        """As a source: what may be a date is also read as numbers."""
        return self.quantities + quantities(self.tokens, self._dated(sure_only=True))

    @cached_property
    def canonical(self) -> str:
        return span_written_out(self.tokens)

    @cached_property
    def words(self) -> list[str]:
        return self.canonical.split()

    @cached_property
    def all_words(self) -> list[str]:
        """With the marks between them."""
        return [token.word for token in self.tokens]

    def places(self, needle: Sequence[str]) -> Iterator[int]:
        """Positions in ``all_words`` where these words stand."""
        size = len(needle)
        for here in self._positions.get(needle[0], ()):
            if self.all_words[here : here + size] == list(needle):
                yield here

    @cached_property
    def _positions(self) -> dict[str, list[int]]:
        positions: defaultdict[str, list[int]] = defaultdict(list)
        for position, word in enumerate(self.all_words):
            positions[word].append(position)
        return dict(positions)

    @cached_property
    def awards(self) -> tuple[AwardMention, ...]:
        return tuple(award_mentions(ArticleText("", self.text)))

    @cached_property
    def capitals(self) -> frozenset[str]:
        return frozenset(token.word for token in self.tokens if token.capital)

    @cached_property
    def quoted(self) -> list[str]:
        lines = (line for line in self.folded.split("\n") if line.lstrip()[:1] in ("-", "–", "—"))
        marked = (match[match.lastindex or 0] for match in _QUOTED.finditer(self.folded))
        return [span_written_out(tokens(part)) for part in (*marked, *lines)]

    @cached_property
    def reported(self) -> list[str]:
        """Sentences that report somebody's words without marks (``ông A cho rằng ...``)."""
        return [
            span_written_out(tokens(one.text))
            for one in sentences(self.text)
            if _REPORTS.search(fold(one.text))
        ]

    @cached_property
    def speech(self) -> str:
        """All that stands between marks, without the narrator's words between."""
        return f" {' '.join(part.strip() for part in self.quoted)} "

    def _dated(self, *, sure_only: bool) -> frozenset[int]:
        spans = [(day.start, day.end) for day in self.days if day.sure or not sure_only]
        return frozenset(
            position
            for position, token in enumerate(self.tokens)
            if any(start <= token.start < end for start, end in spans)
        )

    def contains(self, words: str) -> bool:
        return words in self.canonical


def number_claims(summary: Reading, source: Reading) -> Iterator[Claim]:
    for claim in summary.quantities:
        if claim.claim:
            yield Claim("number", claim.start, claim.end, _number_fault(claim, source))


def _number_fault(claim: Quantity, source: Reading) -> str | None:
    if any(supports(said, claim) for said in source.loose_quantities):
        return None
    same_value = [said for said in source.loose_quantities if said.values & claim.values]
    for said in same_value:
        if said.qualifier != claim.qualifier:
            return f"nguồn ghi “{source.text[said.start : said.end]}”"
    if same_value:
        return "nguồn nói số này về việc khác"
    return "không thấy số này trong nguồn"


def date_claims(summary: Reading, source: Reading) -> Iterator[Claim]:
    for claim in summary.days:
        why = None if supported(claim, source.days) else "không thấy ngày này trong nguồn"
        yield Claim("date", claim.start, claim.end, why)


def quotation_claims(summary: Reading, source: Reading) -> Iterator[Claim]:
    for match in _QUOTED.finditer(summary.text):
        quoted = match[match.lastindex or 0]
        parts = [span_written_out(tokens(part)) for part in _ELLIPSIS.split(quoted)]
        parts = [part for part in parts if part.strip()]
        why = None
        if not all(source.contains(part) or part in source.speech for part in parts):
            why = "nguồn không có nguyên văn câu này"
        elif any(
            len(part.split()) >= _SPOKEN_LENGTH
            and not _spoken(part, source.quoted)
            and not any(part in told for told in source.reported)
            for part in parts
        ):
            why = "nguồn không để câu này trong ngoặc kép"
        yield Claim("quotation", match.start(), match.end(), why)


def _spoken(part: str, quoted: Sequence[str]) -> bool:
    """Whether the source has these words between marks, or a good part of them: a quotation may
    begin before the source's marks, end after them, or reach over several."""
    words = f" {part.strip()} "
    inside = 0
    for said in quoted:
        if words in said:
            return True
        if len(said.split()) > 1 and said in words:
            inside += len(said.split())
        else:
            inside += _overlap(words.split(), said.split())
    return inside * 2 >= len(words.split()) or inside >= _MARKED


def _overlap(one: Sequence[str], other: Sequence[str]) -> int:
    """Words at the end of either that the other begins with; fewer than two are chance."""
    for size in range(min(len(one), len(other)), 1, -1):
        if list(one[-size:]) == list(other[:size]) or list(other[-size:]) == list(one[:size]):
            return size
    return 0


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
            beside.append(found[here].word)
            here += step
    return _content(beside)


def negation_claims(summary: Reading, source: Reading) -> Iterator[Claim]:
    """Negations and hedges that only one side has, for wording that both sides have."""
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
                why = "nguồn không phủ định điều này"
                yield Claim("negation", token.start, words[position + 1].end, why)
        yield from _dropped(words, position, source)


def _dropped(words: Sequence[Token], position: int, source: Reading) -> Iterator[Claim]:
    """``không bỏ cuộc`` → ``bỏ cuộc``: the source has these words only after a negation."""
    size = 4 if words[position].word in _DENIABLE else 3  # one that says little needs more beside
    phrase = words[position : position + size]
    if len(phrase) < size or phrase[0].word in _EMPTY_WORDS - _DENIABLE:
        return
    where = list(source.places([token.word for token in phrase]))
    if not where or {token.word for token in words[max(0, position - 3) : position]} & _NEGATORS:
        return
    if all(here and source.all_words[here - 1] in _NOT for here in where):
        yield Claim("negation", phrase[0].start, phrase[-1].end, "nguồn phủ định điều này")


def _content(words: Sequence[str]) -> set[str]:
    return {word for word in words if word not in _EMPTY_WORDS}
