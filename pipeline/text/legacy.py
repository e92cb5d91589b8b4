"""Vietnamese text from before Unicode: TCVN3 (ABC) and VNI bytes that someone read as Windows-1252.

Old outlets still carry it, in pages and feeds alike: ``TØnh ñy Lµo Cai`` is ``Tỉnh ủy Lào Cai``.
TCVN3 has capitals only by font, so that a heading in capitals comes out in small letters.
Tables: TCVN 5712:1993 VN3; VNI-Windows.
"""

from __future__ import annotations

import re
import unicodedata

_TCVN3 = dict(
    zip(
        "¡¢£¤¥¦§¨©ª«¬\u00ad®µ¶·¸¹»¼½¾ÆÇÈÉÊËÌÎÏÐÑÒÓÔÕÖ×ØÜÝÞßáâãäåæçèéêëìíîïñòóôõö÷øùúûüýþ",
        "ĂÂÊÔƠƯĐăâêôơưđàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ",
        strict=True,
    )
)
_TCVN3_TABLE = str.maketrans(_TCVN3)

_TONES = {"ù": "\u0301", "ø": "\u0300", "û": "\u0309", "õ": "\u0303", "ï": "\u0323"}
_BREVE = {"ê": "", "é": "\u0301", "è": "\u0300", "ú": "\u0309", "ü": "\u0303", "ë": "\u0323"}
_ROOF = {"â": "", "á": "\u0301", "à": "\u0300", "å": "\u0309", "ã": "\u0303", "ä": "\u0323"}
_VNI_SINGLE = {"ô": "ơ", "ö": "ư", "ñ": "đ", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "î": "ỵ"}


def _vni_pairs() -> dict[str, str]:
    pairs = {base + mark: base + tone for base in "aeouy" for mark, tone in _TONES.items()}
    pairs |= {"a" + mark: "ă" + tone for mark, tone in _BREVE.items()}
    pairs |= {
        base + mark: roofed + tone
        for base, roofed in (("a", "â"), ("e", "ê"), ("o", "ô"))
        for mark, tone in _ROOF.items()
    }
    pairs |= {
        base + mark: horned + tone
        for base, horned in (("ô", "ơ"), ("ö", "ư"))
        for mark, tone in _TONES.items()
    }
    pairs |= _VNI_SINGLE
    pairs |= {legacy.upper(): meant.upper() for legacy, meant in pairs.items()}
    # "Aù": a capital that begins a word, the mark still small.
    pairs |= {
        legacy[0].upper() + legacy[1:]: meant[0].upper() + meant[1:]
        for legacy, meant in pairs.items()
        if len(legacy) == 2
    }
    return {legacy: unicodedata.normalize("NFC", meant) for legacy, meant in pairs.items()}


_VNI = _vni_pairs()
_VNI_PATTERN = re.compile("|".join(sorted(map(re.escape, _VNI), key=len, reverse=True)))

_FOREIGN = re.compile(r"[µ¶·¸¹»¼½¾®©§ª«¬¨Æ×ØÜÞßåæçëîïñöøûüþðäÐÑÖäŒœ]")
"""Letters and signs that Vietnamese in Unicode never has inside its words."""
_WORD = re.compile(r"[^\W\d_¹ª]+(?:[µ¶·¸¹»¼½¾®©§ª«¬¨\u00ad×÷][^\W\d_]*)*|[®§][^\W\d_]+")
_SYLLABLE = re.compile(
    r"(?:ngh?|nh|ch|gh|gi|kh|ph|qu|th|tr|[bcdghklmnprstvx])?"
    r"(?:uye|uya|uyu|uay|uoi|uou|oai|oay|oeo|ieu|yeu|ai|ao|au|ay|eo|eu|ia|ie|iu|oa|oe|oi|oo"
    r"|ua|ue|ui|uo|uu|uy|ye|[aeiouy])(?:ch|ng|nh|[cmnpt])?"
)
"""Without marks. Only vowels that stand together in Vietnamese: VNI writes each mark as a letter of
its own, and ``treân`` must not pass for a syllable."""


def to_unicode(text: str) -> str:
    """``text`` with TCVN3 or VNI read right; unchanged when it is neither.

    Converted only if most accented words become Vietnamese syllables that were not before.
    """
    sample = text[:20_000]
    if len(_FOREIGN.findall(sample)) < 3:
        return text
    best, best_share = None, _vietnamese_share(sample) + 0.3
    for read in (_from_tcvn3, _from_vni):
        share = _vietnamese_share(read(sample))
        if share > max(best_share, 0.7):
            best, best_share = read, share
    return best(text) if best else text


def _from_tcvn3(text: str) -> str:
    return text.translate(_TCVN3_TABLE)


def _from_vni(text: str) -> str:
    return _VNI_PATTERN.sub(_vni_letter, text)


def _vni_letter(found: re.Match[str]) -> str:
    return _VNI[found[0]]


def _vietnamese_share(text: str) -> float:
    """The share of accented words that are spelt like Vietnamese syllables."""
    words = {word for word in _WORD.findall(text) if not word.isascii()}
    if not words:
        return 0.0
    return sum(_is_syllable(word) for word in words) / len(words)


def _is_syllable(word: str) -> bool:
    decomposed = unicodedata.normalize("NFD", word.lower().replace("đ", "d"))
    marks = [char for char in decomposed if unicodedata.combining(char)]
    if any(mark not in "\u0300\u0301\u0303\u0309\u0323\u0302\u0306\u031b" for mark in marks):
        return False
    if sum(mark in "\u0300\u0301\u0303\u0309\u0323" for mark in marks) > 1:
        return False
    bare = "".join(char for char in decomposed if not unicodedata.combining(char))
    return _SYLLABLE.fullmatch(bare) is not None
