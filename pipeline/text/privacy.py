"""Names that are not published: people by their initials, schools by their kind.

The Law on Children (2016, art. 21) and Decree 56/2017 (art. 33) protect a child's name, school and
picture; the press writes ``em L.T.M.`` and ``một trường tiểu học``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise

from pipeline.text.fold import fold, nfc

_SYLLABLE = re.compile(r"[^\W\d_]+")
_OPENERS = """
anh bà bác bạn bé cậu chị cháu chú cô con cụ dì em già học mẹ nữ ông sinh thầy trò và với của như
khi có là cho mà nhưng
"""
_ADDRESS = frozenset(_OPENERS.split())
"""Words that may begin a sentence before somebody's given name without being part of it."""
_KIND = (
    r"(?:phổ thông dân tộc (?:nội trú|bán trú)|trung học (?:cơ sở|phổ thông)|tiểu học|mầm non|"
    r"mẫu giáo|ptdtnt|ptdtbt|ptdt|thcs|thpt)"
)
_KINDS = rf"(?i:(?:th\s*&\s*)?{_KIND}(?:\s*(?:-|–|&|và|,)?\s*(?:th\s*&\s*)?{_KIND})*)"
_UPPER = f"[{''.join(filter(str.isupper, map(chr, range(0x1EFA))))}]"
_NAME = rf"(?:(?:xã|phường|thị trấn|huyện|tỉnh|số|liên xã)\s+)?(?:{_UPPER}[\w-]*|\d+[A-Z]?\b)"
_SCHOOL = re.compile(
    rf"\b(?:(?i:một|ngôi)\s+)?"
    rf"(?:(?i:trường)\s+(?P<told>{_KINDS}|TH)|(?P<bare>{_KINDS}))(?:\s+{_NAME})+"
)
_NAMED_ONLY = re.compile(rf"\btrường(?!\s+(?:{_KINDS}|TH\b))(?P<name>(?:\s+{_UPPER}[\w.-]*)+)")


def initials(name: str) -> str:
    """``Lò Thị Mây`` → ``L.T.M.``"""
    return "".join(f"{part[0].upper()}." for part in _SYLLABLE.findall(nfc(name)))


def shorten_names(text: str, names: Iterable[str]) -> str:
    """``text`` (NFC) with each name, and the given name alone, as initials. Tone placement and
    capitals do not matter for a whole name; a part of one counts where it is capitalised and not
    within somebody else's name.
    """
    for name in sorted(set(names), key=len, reverse=True):
        parts = _SYLLABLE.findall(fold(nfc(name)))
        if parts:
            text = _shorten(text, parts)
    return text


def hide_schools(text: str) -> str:
    """``Trường THCS Nậm Hẻn`` → ``một trường THCS``; a kind without a name stays as it is."""

    def kind_only(found: re.Match[str]) -> str:
        kind = found["told"] or found["bare"]
        words = f"một trường {kind if kind.isupper() else kind.lower()}"
        return _opened(found, words)

    return _NAMED_ONLY.sub("một trường", _SCHOOL.sub(kind_only, text))


def published_as(text: str, names: Sequence[str], schools: bool) -> str:
    """``text`` as it may be published."""
    text = hide_schools(nfc(text)) if schools else nfc(text)
    return shorten_names(text, names)


def still_named(text: str, names: Iterable[str]) -> list[str]:
    """Those of ``names`` that ``text`` still tells."""
    return [name for name in names if shorten_names(nfc(text), [name]) != nfc(text)]


def _shorten(text: str, parts: list[str]) -> str:
    """Replaces every run of syllables that is the name or ends like it."""
    found = list(_SYLLABLE.finditer(text))
    folded = [fold(each[0]) for each in found]
    pieces, done, index = [], 0, 0
    while index < len(found):
        length = _name_at(text, found, folded, index, parts)
        if length:
            start, end = found[index].start(), found[index + length - 1].end()
            end += text.startswith(".", end)  # the initials bring their own
            pieces += [text[done:start], initials(text[start:end])]
            done, index = end, index + length
        else:
            index += 1
    return "".join((*pieces, text[done:]))


def _name_at(
    text: str, found: list[re.Match[str]], folded: list[str], index: int, parts: list[str]
) -> int:
    """How many syllables at ``index`` are the name or an end of it."""
    for first in range(len(parts)):
        wanted = parts[first:]
        end = index + len(wanted)
        if folded[index:end] != wanted or not _one_run(text, found[index:end]):
            continue
        if first == 0 and len(parts) > 1:
            return len(wanted)
        capital = all(each[0][0].isupper() for each in found[index:end])
        if capital and not _within_another(text, found, folded, index, end):
            return len(wanted)
    return 0


def _one_run(text: str, syllables: list[re.Match[str]]) -> bool:
    """Nothing but blanks stands between them."""
    between = (text[one.end() : other.start()] for one, other in pairwise(syllables))
    return all(blank.strip(" \u00a0") == "" for blank in between)


def _within_another(
    text: str, found: list[re.Match[str]], folded: list[str], start: int, end: int
) -> bool:
    before, after = found[start - 1 : start] if start else [], found[end : end + 1]
    if after and after[0][0][0].isupper() and _one_run(text, [found[end - 1], after[0]]):
        return True
    if not before or not _one_run(text, [before[0], found[start]]):
        return False
    return before[0][0][0].isupper() and folded[start - 1] not in _ADDRESS


def _opened(found: re.Match[str], words: str) -> str:
    """With a capital where it begins a sentence."""
    before = found.string[: found.start()].rstrip(" “\"‘'(-–")
    return words if before and before[-1] not in ".!?\n:" else words[0].upper() + words[1:]
