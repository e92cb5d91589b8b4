"""Which of Python's codecs a page or feed may call its charset."""

from __future__ import annotations

import codecs

_NO_CHARSETS = frozenset(
    ["idna", "punycode", "undefined", "unicode-escape", "raw-unicode-escape", "utf-7"]
)
"""Text codecs that no document is written in. Decoding punycode takes time that grows with the
square of the length: ten megabytes under that label would never be read."""


def charset(label: str) -> str | None:
    """Python's name of the charset a label means; None when it means none that we decode."""
    try:
        info = codecs.lookup(label)
    except (LookupError, ValueError):  # ValueError: a NUL in the label
        return None
    # "zlib" and "rot13" are codecs too, but not of text.
    if not info._is_text_encoding or info.name in _NO_CHARSETS:
        return None
    return info.name
