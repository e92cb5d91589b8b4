"""Short messages: the alphabet a text needs and how many messages it costs (3GPP TS 23.038).

One message holds 160 characters of GSM-7 or 70 of UCS-2, each part of a longer text 153 or 67.
Vietnamese letters with marks are not in GSM-7.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    "ÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_ESCAPED = frozenset("^{}\\[~]|€\f")
"""Two places each."""
_TYPED = {
    ord(written): typed
    for written, typed in {
        "đ": "d", "Đ": "D", "“": '"', "”": '"', "‘": "'", "’": "'", "–": "-", "—": "-",
        "·": "-", "•": "-", "\u00a0": " ",
    }.items()
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Size:
    """What a network charges."""

    alphabet: str
    """``GSM-7`` or ``UCS-2``."""
    places: int
    segments: int


def measure(text: str) -> Size:
    """Places in the text's alphabet, and how many messages they fill (0 for an empty text)."""
    if all(letter in _BASIC or letter in _ESCAPED for letter in text):
        places = sum(2 if letter in _ESCAPED else 1 for letter in text)
        return Size("GSM-7", places, _segments(places, 160, 153))
    places = len(text.encode("utf-16-be")) // 2
    return Size("UCS-2", places, _segments(places, 70, 67))


def unaccented(text: str) -> str:
    """``Gương sáng – Tả Phìn`` → ``Guong sang - Ta Phin``: only letters that GSM-7 has."""
    bare = unicodedata.normalize("NFD", text.replace("…", "...").translate(_TYPED))
    bare = "".join(letter for letter in bare if not unicodedata.combining(letter))
    return "".join(letter if letter in _BASIC or letter in _ESCAPED else " " for letter in bare)


def _segments(places: int, alone: int, part: int) -> int:
    return min(places, 1) if places <= alone else -(-places // part)
