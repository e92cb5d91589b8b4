"""The order of the Vietnamese alphabet: a ă â … d đ … and, among equal letters, the tones."""

from __future__ import annotations

import re
import unicodedata

_LETTERS = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_TONES = "\u0300\u0309\u0303\u0301\u0323"
"""huyền, hỏi, ngã, sắc, nặng; none comes first."""


def alphabetical(text: str) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """A key to sort by: letters first, then tones; case and signs do not count. Numbers come before
    letters, by their value (``Phường 2``, ``Phường 10``, ``Phường An``)."""
    letters: list[int] = []
    tones: list[int] = []
    for char in re.findall(r"\d+|\D", unicodedata.normalize("NFC", text.lower())):
        if char.isdecimal():
            letters.append(int(char[:9]) - 10**9)
            tones.append(0)
            continue
        parts = unicodedata.normalize("NFD", char)
        tone = next((_TONES.index(part) + 1 for part in parts if part in _TONES), 0)
        bare = unicodedata.normalize("NFC", "".join(part for part in parts if part not in _TONES))
        if bare in _LETTERS:
            letters.append(_LETTERS.index(bare) + 2)
        elif bare.isspace():
            letters.append(1)
        else:
            letters.append(0)
        tones.append(tone)
    return tuple(letters), tuple(tones)


def by_given_name(name: str) -> tuple[tuple[tuple[int, ...], tuple[int, ...]], ...]:
    """A key for names of people, as registers sort them: given name, then the whole."""
    given = name.split()[-1] if name.split() else ""
    return alphabetical(given), alphabetical(name)
