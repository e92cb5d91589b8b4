"""What an editor must look at twice, with the wording that raised it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from itertools import islice

from pipeline.config.taxonomy import Taxonomy
from pipeline.judge.names.hardship import said_of_somebody
from pipeline.judge.names.minors import named_minor
from pipeline.judge.names.people import Person
from pipeline.judge.names.personal import SURNAMES
from pipeline.judge.reading.article import Reading
from pipeline.judge.reading.cues import Hit
from pipeline.judge.reading.runs import Field
from pipeline.shapes import Evidence, ExemplarLabel, Flag
from pipeline.text.fold import fold

_ROLES_FLAGGED = ("document", "leadership")
_OF_A_PERSON = frozenset({"health", "poverty"})
_MOST_HYPE = 10
_PAID = re.compile(
    r"^(?:https?://[^/]+)?(?:/[^?#]*)?/(?:quang-cao|bai-quang-cao|rao-vat|thong-tin-quang-cao"
    r"|thong-tin-doanh-nghiep|thong-tin-tai-tro|noi-dung-tai-tro|doanh-nghiep-tu-gioi-thieu"
    r"|tai-tro|advertorial|pr|pr-doanh-nghiep)(?:/|$)",
    re.IGNORECASE,
)
"""Sections whose texts are paid for, wherever in the path of an address."""
_CREDIT = re.compile(
    r"(?:\A|(?<=\n)|[.!?”\"] ?)\(?(?:nguồn(?: tin)?\s*:\s*|nguồn\s+(?=báo|ttxvn)|theo\s*:?\s+)"
    r"(?P<outlet>[^()\n,;:.]{3,50}(?:\.(?:vn|com|net)(?:\.vn)?)?)\)?\s*\.?$"
)
_NAMED = re.compile(r"[A-ZÀ-ỸĐ]")
_VERB = re.compile(r"(?<!\w)(?:là|đã|sẽ|đang|được|cho|có|thì|phải|của)(?!\w)")


def _credit_line(reading: Reading) -> Evidence | None:
    """The last line, where it says from which other outlet the text was taken."""
    text = reading.article.text.rstrip()
    start = text.rfind("\n") + 1
    found = _CREDIT.search(reading.fields["text"].folded, start, len(text))
    if found is None:
        return None
    first, last = found.span("outlet")
    outlet = found["outlet"].strip()
    own = fold(reading.article.source or "")
    if own and (outlet in own or own in outlet):
        return None
    words = outlet.split()
    person = len(words) > 2 and words[0] in SURNAMES
    named = _NAMED.match(text, first) is not None or "." in outlet
    if person or not named or _VERB.search(outlet):
        return None
    return Evidence("flag:syndicated", "text", first, last, text[first:last])


class Flagger:
    def __init__(self, taxonomy: Taxonomy) -> None:
        self._role = {group.slug: group.role for group in taxonomy.cues}
        self._calmer = {group.slug: group.suggestion for group in taxonomy.hype}

    def flags(
        self, reading: Reading, label: ExemplarLabel, people: Sequence[Person]
    ) -> tuple[Flag, ...]:
        """One flag for each kind that is raised, with the wording that raised it first; of
        ``hype`` one for each different wording, with what to write instead."""
        flags = self._hype(reading)
        raised: dict[str, list[tuple[Field, Hit]]] = defaultdict(list)
        for field, hit in reading.on("guard"):
            if hit.slug in _OF_A_PERSON:
                syllables = reading.fields[field]
                start, end, _ = syllables.quote(hit.first, hit.last)
                if not said_of_somebody(syllables.text, start, end, field, people):
                    continue
            raised[hit.slug].append((field, hit))
        for slug, pairs in raised.items():
            if slug == "syndicated" or len(pairs) >= _needed(slug, pairs):
                flags.append(Flag(slug, self._evidence(reading, slug, pairs)))
        if "minor" not in {flag.slug for flag in flags} and (
            child := named_minor(reading.article, people)
        ):
            written = reading.fields[child.field].text[child.start : child.end]
            span = Evidence("flag:minor", child.field, child.start, child.end, written)
            flags.append(Flag("minor", span))
        if "syndicated" not in raised and (
            (credit := _credit_line(reading)) or reading.article.syndicated
        ):
            flags.append(Flag("syndicated", credit))
        if _PAID.search(reading.article.url or "") and "advert" not in {f.slug for f in flags}:
            flags.append(Flag("advert"))
        if label is not ExemplarLabel.YES:
            flags += self._genre(reading)
        return tuple(flags)

    def _hype(self, reading: Reading) -> list[Flag]:
        first: dict[int, tuple[Field, Hit]] = {}
        for field, hit in reading.on("hype"):
            first.setdefault(hit.phrase, (field, hit))
        found = islice(first.values(), _MOST_HYPE)
        return [
            Flag("hype", reading.evidence("hype", field, hit), self._calmer[hit.slug])
            for field, hit in found
        ]

    def _genre(self, reading: Reading) -> list[Flag]:
        """Documents and leadership news: three or more signs of that role."""
        pairs: dict[str, list[tuple[Field, Hit]]] = defaultdict(list)
        for field, hit in reading.on("cue"):
            pairs[self._role[hit.slug]].append((field, hit))
        return [
            Flag(role, self._evidence(reading, role, pairs[role]))
            for role in _ROLES_FLAGGED
            if len(pairs[role]) >= 3
        ]

    @staticmethod
    def _evidence(reading: Reading, slug: str, pairs: list[tuple[Field, Hit]]) -> Evidence:
        return reading.evidence(f"flag:{slug}", *pairs[0])


def _needed(slug: str, pairs: list[tuple[Field, Hit]]) -> int:
    """Title and sapo count at once; in the body a passing word is not yet the subject."""
    leading = any(field != "text" for field, _ in pairs)
    return 1 if leading else {"minor": 2, "advert": 2}.get(slug, 1)
