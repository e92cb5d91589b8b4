"""Fitting text to a limit without cutting a sentence, or at worst not a word."""

from __future__ import annotations

import re

ELLIPSIS = "…"
_STOP = re.compile(r"[.!?…][\"”’)]*\s+(?=[\"“‘(]?(\S))")


def sentences(text: str) -> list[str]:
    """The sentences of one or more paragraphs, each stripped, none empty.

    A stop ends a sentence only before a capital letter (``1.250 con`` and ``v.v. và`` go on).
    Joining the result with spaces gives every word back.
    """
    found: list[str] = []
    for paragraph in text.split("\n"):
        start = 0
        for stop in _STOP.finditer(paragraph):
            if stop[1].isupper():
                found.append(paragraph[start : stop.end()].strip())
                start = stop.end()
        found.append(paragraph[start:].strip())
    return [sentence for sentence in found if sentence]


def fit(text: str, limit: int) -> str:
    """As many whole sentences from the start as ``limit`` characters hold; when not even the first
    fits, as many whole words and ``…``; when not even a word fits, cut characters.

    The result is never longer than ``limit`` (code points) and never empty for non-empty text.

    Raises:
        ValueError: ``limit`` is below 1.
    """
    if limit < 1:
        raise ValueError(f"limit must be at least 1, not {limit}")
    kept = ""
    for sentence in sentences(text):
        longer = f"{kept} {sentence}" if kept else sentence
        if len(longer) > limit:
            break
        kept = longer
    if kept:
        return kept
    words = ""
    for word in text.split():
        longer = f"{words} {word}" if words else word
        if len(longer) + len(ELLIPSIS) > limit:
            break
        words = longer
    if words:
        return words.rstrip(" ,;:–-") + ELLIPSIS
    first = text.strip()
    return first if len(first) <= limit else first[: limit - 1] + ELLIPSIS


def fit_words(text: str, limit: int) -> str:
    """As ``fit``, counting words (Vietnamese: syllables) instead of characters."""
    kept: list[str] = []
    for sentence in sentences(text):
        if kept and len(" ".join(kept).split()) + len(sentence.split()) > limit:
            break
        kept.append(sentence)
    words = " ".join(kept).split()
    return " ".join(words) if len(words) <= limit else " ".join(words[:limit]) + ELLIPSIS
