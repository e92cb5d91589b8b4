"""The claims of a summary that rest on numbers, dates, quotations and strong words."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

from pipeline.judge.names.awards import AwardMention, award_mentions
from pipeline.judge.reading.days import Day, find_days, supported
from pipeline.judge.reading.quantities import Quantity, quantities, supports
from pipeline.judge.reading.sentences import sentences
from pipeline.judge.reading.wording import Token, span_written_out, tokens
from pipeline.shapes import ArticleText
from pipeline.text.fold import fold, nfc

Kind = Literal["number", "name", "date", "award", "place", "quotation", "superlative", "negation"]

_QUOTED = re.compile(
    r"“([^“”]+)”|«([^»]+)»|‘([^‘’]+)’(?!\w)"
    r"|(?<![^\s(\[,:;–—-])\"(?=\S)([^\"]*[^\s\"])\"(?!\w)"
    r"|(?<![^\s(\[,:;–—-])'(?=\S)([^'\n]*[^\s'])'(?!\w)"
)
REPORTS = re.compile(
    r"(?<!\w)(?:cho rằng|cho biết|cho hay|nói|kể|chia sẻ|khẳng định|nhấn mạnh|tâm sự|bày tỏ"
    r"|nhận xét|đánh giá|bộc bạch|tâm niệm|nhớ lại|xác nhận|theo|thông tin)(?!\w)"
)
_ELLIPSIS = re.compile(r"…|\.\.\.|\[[^\]]*\]|\([^)]*\)")
_SPOKEN_LENGTH = 6
"""Words; a shorter quotation may be a term that the source writes without marks."""

_MARKED = 3
"""Words of a quotation that stand between the source's marks: the rest may stand beside them."""


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
            if REPORTS.search(fold(one.text))
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
        bare_one = claim.values == {1} and fold_of(claim, summary).endswith("một")
        if bare_one and not claim.measure and not _same_noun(claim, source):
            continue  # "gần một tiếng" may be "50 phút" there
        if claim.claim:
            yield Claim("number", claim.start, claim.end, _number_fault(claim, summary, source))


def _same_noun(claim: Quantity, source: Reading) -> bool:
    return any(
        said.noun == claim.noun and said.values & claim.values for said in source.loose_quantities
    )


def fold_of(claim: Quantity, text: Reading) -> str:
    """A number as it is written, folded."""
    return text.folded[claim.start : claim.end]


def _counted(claim: Quantity, summary: Reading) -> bool:
    """``hai xã Đông Sơn và Nậm Khê``: the writer counts the names that follow."""
    if claim.qualifier != "exact" or not claim.noun or max(claim.values) > 10:
        return False
    runs, inside = 0, False
    after = [token for token in summary.tokens if token.start >= claim.end]
    for token in after[len(claim.noun.split()) :]:
        if token.capital:
            runs += not inside
        elif not (inside or runs) or token.word not in (",", "và"):
            break
        inside = token.capital
    return claim.values == {runs}


def _number_fault(claim: Quantity, summary: Reading, source: Reading) -> str | None:
    forms = [claim]
    if claim.measure == "area" and fold_of(claim, summary).startswith("trên "):
        forms.append(replace(claim, qualifier="exact"))  # it may stand on these square metres
    if any(supports(said, form) for said in source.loose_quantities for form in forms):
        return None
    if claim.before[-1:] == ("lớp",) and re.search(
        rf" {fold_of(claim, summary)}[a-z]\d* ", source.canonical
    ):
        return None  # "lớp 11A3"
    if _counted(claim, summary):
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
