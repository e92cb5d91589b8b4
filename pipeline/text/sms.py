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
        return _size("GSM-7", [2 if letter in _ESCAPED else 1 for letter in text], 160, 153)
    return _size("UCS-2", [2 if ord(letter) > 0xFFFF else 1 for letter in text], 70, 67)


def unaccented(text: str) -> str:
    """``Gương sáng – Tả Phìn`` → ``Guong sang - Ta Phin``: only letters that GSM-7 has."""
    bare = unicodedata.normalize("NFD", text.replace("…", "...").translate(_TYPED))
    bare = "".join(letter for letter in bare if not unicodedata.combining(letter))
    return "".join(letter if letter in _BASIC or letter in _ESCAPED else " " for letter in bare)


def _size(alphabet: str, costs: list[int], alone: int, part: int) -> Size:
    """A letter of two places is never split between two parts (TS 23.038, 6.2.1.1)."""
    places = sum(costs)
    if places <= alone:
        return Size(alphabet, places, min(places, 1))
    segments, room = 1, part
    for cost in costs:
        if cost > room:
            segments, room = segments + 1, part
        room -= cost
    return Size(alphabet, places, segments)
