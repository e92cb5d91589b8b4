"""One spelling for comparing Vietnamese text: NFC, lower case, one tone placement.

Both placements of the tone mark are correct Vietnamese and both occur within one document
(``hoà`` and ``hòa``, ``thuỷ`` and ``thủy``). Folded text has the length of what was folded, so that
spans found in it are spans of the original.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_TONES = "\u0300\u0301\u0309\u0303\u0323"


def _toned(vowel: str) -> str:
    return "".join(unicodedata.normalize("NFC", vowel + tone) for tone in _TONES)


_PLAIN_FIRST = {
    vowel + last: first + plain
    for vowel, plain in (("o", "a"), ("o", "e"), ("u", "y"))
    for first, last in zip(_toned(vowel), _toned(plain), strict=True)
}
_TONED_FIRST = {moved: written for written, moved in _PLAIN_FIRST.items()}
_LETTER = r"[^\W\d_]"
_O, _A_E = _toned("o"), _toned("a") + _toned("e")
_U, _Y = _toned("u"), _toned("y")
_MISPLACED = re.compile(
    # Two classes first: nearly every position is passed over without trying an alternative.
    rf"[ou{_O}{_U}][aey{_A_E}{_Y}]"
    rf"(?:(?!{_LETTER})(?:(?<=o[{_A_E}])|(?<=u[{_Y}])(?<!qu.))"
    rf"|(?<=[{_O}][ae])(?={_LETTER})|(?<=[{_U}]y)(?:(?={_LETTER})|(?<=q..)))"
)
"""``hoà``, ``thuỷ``: the cluster ends its syllable, so the canonical place is the first vowel
(``hòa``); after q the u belongs to the consonant: ``quý`` stays. ``hòan``, ``qúy``: common slips;
the only correct place is the second vowel."""
_WORDS = re.compile(r"[^\W_]+")
_MENDED = _PLAIN_FIRST | _TONED_FIRST


def nfc(text: str) -> str:
    """``text`` in Unicode normalisation form C."""
    return unicodedata.normalize("NFC", text)


def fold(text: str) -> str:
    """Lower case with canonical tone placement; ``len(fold(text)) == len(text)``.

    Expects NFC: a tone typed as a combining mark is left alone.
    """
    return _folded_line(text) if len(text) <= 1000 else _folded(text)


def _folded(text: str) -> str:
    # U+0130 is the one character whose lower case is longer than itself.
    lowered = text.replace("\u0130", "i").lower()
    return _MISPLACED.sub(lambda found: _MENDED[found[0]], lowered)


_folded_line = lru_cache(maxsize=500)(_folded)
"""A page's lines are looked at many times in a row."""


def fold_search(text: str) -> str:
    """For searching as people type: lower case, no diacritics, đ as d (``Đồng`` → ``dong``)."""
    decomposed = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    bare = "".join(char for char in decomposed if not unicodedata.combining(char))
    return unicodedata.normalize("NFC", bare)


def search_words(text: str) -> str:
    """``fold_search`` of the words alone, one space between two: every database then cuts it into
    the same words (``Đồng-Văn, 1.250`` → ``dong van 1 250``)."""
    return " ".join(_WORDS.findall(fold_search(text)))
