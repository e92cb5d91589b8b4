"""The organisations an article names: cooperatives, units, schools, associations, companies."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.judge.names.gazetteer import Gazetteer, syllable_key
from pipeline.judge.names.organisation_words import (
    ADDRESSES,
    COMMON_HEADS,
    COUNTRIES,
    FIRST_OF_HEADS,
    FORCES,
    HEADS,
    INNER_WORDS,
    KIND_OF,
    LOWER_FIRST,
    LOWER_HEADS,
    NO_ORGANISATION,
    NUMBERED,
    PAIRS,
    SERVICES,
    VERBS,
    WEAK_HEADS,
    OrganisationKind,
)
from pipeline.judge.names.personal import SURNAMES
from pipeline.judge.reading.runs import LOOK_BACK, SYLLABLE, Field, FieldText, Run, read_fields
from pipeline.shapes import ArticleText

_CAPITAL = re.compile(SYLLABLE)
_MARKS = r"\s,.;:!?…()\[\]“”\"'‘’"
_TOKEN = re.compile(rf" ?([^{_MARKS}]+(?:['’-][^{_MARKS}]+)*)")
_QUOTED = re.compile(r" [“\"']([^”\"'\n]{2,60})[”\"']")
_LONGEST = 110
_MOST_SMALL = 5
"""Small words in a row inside a name."""


@dataclass(frozen=True, slots=True)
class OrganisationMention:
    name: str
    field: Field
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Organisation:
    name: str
    """As first written in full."""
    kind: OrganisationKind
    mentions: tuple[OrganisationMention, ...]
    centrality: float
    """Mentions weighted by where they stand: title, sapo and the beginning count more."""


def find_organisations(
    article: ArticleText, gazetteer: Gazetteer | None = None
) -> tuple[Organisation, ...]:
    """The organisations named in title, sapo and body, the most central first.

    A name is the longest span from its head ("Hợp tác xã", "Đồn Biên phòng") over capitalised
    syllables and the small words that join them.

    Args:
        gazetteer: keeps place names that begin like an organisation (Hội An) out.
    """
    grouped: dict[str, list[OrganisationMention]] = defaultdict(list)
    kinds: dict[str, OrganisationKind] = {}
    for part in read_fields(article):
        reached = -1
        for run in part.runs:
            if run.end <= reached or (
                FIRST_OF_HEADS.isdisjoint(run.keys) and LOWER_FIRST.isdisjoint(run.before)
            ):
                continue
            for start, head in _heads(run, part.folded):
                if start < reached:
                    continue
                end = _name_end(part, start + len(head), gazetteer)
                if end is None:
                    continue
                if _is_nationality(part, start, head, end):
                    break
                name = part.text[start:end]
                key = part.folded[start:end]
                if key in NO_ORGANISATION or (gazetteer is not None and gazetteer.named(key)):
                    break
                grouped[key].append(OrganisationMention(name, part.field, start, end))
                kinds.setdefault(key, KIND_OF[head])
                reached = end
                break
    organisations = [
        Organisation(mentions[0].name, kinds[key], tuple(mentions), sum(map(_weight, mentions)))
        for key, mentions in grouped.items()
    ]
    return tuple(sorted(organisations, key=lambda organisation: -organisation.centrality))


def _heads(run: Run, folded: str) -> Iterator[tuple[int, str]]:
    """Offsets where an organisation's name may begin at or directly before this run."""
    if not LOWER_FIRST.isdisjoint(run.before):
        yield from _small_heads(run, folded)
    for index, key in enumerate(run.keys):
        for head in HEADS.get(key, ()):
            if index and head in WEAK_HEADS:
                continue
            start = run.starts[index]
            end = start + len(head)
            if folded.startswith(head, start) and not folded[end : end + 1].isalnum():
                yield start, head
                break


def _small_heads(run: Run, folded: str) -> Iterator[tuple[int, str]]:
    for first in range(len(run.before)):
        for last in range(len(run.before), first, -1):
            words = " ".join(run.before[first:last])
            if words not in LOWER_HEADS:
                continue
            behind = run.before[last:]
            start = folded.rfind(
                words, run.start - LOOK_BACK if run.start > LOOK_BACK else 0, run.start
            )
            if start < 0 or not all(word in INNER_WORDS for word in behind):
                continue
            if not _is_other_word(words, behind, folded[max(0, start - 5) : start]):
                yield start, words
                return


