"""Bytes to text, whatever the page claims about itself."""

from __future__ import annotations

import codecs
import re
from collections.abc import Mapping

from pipeline.text.charsets import charset
from pipeline.text.fold import nfc
from pipeline.text.legacy import to_unicode

MAX_BYTES = 8_000_000
"""Far above the crawler's cap of 5 MB: what is fed in by hand stays bounded too."""

_META = re.compile(rb"<meta[^>]{0,300}?charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_HEADER = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_MULTIBYTE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}")
_CONTROL = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff\ufeff\u200b"
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # UAX 9: would turn the words around them
    "\u2060-\u2064\u206a-\u206f\U000e0000-\U000e007f]"  # unseen, yet they part or carry words
)
_LATIN1 = {"iso-8859-1", "latin-1", "latin1", "us-ascii", "ascii", "iso8859-1"}
"""Labels that browsers read as Windows-1252 (WHATWG Encoding)."""


def decode(body: bytes, headers: Mapping[str, str] | None = None) -> str:
    """The page's text: NFC, no control characters, legacy Vietnamese encodings read right.

    Bytes that are valid UTF-8 are UTF-8 whatever the header says; then the header, the ``meta``,
    and what makes the words Vietnamese. Bytes that fit nothing become U+FFFD.
    """
    body = body[:MAX_BYTES]
    return clean(to_unicode(_decoded(body, headers or {})))


def clean(text: str) -> str:
    """NFC without control characters, marks of text direction and what nobody can see."""
    return nfc(_CONTROL.sub("", text))


def _decoded(body: bytes, headers: Mapping[str, str]) -> str:
    for mark, name in _BOMS:
        if body.startswith(mark):
            return body.decode(name, "replace")
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        pass
    # A few broken bytes (a cut in the middle of a letter) do not make it another encoding.
    good = 3 * len(_MULTIBYTE.findall(body))
    high = sum(byte > 0x7F for byte in body[:200_000])
    text = body.decode("utf-8", "replace")
    if good and text.count("\ufffd") * 10 <= good and good * 2 >= high:
        return text
    for name in _declared(body, headers):
        if name.startswith("utf-8"):
            continue
        try:
            return body.decode(name, "replace")
        except (LookupError, UnicodeError):
            continue
    return body.decode("cp1258" if _looks_1258(body) else "cp1252", "replace")


def _declared(body: bytes, headers: Mapping[str, str]) -> list[str]:
    names = []
    for key, value in headers.items():
        if key.lower() == "content-type" and (found := _HEADER.search(value)):
            names.append(found[1])
    if found_meta := _META.search(body[:10_000]):
        names.append(found_meta[1].decode("ascii", "replace"))
    known = []
    for name in names:
        name = name.lower()
        if name in _LATIN1 or name == "windows-1252":
            name = "cp1258" if _looks_1258(body) else "cp1252"
        # WHATWG: mark-up that can be read to find such a label is not written in UTF-16.
        if charset(name) and (b"\x00" in body[:100] or not name.startswith(("utf-16", "utf-32"))):
            known.append(name)
    return known


def _looks_1258(body: bytes) -> bool:
    """Whether reading it as Windows-1258 puts tone marks where a vowel awaits one.

    In 1252 the same bytes are ``Ì ì Ò Þ ò``, which do not follow vowels in any number.
    """
    sample = body[:200_000].decode("cp1258", "replace")
    marks = re.findall("(?<=[aăâeêioôơuưyAĂÂEÊIOÔƠUƯY])[\u0300\u0301\u0303\u0309\u0323]", sample)
    strays = re.findall("(?<![aăâeêioôơuưyAĂÂEÊIOÔƠUƯY])[\u0300\u0301\u0303\u0309\u0323]", sample)
    return len(marks) > 3 and len(marks) > 5 * len(strays)