def _is_nationality(part: FieldText, start: int, head: str, end: int) -> bool:
    """ "thương hiệu Việt", "Hải quân Mỹ"; but a firm may be called "Trang Trại Việt"."""
    common = head in FORCES or (head in COMMON_HEADS and part.text[start].islower())
    return common and part.folded[start + len(head) + 1 : end] in COUNTRIES


def _is_other_word(head: str, behind: list[str], before: str) -> bool:
    """ "bộ đội", "quân đội", "tổ chức", "trung tâm xã A": the head is part of something else."""
    if head == "đội":
        return before.endswith(("bộ ", "quân "))
    if head == "tổ":
        return behind[:1] == ["chức"]
    return head == "trung tâm" and behind[:1] != [] and behind[0] in ADDRESSES


def _name_end(part: FieldText, position: int, gazetteer: Gazetteer | None) -> int | None:
    """Where the name that goes on at ``position`` ends; None when the head stands alone."""
    text, end = part.text, None
    limit = min(len(text), position + _LONGEST)
    small = 0
    previous, begin = "", position
    while position < limit:
        if quoted := _QUOTED.match(text, position):
            return quoted.end() if end is None or quoted[1][0].isupper() else end
        token = _TOKEN.match(text, position)
        if token is None:
            break
        word = token[1]
        key = part.folded[token.start(1) : token.end(1)]
        capital = _CAPITAL.match(word) is not None
        if capital and key in SURNAMES and _chair_follows(part, token, previous, end, gazetteer):
            break
        numbered = word.isdigit() and len(word) < 5
        pair = f"{previous} {key}"
        if capital or (numbered and (small == 0 or previous in NUMBERED)):
            end, small = token.end(1), 0
        elif text.startswith(VERBS, token.start(1)) or (
            word == "giao" and _CAPITAL.match(text, token.end() + 1)
        ):
            break
        elif pair in PAIRS:
            if end == position or (end == begin and pair in SERVICES):
                end = token.end(1)
            small += 1
        elif (key in INNER_WORDS and small < _MOST_SMALL) or (
            word in {"-", "–", "&", "và"} and end is not None and _joins(part, token.end() + 1)
        ):
            small += 1
        else:
            break
        begin, position = position, token.end()
        if key == "tp" and text.startswith(".", position):
            position += 1
        previous = key
    return end


def _chair_follows(
    part: FieldText,
    token: re.Match[str],
    previous: str,
    end: int | None,
    gazetteer: Gazetteer | None,
) -> bool:
    """ "Hội Nông dân xã Trần Văn A", "UBND tỉnh Lê Hà Anh": a person's name follows at once."""
    if end is not None and _PERSON.match(part.text, token.start(1)):
        return True
    if previous not in ADDRESSES or gazetteer is None:
        return False
    name = _FULL_NAME.match(part.folded, token.start(1))
    if name is None or not _THREE_CAPITALS.match(part.text, token.start(1)):
        return False
    return not gazetteer.longest([syllable_key(key) for key in name[0].split(" ")])[0]


def _joins(part: FieldText, position: int) -> bool:
    """A capital follows that does not begin another organisation."""
    return _CAPITAL.match(part.text, position) is not None and not any(
        part.folded.startswith(head, position)
        for head in HEADS.get(part.folded[position : position + 12].split(" ")[0], ())
    )


_MIDDLE = "(?:Văn|Thị|Đức|Hữu|Quốc|Minh|Thanh|Xuân|Ngọc|Công|Đình)"
_PERSON = re.compile(rf"{SYLLABLE} {_MIDDLE} {SYLLABLE}")
_THREE_CAPITALS = re.compile(rf"{SYLLABLE} {SYLLABLE} {SYLLABLE}")
_FULL_NAME = re.compile(r"[^\W\d]+ [^\W\d]+ [^\W\d]+")


def _weight(mention: OrganisationMention) -> float:
    if mention.field == "title":
        return 4.0
    if mention.field == "sapo":
        return 2.5
    return 1.5 if mention.start < 600 else 1.0
